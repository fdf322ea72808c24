"""Functions are made as Lambda makes them, and refused as Lambda refuses them."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.code import CodeFile
from emulator.execution.settings import read_asynchronous_settings
from emulator.provisioning.function_code import packed
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Found, Made, Refused
from emulator.wire import Archive, Asset
from tests.emulator.functions import LAMBDA_TRUST, WRITES_LOGS, document, zipped
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live

FUNCTION = """
role = aws.iam.Role("role", assume_role_policy=TRUST)
"""


def test_a_function_is_made_with_all_that_is_said(tmp_path: Path) -> None:
    source = f"""{FUNCTION}
logs = aws.cloudwatch.LogGroup("logs")
function("worker", role, architectures=["arm64"], description="splits", timeout=900, memory_size=10240,
    ephemeral_storage={{"size": 10240}}, environment={{"variables": {{"AB": "1"}}}}, reserved_concurrent_executions=900,
    logging_config={{"log_format": "JSON", "log_group": logs.name, "application_log_level": "WARN",
        "system_log_level": "INFO"}}, tracing_config={{"mode": "Active"}}, tags={{"a": "b"}})
"""

    with deployed(tmp_path, source) as (account, deployment):
        worker, client = deployment.named("Function", "worker"), account.client("lambda")
        told = client.get_function_configuration(FunctionName=worker.id)

        assert worker.arn == told["FunctionArn"] == f"arn:aws:lambda:eu-west-1:111111111111:function:{worker.id}"
        assert (told["Timeout"], told["MemorySize"], told["EphemeralStorage"]["Size"]) == (900, 10240, 10240)
        assert (told["Architectures"], told["Runtime"], told["Handler"]) == (["arm64"], "python3.13", "work.handle")
        assert told["LoggingConfig"] == {
            "LogFormat": "JSON",
            "LogGroup": deployment.named("LogGroup", "logs").id,
            "ApplicationLogLevel": "WARN",
            "SystemLogLevel": "INFO",
        }
        assert told["Environment"]["Variables"] == {"AB": "1"}
        assert client.get_function_concurrency(FunctionName=worker.id)["ReservedConcurrentExecutions"] == 900
        assert client.list_tags(Resource=worker.arn)["Tags"] == {"a": "b"}


def test_a_paused_function_reserves_nothing(tmp_path: Path) -> None:
    source = f"{FUNCTION}\nfunction('worker', role, reserved_concurrent_executions=0)"

    with deployed(tmp_path, source) as (account, deployment):
        worker = account.storage.backend("lambda").get_function(deployment.named("Function", "worker").id)
        assert int(worker.reserved_concurrency) == 0


def test_the_code_of_a_function_is_kept_with_its_files(tmp_path: Path) -> None:
    source = f"""{FUNCTION}
aws.lambda_.Function("worker", role=role.arn, handler="work.handle", runtime="python3.13",
    code=pulumi.AssetArchive({{"work.py": pulumi.FileAsset("handlers/work.py")}}))
"""

    with deployed(tmp_path, source, {"handlers/work.py": "x = 1\n"}) as (account, deployment):
        worker = deployment.named("Function", "worker")
        code = account.code[worker.arn or ""]

        assert code.files == {"work.py": CodeFile(b"x = 1\n", tmp_path / "project" / "handlers" / "work.py")}
        digest = hashlib.sha256(packed(code)).digest()
        assert worker.outputs["codeSha256"] == base64.b64encode(digest).decode()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("timeout=901", "timeout 901 needs 1 to 900 seconds"),
        ("timeout=0", "timeout 0 needs 1 to 900 seconds"),
        ("memory_size=127", "memorySize 127 needs 128 to 10240 MB"),
        ("memory_size=10241", "memorySize 10241 needs 128 to 10240 MB"),
        ('ephemeral_storage={"size": 511}', "ephemeralStorage.size 511 needs 512 to 10240 MB"),
        (f'name="{"a" * 65}"', f"name '{'a' * 65}' needs 1 to 64 characters of A-Z a-z 0-9 - _"),
        ('name="a.b"', "name 'a.b' needs 1 to 64 characters of A-Z a-z 0-9 - _"),
        ('architectures=["arm64", "x86_64"]', "architectures ['arm64', 'x86_64'] needs 1 entries, has 2"),
        ('layers=["arn"]', "the embedded account does not do `layers` yet"),
        ("publish=True", "publish true needs false: the embedded account does nothing else yet"),
        (
            "reserved_concurrent_executions=901",
            "reservedConcurrentExecutions 901 leaves 99 of the account's 1000, 0 being reserved by others: "
            "100 must be left",
        ),
        (
            'environment={"variables": {"AWS_REGION": "x"}}',
            "environment.variables.AWS_REGION is set by Lambda itself: it needs another name",
        ),
        (
            'environment={"variables": {"1A": "x"}}',
            "a key of environment.variables, '1A' needs a letter, then letters, digits and _",
        ),
        ('environment={"variables": {"AB": "x" * 4095}}', "environment.variables has 4097 bytes, needs at most 4096"),
        (
            'logging_config={"log_format": "Text", "system_log_level": "INFO"}',
            "loggingConfig.systemLogLevel needs logFormat 'JSON': lines of text have no level",
        ),
    ],
)
def test_what_lambda_would_not_take_is_refused(tmp_path: Path, said: str, told: str) -> None:
    assert problems(tmp_path, f"{FUNCTION}\nfunction('worker', role, {said})") == [
        f"aws:lambda/function:Function worker: {told}"
    ]


def test_what_functions_reserve_adds_up(tmp_path: Path) -> None:
    source = f"""{FUNCTION}
function("a", role, reserved_concurrent_executions=500)
function("b", role, reserved_concurrent_executions=401)
"""

    assert problems(tmp_path, source) == [
        "aws:lambda/function:Function b: reservedConcurrentExecutions 401 leaves 99 of the account's 1000, "
        "500 being reserved by others: 100 must be left"
    ]


@pytest.mark.parametrize("runtime", ["python3.8", "python2.7", "nodejs24.x", "python4"])
def test_only_runtimes_that_can_be_run_are_taken(tmp_path: Path, runtime: str) -> None:
    source = f"""{FUNCTION}
aws.lambda_.Function("worker", role=role.arn, handler="work.handle", runtime="{runtime}",
    code=pulumi.AssetArchive({{"work.py": pulumi.StringAsset("")}}))
"""

    assert problems(tmp_path, source) == [
        f"aws:lambda/function:Function worker: runtime '{runtime}' needs one of "
        "python3.10, python3.11, python3.12, python3.13, python3.14"
    ]


def test_a_role_that_is_not_there_is_refused(tmp_path: Path) -> None:
    source = """
        class Role:
            arn = "arn:aws:iam::111111111111:role/gone"
        function("worker", Role)
    """

    assert problems(tmp_path, source) == [
        "aws:lambda/function:Function worker: role arn:aws:iam::111111111111:role/gone does not exist"
    ]


FUNCTION_TYPE = "aws:lambda/function:Function"
FUNCTION_ARN = "arn:aws:lambda:eu-west-1:111111111111:function:split"
ROLE_ARN = "arn:aws:iam::111111111111:role/one"
DEAD_LETTERS_ARN = "arn:aws:sqs:eu-west-1:111111111111:failures"


def archive(source: str = "def handle(event, context): return 'old'") -> Archive:
    """An archive with `work.py` in it, as the engine gives it."""
    return Archive(assets={"work.py": Asset(text=source)}, hash=hashlib.sha256(source.encode()).hexdigest())


def kept(code: Archive) -> Archive:
    """The archive as it comes back from an engine's state: without its files."""
    return Archive(hash=code.hash)


def said(**inputs: Any) -> dict[str, Any]:
    needed = {"name": "split", "role": ROLE_ARN, "handler": "work.handle", "runtime": "python3.13", "code": archive()}
    return {**needed, **inputs}


def read(account: Account, known: Mapping[str, Any], made_id: str = "split") -> Found:
    found = Provisioner(account).read(FUNCTION_TYPE, made_id, known, SETTINGS)
    assert found is not None
    return found


@pytest.fixture
def roles(account: Account) -> None:
    """Two roles that Lambda may assume and that may write logs, `one` and `two`."""
    for name in ("one", "two"):
        iam = account.client("iam")
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(LAMBDA_TRUST))
        iam.put_role_policy(RoleName=name, PolicyName="may-log", PolicyDocument=document(WRITES_LOGS))


@pytest.fixture
def split(account: Account, roles: None) -> Callable[..., dict[str, Any]]:
    """Makes the function `split`; gives its inputs."""

    def make(**inputs: Any) -> dict[str, Any]:
        told = checked(account, FUNCTION_TYPE, said(**inputs))
        Provisioner(account).create(FUNCTION_TYPE, told)
        return told

    return make


def updated(account: Account, old: Mapping[str, Any], **inputs: Any) -> Made:
    new = checked(account, FUNCTION_TYPE, said(**inputs))
    return Provisioner(account).update(FUNCTION_TYPE, "split", old, new)


def test_a_function_changes_everything_but_its_name_and_goes(account: Account, roles: None) -> None:
    live(
        account,
        FUNCTION_TYPE,
        said(
            architectures=["arm64"],
            deadLetterConfig={"targetArn": DEAD_LETTERS_ARN},
            description="splits",
            environment={"variables": {"MODE": "fast", "OLD": "yes"}},
            ephemeralStorage={"size": 1024},
            loggingConfig={
                "applicationLogLevel": "WARN",
                "logFormat": "JSON",
                "logGroup": "/feeds",
                "systemLogLevel": "DEBUG",
            },
            memorySize=256,
            reservedConcurrentExecutions=900,
            tags={"team": "seismology", "old": "yes"},
            timeout=30,
            tracingConfig={"mode": "Active"},
        ),
        said(
            architectures=["x86_64"],
            code=archive("x = 2"),
            deadLetterConfig={"targetArn": f"{DEAD_LETTERS_ARN}-2"},
            description="splits well",
            environment={"variables": {"MODE": "slow"}},
            ephemeralStorage={"size": 2048},
            handler="work.other",
            loggingConfig={"logFormat": "JSON"},
            memorySize=512,
            reservedConcurrentExecutions=0,
            role=ROLE_ARN.replace("one", "two"),
            runtime="python3.12",
            skipDestroy=True,
            tags={"team": "alerts"},
            timeout=60,
            tracingConfig={"mode": "PassThrough"},
        ),
        said(),
    )
    assert FUNCTION_ARN not in account.code


def test_what_an_update_no_longer_says_is_at_lambda_s_default_again(
    account: Account, split: Callable[..., dict[str, Any]]
) -> None:
    old = split(
        deadLetterConfig={"targetArn": DEAD_LETTERS_ARN},
        environment={"variables": {"MODE": "fast"}},
        ephemeralStorage={"size": 1024},
        loggingConfig={"logFormat": "JSON", "applicationLogLevel": "WARN", "logGroup": "/feeds"},
        tracingConfig={"mode": "Active"},
    )

    updated(account, old)

    told = account.client("lambda").get_function_configuration(FunctionName="split")
    assert told["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/split"}
    assert (told["EphemeralStorage"], told["TracingConfig"]) == ({"Size": 512}, {"Mode": "PassThrough"})
    assert "Environment" not in told
    function = account.storage.backend("lambda").get_function("split")
    assert read_asynchronous_settings(function).dead_letter_target is None


def test_the_next_invocation_after_an_update_runs_the_new_code(
    account: Account, split: Callable[..., dict[str, Any]]
) -> None:
    old = split()
    assert account.runtime.invoke(FUNCTION_ARN, None).result == "old"
    code = archive("def handle(event, context): return 'new'")

    made = updated(account, {**old, "code": kept(old["code"])}, code=code)

    assert account.runtime.invoke(FUNCTION_ARN, None).result == "new"
    content = packed(account.code[FUNCTION_ARN])
    assert made.outputs["codeSha256"] == base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert made.outputs["sourceCodeSize"] == len(content)


def test_an_update_of_the_configuration_starts_the_same_code_cold(
    account: Account, split: Callable[..., dict[str, Any]]
) -> None:
    code = archive("import os\nMODE = os.environ['MODE']\ndef handle(event, context): return MODE")
    old = split(code=code, environment={"variables": {"MODE": "fast"}})
    account.runtime.invoke(FUNCTION_ARN, None)

    updated(account, old, code=code, environment={"variables": {"MODE": "slow"}})

    assert account.runtime.invoke(FUNCTION_ARN, None).result == "slow"


def test_an_update_tells_when_it_was(account: Account, split: Callable[..., dict[str, Any]]) -> None:
    old = split()
    account.clock.advance_to(account.clock.now + timedelta(hours=1))

    assert updated(account, old, tags={"a": "b"}).outputs["lastModified"].startswith("2030-01-01T12:00:00")
    assert updated(account, old, timeout=4).outputs["lastModified"].startswith("2030-01-01T13:00:00")
    account.clock.advance_to(account.clock.now + timedelta(hours=1))
    assert updated(account, old, code=archive("x = 2")).outputs["lastModified"].startswith("2030-01-01T14:00:00")


@pytest.mark.parametrize(
    ("inputs", "needed"),
    [
        ({"timeout": 9}, ["UpdateFunctionConfiguration"]),
        ({"code": archive("x = 2")}, ["UpdateFunctionCode"]),
        ({"architectures": ["arm64"]}, ["UpdateFunctionCode"]),
        ({"reservedConcurrentExecutions": 0}, ["PutFunctionConcurrency"]),
        ({"reservedConcurrentExecutions": -1}, ["DeleteFunctionConcurrency"]),
        ({"tags": {"old": "yes", "new": "yes"}}, ["TagResource"]),
        ({"tags": {}}, ["UntagResource"]),
        ({"skipDestroy": True}, []),
    ],
)
def test_an_update_needs_the_rights_to_what_it_changes_and_no_others(
    account: Account, split: Callable[..., dict[str, Any]], inputs: dict[str, Any], needed: list[str]
) -> None:
    before = {"reservedConcurrentExecutions": 5, "tags": {"old": "yes"}}
    old = split(**before)
    iam = account.client("iam")
    arn = iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=document(LAMBDA_TRUST))["Role"]["Arn"]
    deployer = account.identities.role_session(arn, "deployer", "the deployer")

    def may(*actions: str) -> None:
        statement = {"Effect": "Allow", "Action": [f"lambda:{action}" for action in actions], "Resource": "*"}
        iam.put_role_policy(RoleName="deployer", PolicyName="may", PolicyDocument=document(statement))

    may("GetFunction", "ListTags")
    if needed:
        with account.acting(deployer), pytest.raises(Refused, match=f"^{needed[0]} answers AccessDenied"):
            updated(account, {**old, "code": kept(old["code"])}, **{**before, **inputs})
    may("GetFunction", "ListTags", *needed)
    with account.acting(deployer):
        updated(account, {**old, "code": kept(old["code"])}, **{**before, **inputs})


def test_code_that_cannot_be_read_leaves_the_function_as_it_was(
    account: Account, split: Callable[..., dict[str, Any]]
) -> None:
    old = split()

    with pytest.raises(Refused, match=r"^code holds no file$"):
        updated(account, old, code=Archive(hash="another"), timeout=9)

    assert read(account, old).inputs == old


def test_a_function_keeps_its_own_reservation_out_of_what_is_left(
    account: Account, split: Callable[..., dict[str, Any]]
) -> None:
    old = split(reservedConcurrentExecutions=500)

    updated(account, old, reservedConcurrentExecutions=900)

    refusal = r"^reservedConcurrentExecutions 901 leaves 99 of the account's 1000, 0 being reserved by others: "
    with pytest.raises(Refused, match=refusal):
        updated(account, old, reservedConcurrentExecutions=901, timeout=9)
    assert read(account, old).inputs == {**old, "reservedConcurrentExecutions": 900}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"Description": "other"}, {"description": "other"}),
        ({"DeadLetterConfig": {"TargetArn": DEAD_LETTERS_ARN}}, {"deadLetterConfig": {"targetArn": DEAD_LETTERS_ARN}}),
        ({"EphemeralStorage": {"Size": 600}}, {"ephemeralStorage": {"size": 600}}),
        ({"TracingConfig": {"Mode": "Active"}}, {"tracingConfig": {"mode": "Active"}}),
        ({"Environment": {"Variables": {"AB": "1"}}}, {"environment": {"variables": {"AB": "1"}}}),
        ({"Handler": "work.other"}, {"handler": "work.other"}),
        ({"LoggingConfig": {"LogGroup": "/x"}}, {"loggingConfig": {"logFormat": "Text", "logGroup": "/x"}}),
        (
            {"LoggingConfig": {"LogFormat": "JSON", "SystemLogLevel": "WARN"}},
            {"loggingConfig": {"logFormat": "JSON", "systemLogLevel": "WARN"}},
        ),
        ({"MemorySize": 1024}, {"memorySize": 1024}),
        ({"Role": f"{ROLE_ARN}-2"}, {"role": f"{ROLE_ARN}-2"}),
        ({"Runtime": "python3.14"}, {"runtime": "python3.14"}),
        ({"Timeout": 9}, {"timeout": 9}),
    ],
)
def test_a_configuration_that_was_changed_behind_the_engine_is_seen(
    account: Account, split: Callable[..., dict[str, Any]], change: dict[str, Any], found: dict[str, Any]
) -> None:
    known = split()

    account.client("lambda").update_function_configuration(FunctionName="split", **change)

    assert read(account, known).inputs == {**known, **found}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            lambda account: account.client("lambda").update_function_code(
                FunctionName="split", Architectures=["arm64"], ZipFile=zipped({})
            ),
            {"architectures": ["arm64"]},
        ),
        (
            lambda account: account.client("lambda").put_function_concurrency(
                FunctionName="split", ReservedConcurrentExecutions=0
            ),
            {"reservedConcurrentExecutions": 0},
        ),
        (
            lambda account: account.client("lambda").tag_resource(Resource=FUNCTION_ARN, Tags={"by": "hand"}),
            {"tags": {"by": "hand"}, "tagsAll": {"stack": "dev", "by": "hand"}},
        ),
    ],
)
def test_what_else_was_changed_behind_the_engine_is_seen(
    account: Account,
    split: Callable[..., dict[str, Any]],
    change: Callable[[Account], object],
    found: dict[str, Any],
) -> None:
    known = split()

    change(account)

    assert read(account, known).inputs == {**known, **found}


def test_code_that_was_changed_behind_the_engine_shows_in_its_hash_alone(
    account: Account, split: Callable[..., dict[str, Any]]
) -> None:
    known = split()
    before = read(account, known)

    content = zipped({"work.py": "def handle(event, context): return 'drift'"})
    account.client("lambda").update_function_code(FunctionName="split", ZipFile=content)

    after = read(account, known)
    assert after.inputs == before.inputs
    assert after.made.outputs["codeSha256"] == base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert after.made.outputs["codeSha256"] != before.made.outputs["codeSha256"]
    assert account.runtime.invoke(FUNCTION_ARN, None).result == "drift"


@pytest.mark.parametrize(
    "inputs",
    [
        {"environment": {}},
        {"environment": {"variables": {}}},
        {"ephemeralStorage": {}},
        {"loggingConfig": {"logFormat": "Text"}},
        {"loggingConfig": {"logFormat": "JSON"}},
        {"loggingConfig": {"logFormat": "JSON", "applicationLogLevel": "INFO", "logGroup": "/aws/lambda/split"}},
        {"tracingConfig": {"mode": "PassThrough"}},
        {"publish": False, "skipDestroy": True},
        {"code": kept(archive())},
    ],
)
def test_what_was_said_is_read_back_in_the_same_words(
    account: Account, split: Callable[..., dict[str, Any]], inputs: dict[str, Any]
) -> None:
    told = split(**inputs) if "code" not in inputs else {**split(), **inputs}

    assert read(account, told).inputs == told


def test_a_function_is_imported_by_its_name(account: Account, split: Callable[..., dict[str, Any]]) -> None:
    told = split(environment={"variables": {"AB": "1"}}, reservedConcurrentExecutions=3, tags={"a": "b"})
    del told["code"]  # Lambda gives away its packed files, not what they were packed of.

    found = read(account, {})

    assert found.inputs == told
    assert (found.made.id, found.made.arn) == ("split", FUNCTION_ARN)
    assert (
        updated(account, found.inputs, code=archive("x = 2")).outputs["codeSha256"]
        != (found.made.outputs["codeSha256"])
    )


@pytest.mark.parametrize("made_id", [FUNCTION_ARN, "split:live", "a b", ""])
def test_an_id_that_is_no_function_s_name_is_refused(account: Account, made_id: str) -> None:
    told = f"id {made_id!r} needs the name of a function: 1 to 64 characters of A-Z a-z 0-9 - _"

    with pytest.raises(Refused, match=f"^{re.escape(told)}$"):
        Provisioner(account).read(FUNCTION_TYPE, made_id, {}, SETTINGS)


def test_a_function_tells_what_lambda_fills_in(account: Account, roles: None) -> None:
    told = checked(account, FUNCTION_TYPE, said(loggingConfig={"logFormat": "JSON"}))

    outputs = Provisioner(account).create(FUNCTION_TYPE, told).outputs

    api = "arn:aws:apigateway:eu-west-1:lambda:path"
    assert {name: outputs[name] for name in outputs if name not in told or outputs[name] != told[name]} == {
        "arn": FUNCTION_ARN,
        "codeSha256": outputs["codeSha256"],
        "ephemeralStorage": {"size": 512},
        "invokeArn": f"{api}/2015-03-31/functions/{FUNCTION_ARN}/invocations",
        "lastModified": outputs["lastModified"],
        "loggingConfig": {
            "applicationLogLevel": "INFO",
            "logFormat": "JSON",
            "logGroup": "/aws/lambda/split",
            "systemLogLevel": "INFO",
        },
        "qualifiedArn": f"{FUNCTION_ARN}:$LATEST",
        "qualifiedInvokeArn": f"{api}/2015-03-31/functions/{FUNCTION_ARN}:$LATEST/invocations",
        "region": "eu-west-1",
        "responseStreamingInvokeArn": f"{api}/2021-11-15/functions/{FUNCTION_ARN}/response-streaming-invocations",
        "signingJobArn": "",
        "signingProfileVersionArn": "",
        "sourceCodeSize": outputs["sourceCodeSize"],
        "tracingConfig": {"mode": "PassThrough"},
        "version": "$LATEST",
    }


@pytest.mark.parametrize(("word", "value"), [("name", "merge"), ("packageType", "Image")])
def test_a_function_of_another_name_or_package_takes_the_place_of_the_old_one(
    account: Account, word: str, value: str
) -> None:
    old = checked(account, FUNCTION_TYPE, said())

    difference = Provisioner(account).difference(FUNCTION_TYPE, old, {**old, word: value})

    assert difference.replaces == {word}
    assert difference.delete_first == (word != "name")


def test_an_archive_with_the_same_hash_is_no_change(account: Account) -> None:
    new = checked(account, FUNCTION_TYPE, said())
    old = {**new, "code": kept(new["code"])}
    other = {**new, "code": archive("x = 2")}
    provisioner = Provisioner(account)

    assert provisioner.difference(FUNCTION_TYPE, old, new).changes == {}
    assert provisioner.difference(FUNCTION_TYPE, old, other).changes == {"code": "updated"}


def test_a_function_that_is_known_without_its_files_is_deleted(
    account: Account, split: Callable[..., dict[str, Any]]
) -> None:
    told = split()

    Provisioner(account).delete(FUNCTION_TYPE, "split", {**told, "code": kept(told["code"])})

    assert Provisioner(account).read(FUNCTION_TYPE, "split", told, SETTINGS) is None
