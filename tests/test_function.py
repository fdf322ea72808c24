"""The function and everything that is only its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from components import iam
from components.archive import handler_files
from components.function import AsynchronousConfig, FunctionConfig, LambdaFunction
from tests.given import handlers

LOGS = "arn:aws:logs:eu-west-1:111111111111:log-group:feeds-split-logs"
FAILURES = "arn:aws:sqs:eu-west-1:111111111111:feeds-split-failures-queue"


@pytest.fixture
def split(tmp_path: Path) -> Any:
    files = handler_files(handlers(tmp_path, "split"), "split.handle")

    def build(pushed: bool = True, told: Any = None, **config: Any) -> Any:
        return lambda: LambdaFunction(
            "feeds.split",
            FunctionConfig(handler="split.handle", **config),
            files,
            environment=told or {},
            asynchronous=pushed,
        )

    return build


def test_a_function_is_asked_for_with_explicit_limits(deploy: Any, split: Any) -> None:
    inputs = deploy(split())["Function", "feeds-split-function"].inputs

    del inputs["code"]
    assert inputs == {
        "role": "arn:aws:iam::111111111111:role/feeds-split-role",
        "handler": "split.handle",
        "runtime": "python3.13",
        "architectures": ["arm64"],
        "timeout": 30,
        "memorySize": 256,
        "ephemeralStorage": {"size": 512},
        "loggingConfig": {
            "logFormat": "JSON",
            "logGroup": "feeds-split-logs",
            "applicationLogLevel": "INFO",
            "systemLogLevel": "INFO",
        },
    }


def test_only_lambda_may_assume_the_role(deploy: Any, split: Any) -> None:
    role = deploy(split())["Role", "feeds-split-role"]

    assert role.statements("assumeRolePolicy") == [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]


def test_the_role_may_write_its_own_logs_and_no_others(deploy: Any, split: Any) -> None:
    right = deploy(split())["RolePolicy", "feeds-split-may-write-its-logs"]

    assert right.inputs["name"] == "split-may-write-its-logs"
    assert right.inputs["role"] == "feeds-split-role"
    assert right.statements() == [
        {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": f"{LOGS}:*"}
    ]


def test_logs_are_kept_for_the_days_that_config_says(deploy: Any, split: Any) -> None:
    assert deploy(split(log_retention_days=365))["LogGroup", "feeds-split-logs"].inputs == {"retentionInDays": 365}


def test_the_function_waits_for_its_log_right(deploy: Any, split: Any) -> None:
    assert "feeds-split-may-write-its-logs" in deploy(split())["Function", "feeds-split-function"].depends_on


def test_a_pushed_function_has_a_place_for_failed_events(deploy: Any, split: Any) -> None:
    deployed = deploy(split())

    config = deployed["FunctionEventInvokeConfig", "feeds-split-asynchronous"]
    assert config.inputs == {
        "functionName": "feeds-split-function",
        "maximumRetryAttempts": 2,
        "maximumEventAgeInSeconds": 21_600,
        "destinationConfig": {"onFailure": {"destination": FAILURES}},
    }
    assert "feeds-split-may-send-to-its-failures" in config.depends_on
    assert deployed["RolePolicy", "feeds-split-may-send-to-its-failures"].statements() == [
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": FAILURES}
    ]


def test_no_queue_may_redrive_into_a_failure_destination(deploy: Any, split: Any) -> None:
    allow = deploy(split())["RedriveAllowPolicy", "feeds-split-failures-redrive-allow"]

    assert allow.document("redriveAllowPolicy") == {"redrivePermission": "denyAll"}


def test_a_polled_function_needs_no_such_place_and_no_right_to_it(deploy: Any, split: Any) -> None:
    deployed = deploy(split(pushed=False))

    assert deployed.names("FunctionEventInvokeConfig") == []
    assert deployed.names("RolePolicy") == ["feeds-split-may-write-its-logs"]
    assert deployed.names("Queue") == []


def test_failed_events_are_discarded_only_by_a_word(deploy: Any, split: Any) -> None:
    discard = AsynchronousConfig(on_failure="discard", max_retries=0, max_event_age_seconds=60)

    deployed = deploy(split(asynchronous=discard))

    assert deployed["FunctionEventInvokeConfig", "feeds-split-asynchronous"].inputs == {
        "functionName": "feeds-split-function",
        "maximumRetryAttempts": 0,
        "maximumEventAgeInSeconds": 60,
    }
    assert deployed.names("RolePolicy") == ["feeds-split-may-write-its-logs"]


def test_discarding_shows_in_the_ledger(deploy: Any, split: Any) -> None:
    found: list[Any] = []
    build = split(asynchronous=AsynchronousConfig(on_failure="discard"))

    deploy(lambda: found.append(build().landing()))

    assert (found[0].when, found[0].after, found[0].where) == (
        "the function fails",
        "3 attempts or 21600 seconds",
        None,
    )


def test_access_variables_and_config_variables_reach_the_handler(deploy: Any, split: Any) -> None:
    deployed = deploy(split(told={"FEED_BUCKET_NAME": "feed"}, environment={"MODE": "strict"}))

    variables = deployed["Function", "feeds-split-function"].inputs["environment"]["variables"]
    assert variables == {"FEED_BUCKET_NAME": "feed", "MODE": "strict"}


def test_a_paused_function_runs_nothing(deploy: Any, split: Any) -> None:
    inputs = deploy(split(paused=True))["Function", "feeds-split-function"].inputs

    assert inputs["reservedConcurrentExecutions"] == 0


def test_a_right_becomes_a_policy_and_a_line_of_the_ledger(deploy: Any, split: Any) -> None:
    found: list[Any] = []
    build = split()

    deployed = deploy(
        lambda: found.append(
            build().may(
                "write", "quakes", iam.allow("dynamodb:PutItem", on="arn:table"), resource="feeds.quakes", scope="x/*"
            )
        )
    )

    [grant] = found
    assert (grant.name, grant.grantee, grant.verb, grant.resource) == (
        "feeds.split-may-write-quakes",
        "feeds.split",
        "write",
        "feeds.quakes",
    )
    assert (grant.actions, grant.scope, grant.right) == (
        ("dynamodb:PutItem",),
        "x/*",
        "feeds-split-may-write-quakes",
    )
    assert deployed["RolePolicy", grant.right].statements() == [
        {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "arn:table"}
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timeout_seconds", 0),
        ("timeout_seconds", 901),
        ("memory_mb", 127),
        ("memory_mb", 10_241),
        ("ephemeral_storage_mb", 511),
        ("ephemeral_storage_mb", 10_241),
        ("reserved_concurrency", 0),
        ("runtime", "python2.7"),
        ("log_retention_days", 2),
        ("handler", "split"),
        ("handler", "../split.handle"),
        ("handler", "split handle.x"),
    ],
)
def test_a_value_out_of_range_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError, match=field):
        FunctionConfig(**{"handler": "split.handle", field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["AWS_REGION", "LAMBDA_TASK_ROOT", "TZ"])
def test_lambdas_own_variables_are_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="is set by Lambda itself"):
        FunctionConfig(handler="split.handle", environment={name: "x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("KEY", "AKIAIOSFODNN7EXAMPLE"), ("DB_PASSWORD", "hunter2"), ("PEM", "-----BEGIN RSA PRIVATE KEY-----")],
)
def test_a_variable_that_looks_like_a_secret_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match="looks like a secret"):
        FunctionConfig(handler="split.handle", environment={name: value})


def test_a_paused_function_reserves_nothing() -> None:
    with pytest.raises(ValidationError, match="cannot both be"):
        FunctionConfig(handler="split.handle", paused=True, reserved_concurrency=5)


def test_a_functions_archive_holds_what_its_handler_needs(deploy: Any, split: Any) -> None:
    code = deploy(split())["Function", "feeds-split-function"].inputs["code"]

    assert list(code.assets) == ["split.py"]
