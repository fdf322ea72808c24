"""A table's stream holds a record of each change, once."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import StreamRecord, StreamShard, Table

from emulator.account import Account
from emulator.identity import ADMINISTRATOR
from emulator.streaming.table_streams import TableStream, TableStreams
from tests.emulator.contracts import parameters
from tests.emulator.streams import Streams


class Listener:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def entering(self, stream_arn: str) -> None:
        self.heard.append("entering")

    def entered(self, stream_arn: str, event_id: str) -> None:
        self.heard.append("entered")


@pytest.fixture
def listener(account: Account) -> Listener:
    listener = Listener()
    delivery: Any = account.deliveries["dynamodb_streams"]
    delivery._streams.listen(listener)
    return listener


def stream(account: Account, arn: str) -> TableStream:
    found = TableStreams(account).find(arn)
    assert found is not None
    return found


def changes(account: Account, arn: str) -> list[tuple[Any, ...]]:
    """Each record's event name, and the number in the old and in the new image."""
    read = stream(account, arn).read(ADMINISTRATOR, stream(account, arn).shards()[0].shard_id, None)
    images = [[record.event["dynamodb"].get(word) for word in ("OldImage", "NewImage")] for record in read]
    return [
        (record.event["eventName"], *(image and image.get("n", {}).get("N") for image in pair))
        for record, pair in zip(read, images, strict=True)
    ]


def update(account: Account, number: str, key: str = "a") -> None:
    account.client("dynamodb").update_item(
        TableName="quakes",
        Key={"id": {"S": key}},
        UpdateExpression="SET n = :n",
        ExpressionAttributeValues={":n": {"N": number}},
    )


def test_what_is_replaced_takes_what_moto_gives() -> None:
    assert parameters(StreamShard.add) == ["self", "old", "new"]
    assert parameters(StreamRecord.__init__) == ["self", "table", "stream_type", "event_name", "old", "new", "seq"]
    assert parameters(Table.set_stream_specification) == ["self", "streams"]
    assert parameters(DynamoDBBackend.update_item)[:2] == ["self", "table_name"]


def test_an_item_is_inserted_modified_and_removed(account: Account, streams: Streams) -> None:
    arn = streams.table()

    streams.put("a", n={"N": "1"})
    update(account, "2")
    account.client("dynamodb").delete_item(TableName="quakes", Key={"id": {"S": "a"}})

    assert changes(account, arn) == [("INSERT", None, "1"), ("MODIFY", "1", "2"), ("REMOVE", "2", None)]


def test_an_update_that_makes_an_item_inserts_it_once(account: Account, streams: Streams) -> None:
    arn = streams.table()

    update(account, "1")

    assert changes(account, arn) == [("INSERT", None, "1")]


def test_a_write_that_changes_nothing_leaves_no_record(account: Account, streams: Streams, listener: Listener) -> None:
    arn = streams.table()
    update(account, "1")

    update(account, "1")
    streams.put("a", n={"N": "1"})

    assert len(changes(account, arn)) == 1
    assert listener.heard == ["entering", "entered"]


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ("KEYS_ONLY", []),
        ("NEW_IMAGE", ["NewImage"]),
        ("OLD_IMAGE", ["OldImage"]),
        ("NEW_AND_OLD_IMAGES", ["NewImage", "OldImage"]),
    ],
)
def test_a_view_decides_what_is_shown(account: Account, streams: Streams, view: str, shown: list[str]) -> None:
    arn = streams.table(view=view)
    update(account, "1")
    update(account, "2")

    _, record = stream(account, arn).read(ADMINISTRATOR, stream(account, arn).shards()[0].shard_id, None)

    change = record.event["dynamodb"]
    assert sorted(word for word in change if word.endswith("Image")) == shown
    assert (change["Keys"], change["StreamViewType"]) == ({"id": {"S": "a"}}, view)
    assert change["SizeBytes"] == 3 + len(shown) * 6


def test_a_transaction_counts_when_it_is_done_and_not_when_it_is_taken_back(
    account: Account, streams: Streams, listener: Listener
) -> None:
    arn = streams.table()
    put = {"Put": {"TableName": "quakes", "Item": {"id": {"S": "a"}}}}
    never = {
        "ConditionCheck": {
            "TableName": "quakes",
            "Key": {"id": {"S": "z"}},
            "ConditionExpression": "attribute_exists(id)",
        }
    }

    with pytest.raises(ClientError, match="TransactionCanceled"):
        account.client("dynamodb").transact_write_items(TransactItems=[put, never])
    assert "entered" not in listener.heard
    assert changes(account, arn) == []
    account.client("dynamodb").transact_write_items(TransactItems=[put])

    assert listener.heard.count("entered") == 1
    assert [name for name, *_ in changes(account, arn)] == ["INSERT"]


def test_a_table_whose_stream_was_switched_off_writes_no_records(account: Account, streams: Streams) -> None:
    arn = streams.table()
    account.client("dynamodb").update_table(TableName="quakes", StreamSpecification={"StreamEnabled": False})

    streams.put("a")

    assert account.client("dynamodb").scan(TableName="quakes")["Count"] == 1
    assert stream(account, arn).shards()[0].last is None


def test_a_stream_that_takes_the_place_of_another_at_once_is_another_one(account: Account, streams: Streams) -> None:
    first = streams.table()
    streams.put("a")
    dynamodb = account.client("dynamodb")
    dynamodb.update_table(TableName="quakes", StreamSpecification={"StreamEnabled": False})
    # Moto takes a stream that was switched off for one that is on.
    account.storage.backend("dynamodb").tables["quakes"].latest_stream_label = None
    specification = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}

    made = dynamodb.update_table(TableName="quakes", StreamSpecification=specification)["TableDescription"]

    second = made["LatestStreamArn"]
    assert first.endswith("/stream/2030-01-01T12:00:00")
    assert second.endswith("/stream/2030-01-01T12:00:00.001000")
    assert TableStreams(account).find(first) is None
    assert stream(account, second).shards()[0].last is None


def test_a_stream_is_found_by_its_whole_arn(account: Account, streams: Streams) -> None:
    arn = streams.table()

    assert TableStreams(account).find(arn) is not None
    assert TableStreams(account).find(arn.replace("2030", "2031")) is None
    assert TableStreams(account).find(arn.replace("quakes", "gone")) is None
    assert TableStreams(account).named_by(arn) == "arn:aws:dynamodb:eu-west-1:111111111111:table/quakes"


def test_reading_goes_on_behind_a_number_and_over_more_than_one_answer(account: Account, streams: Streams) -> None:
    arn = streams.table()
    streams.put(*map(str, range(1_005)))
    table = stream(account, arn)
    (shard,) = table.shards()

    everything = table.read(ADMINISTRATOR, shard.shard_id, None)
    rest = table.read(ADMINISTRATOR, shard.shard_id, everything[999].sequence_number)

    assert len(everything) == 1_005
    assert [record.event["dynamodb"]["Keys"]["id"]["S"] for record in rest] == ["1000", "1001", "1002", "1003", "1004"]
    assert shard.last == rest[-1].sequence_number
    unread = table.unread(shard.shard_id, everything[999].sequence_number)
    assert [each.event_id for each in unread] == [record.event_id for record in rest]


def test_records_of_one_item_have_one_key(account: Account, streams: Streams) -> None:
    arn = streams.table()
    update(account, "1", "a")
    update(account, "2", "a")
    update(account, "1", "b")
    table = stream(account, arn)

    one, two, other = table.read(ADMINISTRATOR, table.shards()[0].shard_id, None)

    assert one.partition_key == two.partition_key != other.partition_key
