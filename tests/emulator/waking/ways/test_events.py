"""An event by hand goes through a rule: its pattern, its right, its input, its retries and its dead letters."""

from __future__ import annotations

from typing import Any

from emulator.journal import Outcome
from emulator.waking.waking import Waking
from tests.emulator.by_hand import faults, left_out, ready, send
from tests.emulator.stage import FAILING, QUIET, Stage, queue_arn

RULE = "arn:aws:events:eu-west-1:111111111111:rule/announcements/strong"


def event(**changed: Any) -> Any:
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Strong Quake",
        "source": "seismic.feeds",
        "account": "111111111111",
        "time": "2030-01-01T12:00:00Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": {"magnitude": 5},
        **changed,
    }


def waking(stage: Stage, source: str = QUIET, **target: Any) -> Waking:
    function = stage.woken_function(source, **target)
    bus = "arn:aws:events:eu-west-1:111111111111:event-bus/announcements"
    things = {"assess": ("function", function), "announcements": ("event_bus", bus), "by_hand": ("event_rule", RULE)}
    return ready(
        stage.account, "push", "events.amazonaws.com", waker="feeds.announcements", woken="feeds.assess", **things
    )


def test_the_function_receives_the_event_as_it_stands(stage: Stage) -> None:
    send(waking(stage), event())

    assert stage.payloads() == [event()]
    assert stage.counts("feeds.announcements", "feeds.assess") == (1, 1, 0, 0)


def test_the_function_receives_what_the_target_asked_for(stage: Stage) -> None:
    send(waking(stage, InputPath="$.detail"), event())

    assert stage.payloads() == [{"magnitude": 5}]


def test_an_event_that_does_not_fit_is_filtered_with_the_reason(stage: Stage) -> None:
    send(waking(stage), event(source="seismic.rumours"))

    [hop] = stage.hops(Outcome.FILTERED)
    wants = 'source wants "seismic.feeds", the event has "seismic.rumours"'
    assert hop.cause == f"the rule's pattern does not match: {wants}"
    assert stage.invocations() == []
    assert stage.counts("feeds.announcements", "feeds.assess") == (1, 0, 0, 1)


def test_a_rule_that_is_switched_off_hands_nothing_over(stage: Stage) -> None:
    by_hand = waking(stage)
    stage.account.client("events").disable_rule(Name="strong", EventBusName="announcements")

    send(by_hand, event())

    assert [hop.cause for hop in stage.hops(Outcome.FILTERED)] == ["the rule is switched off"]


def test_without_the_right_the_event_lands_in_the_dead_letters_of_the_target(stage: Stage) -> None:
    stage.queue("dead")
    by_hand = waking(stage, DeadLetterConfig={"Arn": queue_arn("dead")})
    stage.queue_policy(
        "dead",
        {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue_arn("dead"),
            "Condition": {"ArnEquals": {"aws:SourceArn": RULE}},
        },
    )
    stage.account.client("lambda").remove_permission(FunctionName="assess", StatementId="events-assess")

    send(by_hand, event())

    [denial] = stage.account.journal.denials
    assert (denial.principal, denial.action) == ("events.amazonaws.com", "lambda:InvokeFunction")
    assert (denial.resource, denial.caller) == (by_hand.function_arn, "feeds.by-hand")
    assert len(stage.bodies("dead")) == 1
    assert stage.counts("feeds.announcements", "feeds.assess") == (1, 0, 1, 0)


def test_a_function_that_fails_is_tried_three_times(stage: Stage) -> None:
    send(waking(stage, FAILING), event())

    assert len(stage.invocations()) == 3


def test_an_event_needs_what_a_rule_looks_at(stage: Stage) -> None:
    by_hand = waking(stage)

    assert faults(by_hand, event(id=5, detail="text", resources={})) == [
        ("id", "needs text, got 5"),
        ("resources", "needs a list, got {}"),
        ("detail", "needs an object, got 'text'"),
    ]
    assert left_out(by_hand, event()) == ["no other rule of feeds.announcements hears of the event"]
