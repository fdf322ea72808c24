"""The queue, and the dead-letter queue behind it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from components.resources.queue import Queue, QueueConfig
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
