"""What is written down of messages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from moto.sqs.models import Message, Queue

from emulator.account import Account
from emulator.journal import Outcome
from emulator.queueing.message_fates import MessageFates
from emulator.tally import Edge, Ending, Row
from tests.emulator.stage import Stage, queue_arn

RECORD: Any = SimpleNamespace(
    event_source_arn=queue_arn("readings"), function_arn="arn:aws:lambda:eu-west-1:111111111111:function:record"
)
RIVAL: Any = SimpleNamespace(
    event_source_arn=queue_arn("readings"), function_arn="arn:aws:lambda:eu-west-1:111111111111:function:rival"
)
EDGE = Edge("readings", "record")


@pytest.fixture
def fates(account: Account) -> MessageFates:
    return MessageFates(account, lambda arn: [RECORD, RIVAL] if arn == queue_arn("readings") else [])


@pytest.fixture
def queue(account: Account, stage: Stage) -> Queue:
    stage.queue("readings", max_receives=3)
    found: Queue = account.storage.backend("sqs").queues["readings"]
    return found


def row(account: Account) -> Row:
    (only,) = account.tally.rows()
    return only


def test_a_message_counts_as_sent_once_to_the_first_function(
    account: Account, fates: MessageFates, queue: Queue
) -> None:
    fates.sent(queue, Message("m1", "one"))
    fates.received(RIVAL, "m1")
    fates.ended("m1", Ending.PROCESSED)

    assert row(account) == Row(EDGE, sent=1, processed=1, dead_lettered=0, filtered=0)


def test_a_message_for_nobody_counts_nowhere_and_keeps_its_chain(
    account: Account, fates: MessageFates, queue: Queue
) -> None:
    dead = account.storage.backend("sqs").queues["dead"]

    with account.chains.within("c7"):
        fates.sent(dead, Message("m1", "one"))
    fates.ended("m1", Ending.PROCESSED)

    assert account.tally.rows() == []
    assert account.chains.of("m1") == "c7"


def test_a_message_that_moves_on_keeps_the_chain_it_came_with(
    account: Account, fates: MessageFates, queue: Queue
) -> None:
    message = Message("m1", "one")

    with account.chains.within("c1"):
        fates.sent(queue, message)
    with account.chains.within("c2"):
        fates.sent(account.storage.backend("sqs").queues["dead"], message)

    assert account.chains.of("m1") == "c1"


def test_a_dead_message_is_told_with_its_last_failure_and_the_way_back(
    account: Account, fates: MessageFates, queue: Queue
) -> None:
    message = Message("m1", "one")
    message.approximate_receive_count = 3
    fates.sent(queue, message)
    fates.failed("m1", "KeyError: 'a'")
    fates.failed("m1", "KeyError: 'id'")

    fates.dead(queue, message, account.storage.backend("sqs").queues["dead"])

    (hop,) = account.journal.hops
    assert (hop.outcome, hop.source, hop.target, hop.attempt, hop.attempts_allowed) == (
        Outcome.DEAD,
        "readings",
        "dead",
        3,
        3,
    )
    assert hop.cause == "KeyError: 'id'"
    assert hop.fix == "look at the message in dead, mend what failed, and move it back (StartMessageMoveTask)"
    assert row(account).dead_lettered == 1


def test_a_message_that_nobody_ever_failed_on_was_only_received(
    account: Account, fates: MessageFates, queue: Queue
) -> None:
    fates.dead(queue, Message("m1", "one"), account.storage.backend("sqs").queues["dead"])

    (hop,) = account.journal.hops
    assert hop.cause == "received, and never deleted"
    assert account.tally.rows() == []


def test_an_expired_message_stays_open_in_the_tally(account: Account, fates: MessageFates, queue: Queue) -> None:
    message = Message("m1", "one")
    fates.sent(queue, message)

    fates.expired(queue, message)

    (hop,) = account.journal.hops
    assert (hop.outcome, hop.target) == (Outcome.LOST, "record")
    assert hop.cause == "the queue keeps a message for 4 days; nobody received it"
    assert row(account).lost == 1


def test_what_expires_where_it_was_put_to_rest_is_not_lost(account: Account, fates: MessageFates, queue: Queue) -> None:
    fates.expired(account.storage.backend("sqs").queues["dead"], Message("m1", "one"))

    assert account.journal.hops == []
