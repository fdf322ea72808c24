"""Functions are made as Lambda makes them, and refused as Lambda refuses them."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from emulator.code import CodeFile
from emulator.provisioning.function_code import packed
from tests.emulator.programs import deployed, problems

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
