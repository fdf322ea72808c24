"""Rules and targets that are refused."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.events.models import EventPattern, EventsBackend

from emulator.account import Account
from tests.emulator.contracts import parameters
from tests.emulator.stage import Stage, queue_arn

FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:assess"


@pytest.mark.parametrize(
    ("function", "taken"),
    [
        (
            EventsBackend.put_rule,
            "self name description event_bus_arn event_pattern role_arn scheduled_expression state managed_by tags",
        ),
        (EventsBackend.put_targets, "self name event_bus_arn targets"),
        (EventPattern.dump, "self"),
    ],
)
def test_moto_still_takes_what_we_take(function: Any, taken: str) -> None:
    assert parameters(function) == taken.split()


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": []},
        {"source": "seismic.feeds"},
        {"detail": {"magnitude": [{"numeric": [">=", 5, "<", 4]}]}},
        {"detail": {"place": [{"sounds-like": "Fiji"}]}},
    ],
)
def test_a_pattern_that_aws_refuses_makes_no_rule(account: Account, stage: Stage, pattern: dict[str, Any]) -> None:
    stage.bus()

    with pytest.raises(ClientError) as raised:
        stage.rule(pattern)

    assert raised.value.response["Error"]["Code"] == "InvalidEventPatternException"
    assert account.client("events").list_rules(EventBusName="announcements")["Rules"] == []


@pytest.mark.parametrize(
    ("arn", "service"),
    [
        ("arn:aws:sns:eu-west-1:111111111111:news", "sns"),
        ("arn:aws:states:eu-west-1:111111111111:stateMachine:respond", "states"),
        ("arn:aws:logs:eu-west-1:111111111111:log-group:all", "logs"),
        ("arn:aws:events:eu-west-1:111111111111:event-bus/other", "events"),
    ],
)
def test_a_target_that_is_not_emulated_is_refused_by_name(stage: Stage, arn: str, service: str) -> None:
    stage.bus()
    stage.rule({"source": ["seismic.feeds"]})

    with pytest.raises(ClientError) as raised:
        stage.target(arn)

    assert raised.value.response["Error"]["Message"] == (
        f"target {arn} is not emulated: only functions and queues are, {service} is not"
    )


@pytest.mark.parametrize("place", [queue_arn("dead.fifo"), "arn:aws:sns:eu-west-1:111111111111:dead"])
def test_dead_letters_go_to_a_standard_queue(stage: Stage, place: str) -> None:
    stage.bus()
    stage.rule({"source": ["seismic.feeds"]})

    with pytest.raises(ClientError, match="needs to be a standard queue"):
        stage.target(FUNCTION, DeadLetterConfig={"Arn": place})


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"Input": "{}", "InputPath": "$"}, "Only one of Input, InputPath, or InputTransformer"),
        ({"Input": "no json"}, "input needs JSON text"),
        ({"InputTransformer": {"InputTemplate": '{"a": <b>}', "InputPathsMap": {}}}, "template uses <b>"),
    ],
)
def test_an_input_that_could_never_be_made_is_refused(stage: Stage, asked: dict[str, Any], reason: str) -> None:
    stage.bus()
    stage.rule({"source": ["seismic.feeds"]})

    with pytest.raises(ClientError) as raised:
        stage.target(FUNCTION, **asked)

    assert reason in str(raised.value)


def test_a_rule_has_five_targets_at_most(stage: Stage) -> None:
    stage.bus()
    stage.rule({"source": ["seismic.feeds"]})
    for number in range(5):
        stage.target(f"{FUNCTION}-{number}")

    stage.target(f"{FUNCTION}-4", Input="{}")
    with pytest.raises(ClientError, match="rule strong needs 5 targets or fewer"):
        stage.target(f"{FUNCTION}-5")
