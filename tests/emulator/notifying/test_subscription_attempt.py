"""One try to bring a message to a subscriber."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.journal import Hop, Outcome
from emulator.notifying.message import Message
from emulator.notifying.retry_policy import RETRIES
from emulator.notifying.subscription_attempt import SubscriptionAttempt
from emulator.notifying.subscription_delivery import SubscriptionDelivery
from emulator.tally import Edge
from tests.emulator.stage import QUIET, Stage, queue_arn

TOPIC = "arn:aws:sns:eu-west-1:111111111111:news"
EDGE = Edge("alerts.news", "feeds.assess")
TEXT = {"DataType": "String", "StringValue": "a"}


def delivery(
    account: Account, endpoint: str, *, raw: bool = False, dead_letters: str | None = None, **message: Any
) -> SubscriptionDelivery:
    account.tally.sent(EDGE, "m1/1")
    sent = Message(**{"id": "m1", "topic_arn": TOPIC, "texts": {"default": "hello"}, "published_at": START, **message})
    return SubscriptionDelivery(
        sent,
        f"{TOPIC}:1",
        "sqs" if ":sqs:" in endpoint else "lambda",
        endpoint,
        raw,
        queue_arn(dead_letters) if dead_letters else None,
        EDGE,
        "m1/1",
        START,
    )


@pytest.fixture
def function(stage: Stage) -> str:
    arn = stage.functions.make(QUIET, name="assess")
    stage.let("sns.amazonaws.com", arn, TOPIC)
    return arn


def counts(account: Account) -> tuple[int, int, int]:
    [row] = account.tally.rows()
    return row.sent, row.processed, row.dead_lettered


def messages(account: Account, queue: str) -> list[Any]:
    return list(account.storage.backend("sqs").queues[queue]._messages)


def last(account: Account) -> Hop:
    return account.journal.hops[-1]


def test_a_function_takes_the_message_over(account: Account, function: str) -> None:
    assert not SubscriptionAttempt(account, delivery(account, function)).make()

    assert account.journal.hops == []
    account.settle()
    assert [hop.outcome for hop in account.journal.hops] == [Outcome.DELIVERED]
    assert counts(account) == (1, 1, 0)


def test_a_queue_takes_the_message_over(account: Account, stage: Stage) -> None:
    stage.queue("letters")
    stage.let_topic_send(TOPIC, "letters")

    assert not SubscriptionAttempt(account, delivery(account, queue_arn("letters"))).make()

    [message] = messages(account, "letters")
    assert json.loads(message.body)["Message"] == "hello"
    assert (last(account).outcome, counts(account)) == (Outcome.DELIVERED, (1, 1, 0))


def test_after_a_server_error_there_is_another_try(account: Account, function: str) -> None:
    sent = delivery(account, function)
    sent.attempts = 5

    assert SubscriptionAttempt(account, sent).make(fault="ServiceUnavailable")

    assert sent.due == START + timedelta(seconds=1)
    assert (last(account).outcome, last(account).attempt, last(account).attempts_allowed) == (
        Outcome.FAILED,
        6,
        100_016,
    )
    assert last(account).cause == "server error: feeds.assess answered ServiceUnavailable"


def test_after_the_last_retry_the_message_lands(account: Account, stage: Stage, function: str) -> None:
    stage.queue("dead")
    stage.let_topic_send(TOPIC, "dead")
    sent = delivery(account, function, dead_letters="dead")
    sent.attempts = RETRIES

    assert not SubscriptionAttempt(account, sent).make(fault="ServiceUnavailable")

    assert (last(account).outcome, last(account).target) == (Outcome.DEAD, "dead")
    assert last(account).cause == (
        "server error: feeds.assess answered ServiceUnavailable, and 100015 retries are used up"
    )
    assert counts(account) == (1, 0, 1)


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ("arn:aws:lambda:eu-west-1:111111111111:function:gone", "there is no function gone"),
        (queue_arn("gone"), "there is no queue gone"),
    ],
)
def test_a_subscriber_that_is_gone_is_not_tried_again(account: Account, endpoint: str, reason: str) -> None:
    assert not SubscriptionAttempt(account, delivery(account, endpoint)).make()

    assert [hop.outcome for hop in account.journal.hops] == [Outcome.FAILED, Outcome.LOST]
    assert last(account).cause == (
        f"client error: {reason}; SNS does not try again after such an error; the subscription has no dead-letter queue"
    )
    assert counts(account) == (1, 0, 0)


def test_a_subscriber_that_does_not_let_the_topic_in_is_not_tried_again(account: Account, stage: Stage) -> None:
    arn = stage.functions.make(QUIET, name="assess")
    account.names.give(f"{TOPIC}:1", "alerts.assess-on-news")

    assert not SubscriptionAttempt(account, delivery(account, arn)).make()

    [denial] = account.journal.denials
    assert (denial.principal, denial.action, denial.caller) == (
        "sns.amazonaws.com",
        "lambda:InvokeFunction",
        "alerts.assess-on-news",
    )
    assert [hop.outcome for hop in account.journal.hops] == [Outcome.DENIED, Outcome.LOST]


def test_a_message_with_more_than_ten_attributes_goes_to_no_queue_as_it_is(account: Account, stage: Stage) -> None:
    stage.queue("letters")
    stage.let_topic_send(TOPIC, "letters")
    eleven = {f"a{number}": TEXT for number in range(11)}
    ten = dict(list(eleven.items())[:10])

    for raw, attributes in ((True, eleven), (True, ten), (False, eleven)):
        SubscriptionAttempt(account, delivery(account, queue_arn("letters"), raw=raw, attributes=attributes)).make()

    assert account.journal.hops[0].cause == "client error: raw delivery takes 10 attributes at most, not 11"
    assert [len(message.message_attributes) for message in messages(account, "letters")] == [10, 0]


def test_nor_does_it_land_among_dead_letters_which_would_come_in_the_same_form(account: Account, stage: Stage) -> None:
    stage.queue("dead")
    stage.let_topic_send(TOPIC, "dead")
    eleven = {f"a{number}": TEXT for number in range(11)}
    sent = delivery(account, queue_arn("letters"), raw=True, dead_letters="dead", attributes=eleven)

    SubscriptionAttempt(account, sent).make()

    assert messages(account, "dead") == []
    assert (last(account).outcome, counts(account)) == (Outcome.LOST, (1, 0, 0))
    assert (last(account).cause or "").endswith(
        "and its dead-letter queue: raw delivery takes 10 attributes at most, not 11"
    )


def test_what_a_queue_refuses_is_not_tried_again(account: Account, stage: Stage) -> None:
    stage.queue("letters", MaximumMessageSize=1024)
    stage.let_topic_send(TOPIC, "letters")

    SubscriptionAttempt(
        account, delivery(account, queue_arn("letters"), texts={"default": "x" * 1025}, raw=True)
    ).make()

    assert "Message must be shorter than 1024 bytes" in (account.journal.hops[0].cause or "")
    assert last(account).outcome is Outcome.LOST


def test_a_function_s_dead_letter_is_the_document_and_no_event(account: Account, stage: Stage) -> None:
    stage.queue("dead")
    stage.let_topic_send(TOPIC, "dead")
    gone = "arn:aws:lambda:eu-west-1:111111111111:function:gone"

    SubscriptionAttempt(account, delivery(account, gone, dead_letters="dead", attributes={"kind": TEXT})).make()

    [message] = messages(account, "dead")
    assert json.loads(message.body)["MessageAttributes"] == {"kind": {"Type": "String", "Value": "a"}}
    assert message.message_attributes == {}


def test_a_dead_letter_of_raw_delivery_is_the_message_itself(account: Account, stage: Stage) -> None:
    stage.queue("dead")
    stage.let_topic_send(TOPIC, "dead")
    sent = delivery(account, queue_arn("gone"), raw=True, dead_letters="dead", attributes={"kind": TEXT})

    SubscriptionAttempt(account, sent).make()

    [message] = messages(account, "dead")
    assert (message.body, message.message_attributes) == ("hello", {"kind": TEXT})


def test_dead_letters_that_do_not_let_the_topic_in_are_no_place_to_land(account: Account, stage: Stage) -> None:
    stage.queue("dead")
    stage.let_topic_send(f"{TOPIC}-other", "dead")

    SubscriptionAttempt(account, delivery(account, queue_arn("gone"), dead_letters="dead")).make()

    assert messages(account, "dead") == []
    assert last(account).outcome is Outcome.LOST
    assert "and its dead-letter queue: sns.amazonaws.com may not sqs:SendMessage on dead" in (last(account).cause or "")


def test_a_queue_under_sqs_s_own_key_is_out_of_reach(account: Account, stage: Stage) -> None:
    stage.queue("letters", KmsMasterKeyId="alias/aws/sqs")
    stage.let_topic_send(TOPIC, "letters")

    SubscriptionAttempt(account, delivery(account, queue_arn("letters"))).make()

    assert "letters is encrypted with alias/aws/sqs, which no service may use" in (account.journal.hops[0].cause or "")


@pytest.mark.parametrize(
    ("queue", "number", "group", "deduplication"),
    [("letters.fifo", "1", "fiji", "d"), ("letters", "1", None, None), ("letters", None, "fiji", None)],
)
def test_a_fifo_queue_gets_group_and_deduplication_id_and_a_standard_one_only_a_standard_topics_group(
    account: Account, stage: Stage, queue: str, number: str | None, group: str | None, deduplication: str | None
) -> None:
    stage.queue(queue)
    stage.let_topic_send(TOPIC, queue)
    sent = delivery(account, queue_arn(queue))
    sent.message = replace(sent.message, sequence_number=number, group_id="fiji", deduplication_id="d")

    SubscriptionAttempt(account, sent).make()

    [message] = messages(account, queue)
    assert (message.group_id, message.deduplication_id) == (group, deduplication)
