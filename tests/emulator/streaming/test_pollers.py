"""Each mapping of a stream has a poller, for as long as it is there."""

from __future__ import annotations

from emulator.account import Account
from tests.emulator.streams import QUIET, Streams, reading_rights


def test_a_mapping_starts_where_the_stream_is_when_something_comes_in(account: Account, streams: Streams) -> None:
    arn = streams.stream()
    streams.record("before")
    streams.fed_function(QUIET, arn, StartingPosition="LATEST")

    streams.record("after")
    account.settle()

    assert streams.seen() == [["after"]]
    assert streams.counts("feeds.tremors") == (1, 1, 0, 0)


def test_a_record_is_sent_to_every_mapping_of_its_stream_and_to_no_other(account: Account, streams: Streams) -> None:
    arn, other = streams.stream(), streams.stream("quakes")
    streams.fed_function(QUIET, arn)
    streams.fed_function(QUIET, streams.consumer(arn), name="copy")
    streams.fed_function(QUIET, other, name="elsewhere")

    streams.record("one")

    assert [(str(row.edge), row.sent) for row in account.tally.rows()] == [
        ("feeds.tremors -> feeds.copy", 1),
        ("feeds.tremors -> feeds.record", 1),
    ]


def test_a_mapping_that_is_gone_reads_no_more(account: Account, streams: Streams) -> None:
    arn = streams.stream()
    uuid = streams.feed(streams.functions.make(QUIET, *reading_rights(arn), name="record"), arn)
    streams.record("one")
    account.client("lambda").delete_event_source_mapping(UUID=uuid)

    account.settle()

    assert streams.invocations() == []
    assert streams.counts("feeds.tremors") == (1, 0, 0, 0)


def test_what_comes_in_belongs_to_the_chain_at_work(account: Account, streams: Streams) -> None:
    streams.fed_function(QUIET, streams.stream(), BatchSize=1)

    for name in ("one", "two"):
        with account.chains.within(account.chains.begin()):
            streams.record(name)
    account.settle()

    assert [hop.chain for hop in account.journal.hops] == ["c1", "c2"]
