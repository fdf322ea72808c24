"""Records by hand come into the stream anew, and the poller does the rest."""

from __future__ import annotations

import base64
from typing import Any

from components.triggers.kinesis import KinesisTriggerConfig
from emulator.journal import Outcome
from emulator.waking.waking import Waking
from tests.emulator.by_hand import faults, left_out, ready, send
from tests.emulator.streams import NAMES_THE_BAD_RECORD, QUIET, Streams, reading_rights

EXAMPLE: Any = KinesisTriggerConfig(kind="kinesis", stream="tremors").example_event()


def record(data: str, key: str = "a") -> Any:
    encoded = base64.b64encode(data.encode()).decode()
    return {
        **EXAMPLE["Records"][0],
        "kinesis": {**EXAMPLE["Records"][0]["kinesis"], "partitionKey": key, "data": encoded},
    }


def waking(streams: Streams, function: str, stream: str) -> Waking:
    things = {"record": ("function", function), "tremors": ("stream", stream)}
    return ready(streams.account, "poll", "feeds.record", waker="feeds.tremors", woken="feeds.record", **things)


def test_the_function_receives_the_records_in_their_order(streams: Streams) -> None:
    stream = streams.stream()

    send(waking(streams, streams.fed_function(QUIET, stream), stream), {"Records": [record("one"), record("two")]})

    assert streams.seen() == [["one", "two"]]
    assert [each["kinesis"]["partitionKey"] for each in streams.payloads()[0]["Records"]] == ["a", "a"]
    assert streams.counts("feeds.tremors") == (2, 2, 0, 0)


def test_a_function_that_starts_at_the_end_hears_of_them_too(streams: Streams) -> None:
    stream = streams.stream()
    function = streams.fed_function(QUIET, stream, StartingPosition="LATEST")

    send(waking(streams, function, stream), {"Records": [record("one")]})

    assert streams.seen() == [["one"]]


def test_a_consumer_reads_them_by_its_own_right(streams: Streams) -> None:
    stream = streams.stream()
    function = streams.fed_function(QUIET, streams.consumer(stream))

    send(waking(streams, function, stream), {"Records": [record("one")]})

    assert streams.seen() == [["one"]]


def test_what_fails_for_good_lands_while_its_batch_mates_end_well(streams: Streams) -> None:
    stream = streams.stream()
    function = streams.careful_function(NAMES_THE_BAD_RECORD, stream)

    send(waking(streams, function, stream), {"Records": [record("one"), record("bad"), record("two")]})

    assert streams.failed_ids() == ["bad"]
    assert streams.counts("feeds.tremors") == (3, 2, 1, 0)


def test_others_that_read_the_stream_do_not_hear_of_it(streams: Streams) -> None:
    stream = streams.stream()
    streams.fed_function(QUIET, stream, name="alarm")
    by_hand = waking(streams, streams.fed_function(QUIET, stream), stream)

    told = left_out(by_hand, EXAMPLE)
    send(by_hand, {"Records": [record("one")]})

    assert told == ["feeds.alarm reads feeds.tremors too, and does not hear of it"]
    assert [hop.target for hop in streams.invocations()] == ["feeds.record"]


def test_without_the_right_nobody_reads_the_stream(streams: Streams) -> None:
    stream = streams.stream()
    by_hand = waking(streams, streams.fed_function(QUIET, stream), stream)
    for number, _ in enumerate(reading_rights(stream), start=1):
        streams.account.client("iam").delete_role_policy(RoleName="record-role", PolicyName=f"record-may-{number}")

    send(by_hand, {"Records": [record("one")]})

    denial = streams.account.journal.denials[0]
    assert denial.principal == "arn:aws:sts::111111111111:assumed-role/record-role/record"
    assert (denial.action, denial.resource) == ("kinesis:ListShards", stream)
    assert streams.invocations() == []


def test_a_mapping_that_is_switched_off_hears_of_nothing(streams: Streams) -> None:
    stream = streams.stream()

    send(waking(streams, streams.fed_function(QUIET, stream, Enabled=False), stream), {"Records": [record("one")]})

    assert len(streams.hops(Outcome.FILTERED)) == 1
    assert streams.counts("feeds.tremors") == (1, 0, 0, 1)


def test_a_record_needs_what_a_record_has(streams: Streams) -> None:
    stream = streams.stream()
    by_hand = waking(streams, streams.fed_function(QUIET, stream), stream)

    assert faults(by_hand, {"Records": [{"kinesis": {"partitionKey": 5, "data": "?"}}, {"kinesis": {}}]}) == [
        ("Records[0].kinesis.partitionKey", "needs text, got 5"),
        ("Records[1].kinesis.partitionKey", "needs text, got nothing"),
        ("Records[1].kinesis.data", "needs text, got nothing"),
        ("Records[0].kinesis.data", "needs base64, got '?': bytes travel so"),
    ]
