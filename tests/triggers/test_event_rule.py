"""EventBridge wakes a function."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from components.archive import handler_files
from components.event_pattern import EventPattern
from components.function import FunctionConfig, LambdaFunction
from components.ledger import Condition, Grant, Landing
from components.resources.event_bus import EventBus, EventBusConfig
from components.triggers.event_rule import EventRuleTrigger, EventRuleTriggerConfig
from tests.emulator.shapes import differences
from tests.given import ENVIRONMENT, handlers

RULE = "arn:aws:events:eu-west-1:111111111111:rule/alerts-assess-on-announcements-rule"
DEAD_LETTERS = "arn:aws:sqs:eu-west-1:111111111111:alerts-assess-on-announcements-dead-letters-queue"
PATTERN = {"source": ["seismic.feeds"], "detail": {"magnitude": [{"numeric": [">=", 4.5]}]}}


@pytest.fixture
def wire(tmp_path: Path) -> Any:
    files = handler_files(handlers(tmp_path, "assess"), "assess.handle")

    def program(found: list[Any] | None = None, bus: str = "announcements", **config: Any) -> Any:
        def build() -> None:
            announcements = EventBus("alerts.announcements", EventBusConfig(kind="event_bus"), ENVIRONMENT)
            assess = LambdaFunction(
                "alerts.assess", FunctionConfig(handler="assess.handle"), files, environment={}, asynchronous=True
            )
            trigger = EventRuleTrigger(
                "alerts.assess-on-announcements",
                EventRuleTriggerConfig(**{"kind": "event_rule", "event_bus": bus, "pattern": PATTERN, **config}),
                assess,
                None if bus == "default" else announcements,
                ENVIRONMENT,
            )
            if found is not None:
                found.append(trigger)

        return build

    return program


def test_only_its_own_rule_may_wake_the_function(deploy: Any, wire: Any) -> None:
    right = deploy(wire())["Permission", "alerts-assess-on-announcements-permission"]

    assert right.inputs == {
        "action": "lambda:InvokeFunction",
        "function": "alerts-assess-function",
        "principal": "events.amazonaws.com",
        "sourceArn": RULE,
    }


def test_the_rule_hears_its_bus_with_its_pattern(deploy: Any, wire: Any) -> None:
    rule = deploy(wire(description="strong ones"))["EventRule", "alerts-assess-on-announcements-rule"]

    assert json.loads(rule.inputs.pop("eventPattern")) == PATTERN
    assert rule.inputs == {
        "eventBusName": "alerts-announcements-bus",
        "description": "strong ones",
        "state": "ENABLED",
    }


def test_the_target_retries_and_has_a_place_for_what_it_cannot_deliver(deploy: Any, wire: Any) -> None:
    target = deploy(wire())["EventTarget", "alerts-assess-on-announcements-target"]

    assert target.inputs == {
        "rule": "alerts-assess-on-announcements-rule",
        "eventBusName": "alerts-announcements-bus",
        "arn": "arn:aws:lambda:eu-west-1:111111111111:function:alerts-assess-function",
        "retryPolicy": {"maximumRetryAttempts": 185, "maximumEventAgeInSeconds": 86_400},
        "deadLetterConfig": {"arn": DEAD_LETTERS},
    }
    assert {
        "alerts-assess-on-announcements-permission",
        "alerts-assess-on-announcements-dead-letters-policy",
        "alerts-assess-may-write-its-logs",
    } <= target.depends_on


def test_only_the_rule_may_send_to_its_dead_letters(deploy: Any, wire: Any) -> None:
    policy = deploy(wire())["QueuePolicy", "alerts-assess-on-announcements-dead-letters-policy"]

    assert policy.statements() == [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sqs:*",
            "Resource": DEAD_LETTERS,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Sid": "RuleSendsWhatItCannotDeliver",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": DEAD_LETTERS,
            "Condition": {"ArnEquals": {"aws:SourceArn": RULE}},
        },
    ]


def test_the_ledger_has_both_ways_of_failing_and_the_right_to_land(deploy: Any, wire: Any) -> None:
    found: list[Any] = []

    deploy(wire(found))

    [trigger] = found
    assert trigger.handshake.waker == "alerts.announcements"
    assert trigger.handshake.conditions == (
        Condition("ArnLike", "aws:SourceArn", ("alerts.assess-on-announcements (rule)",)),
    )
    assert trigger.handshake.landings == (
        Landing(
            "Lambda cannot be reached",
            "185 retries or 86400 seconds",
            "alerts.assess-on-announcements.dead-letters",
        ),
        Landing("the function fails", "3 attempts or 21600 seconds", "alerts.assess.failures"),
    )
    assert trigger.grants == [
        Grant(
            name="alerts.assess-on-announcements-may-send-to-its-dead-letters",
            grantee="alerts.assess-on-announcements",
            verb="send_to",
            resource="alerts.assess-on-announcements.dead-letters",
            actions=("sqs:SendMessage",),
            scope="",
            conditions=(Condition("ArnEquals", "aws:SourceArn", ("alerts.assess-on-announcements (rule)",)),),
            right="alerts-assess-on-announcements-dead-letters-policy",
        )
    ]


def test_dead_letters_are_switched_off_only_by_a_word_and_the_ledger_says_so(deploy: Any, wire: Any) -> None:
    found: list[Any] = []

    deployed = deploy(wire(found, dead_letters="discard", max_retries=0, max_event_age_seconds=60))

    assert "deadLetterConfig" not in deployed["EventTarget", "alerts-assess-on-announcements-target"].inputs
    assert found[0].handshake.landings[0] == Landing("Lambda cannot be reached", "0 retries or 60 seconds", None)
    assert found[0].grants == []


def test_a_rule_on_the_default_bus_is_woken_by_the_default_bus(deploy: Any, wire: Any) -> None:
    found: list[Any] = []

    deployed = deploy(wire(found, bus="default"))

    assert deployed["EventRule", "alerts-assess-on-announcements-rule"].inputs["eventBusName"] == "default"
    assert found[0].handshake.waker == "default event bus"
    assert list(found[0].parts) == ["default event bus"]


@pytest.mark.parametrize(
    ("config", "inputs"),
    [
        ({"path": "$.detail"}, {"inputPath": "$.detail"}),
        ({"constant": {"a": 1}}, {"input": '{"a": 1}'}),
        (
            {"paths": {"m": "$.detail.magnitude"}, "template": '"magnitude <m>"'},
            {"inputTransformer": {"inputPaths": {"m": "$.detail.magnitude"}, "inputTemplate": '"magnitude <m>"'}},
        ),
    ],
)
def test_the_function_can_receive_a_part_a_constant_or_a_text(
    deploy: Any, wire: Any, config: Any, inputs: dict[str, Any]
) -> None:
    target = deploy(wire(input=config))["EventTarget", "alerts-assess-on-announcements-target"]

    assert {key: target.inputs[key] for key in inputs} == inputs


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"pattern": {"source": []}}, "pattern"),
        ({"pattern": {"detail": {"a": [{"numeric": [">", "x"]}]}}}, "pattern"),
        ({"max_retries": 186}, "max_retries"),
        ({"max_event_age_seconds": 59}, "max_event_age_seconds"),
        ({"max_event_age_seconds": 86_401}, "max_event_age_seconds"),
        ({"input": {}}, "needs one of path, constant or template, got none"),
        ({"input": {"path": "$.a", "constant": 1}}, "got path and constant"),
        ({"input": {"paths": {"a": "$.a"}, "path": "$.b"}}, "needs a template"),
        ({"input": {"paths": {}, "template": '"<m>"'}}, "m"),
        ({"pattern": None}, "needs one of pattern and event, got none"),
        ({"event": {"kind": "health_event"}}, "needs one of pattern and event, got pattern and event"),
        (
            {"pattern": None, "event": {"kind": "health_event"}},
            "event health_event needs event_bus default, got 'b': AWS services announce their events there",
        ),
        (
            {
                "pattern": None,
                "event_bus": "default",
                "event": {"kind": "cloudwatch_alarm_state_change", "alarm_names": ("a" * 255,) * 9},
            },
            "the pattern needs at most 2048 characters",
        ),
    ],
)
def test_what_eventbridge_would_refuse_is_refused_before(config: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        EventRuleTriggerConfig(**{"kind": "event_rule", "event_bus": "b", "pattern": PATTERN, **config})


def test_the_example_event_names_what_the_pattern_names() -> None:
    config = EventRuleTriggerConfig(kind="event_rule", event_bus="b", pattern={"source": ["a"], "detail-type": ["B"]})

    assert EventPattern.parse(config.heard).matches(config.example_event())


@pytest.mark.parametrize(
    "pattern",
    [
        {"account": ["111111111111"]},
        {"version": ["0"], "region": ["eu-west-1"]},
        {"source": [{"prefix": ""}]},
        {"source": [{"exists": True}], "detail-type": [{"wildcard": "*"}]},
        {"detail-type": [{"suffix": ""}]},
        {"source": ["seismic.feeds", {"prefix": ""}]},
        {"detail": {"error": [{"exists": False}]}},
        {"replay-name": [{"exists": False}]},
        {"$or": [{"source": ["aws.s3"]}, {"account": ["111111111111"]}]},
    ],
)
def test_a_pattern_that_hears_everything_is_refused_on_the_default_bus(pattern: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="what the function itself sets off"):
        EventRuleTriggerConfig(kind="event_rule", event_bus="default", pattern=pattern)

    # A bus of one's own has only what somebody announces there on purpose.
    EventRuleTriggerConfig(kind="event_rule", event_bus="announcements", pattern=pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.s3"]},
        {"source": [{"prefix": "aws."}]},
        {"detail-type": ["Object Created"]},
        {"resources": ["arn:aws:s3:::feed"]},
        {"detail": {"error": [{"exists": True}]}},
        {"account": ["111111111111"], "source": [{"anything-but": ["aws.s3"]}]},
        {"$or": [{"source": ["aws.s3"]}, {"detail-type": ["AWS Health Event"]}]},
    ],
)
def test_a_pattern_that_asks_for_a_kind_of_event_may_stand_on_the_default_bus(pattern: dict[str, Any]) -> None:
    assert EventRuleTriggerConfig(kind="event_rule", event_bus="default", pattern=pattern).heard == pattern


def test_an_event_by_name_makes_the_pattern_of_the_rule(deploy: Any, wire: Any) -> None:
    said = {"kind": "ec2_instance_state_change", "states": ("stopped",)}

    rule = deploy(wire(bus="default", pattern=None, event=said))["EventRule", "alerts-assess-on-announcements-rule"]

    assert json.loads(rule.inputs["eventPattern"]) == {
        "source": ["aws.ec2"],
        "detail-type": ["EC2 Instance State-change Notification"],
        "detail": {"state": ["stopped"]},
    }


def test_an_event_by_name_is_its_own_example() -> None:
    said: Any = {"kind": "ec2_instance_state_change", "states": ("stopped",)}
    config = EventRuleTriggerConfig(kind="event_rule", event_bus="default", event=said)

    assert differences(config.example_event(), "ec2_state_change.json") == []
    assert EventPattern.parse(config.heard).matches(config.example_event())


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ({"detail": {"magnitude": [{"numeric": [">=", 4.5]}]}}, {"detail": {"magnitude": 4.5}}),
        ({"source": [{"prefix": "seismic."}]}, {"source": "seismic.example"}),
        ({"resources": [{"suffix": ":feed"}]}, {"resources": ["example:feed"]}),
        ({"account": ["222222222222"], "region": [{"anything-but": "eu-west-1"}]}, {"account": "222222222222"}),
        (
            {"$or": [{"source": ["a"], "time": [{"prefix": "2031"}]}, {"detail": {"a": {"b": ["c"]}}}]},
            {"detail": {"a": {"b": "c"}}},
        ),
    ],
)
def test_the_example_event_is_heard_and_keeps_the_recorded_shape(pattern: Any, told: dict[str, Any]) -> None:
    config = EventRuleTriggerConfig(kind="event_rule", event_bus="b", pattern=pattern)
    event = config.example_event()

    assert EventPattern.parse(config.heard).matches(event)
    assert {name: event[name] for name in told} == told
    # The recorded one has no resources.
    found = differences(event, "eventbridge_custom.json", free="detail")
    assert found == (["resources[] should not be there"] if "resources" in told else [])


@pytest.mark.parametrize(
    "pattern",
    [{"time": [{"prefix": "2031"}]}, {"account": ["somebody"]}, {"detail": ["text"]}, {"elsewhere": {"a": ["b"]}}],
)
def test_what_no_event_can_be_is_not_made_up(pattern: Any) -> None:
    config = EventRuleTriggerConfig(kind="event_rule", event_bus="b", pattern=pattern)

    event = config.example_event()

    assert (event["source"], event["detail-type"], event["detail"]) == ("example", "Example", {})
    assert differences(event, "eventbridge_custom.json", free="detail") == []
