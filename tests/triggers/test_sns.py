"""SNS wakes a function."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from components.archive import handler_files
from components.function import FunctionConfig, LambdaFunction
from components.ledger import Condition, Handshake, Landing
from components.resources.topic import Topic, TopicConfig
from components.triggers.sns import SnsTrigger, SnsTriggerConfig
from tests.emulator.shapes import differences
from tests.given import ENVIRONMENT, handlers

TOPIC = "arn:aws:sns:eu-west-1:111111111111:alerts-news-topic"
FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:alerts-assess-function"
DEAD_LETTERS = "arn:aws:sqs:eu-west-1:111111111111:alerts-assess-on-news-dead-letters-queue"


@pytest.fixture
def wire(tmp_path: Path) -> Any:
    files = handler_files(handlers(tmp_path, "assess"), "assess.handle")

    def program(found: list[Any] | None = None, **config: Any) -> Any:
        def build() -> None:
            news = Topic("alerts.news", TopicConfig(kind="topic"), ENVIRONMENT)
            assess = LambdaFunction(
                "alerts.assess", FunctionConfig(handler="assess.handle"), files, environment={}, asynchronous=True
            )
            trigger = SnsTrigger(
                "alerts.assess-on-news",
                SnsTriggerConfig(kind="sns", topic="news", **config),
                assess,
                news,
                ENVIRONMENT,
            )
            if found is not None:
                found.append(trigger)

        return build

    return program


def test_only_its_own_topic_may_wake_the_function(deploy: Any, wire: Any) -> None:
    right = deploy(wire())["Permission", "alerts-assess-on-news-permission"]

    assert right.inputs == {
        "action": "lambda:InvokeFunction",
        "function": "alerts-assess-function",
        "principal": "sns.amazonaws.com",
        "sourceArn": TOPIC,
    }


def test_the_function_hears_the_topic_and_what_cannot_be_delivered_lands(deploy: Any, wire: Any) -> None:
    subscription = deploy(wire())["TopicSubscription", "alerts-assess-on-news-subscription"]

    assert json.loads(subscription.inputs.pop("redrivePolicy")) == {"deadLetterTargetArn": DEAD_LETTERS}
    assert subscription.inputs == {"topic": TOPIC, "protocol": "lambda", "endpoint": FUNCTION}


def test_the_subscription_waits_for_every_right(deploy: Any, wire: Any) -> None:
    subscription = deploy(wire())["TopicSubscription", "alerts-assess-on-news-subscription"]

    assert {
        "alerts-assess-on-news-permission",
        "alerts-assess-on-news-dead-letters-policy",
        "alerts-assess-may-write-its-logs",
        "alerts-assess-may-send-to-its-failures",
    } <= subscription.depends_on


def test_the_filter_policy_reaches_the_subscription(deploy: Any, wire: Any) -> None:
    program = wire(filter_policy={"magnitude": [{"numeric": [">=", 5]}]}, filter_policy_scope="message_body")

    subscription = deploy(program)["TopicSubscription", "alerts-assess-on-news-subscription"]

    assert json.loads(subscription.inputs["filterPolicy"]) == {"magnitude": [{"numeric": [">=", 5]}]}
    assert subscription.inputs["filterPolicyScope"] == "MessageBody"


def test_the_ledger_has_both_ways_of_failing_and_the_right_to_land(deploy: Any, wire: Any) -> None:
    found: list[Any] = []

    deploy(wire(found))

    [trigger] = found
    assert trigger.handshake == Handshake(
        name="alerts.assess-on-news",
        waker="alerts.news",
        woken="alerts.assess",
        mechanism="push",
        principal="sns.amazonaws.com",
        actions=("lambda:InvokeFunction",),
        resource="alerts.assess",
        conditions=(Condition("ArnLike", "aws:SourceArn", ("alerts.news",)),),
        landings=(
            Landing("Lambda cannot be reached", "100015 retries in 23 days", "alerts.assess-on-news.dead-letters"),
            Landing("the function fails", "3 attempts or 21600 seconds", "alerts.assess.failures"),
        ),
        right="alerts-assess-on-news-permission",
    )
    assert [grant.name for grant in trigger.grants] == ["alerts.assess-on-news-may-send-to-its-dead-letters"]
    assert trigger.dead_letters.address == "alerts.assess-on-news.dead-letters"


def test_dead_letters_are_switched_off_only_by_a_word_and_the_ledger_says_so(deploy: Any, wire: Any) -> None:
    found: list[Any] = []

    deployed = deploy(wire(found, dead_letters="discard"))

    assert "redrivePolicy" not in deployed["TopicSubscription", "alerts-assess-on-news-subscription"].inputs
    assert found[0].handshake.landings[0] == Landing("Lambda cannot be reached", "100015 retries in 23 days", None)
    assert (found[0].dead_letters, found[0].grants) == (None, [])


def test_a_fifo_topic_does_not_wake_a_function() -> None:
    config = SnsTriggerConfig(kind="sns", topic="news")
    function = FunctionConfig(handler="assess.handle")

    assert list(config.problems(function, TopicConfig(kind="topic", fifo=True))) == [
        (
            "topic",
            "'news' is a FIFO topic, which SNS delivers to queues only: subscribe a queue to it (`subscriptions`), "
            "and let an sqs trigger read that",
        )
    ]
    assert list(config.problems(function, TopicConfig(kind="topic"))) == []


def test_raw_delivery_is_for_queues() -> None:
    with pytest.raises(ValidationError, match="raw_message_delivery"):
        SnsTriggerConfig(kind="sns", topic="news", raw_message_delivery=True)


def test_the_example_event_looks_as_recorded_ones_do() -> None:
    event = SnsTriggerConfig(kind="sns", topic="news").example_event()

    assert differences(event, "sns.json", free="Records[].Sns.MessageAttributes") == []


def example(**config: Any) -> Any:
    event: Any = SnsTriggerConfig(kind="sns", topic="news", **config).example_event()
    assert differences(event, "sns.json", free="Records[].Sns.MessageAttributes") == []
    return event["Records"][0]["Sns"]


def test_the_example_has_the_attributes_that_the_filter_policy_wants_as_lambda_is_told_of_them() -> None:
    told = example(filter_policy={"magnitude": [{"numeric": [">=", 6]}], "region": [{"prefix": "eu"}]})

    assert told["Message"] == "a message"
    assert told["MessageAttributes"] == {
        "magnitude": {"Type": "String", "Value": "6"},
        "region": {"Type": "String", "Value": "euexample"},
    }


def test_the_example_says_what_the_filter_policy_wants_of_the_body() -> None:
    policy = {"magnitude": [{"numeric": [">=", 5.5]}], "depth_km": [{"numeric": ["<", 70]}]}

    told = example(filter_policy=policy, filter_policy_scope="message_body")

    assert json.loads(told["Message"]) == {"magnitude": 5.5, "depth_km": 69}
    assert told["MessageAttributes"] == {}
