"""A handler's environment, and what is left of it afterwards."""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import Any

import boto3
import pytest

from emulator.account import Account
from tests.emulator.functions import Functions

LOOK_AT_VARIABLES = """
    import os
    def handle(event, context):
        return dict(os.environ)
"""


def process() -> dict[str, Any]:
    """Everything of this process that a handler may change."""
    root = logging.getLogger()
    return {
        "variables": dict(os.environ),
        "directory": os.getcwd(),
        "session": boto3.DEFAULT_SESSION,
        "modules": {name for name in sys.modules if name.partition(".")[0] in ("app", "other")},
        "finders": list(sys.meta_path),
        "output": (sys.stdout, sys.stderr, sys.breakpointhook),
        "logging": (root.level, root.handlers[:], root.filters[:]),
        "sleep": time.sleep,
        "zone": time.tzname,
    }


def test_a_handler_finds_the_variables_lambda_sets_and_its_own(account: Account, functions: Functions) -> None:
    found = functions.run(LOOK_AT_VARIABLES, Environment={"Variables": {"QUEUE": "readings", "LANG": "de_DE"}}).result

    assert {name: found[name] for name in found if "KEY" not in name and "TOKEN" not in name} == {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_FUNCTION_NAME": "split",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": "Text",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/split",
        "AWS_LAMBDA_LOG_STREAM_NAME": found["AWS_LAMBDA_LOG_STREAM_NAME"],
        "AWS_REGION": "eu-west-1",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": found["LAMBDA_TASK_ROOT"],
        "LANG": "de_DE",
        "LD_LIBRARY_PATH": found["LD_LIBRARY_PATH"],
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "PYTHONPATH": "/var/runtime",
        "QUEUE": "readings",
        "TZ": ":UTC",
        "_HANDLER": "app.handle",
    }
    assert found["AWS_LAMBDA_LOG_STREAM_NAME"].startswith("2030/01/01/[$LATEST]")


def test_the_credentials_are_those_of_its_role(account: Account, functions: Functions) -> None:
    invocation = functions.run(LOOK_AT_VARIABLES)

    identity = account.identities.of_access_key(invocation.result["AWS_ACCESS_KEY_ID"])

    assert identity is not None
    assert identity.arn == "arn:aws:sts::111111111111:assumed-role/split-role/split"
    assert identity.caller == "feeds.split"
    assert identity.function_arn == invocation.function_arn


def test_a_variable_of_whoever_runs_this_is_not_visible(functions: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_SECRET", "hunter2")

    found = functions.run(LOOK_AT_VARIABLES).result

    assert "MY_SECRET" not in found
    assert "HOME" not in found


def test_what_lambda_sets_itself_cannot_be_set_otherwise(functions: Functions) -> None:
    found = functions.run(LOOK_AT_VARIABLES, Environment={"Variables": {"AWS_REGION": "mars", "TZ": "Mars"}}).result

    assert (found["AWS_REGION"], found["TZ"]) == ("eu-west-1", ":UTC")


UPSETS_EVERYTHING = """
    import logging, os, sys, boto3, other
    os.environ["TZ"] = "Asia/Tokyo"
    os.environ["LEFT"] = "behind"
    os.chdir("/")
    logging.getLogger().handlers.clear()
    logging.getLogger().setLevel("CRITICAL")
    def handle(event, context):
        boto3.client("sqs")
        {end}
"""


@pytest.mark.parametrize(
    "end", ["return 1", "raise ValueError('boom')", "sys.exit(3)", "import time; time.sleep(100)", "return {1, 2}"]
)
def test_the_process_is_as_it_was_however_the_handler_ends(functions: Functions, end: str) -> None:
    before = process()

    functions.run({"app.py": UPSETS_EVERYTHING.format(end=end), "other.py": ""})

    assert process() == before


@pytest.mark.parametrize("top", ["1 / 0", "import nowhere", "raise SystemExit(1)", "def ("])
def test_the_process_is_as_it_was_when_the_module_cannot_be_imported(functions: Functions, top: str) -> None:
    before = process()

    functions.run({"app.py": f"import other\n{top}", "other.py": ""})

    assert process() == before


def test_what_a_handler_changes_of_its_environment_stays_for_its_next_invocation(
    account: Account, functions: Functions
) -> None:
    arn = functions.make("""
        import os, logging
        def handle(event, context):
            seen = os.environ.get("COUNT", "0"), os.getcwd(), logging.getLogger().level
            os.environ["COUNT"] = "1"
            os.chdir("/")
            logging.getLogger().setLevel(5)
            return seen
    """)

    first, second = (account.runtime.invoke(arn, None).result for _ in range(2))

    assert first[0] == "0"
    assert first[2] == logging.WARNING
    assert second == ["1", "/", 5]


def test_a_handler_works_in_the_folder_of_its_archive(functions: Functions) -> None:
    source = """
        import os
        from pathlib import Path
        def handle(event, context):
            return [sorted(os.listdir()), Path(__file__).parent.samefile(os.environ["LAMBDA_TASK_ROOT"])]
    """

    invocation = functions.run({"app.py": source, "tables/moment.csv": "1,2"})

    assert invocation.result == [["app.py", "tables"], True]


def test_local_time_is_utc(functions: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()

    invocation = functions.run("""
        from datetime import datetime
        def handle(event, context):
            return datetime.now().isoformat()
    """)

    assert invocation.result == "2030-01-01T12:00:00"
    monkeypatch.undo()
    time.tzset()


def test_each_function_has_its_own_default_session(account: Account, functions: Functions) -> None:
    source = """
        import boto3
        def handle(event, context):
            return boto3.client("sts").get_caller_identity()["Arn"]
    """
    split, record = functions.make(source, name="split"), functions.make(source, name="record")

    arns = [account.runtime.invoke(arn, None).result for arn in (split, record, split)]

    assert arns == [
        "arn:aws:sts::111111111111:assumed-role/split-role/split",
        "arn:aws:sts::111111111111:assumed-role/record-role/record",
        "arn:aws:sts::111111111111:assumed-role/split-role/split",
    ]


def test_two_functions_with_modules_of_the_same_name_do_not_meet(account: Account, functions: Functions) -> None:
    app = "import shared\ndef handle(event, context): return shared.NAME"
    one = functions.make({"app.py": app, "shared.py": "NAME = 'one'"}, name="one")
    other = functions.make({"app.py": app, "shared.py": "NAME = 'other'"}, name="other")

    assert [account.runtime.invoke(arn, None).result for arn in (one, other, one)] == ["one", "other", "one"]


def test_a_name_that_slept_is_bound_at_import_still_sleeps_virtually(account: Account, functions: Functions) -> None:
    arn = functions.make("""
        from time import sleep
        def handle(event, context):
            sleep(1)
            return context.get_remaining_time_in_millis()
    """)

    assert [account.runtime.invoke(arn, None).result for _ in range(2)] == [2000, 2000]


def test_nothing_is_left_on_disk(functions: Functions, account: Account) -> None:
    folder = functions.run(LOOK_AT_VARIABLES).result["LAMBDA_TASK_ROOT"]
    assert os.path.isdir(folder)

    account.runtime.close()

    assert not os.path.exists(folder)
