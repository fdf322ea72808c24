"""The asynchronous queue."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from emulator.account import Account
from emulator.clock import START
from emulator.delivery.asynchronous import Delivery
from emulator.tally import Edge
from tests.emulator.functions import Functions

SLOW_TO_SUCCEED = """
    tries = {}
    def handle(event, context):
        tries[event] = tries.get(event, 0) + 1
        if tries[event] <= len(event):
            raise ValueError(event)
"""


def queue_of(account: Account) -> Delivery:
    return cast(Delivery, account.deliveries["asynchronous"])


def accept(account: Account, arn: str, event: str) -> None:
    edge = Edge("somewhere", "feeds.split")
    with account.chains.within(account.chains.begin()):
        account.chains.remember(event)
        account.tally.sent(edge, event)
        queue_of(account).accept(arn, event, edge=edge, event_id=event, what=event)


def test_what_is_accepted_is_due_at_once_and_not_yet_run(account: Account, functions: Functions) -> None:
    arn = functions.make("def handle(event, context): pass")

    accept(account, arn, "a")

    assert queue_of(account).next_due() == START
    assert account.journal.hops == []


def test_nothing_is_done_where_nothing_is_due(account: Account) -> None:
    assert queue_of(account).next_due() is None
    assert queue_of(account).deliver() is False


def test_what_waits_is_not_tried_before_its_time(account: Account, functions: Functions) -> None:
    arn = functions.make(SLOW_TO_SUCCEED)
    accept(account, arn, "a")

    assert queue_of(account).deliver() is True
    assert queue_of(account).deliver() is False
    assert queue_of(account).next_due() == START + timedelta(minutes=1)
    account.clock.advance(60)
    assert queue_of(account).deliver() is True
    assert queue_of(account).next_due() is None


def test_events_are_tried_in_the_order_they_became_due(account: Account, functions: Functions) -> None:
    arn = functions.make(SLOW_TO_SUCCEED)
    for event in ("bb", "", "a"):
        accept(account, arn, event)

    account.settle()

    assert [((hop.at - START).seconds, hop.what, hop.attempt) for hop in account.journal.hops] == [
        (0, "bb", 1),
        (0, "", 1),
        (0, "a", 1),
        (60, "bb", 2),
        (60, "a", 2),
        (180, "bb", 3),
    ]
    assert [hop.chain for hop in account.journal.hops] == ["c1", "c2", "c3", "c1", "c3", "c1"]


def test_what_was_announced_under_a_request_id_runs_under_it(account: Account, functions: Functions) -> None:
    arn = functions.make("def handle(event, context): return context.aws_request_id")
    edge = Edge("somewhere", "feeds.split")
    account.tally.sent(edge, "r-7")

    queue_of(account).accept(arn, None, edge=edge, event_id="r-7", what="a call", request_id="r-7")
    account.settle()

    assert account.journal.hops[0].details["result"] == "r-7"


def test_a_closed_queue_is_empty(functions: Functions, account: Account) -> None:
    accept(account, functions.make(""), "a")

    queue_of(account).close()

    assert queue_of(account).next_due() is None
