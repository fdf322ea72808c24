"""Fates are written where they can be counted, and told where they can be read."""

from __future__ import annotations

import pytest

from emulator.account import Account
from emulator.journal import Outcome
from emulator.streaming.record_fates import RecordFates
from emulator.streaming.table_streams import TableStreams
from emulator.tally import Ending
from tests.emulator.streams import QUIET, Streams


@pytest.fixture
def fates(account: Account, streams: Streams) -> RecordFates:
    uuid = streams.feed(streams.functions.make(QUIET, name="record"), streams.table())
    mapping = account.storage.backend("lambda").get_event_source_mapping(uuid)
    return RecordFates(account, TableStreams(account), mapping)


def test_a_record_counts_once_however_often_it_is_said_to_be_sent(streams: Streams, fates: RecordFates) -> None:
    fates.sent("e1")
    fates.sent("e1")
    fates.sent("e2")
    fates.ended(["e1"], Ending.PROCESSED)

    assert streams.counts("feeds.quakes") == (2, 1, 0, 0)


@pytest.mark.parametrize(
    ("ids", "of", "what"),
    [
        (["e1"], None, "1 record"),
        (["e1", "e2"], None, "2 records"),
        (["e1"], 3, "1 of 3 records"),
        (["e1"], 1, "1 record"),
    ],
)
def test_a_hop_counts_its_records(
    account: Account, fates: RecordFates, ids: list[str], of: int | None, what: str
) -> None:
    fates.tell(ids, Outcome.DELIVERED, of=of)

    (hop,) = account.journal.hops
    assert (hop.what, hop.size, hop.source, hop.target) == (what, len(ids), "feeds.quakes", "feeds.record")


def test_records_that_went_elsewhere_are_told_so(account: Account, fates: RecordFates) -> None:
    fates.tell(["e1"], Outcome.DEAD, target="feeds.record.failed-records", attempt=2, attempts_allowed=3, cause="boom")

    (hop,) = account.journal.hops
    assert (hop.target, hop.attempt, hop.attempts_allowed, hop.cause) == ("feeds.record.failed-records", 2, 3, "boom")
