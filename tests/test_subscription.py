"""A subscription: what SNS is asked for, and who may send to its dead letters."""

from __future__ import annotations

import json
from typing import Any, Literal

import pulumi
import pytest
from pydantic import ValidationError

from components.ledger import Condition, Grant, Landing
from components.subscription import Subscription, SubscriptionConfig, landing

TOPIC = "arn:aws:sns:eu-west-1:111111111111:alerts-news-topic"
QUEUE = "arn:aws:sqs:eu-west-1:111111111111:alerts-letters-queue"
DEAD_LETTERS = "arn:aws:sqs:eu-west-1:111111111111:alerts-letters-on-news-dead-letters-queue"


def build(
    found: list[Subscription] | None = None,
    *,
    protocol: Literal["lambda", "sqs"] = "sqs",
    fifo: bool = False,
    raw: bool = False,
    **config: Any,
) -> Any:
    def program() -> None:
        subscription = Subscription(
            "alerts.letters-on-news",
            SubscriptionConfig(topic="news", **config),
            ("alerts.news", pulumi.Output.from_input(TOPIC)),
            fifo=fifo,
            protocol=protocol,
            endpoint=pulumi.Output.from_input(QUEUE),
            raw=raw,
            after=[pulumi.ComponentResource("eventwire:test:Right", "the-right")],
        )
        if found is not None:
            found.append(subscription)

    return program


def test_a_subscription_hears_everything_and_has_a_place_for_what_cannot_be_delivered(deploy: Any) -> None:
    subscription = deploy(build())["TopicSubscription", "alerts-letters-on-news-subscription"]

    assert json.loads(subscription.inputs.pop("redrivePolicy")) == {"deadLetterTargetArn": DEAD_LETTERS}
    assert subscription.inputs == {"topic": TOPIC, "protocol": "sqs", "endpoint": QUEUE}


def test_it_waits_for_the_right_to_deliver_and_to_land(deploy: Any) -> None:
    subscription = deploy(build())["TopicSubscription", "alerts-letters-on-news-subscription"]

    assert "alerts-letters-on-news-dead-letters-policy" in subscription.depends_on


@pytest.mark.parametrize(
    ("word", "scope"), [("message_attributes", "MessageAttributes"), ("message_body", "MessageBody")]
)
def test_a_filter_policy_reaches_sns(deploy: Any, word: Any, scope: str) -> None:
    program = build(filter_policy={"kind": ["strong"]}, filter_policy_scope=word, dead_letters="discard")

    subscription = deploy(program)["TopicSubscription", "alerts-letters-on-news-subscription"]

    assert json.loads(subscription.inputs["filterPolicy"]) == {"kind": ["strong"]}
    assert subscription.inputs["filterPolicyScope"] == scope


def test_a_queue_may_get_messages_as_they_were_published(deploy: Any) -> None:
    subscription = deploy(build(raw=True))["TopicSubscription", "alerts-letters-on-news-subscription"]

    assert subscription.inputs["rawMessageDelivery"] is True


def test_only_the_topic_may_send_to_its_dead_letters(deploy: Any) -> None:
    policy = deploy(build())["QueuePolicy", "alerts-letters-on-news-dead-letters-policy"]

    assert policy.statements()[1:] == [
        {
            "Sid": "TopicSendsWhatItCannotDeliver",
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": DEAD_LETTERS,
            "Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}},
        }
    ]


@pytest.mark.parametrize("fifo", [True, False])
def test_dead_letters_are_in_a_queue_of_the_topics_type(deploy: Any, fifo: bool) -> None:
    queue = deploy(build(fifo=fifo))["Queue", "alerts-letters-on-news-dead-letters-queue"]

    assert queue.inputs.get("fifoQueue", False) is fifo


def test_the_ledger_has_the_right_to_land(deploy: Any) -> None:
    found: list[Subscription] = []

    deploy(build(found))

    assert found[0].grants == [
        Grant(
            name="alerts.letters-on-news-may-send-to-its-dead-letters",
            grantee="alerts.letters-on-news",
            verb="send_to",
            resource="alerts.letters-on-news.dead-letters",
            actions=("sqs:SendMessage",),
            scope="",
            conditions=(Condition("ArnEquals", "aws:SourceArn", ("alerts.news",)),),
            right="alerts-letters-on-news-dead-letters-policy",
        )
    ]


def test_dead_letters_are_switched_off_only_by_a_word(deploy: Any) -> None:
    found: list[Subscription] = []

    deployed = deploy(build(found, dead_letters="discard"))

    assert deployed.names("Queue") == []
    assert "redrivePolicy" not in deployed["TopicSubscription", "alerts-letters-on-news-subscription"].inputs
    assert (found[0].dead_letters, found[0].grants) == (None, [])


@pytest.mark.parametrize(
    ("protocol", "when"), [("lambda", "Lambda cannot be reached"), ("sqs", "the queue cannot be reached")]
)
def test_where_a_message_lands_is_said_for_functions_and_queues(protocol: Any, when: str) -> None:
    kept = SubscriptionConfig(topic="news")
    lost = SubscriptionConfig(topic="news", dead_letters="discard")

    assert landing(kept, "a.b", protocol) == Landing(when, "100015 retries in 23 days", "a.b.dead-letters")
    assert landing(lost, "a.b", protocol).where is None


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"filter_policy": {"kind": []}}, r"filter_policy: kind: needs at least one wanted value, got \[\]"),
        ({"filter_policy": {"detail": {"kind": ["x"]}}}, "detail: needs a list of wanted values: attributes hold no"),
        (
            {"filter_policy": {"a": [], "b": "x"}},
            r'filter_policy: a: needs at least one wanted value, got \[\]; b: needs a list of wanted values, got "x"',
        ),
        ({"filter_policy": {}}, "filter_policy {} wants every message: leave it out"),
        ({"filter_policy_scope": "message_body"}, "filter_policy_scope message_body needs a filter_policy"),
        ({"filter_policy_scope": "MessageBody", "filter_policy": {}}, "filter_policy_scope"),
        ({"dead_letters": "none"}, "dead_letters"),
        ({"topic": "News"}, "topic"),
    ],
)
def test_what_sns_would_refuse_is_refused_before(config: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        SubscriptionConfig(**{"topic": "news", **config})


def test_a_body_may_be_looked_into() -> None:
    config = SubscriptionConfig(
        topic="news", filter_policy={"detail": {"kind": ["x"]}}, filter_policy_scope="message_body"
    )

    assert config.filter_policy == {"detail": {"kind": ["x"]}}
