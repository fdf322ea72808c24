"""A data stream keeps records in the shards of their keys, and does not move them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from moto.awslambda.models import EventSourceMapping, LambdaBackend
from moto.kinesis.models import Consumer
from moto.kinesis.models import Shard as MotoShard
from moto.kinesis.models import Stream as MotoStream

from emulator.account import Account
from emulator.clock import START
from emulator.identity import ADMINISTRATOR
from emulator.streaming.data_streams import DataStream, DataStreams
from tests.emulator.contracts import parameters
from tests.emulator.functions import Functions
from tests.emulator.streams import QUIET, Streams


def stream(account: Account, arn: str) -> DataStream:
    found = DataStreams(account).find(arn)
    assert found is not None
    return found


def data(account: Account, arn: str, after: str | None = None) -> dict[str, list[str]]:
    """What lies in each shard."""
    found = stream(account, arn)
    return {
        shard.shard_id: [
            record.event["kinesis"]["partitionKey"] for record in found.read(ADMINISTRATOR, shard.shard_id, after)
        ]
        for shard in found.shards()
    }


def test_sequence_numbers_have_56_digits_and_grow(account: Account, streams: Streams) -> None:
    streams.stream(shards=2)

    first, second = streams.record("one", "two")
    (other,) = streams.record("one", key="b")

    assert len(first) == 56
    assert int(second) == int(first) + 1
    assert other not in (first, second)


def test_shards_that_were_split_keep_their_records_and_get_no_more(account: Account, streams: Streams) -> None:
    arn = streams.stream()
    streams.record("one")

    account.client("kinesis").update_shard_count(
        StreamName="tremors", TargetShardCount=2, ScalingType="UNIFORM_SCALING"
    )
    streams.record("two", key="a")
    streams.record("three", key="b")

    assert data(account, arn) == {
        "shardId-000000000000": ["a"],
        "shardId-000000000001": ["a"],
        "shardId-000000000002": ["b"],
    }
    assert [shard.parents for shard in stream(account, arn).shards()] == [
        (),
        ("shardId-000000000000",),
        ("shardId-000000000000",),
    ]


def test_a_shard_that_two_were_merged_into_has_both_as_parents(account: Account, streams: Streams) -> None:
    arn = streams.stream(shards=2)
    streams.record("one", key="a")
    streams.record("two", key="b")

    account.client("kinesis").merge_shards(
        StreamName="tremors",
        ShardToMerge="shardId-000000000000",
        AdjacentShardToMerge="shardId-000000000001",
    )

    assert data(account, arn) == {
        "shardId-000000000000": ["a"],
        "shardId-000000000001": ["b"],
        "shardId-000000000002": [],
    }
    assert stream(account, arn).shards()[2].parents == ("shardId-000000000000", "shardId-000000000001")


def test_an_explicit_hash_key_chooses_the_shard(account: Account, streams: Streams) -> None:
    arn = streams.stream(shards=2)

    account.client("kinesis").put_record(
        StreamName="tremors", PartitionKey="a", Data=b"", ExplicitHashKey=str(2**128 - 1)
    )

    assert data(account, arn) == {"shardId-000000000000": [], "shardId-000000000001": ["a"]}


def test_the_arn_of_a_consumer_ends_with_the_second_it_was_made_in(account: Account, streams: Streams) -> None:
    arn = streams.stream()

    assert streams.consumer(arn) == f"{arn}/consumer/alarm:{int(START.timestamp())}"


def test_a_mapping_of_a_consumer_keeps_the_consumer(account: Account, streams: Streams, functions: Functions) -> None:
    consumer = streams.consumer(streams.stream())

    uuid = streams.feed(functions.make(QUIET, name="record"), consumer)

    told = account.client("lambda").get_event_source_mapping(UUID=uuid)
    assert told["EventSourceArn"] == consumer


def test_a_mapping_tells_the_moment_it_starts_at(account: Account, streams: Streams, functions: Functions) -> None:
    moment = {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": START - timedelta(hours=1)}

    uuid = streams.feed(functions.make(QUIET, name="record"), streams.stream(), **moment)

    told = account.client("lambda").get_event_source_mapping(UUID=uuid)
    assert told["StartingPositionTimestamp"] == START - timedelta(hours=1)


def test_streams_and_consumers_are_found_by_their_arns(account: Account, streams: Streams) -> None:
    arn = streams.stream()
    consumer = streams.consumer(arn)
    known = DataStreams(account)

    assert known.find(arn) is not None
    assert known.find(consumer) is not None
    assert known.find(f"{arn}/consumer/gone:1") is None
    assert known.find(f"{arn}-2") is None
    assert known.named_by(consumer) == known.named_by(arn) == arn


def test_reading_goes_on_behind_a_number(account: Account, streams: Streams) -> None:
    arn = streams.stream()
    numbers = streams.record("one", "two", "three")
    found = stream(account, arn)

    rest = found.read(ADMINISTRATOR, "shardId-000000000000", numbers[0])

    assert [record.sequence_number for record in rest] == numbers[1:]
    assert [each.sequence_number for each in found.unread("shardId-000000000000", numbers[1])] == numbers[2:]
    assert found.shards()[0].last == numbers[2]


@pytest.mark.parametrize(("hours", "seconds"), [(24, 86_400), (48, 172_800)])
def test_a_stream_keeps_records_as_long_as_it_says(
    account: Account, streams: Streams, hours: int, seconds: int
) -> None:
    arn = streams.stream()
    account.client("kinesis").increase_stream_retention_period(StreamName="tremors", RetentionPeriodHours=hours)

    assert stream(account, arn).retention.total_seconds() == seconds


def test_what_is_replaced_takes_what_moto_gives() -> None:
    key = ["self", "partition_key", "explicit_hash_key"]
    assert parameters(MotoShard.put_record) == ["self", "partition_key", "data", "explicit_hash_key"]
    assert parameters(MotoStream.get_shard_for_key) == key
    assert parameters(MotoStream.put_record) == [*key, "data"]
    assert parameters(MotoStream.split_shard) == ["self", "shard_to_split", "new_starting_hash_key"]
    assert parameters(MotoStream.merge_shards) == ["self", "shard_to_merge", "adjacent_shard_to_merge"]
    assert parameters(Consumer.__init__) == ["self", "consumer_name", "account_id", "region_name", "stream_arn"]
    assert parameters(EventSourceMapping.get_configuration) == ["self"]
    assert parameters(LambdaBackend.create_event_source_mapping) == ["self", "spec"]
