"""Functions run as Lambda runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from tests.emulator.functions import NOBODY_TRUST, Functions, allow


def test_the_module_is_imported_once_and_stays_warm(account: Account, functions: Functions) -> None:
    arn = functions.make("""
        print("imported")
        count = 0
        def handle(event, context):
            global count
            count += 1
            return count
    """)

    invocations = [account.runtime.invoke(arn, None) for _ in range(3)]

    assert [invocation.result for invocation in invocations] == [1, 2, 3]
    assert ["imported" in invocation.log_lines for invocation in invocations] == [True, False, False]


def test_new_code_starts_cold(account: Account, functions: Functions) -> None:
    arn = functions.make("def handle(event, context): return 'old'")
    account.runtime.invoke(arn, None)

    functions.put_code(arn, "def handle(event, context): return 'new'")

    assert account.runtime.invoke(arn, None).result == "new"


def test_a_new_configuration_starts_cold(account: Account, functions: Functions) -> None:
    arn = functions.make("import os\nMODE = os.environ.get('MODE')\ndef handle(event, context): return MODE")
    account.runtime.invoke(arn, None)

    account.client("lambda").update_function_configuration(
        FunctionName="split", Environment={"Variables": {"MODE": "fast"}}
    )

    assert account.runtime.invoke(arn, None).result == "fast"


def test_code_that_came_as_a_zip_file_runs_too(account: Account, functions: Functions) -> None:
    arn = functions.make("")
    del account.code[arn]

    assert str(account.runtime.invoke(arn, None).error) == (
        "Runtime.HandlerNotFound: Handler 'handle' missing on module 'app'"
    )


def test_a_module_that_failed_is_imported_anew_next_time(
    account: Account, functions: Functions, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    arn = functions.make(f"import os\nos.stat({str(flag)!r})\ndef handle(event, context): return 'well'")
    assert str(account.runtime.invoke(arn, None).error).startswith("FileNotFoundError")

    flag.touch()

    assert account.runtime.invoke(arn, None).result == "well"


def test_nothing_of_an_environment_that_could_not_start_is_used_again(account: Account, functions: Functions) -> None:
    arn = functions.make({"app.py": "import other\n1 / 0", "other.py": "print('imported')"})

    invocations = [account.runtime.invoke(arn, None) for _ in range(2)]

    assert ["imported" in invocation.log_lines for invocation in invocations] == [True, True]


def test_an_environment_that_timed_out_starts_cold(account: Account, functions: Functions) -> None:
    arn = functions.make("""
        import time
        print("cold")
        def handle(event, context):
            time.sleep(event)
    """)

    invocations = [account.runtime.invoke(arn, seconds) for seconds in (0, 5, 0)]

    assert ["cold" in invocation.log_lines for invocation in invocations] == [True, False, True]


def test_a_function_with_no_concurrency_is_not_run(account: Account, functions: Functions) -> None:
    arn = functions.make("def handle(event, context): return 1")
    account.client("lambda").put_function_concurrency(FunctionName="split", ReservedConcurrentExecutions=0)

    invocation = account.runtime.invoke(arn, None)

    assert not invocation.ran
    assert str(invocation.error) == "TooManyRequestsException: Rate Exceeded."
    assert invocation.log_lines == ()


def test_a_role_that_lambda_may_not_assume_runs_nothing(account: Account, functions: Functions) -> None:
    invocation = functions.run("def handle(event, context): return 1", trust=NOBODY_TRUST)

    (denial,) = account.journal.denials
    assert not invocation.ran
    assert invocation.error is not None
    assert invocation.error.kind == "AccessDeniedException"
    assert (denial.principal, denial.action, denial.resource, denial.caller) == (
        "lambda.amazonaws.com",
        "sts:AssumeRole",
        "arn:aws:iam::111111111111:role/split-role",
        "feeds.split",
    )


def test_a_role_that_is_gone_runs_nothing(account: Account, functions: Functions) -> None:
    arn = functions.make("def handle(event, context): return 1", logs=False)
    account.client("iam").delete_role(RoleName="split-role")

    invocation = account.runtime.invoke(arn, None)

    assert invocation.error is not None
    assert invocation.error.kind == "AccessDeniedException"


def test_a_function_that_is_not_there_is_not_run(account: Account) -> None:
    invocation = account.runtime.invoke("arn:aws:lambda:eu-west-1:111111111111:function:nobody", None)

    assert str(invocation.error).startswith("ResourceNotFoundException: Function not found")


def test_what_a_handler_calls_is_decided_by_its_role(account: Account, functions: Functions) -> None:
    account.client("s3").create_bucket(Bucket="feed", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    source = """
        import boto3
        def handle(event, context):
            boto3.client("s3").put_object(Bucket="feed", Key=event, Body=b"")
    """
    arn = functions.make(source, allow("s3:PutObject", "arn:aws:s3:::feed/incoming/*"))

    inside, outside = (account.runtime.invoke(arn, key) for key in ("incoming/a", "elsewhere/a"))

    assert inside.ok
    assert str(outside.error).startswith(
        "AccessDenied: An error occurred (AccessDenied) when calling the PutObject operation: "
        "User: arn:aws:sts::111111111111:assumed-role/split-role/split is not authorized to perform: s3:PutObject"
    )
    assert [(denial.caller, denial.resource) for denial in account.journal.denials] == [
        ("feeds.split", "arn:aws:s3:::feed/elsewhere/a")
    ]


def test_a_function_may_wait_for_another(account: Account, functions: Functions) -> None:
    inner = functions.make("def handle(event, context): return {'got': event}", name="inner")
    outer = functions.make(
        """
        import boto3, json
        def handle(event, context):
            answer = boto3.client("lambda").invoke(FunctionName="inner", Payload=json.dumps(event))
            return json.loads(answer["Payload"].read())
        """,
        allow("lambda:InvokeFunction", inner),
        name="outer",
    )

    assert account.runtime.invoke(outer, {"a": 1}).result == {"got": {"a": 1}}


CALLS_ITSELF = """
    import boto3, json
    def handle(event, context):
        answer = boto3.client("lambda").invoke(FunctionName="split", Payload=json.dumps(event + 1))
        value = json.loads(answer["Payload"].read())
        return value if "FunctionError" not in answer else [value["errorType"], value["errorMessage"]]
"""


def test_functions_that_wake_one_another_without_end_are_stopped(account: Account, functions: Functions) -> None:
    arn = functions.make(
        CALLS_ITSELF,
        allow("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111111111111:function:split"),
        Timeout=60,
        MemorySize=512,
    )

    result = account.runtime.invoke(arn, 0).result

    assert result[0] == "RecursiveInvocationException"
    ran = [hop for hop in account.journal.hops if "function" in hop.details]
    assert len(ran) == 15


def test_the_time_another_function_takes_counts_against_the_one_that_waits(
    account: Account, functions: Functions
) -> None:
    inner = functions.make("import time\ndef handle(event, context): time.sleep(5)", name="inner", Timeout=60)
    outer = functions.make(
        """
        import boto3
        def handle(event, context):
            boto3.client("lambda").invoke(FunctionName="inner")
            print("too late")
        """,
        allow("lambda:InvokeFunction", inner),
        name="outer",
    )

    invocation = account.runtime.invoke(outer, None)

    assert invocation.error is not None
    assert invocation.error.type == "Sandbox.Timedout"
    assert "too late" not in invocation.log_lines


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"Runtime": "nodejs20.x"}, "split has nodejs20.x and needs a python runtime"),
    ],
)
def test_what_is_not_emulated_is_refused_by_name(functions: Functions, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        functions.run("", **options)


def test_everything_is_the_same_a_second_time(tmp_path: Path) -> None:
    source = """
        import logging, time, boto3
        logging.getLogger().setLevel("INFO")
        def handle(event, context):
            logging.info("at work on %s in %s", context.aws_request_id, context.log_stream_name)
            boto3.client("sqs").create_queue
            time.sleep(0.25)
            print(boto3.Session().get_credentials().access_key, time.time())
            if event == 2:
                raise ValueError(event)
    """

    def run() -> list[Any]:
        with Account("111111111111", "eu-west-1") as account:
            arn = Functions(account, tmp_path).make(source, LoggingConfig={"LogFormat": "JSON"})
            invocations = [account.runtime.invoke(arn, event) for event in range(4)]
            return [(invocation.request_id, invocation.log_lines) for invocation in invocations]

    assert json.dumps(run()) == json.dumps(run())
