"""The queue, and the dead-letter queue behind it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from components.ledger import Condition, Handshake, Landing
from components.resources.queue import Queue, QueueConfig, QueueSubscriptionConfig
from components.resources.topic import Topic, TopicConfig
from tests.given import ENVIRONMENT

ARN = "arn:aws:sqs:eu-west-1:111111111111:"


def build(config: QueueConfig) -> Any:
    return lambda: Queue("feeds.readings", config, ENVIRONMENT).close()


def test_a_queue_is_asked_for_with_safe_defaults(deploy: Any) -> None:
    deployed = deploy(build(QueueConfig(kind="queue", visibility_timeout_seconds=180)))

    assert deployed["Queue", "feeds-readings-queue"].inputs == {
        "visibilityTimeoutSeconds": 180,
        "messageRetentionSeconds": 345_600,
        "maxMessageSize": 1_048_576,
        "delaySeconds": 0,
        "sqsManagedSseEnabled": True,
        "redrivePolicy": json.dumps(
            {"deadLetterTargetArn": f"{ARN}feeds-readings-dead-letters-queue", "maxReceiveCount": 5}
        ),
    }


def test_dead_letters_are_encrypted_and_kept_for_14_days(deploy: Any) -> None:
    deployed = deploy(build(QueueConfig(kind="queue")))

    assert deployed["Queue", "feeds-readings-dead-letters-queue"].inputs == {
        "messageRetentionSeconds": 1_209_600,
        "sqsManagedSseEnabled": True,
    }


@pytest.mark.parametrize("name", ["feeds-readings", "feeds-readings-dead-letters"])
def test_nobody_reaches_a_queue_without_tls_and_nobody_else_is_let_in(deploy: Any, name: str) -> None:
    deployed = deploy(build(QueueConfig(kind="queue")))

    assert deployed["QueuePolicy", f"{name}-policy"].statements() == [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sqs:*",
            "Resource": f"{ARN}{name}-queue",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]


def test_only_its_own_queue_may_use_the_dead_letter_queue(deploy: Any) -> None:
    deployed = deploy(build(QueueConfig(kind="queue")))

    allow = deployed["RedriveAllowPolicy", "feeds-readings-dead-letters-redrive-allow"]
    assert allow.document("redriveAllowPolicy") == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [f"{ARN}feeds-readings-queue"],
    }


def test_a_fifo_queue_has_fifo_dead_letters(deploy: Any) -> None:
    deployed = deploy(build(QueueConfig(kind="queue", fifo=True, content_based_deduplication=True)))

    assert deployed["Queue", "feeds-readings-queue"].inputs["fifoQueue"] is True
    assert deployed["Queue", "feeds-readings-queue"].inputs["contentBasedDeduplication"] is True
    assert deployed["Queue", "feeds-readings-dead-letters-queue"].inputs["fifoQueue"] is True


def test_dead_letters_can_be_switched_off_by_a_word(deploy: Any) -> None:
    deployed = deploy(build(QueueConfig(kind="queue", dead_letters="discard")))

    assert deployed.names("Queue") == ["feeds-readings", "feeds-readings-queue"]
    assert "redrivePolicy" not in deployed["Queue", "feeds-readings-queue"].inputs


def test_few_receives_need_a_reason() -> None:
    with pytest.raises(ValidationError, match="max_receives 4 needs few_receives_because"):
        QueueConfig(kind="queue", max_receives=4)


def test_few_receives_with_a_reason_are_taken() -> None:
    assert QueueConfig(kind="queue", max_receives=1, few_receives_because="never throttled here").max_receives == 1


def test_only_a_fifo_queue_deduplicates() -> None:
    with pytest.raises(ValidationError, match="content_based_deduplication needs fifo: true"):
        QueueConfig(kind="queue", content_based_deduplication=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("visibility_timeout_seconds", 43_201),
        ("message_retention_seconds", 59),
        ("message_retention_seconds", 1_209_600),
        ("max_message_bytes", 1_023),
        ("max_message_bytes", 1_048_577),
        ("delay_seconds", 901),
        ("max_receives", 0),
    ],
)
def test_a_number_out_of_range_is_refused(field: str, value: int) -> None:
    with pytest.raises(ValidationError, match=field):
        QueueConfig(kind="queue", **{field: value})


def test_sending_is_one_action() -> None:
    assert QueueConfig.verbs["send"].actions == ("sqs:SendMessage",)


def hears(topic: Any = None, queue: Any = None, **subscription: Any) -> Any:
    """A queue that hears a topic."""
    heard = QueueSubscriptionConfig(topic="news", **subscription)

    def program() -> None:
        news = Topic("alerts.news", TopicConfig(kind="topic", **(topic or {})), ENVIRONMENT)
        queue_config = QueueConfig(kind="queue", subscriptions=(heard,), **(queue or {}))
        readings = Queue("feeds.readings", queue_config, ENVIRONMENT)
        readings.hear("feeds.readings-on-news", heard, news)
        readings.close()
        BUILT.append(readings)

    BUILT.clear()
    return program


BUILT: list[Queue] = []
TOPIC_ARN = "arn:aws:sns:eu-west-1:111111111111:alerts-news-topic"


def test_a_topic_that_fills_the_queue_and_no_other_is_let_in(deploy: Any) -> None:
    deployed = deploy(hears())

    assert deployed["QueuePolicy", "feeds-readings-policy"].statements()[1:] == [
        {
            "Sid": "Topic1Sends",
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": f"{ARN}feeds-readings-queue",
            "Condition": {"ArnEquals": {"aws:SourceArn": TOPIC_ARN}},
        }
    ]


def test_messages_of_a_topic_come_as_they_were_published_once_the_topic_is_let_in(deploy: Any) -> None:
    subscription = deploy(hears())["TopicSubscription", "feeds-readings-on-news-subscription"]

    assert subscription.inputs["rawMessageDelivery"] is True
    assert (subscription.inputs["protocol"], subscription.inputs["endpoint"]) == ("sqs", f"{ARN}feeds-readings-queue")
    assert {"feeds-readings-policy", "feeds-readings-on-news-dead-letters-policy"} <= subscription.depends_on


def test_messages_of_a_topic_can_come_in_a_document(deploy: Any) -> None:
    subscription = deploy(hears(raw_message_delivery=False))["TopicSubscription", "feeds-readings-on-news-subscription"]

    assert "rawMessageDelivery" not in subscription.inputs


def test_the_ledger_says_who_fills_the_queue_and_where_a_message_lands(deploy: Any) -> None:
    deploy(hears())

    [readings] = BUILT
    assert readings.handshakes == [
        Handshake(
            name="feeds.readings-on-news",
            waker="alerts.news",
            woken="feeds.readings",
            mechanism="push",
            principal="sns.amazonaws.com",
            actions=("sqs:SendMessage",),
            resource="feeds.readings",
            conditions=(Condition("ArnEquals", "aws:SourceArn", ("alerts.news",)),),
            landings=(
                Landing(
                    "the queue cannot be reached", "100015 retries in 23 days", "feeds.readings-on-news.dead-letters"
                ),
            ),
            right="feeds-readings-policy",
        )
    ]
    assert [subscription.address for subscription in readings.subscriptions] == ["feeds.readings-on-news"]


def test_dead_letters_of_a_fifo_topic_are_kept_in_order(deploy: Any) -> None:
    deployed = deploy(hears(topic={"fifo": True}))

    assert deployed["Queue", "feeds-readings-on-news-dead-letters-queue"].inputs["fifoQueue"] is True
    assert "fifoQueue" not in deployed["Queue", "feeds-readings-queue"].inputs


@pytest.mark.parametrize(
    ("queue", "topic", "problems"),
    [
        (False, False, []),
        (False, True, []),
        (True, True, []),
        (
            True,
            False,
            [("topic", "'news' is a standard topic: SNS delivers only FIFO topics to a FIFO queue")],
        ),
    ],
)
def test_only_a_fifo_topic_fills_a_fifo_queue(queue: bool, topic: bool, problems: list[tuple[str, str]]) -> None:
    config = QueueConfig(kind="queue", fifo=queue)
    heard = QueueSubscriptionConfig(topic="news")

    assert list(config.problems(heard, TopicConfig(kind="topic", fifo=topic))) == problems
