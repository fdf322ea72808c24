"""A message by hand goes through a subscription: its filter policy, its right, its dead letters."""

from __future__ import annotations

from typing import Any

import pytest

from components.triggers.sns import SnsTriggerConfig
from emulator.journal import Outcome
from emulator.waking.waking import Waking
from tests.emulator.by_hand import faults, left_out, ready, send
from tests.emulator.stage import QUIET, Stage, queue_arn


def event(**changed: Any) -> Any:
    whole: Any = SnsTriggerConfig(kind="sns", topic="news").example_event()
    [record] = whole["Records"]
    return {"Records": [{**record, "Sns": {**record["Sns"], **changed}}]}


def attribute(value: str, kind: str = "String") -> dict[str, dict[str, str]]:
    return {"magnitude": {"Type": kind, "Value": value}}


def waking(stage: Stage, **attributes: Any) -> Waking:
    topic, function = stage.topic(), stage.functions.make(QUIET, name="assess")
    stage.let("sns.amazonaws.com", function, topic)
    subscription = stage.subscribe(topic, function, **attributes)
    things = {"assess": ("function", function), "news": ("topic", topic), "by_hand": ("sns", subscription)}
    return ready(stage.account, "push", "sns.amazonaws.com", waker="feeds.news", woken="feeds.assess", **things)


def test_the_function_receives_the_message(stage: Stage) -> None:
    by_hand = waking(stage)

    send(by_hand, event(Message="hello", Subject="Late", MessageAttributes=attribute("strong")))

    [[record]] = [payload["Records"] for payload in stage.payloads()]
    given = event()["Records"][0]["Sns"]
    assert record["EventSubscriptionArn"] == by_hand.own_arn
    assert record["Sns"]["TopicArn"] == by_hand.source_arn
    assert (record["Sns"]["Message"], record["Sns"]["Subject"]) == ("hello", "Late")
    assert record["Sns"]["MessageAttributes"] == attribute("strong")
    assert record["Sns"]["MessageId"] == given["MessageId"]
    assert record["Sns"]["Timestamp"] == given["Timestamp"]
    assert stage.counts("feeds.news", "feeds.assess") == (1, 1, 0, 0)


@pytest.mark.parametrize("told", [attribute("6.5"), attribute("6.5", "Number"), attribute('["a", "b"]')])
def test_an_attribute_counts_as_what_it_may_have_been_published_as(stage: Stage, told: Any) -> None:
    send(waking(stage, FilterPolicy={"magnitude": [{"numeric": [">=", 6]}, "b"]}), event(MessageAttributes=told))

    assert len(stage.invocations()) == 1


@pytest.mark.parametrize("value", ["5", "strong", "true"])
def test_a_message_that_the_filter_policy_does_not_want_is_filtered_with_the_reason(stage: Stage, value: str) -> None:
    by_hand = waking(stage, FilterPolicy={"magnitude": [{"numeric": [">=", 6]}]})

    send(by_hand, event(MessageAttributes=attribute(value)))

    [hop] = stage.hops(Outcome.FILTERED)
    assert str(hop.cause).startswith("the subscription's filter policy does not match: magnitude wants ")
    assert stage.invocations() == []
    assert stage.counts("feeds.news", "feeds.assess") == (1, 0, 0, 1)


def test_a_filter_policy_may_look_at_the_body(stage: Stage) -> None:
    policy = {"FilterPolicy": {"magnitude": [{"numeric": [">=", 6]}]}, "FilterPolicyScope": "MessageBody"}
    by_hand = waking(stage, **policy)

    send(by_hand, event(Message='{"magnitude": 6}'))

    assert len(stage.invocations()) == 1


def test_without_the_right_the_message_lands_in_the_dead_letters_of_the_subscription(stage: Stage) -> None:
    stage.queue("dead")
    by_hand = waking(stage, RedrivePolicy={"deadLetterTargetArn": queue_arn("dead")})
    stage.let_topic_send(by_hand.source_arn, "dead")
    stage.account.client("lambda").remove_permission(FunctionName="assess", StatementId="sns-assess")

    send(by_hand, event())

    [denial] = stage.account.journal.denials
    assert (denial.principal, denial.action) == ("sns.amazonaws.com", "lambda:InvokeFunction")
    assert (denial.resource, denial.caller) == (by_hand.function_arn, "feeds.by-hand")
    assert len(stage.bodies("dead")) == 1
    assert stage.counts("feeds.news", "feeds.assess") == (1, 0, 1, 0)


def test_a_message_needs_what_a_message_has(stage: Stage) -> None:
    told = {
        "a": {"Type": "Binary", "Value": "?"},
        "b": {"Type": 1, "Value": 2},
        "c": "text",
        "d": {"Type": "Binary", "Value": "YQ=="},
    }

    found = faults(waking(stage), event(Message=5, Subject=1, Timestamp="noon", MessageAttributes=told))

    inside = "Records[0].Sns"
    assert found == [
        (f"{inside}.Message", "needs text, got 5"),
        (f"{inside}.Subject", "needs text, got 1"),
        (f"{inside}.Timestamp", "needs a moment like 2030-01-01T12:00:00.000Z, got 'noon'"),
        (f"{inside}.MessageAttributes.a.Value", "needs base64, got '?': bytes travel so"),
        (f"{inside}.MessageAttributes.b.Type", "needs text, got 1"),
        (f"{inside}.MessageAttributes.b.Value", "needs text, got 2"),
        (f"{inside}.MessageAttributes.c.Type", "needs text, got nothing"),
        (f"{inside}.MessageAttributes.c.Value", "needs text, got nothing"),
    ]


def test_a_topic_hands_over_one_message_at_a_time(stage: Stage) -> None:
    by_hand = waking(stage)

    [fault] = faults(by_hand, {"Records": event()["Records"] * 2})

    assert fault == ("Records", "needs one record, got 2: SNS hands over one message at a time")
    assert left_out(by_hand, event()) == ["no other subscription to feeds.news hears the message"]
