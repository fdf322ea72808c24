"""A poller reads each record once, and starts again from where it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.journal import Outcome
from tests.emulator.functions import allow
from tests.emulator.streams import FAILING, QUIET, Streams, reading_rights


@pytest.fixture
def delivery(account: Account) -> Any:
    return account.deliveries["kinesis"]


def test_there_is_nothing_to_do_while_nothing_comes(account: Account, streams: Streams, delivery: Any) -> None:
    streams.fed_function(QUIET, streams.stream())

    assert not delivery.deliver()
    assert delivery.next_due() is None


def test_what_was_read_is_not_read_again(account: Account, streams: Streams, delivery: Any) -> None:
    streams.fed_function(QUIET, streams.stream())

    streams.record("one")
    assert delivery.deliver()
    assert not delivery.deliver()
    streams.record("two")
    assert delivery.deliver()

    assert streams.seen() == [["one"], ["two"]]


def test_it_knows_when_it_is_due(account: Account, streams: Streams, delivery: Any) -> None:
    streams.fed_function(FAILING, streams.stream(), MaximumBatchingWindowInSeconds=9)

    streams.record("one")
    delivery.deliver()
    assert delivery.next_due() == START + timedelta(seconds=9)
    account.clock.advance(9)
    delivery.deliver()

    assert delivery.next_due() == START + timedelta(seconds=10)


def test_while_it_is_refused_it_asks_again_after_a_minute_and_where_something_new_came(
    account: Account, streams: Streams, delivery: Any
) -> None:
    arn = streams.stream()
    streams.feed(streams.functions.make(QUIET, name="record"), arn)
    streams.record("one")

    assert delivery.deliver()
    assert not delivery.deliver()
    streams.record("two")
    assert delivery.deliver()
    account.clock.advance(60)
    assert delivery.deliver()

    assert len(account.journal.denials) == 3
    assert delivery.next_due() == START + timedelta(hours=24)


def test_a_function_that_is_gone_leaves_the_records_to_the_stream(account: Account, streams: Streams) -> None:
    streams.fed_function(QUIET, streams.stream())
    account.client("lambda").delete_function(FunctionName="record")

    streams.record("one")
    account.settle()

    assert [hop.outcome for hop in account.journal.hops] == [Outcome.DENIED, Outcome.LOST]


def test_a_function_that_goes_while_a_batch_waits_gives_it_up_unsent(account: Account, streams: Streams) -> None:
    streams.careful_function(FAILING, streams.stream(), MaximumRecordAgeInSeconds=60)
    streams.record("one")
    assert account.deliveries["kinesis"].deliver()
    account.client("lambda").delete_function(FunctionName="record")

    account.settle()

    (lost,) = streams.hops(Outcome.LOST)
    assert (lost.cause or "").startswith("RecordAgeExceeded")
    assert account.clock.now == START + timedelta(seconds=60)


def test_more_lanes_take_over_what_fewer_held_in_its_order(account: Account, streams: Streams) -> None:
    arn = streams.stream()
    function = streams.functions.make(QUIET, *reading_rights(arn), name="record")
    uuid = streams.feed(function, arn, MaximumBatchingWindowInSeconds=60)
    for key in ("a", "b", "a", "b"):
        streams.record(key, key=key)
    assert account.deliveries["kinesis"].deliver()

    account.client("lambda").update_event_source_mapping(UUID=uuid, ParallelizationFactor=10)
    account.settle()

    assert sorted(streams.seen()) == [["a", "a"], ["b", "b"]]
    assert streams.counts("feeds.tremors") == (4, 4, 0, 0)


def test_a_mapping_that_was_changed_goes_on_as_it_is_now(account: Account, streams: Streams) -> None:
    arn = streams.stream()
    functions = [
        streams.functions.make(QUIET, *reading_rights(arn), allow("s3:PutObject", "*"), name=name)
        for name in ("record", "copy")
    ]
    uuid = streams.feed(functions[0], arn)
    streams.record("one")
    account.settle()

    account.client("lambda").update_event_source_mapping(UUID=uuid, FunctionName="copy")
    streams.record("two")
    account.settle()

    assert [hop.target for hop in streams.invocations()] == ["feeds.record", "feeds.copy"]
    assert streams.counts("feeds.tremors", "feeds.copy") == (1, 1, 0, 0)
