"""A message on its way to one subscriber."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from emulator.clock import START
from emulator.notifying.message import Message
from emulator.notifying.retry_policy import RETRIES
from emulator.notifying.subscription_delivery import SubscriptionDelivery
from emulator.tally import Edge

MESSAGE = Message("m1", "arn:aws:sns:eu-west-1:111111111111:news", {"default": "hello"}, START)


def delivery(message: Message = MESSAGE, attempts: int = 0) -> SubscriptionDelivery:
    return SubscriptionDelivery(
        message, "news:1", "lambda", "assess", False, None, Edge("news", "assess"), "m1/1", START, attempts
    )


def test_the_next_try_comes_after_its_pause() -> None:
    first, sixteenth = delivery(attempts=1), delivery(attempts=16)

    assert first.wait(START)
    assert sixteenth.wait(START)
    assert (first.due, sixteenth.due) == (START, START + timedelta(seconds=20))


def test_after_the_last_retry_there_is_none() -> None:
    assert delivery(attempts=RETRIES).wait(START)
    assert not delivery(attempts=RETRIES + 1).wait(START)


def test_the_whole_schedule_passes_in_23_days() -> None:
    sent, now = delivery(attempts=1), START
    while sent.wait(now):
        now = sent.due
        sent.attempts += 1

    assert sent.attempts == 1 + 100_015
    # Two pauses of a second, ten from 1 to 20 seconds, 100,000 of 20 seconds.
    assert now - START == timedelta(seconds=2 + 68.106 + 2_000_000)
    assert (now - START).days == 23


def test_only_a_fifo_topics_groups_keep_their_order() -> None:
    numbered = replace(MESSAGE, sequence_number="1", group_id="fiji")

    assert delivery(numbered).lane == ("news:1", "fiji")
    assert delivery(replace(MESSAGE, group_id="fiji")).lane is None
