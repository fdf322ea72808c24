"""CloudWatch Logs wakes a function."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from components.archive import handler_files
from components.environment import EnvironmentConfig
from components.function import FunctionConfig, LambdaFunction
from components.ledger import Condition, Handshake, Landing
from components.log_batch import decoded
from components.log_pattern import LogPattern
from components.triggers.log_subscription import LogSubscriptionTrigger, LogSubscriptionTriggerConfig
from tests.emulator.shapes import differences
from tests.given import ENVIRONMENT, handlers

FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:feeds-warn-function"
DATABASE = "arn:aws:logs:eu-west-1:111111111111:log-group:/aws/rds/instance/quakes/error"
ERRORS = '{ $.level = "ERROR" }'


def config(**said: Any) -> LogSubscriptionTriggerConfig:
    return LogSubscriptionTriggerConfig(kind="log_subscription", **{"pattern": ERRORS, **said})


@pytest.fixture
def wire(tmp_path: Path) -> Any:
    folder = handlers(tmp_path, "split", "warn")

    def program(found: list[LogSubscriptionTrigger] | None = None, **said: Any) -> Any:
        def build() -> None:
            split, warn = (
                LambdaFunction(
                    f"feeds.{name}",
                    FunctionConfig(handler=f"{name}.handle"),
                    handler_files(folder, f"{name}.handle"),
                    environment={},
                    asynchronous=name == "warn",
                )
                for name in ("split", "warn")
            )
            source = None if "log_group_arn" in said else split
            wanted = config(**({} if source is None else {"logs_of": "split"}), **said)
            trigger = LogSubscriptionTrigger("feeds.warn-on-split", wanted, warn, source, ENVIRONMENT)
            if found is not None:
                found.append(trigger)

        return build

    return program


def test_only_one_log_group_of_its_own_account_may_wake_the_function(deploy: Any, wire: Any) -> None:
    right = deploy(wire())["Permission", "feeds-warn-on-split-permission"]

    assert right.inputs == {
        "action": "lambda:InvokeFunction",
        "function": "feeds-warn-function",
        "principal": "logs.amazonaws.com",
        "sourceArn": "arn:aws:logs:eu-west-1:111111111111:log-group:feeds-split-logs:*",
        "sourceAccount": "111111111111",
    }


def test_the_filter_is_on_the_other_functions_log(deploy: Any, wire: Any) -> None:
    subscription = deploy(wire())["LogSubscriptionFilter", "feeds-warn-on-split-filter"]

    assert subscription.inputs == {
        "logGroup": "feeds-split-logs",
        "filterPattern": '{ $.level = "ERROR" }',
        "destinationArn": FUNCTION,
    }


def test_the_filter_waits_for_the_permission_and_the_functions_rights(deploy: Any, wire: Any) -> None:
    subscription = deploy(wire())["LogSubscriptionFilter", "feeds-warn-on-split-filter"]

    assert {
        "feeds-warn-on-split-permission",
        "feeds-warn-may-write-its-logs",
        "feeds-warn-may-send-to-its-failures",
    } <= subscription.depends_on


def test_the_ledger_says_where_lines_are_lost(deploy: Any, wire: Any) -> None:
    found: list[LogSubscriptionTrigger] = []

    deploy(wire(found))

    assert found[0].handshake == Handshake(
        name="feeds.warn-on-split",
        waker="feeds.split.logs",
        woken="feeds.warn",
        mechanism="push",
        principal="logs.amazonaws.com",
        actions=("lambda:InvokeFunction",),
        resource="feeds.warn",
        conditions=(
            Condition("ArnLike", "aws:SourceArn", ("feeds.split.logs",)),
            Condition("StringEquals", "aws:SourceAccount", ("111111111111",)),
        ),
        landings=(
            Landing("Lambda cannot be reached", "24 hours of tries", None),
            Landing("Lambda refuses", "1 try, and the lines of the next 10 minutes are skipped", None),
            Landing("the function fails", "3 attempts or 21600 seconds", "feeds.warn.failures"),
        ),
        right="feeds-warn-on-split-permission",
    )


@pytest.mark.parametrize("arn", [DATABASE, f"{DATABASE}:*"])
def test_a_log_group_that_no_page_declares_is_heard_by_its_arn(deploy: Any, wire: Any, arn: str) -> None:
    found: list[LogSubscriptionTrigger] = []

    deployed = deploy(wire(found, log_group_arn=arn, pattern=""))

    right = deployed["Permission", "feeds-warn-on-split-permission"]
    assert (right.inputs["sourceArn"], right.inputs["sourceAccount"]) == (f"{DATABASE}:*", "111111111111")
    subscription = deployed["LogSubscriptionFilter", "feeds-warn-on-split-filter"]
    assert (subscription.inputs["logGroup"], subscription.inputs["filterPattern"]) == (
        "/aws/rds/instance/quakes/error",
        "",
    )
    assert found[0].handshake.waker == "/aws/rds/instance/quakes/error"
    assert found[0].handshake.conditions[0].values == ("/aws/rds/instance/quakes/error",)
    assert [(name, kind) for name, (kind, _) in found[0].parts.items()] == [
        ("/aws/rds/instance/quakes/error", "log_group")
    ]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "needs one of logs_of and log_group_arn: a subscription filter is on one log group"),
        ({"logs_of": "split", "log_group_arn": DATABASE}, "needs one of logs_of and log_group_arn"),
        ({"logs_of": DATABASE}, "logs_of"),
        ({"log_group_arn": "/aws/rds/instance/quakes/error"}, "log_group_arn"),
        ({"log_group_arn": "arn:aws:logs:eu-west-1:111111111111:log-group:a b"}, "log_group_arn"),
        ({"log_group_arn": f"{DATABASE}:log-stream:one"}, "log_group_arn"),
        ({"logs_of": "split", "pattern": "{ $.level = ERROR"}, "needs &&, || or }, and the pattern ends there"),
        ({"logs_of": "split", "pattern": "e" * 1_025}, "1024"),
        ({"logs_of": "split", "pattern": "?a ?b c"}, r"\?a and \?b would be ignored beside c"),
        ({"logs_of": "split", "pattern": '{ $.a = "b*c" }'}, "'b\\*c' has a star inside"),
    ],
)
def test_what_cannot_be_heard_is_refused(said: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        config(**said)


def test_the_pattern_has_to_be_said() -> None:
    with pytest.raises(ValidationError, match="pattern"):
        LogSubscriptionTriggerConfig(kind="log_subscription", logs_of="split")


def test_a_log_group_takes_two_filters() -> None:
    three = [(f"feeds.{name}", config(logs_of="split")) for name in ("a", "b", "c")]

    assert list(LogSubscriptionTriggerConfig.clashes(three[:2])) == []
    assert list(LogSubscriptionTriggerConfig.clashes(three)) == [
        (
            "feeds.c",
            "feeds.a and feeds.b hear the log of split already: "
            "CloudWatch Logs takes 2 subscription filters on one log group",
        )
    ]


def test_foreign_log_groups_are_told_apart_however_their_arns_are_written() -> None:
    arns = (DATABASE, f"{DATABASE}:*", f"{DATABASE}s", DATABASE)
    four = [(f"feeds.{index}", config(log_group_arn=arn)) for index, arn in enumerate(arns)]

    [(name, sentence)] = LogSubscriptionTriggerConfig.clashes(four)

    assert name == "feeds.3"
    assert sentence.startswith("feeds.0 and feeds.1 hear /aws/rds/instance/quakes/error already: ")


@pytest.mark.parametrize(
    "environment",
    [
        {"region": "eu-central-1"},
        {"account_id": "222222222222"},
        {"region": "cn-north-1"},
    ],
)
def test_a_log_group_of_another_place_is_out_of_reach(environment: dict[str, str]) -> None:
    elsewhere = EnvironmentConfig.model_validate({**ENVIRONMENT.model_dump(), **environment})

    [(field, sentence)] = config(log_group_arn=DATABASE).misplaced(elsewhere)

    assert field == "log_group_arn"
    assert sentence == (
        "/aws/rds/instance/quakes/error is in eu-west-1 of account 111111111111, and this stack in "
        f"{elsewhere.region} of {elsewhere.account_id}: "
        "a subscription filter wakes functions of its own account and region only"
    )
    assert list(config(log_group_arn=DATABASE).misplaced(ENVIRONMENT)) == []
    assert list(config(logs_of="split").misplaced(elsewhere)) == []


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("ERROR", None),
        (ERRORS, None),
        ('"two words" other', "two words other"),
        ("?WARN ?INFO", "WARN"),
        ('{ $.code = 5 && $.level = "ERROR" }', None),
    ],
)
def test_the_example_event_looks_as_recorded_ones_do_and_is_wanted(pattern: str, message: str | None) -> None:
    event = config(logs_of="split", pattern=pattern).example_event()

    assert differences(event, "cloudwatch_logs.json") == []
    inside = decoded(event)
    assert differences(inside, "cloudwatch_logs_decoded.json") == []
    [line] = inside["logEvents"]
    assert LogPattern.parse(pattern).matches(line["message"])
    if message is None:
        assert json.loads(line["message"])["level"] == "ERROR"
    else:
        assert line["message"] == message


def test_where_no_line_is_wanted_the_example_is_a_plain_one() -> None:
    event = config(logs_of="split", pattern="{ $.code = 1 && $.code = 2 }").example_event()

    [line] = decoded(event)["logEvents"]
    assert list(json.loads(line["message"])) == ["timestamp", "level", "message", "logger", "requestId"]


def test_the_example_event_is_always_the_same_text() -> None:
    assert config(logs_of="split").example_event() == config(logs_of="split").example_event()
