"""A trigger knows what it is made of in the account, and lets nobody else read its source."""

from __future__ import annotations

from emulator.tally import Edge
from emulator.waking.waking import Waking
from tests.emulator.by_hand import ready
from tests.emulator.streams import QUIET, Streams

EVENT = {"Records": [{}, {}]}


def waking(streams: Streams, *others: str, enabled: bool = True) -> Waking:
    """`feeds.record` on a stream that others read as well."""
    stream = streams.stream()
    record = streams.fed_function(QUIET, stream, Enabled=enabled)
    for name in others:
        streams.fed_function(QUIET, streams.consumer(stream), name=name)
    return ready(
        streams.account,
        "poll",
        "feeds.record",
        waker="feeds.tremors",
        woken="feeds.record",
        record=("function", record),
        tremors=("stream", stream),
        by_hand=("own", "arn:aws:own"),
    )


def test_names_are_found_in_the_account(streams: Streams) -> None:
    by_hand = waking(streams)

    assert by_hand.edge == Edge("feeds.tremors", "feeds.record")
    assert by_hand.function_arn == "arn:aws:lambda:eu-west-1:111111111111:function:record"
    assert by_hand.source_arn == "arn:aws:kinesis:eu-west-1:111111111111:stream/tremors"
    assert by_hand.own_arn == "arn:aws:own"


def test_others_that_read_the_source_are_told_and_kept_from_it(streams: Streams) -> None:
    by_hand = waking(streams, "alarm")

    assert list(by_hand.told_of_other_readers()) == ["feeds.alarm reads feeds.tremors too, and does not hear of it"]
    assert by_hand.reads_alone(EVENT, "record")
    mappings = streams.account.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert {mapping["FunctionArn"].rpartition(":")[2]: mapping["State"] for mapping in mappings} == {
        "record": "Enabled",
        "alarm": "Disabled",
    }


def test_a_mapping_that_is_switched_off_hears_of_nothing(streams: Streams) -> None:
    by_hand = waking(streams, enabled=False)

    assert not by_hand.reads_alone(EVENT, "record")
    [hop] = streams.account.journal.hops
    assert (hop.what, hop.outcome.value) == ("2 records", "filtered")
    assert hop.cause == "the event source mapping is switched off: what comes in would wait there"
    assert streams.counts("feeds.tremors") == (1, 0, 0, 1)


def test_what_is_passed_over_ends_as_filtered(streams: Streams) -> None:
    by_hand = waking(streams)

    by_hand.pass_over("1 event", {"a": 1}, "nobody wants it")

    [hop] = streams.account.journal.hops
    assert (hop.source, hop.target, hop.cause) == ("feeds.tremors", "feeds.record", "nobody wants it")
    assert hop.details == {"payload": {"a": 1}}
    assert streams.counts("feeds.tremors") == (1, 0, 0, 1)
