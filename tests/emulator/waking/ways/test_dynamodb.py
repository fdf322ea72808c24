"""Changes by hand come into the table's stream anew, the table stays as it is, and the poller does the rest."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.journal import Outcome
from emulator.waking.waking import Waking
from tests.emulator.by_hand import faults, left_out, ready, send
from tests.emulator.streams import NAMES_THE_BAD_ITEM, QUIET, Streams, reading_rights

TABLE = "arn:aws:dynamodb:eu-west-1:111111111111:table/quakes"


def record(name: str, item: str = "one", **images: Any) -> Any:
    key = {"id": {"S": item}}
    told = {image: {**key, **attributes} for image, attributes in images.items()}
    source = f"{TABLE}/stream/2030-01-01T12:00:00.000"
    return {"eventName": name, "eventSourceARN": source, "dynamodb": {"Keys": key, "SequenceNumber": "1", **told}}


def waking(streams: Streams, function: str) -> Waking:
    things = {"record": ("function", function), "quakes": ("table", TABLE)}
    return ready(streams.account, "poll", "feeds.record", waker="feeds.quakes", woken="feeds.record", **things)


def received(streams: Streams) -> list[Any]:
    """What the function heard of each change."""
    return [(each["eventName"], each["dynamodb"]) for payload in streams.payloads() for each in payload["Records"]]


def test_the_function_hears_of_every_kind_of_change(streams: Streams) -> None:
    by_hand = waking(streams, streams.fed_function(QUIET, streams.table()))
    weak, strong = {"magnitude": {"N": "4"}}, {"magnitude": {"N": "6"}, "raw": {"B": "YQ=="}}

    send(
        by_hand,
        {
            "Records": [
                record("INSERT", NewImage=weak),
                record("MODIFY", OldImage=weak, NewImage=strong),
                record("REMOVE", OldImage=strong),
            ]
        },
    )

    key = {"id": {"S": "one"}}
    told = [(name, change.get("OldImage"), change.get("NewImage")) for name, change in received(streams)]
    assert told == [
        ("INSERT", None, {**weak, **key}),
        ("MODIFY", {**weak, **key}, {**strong, **key}),
        ("REMOVE", {**strong, **key}, None),
    ]
    assert streams.counts("feeds.quakes") == (3, 3, 0, 0)


@pytest.mark.parametrize(
    ("view", "shown"),
    [("KEYS_ONLY", {}), ("NEW_IMAGE", {"NewImage": {}}), ("OLD_IMAGE", {"OldImage": {}})],
)
def test_a_change_is_told_as_far_as_the_stream_shows_it(streams: Streams, view: str, shown: Any) -> None:
    by_hand = waking(streams, streams.fed_function(QUIET, streams.table(view=view)))

    send(by_hand, {"Records": [record("MODIFY", **shown)]})

    [(name, change)] = received(streams)
    images = {image: told for image, told in change.items() if image.endswith("Image")}
    assert name == "MODIFY"
    assert change["Keys"] == {"id": {"S": "one"}}
    assert images == {image: {"id": {"S": "one"}} for image in shown}


def test_the_table_stays_as_it_is_and_that_is_told(streams: Streams) -> None:
    stream = streams.table()
    streams.fed_function(QUIET, stream, name="alarm")
    by_hand = waking(streams, streams.fed_function(QUIET, stream))

    told = left_out(by_hand, {})
    send(by_hand, {"Records": [record("INSERT", NewImage={})]})

    assert streams.account.client("dynamodb").scan(TableName="quakes")["Items"] == []
    assert [hop.target for hop in streams.invocations()] == ["feeds.record"]
    assert told == [
        "feeds.quakes itself stays as it is: its items are not written",
        "feeds.alarm reads feeds.quakes too, and does not hear of it",
    ]


def test_what_fails_for_good_lands_while_its_batch_mates_end_well(streams: Streams) -> None:
    by_hand = waking(streams, streams.careful_function(NAMES_THE_BAD_ITEM, streams.table()))

    send(by_hand, {"Records": [record("INSERT", item, NewImage={}) for item in ("one", "bad", "two")]})

    assert streams.failed_ids() == ["bad"]
    assert streams.counts("feeds.quakes") == (3, 2, 1, 0)


def test_a_change_that_the_filter_does_not_want_is_filtered(streams: Streams) -> None:
    filters = {"Filters": [{"Pattern": '{"eventName": ["REMOVE"]}'}]}
    by_hand = waking(streams, streams.fed_function(QUIET, streams.table(), FilterCriteria=filters))

    send(by_hand, {"Records": [record("INSERT", NewImage={})]})

    assert streams.counts("feeds.quakes") == (1, 0, 0, 1)


def test_without_the_right_nobody_reads_the_stream(streams: Streams) -> None:
    stream = streams.table()
    by_hand = waking(streams, streams.fed_function(QUIET, stream))
    for number, _ in enumerate(reading_rights(stream), start=1):
        streams.account.client("iam").delete_role_policy(RoleName="record-role", PolicyName=f"record-may-{number}")

    send(by_hand, {"Records": [record("INSERT", NewImage={})]})

    denial = streams.account.journal.denials[0]
    assert denial.principal == "arn:aws:sts::111111111111:assumed-role/record-role/record"
    assert (denial.action, denial.resource) == ("dynamodb:DescribeStream", stream)
    assert streams.invocations() == []


def test_a_mapping_that_is_switched_off_hears_of_nothing(streams: Streams) -> None:
    by_hand = waking(streams, streams.fed_function(QUIET, streams.table(), Enabled=False))

    send(by_hand, {"Records": [record("INSERT", NewImage={})]})

    assert len(streams.hops(Outcome.FILTERED)) == 1


def test_a_change_needs_what_the_stream_tells_of_it(streams: Streams) -> None:
    by_hand = waking(streams, streams.fed_function(QUIET, streams.table()))
    torn = record("MODIFY", NewImage={"magnitude": "6"})
    torn["dynamodb"]["Keys"] = {"quake": {"S": "one"}}

    assert faults(by_hand, {"Records": [torn, record("UPSERT"), {"eventName": 5}]}) == [
        ("Records[2].eventName", "needs text, got 5"),
        ("Records[2].dynamodb.Keys", "needs an object, got nothing"),
        ("Records[0].dynamodb.Keys", "needs id, the key of feeds.quakes, got quake"),
        ("Records[0].dynamodb.OldImage", "needs an object, got nothing"),
        ("Records[0].dynamodb.NewImage.magnitude", 'needs a value with its type, like {"S": "text"}, got \'6\''),
        ("Records[1].eventName", "needs INSERT, MODIFY, REMOVE, got 'UPSERT'"),
    ]
