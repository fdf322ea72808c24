"""Data streams feed functions: shards, partition keys, starting moments, consumers, and a project that uses them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.journal import Outcome
from emulator.journey.pages import read_all_journeys
from emulator.journey.result import JourneyResult
from emulator.journey.run import DeployedStack, run_journey, stand
from tests.emulator import post_office
from tests.emulator.functions import allow
from tests.emulator.shapes import differences
from tests.emulator.streams import FAILING, NAMES_THE_BAD_RECORD, QUIET, Streams, out_of_order, reading_rights


def test_the_event_has_the_recorded_shape(account: Account, streams: Streams) -> None:
    arn = streams.stream()
    streams.fed_function(QUIET, arn)

    streams.record("payload-1", "payload-2", key="p1")
    account.settle()

    (event,) = streams.payloads()
    assert differences(event, "kinesis.json") == []
    first, second = event["Records"]
    assert first["kinesis"]["data"] == "cGF5bG9hZC0x"
    assert first["eventID"] == f"shardId-000000000000:{first['kinesis']['sequenceNumber']}"
    assert first["invokeIdentityArn"] == "arn:aws:iam::111111111111:role/record-role"
    assert first["eventSourceARN"] == arn
    assert first["kinesis"]["approximateArrivalTimestamp"] == START.timestamp()
    assert int(first["kinesis"]["sequenceNumber"]) < int(second["kinesis"]["sequenceNumber"])


def test_moto_itself_wakes_nobody(account: Account, streams: Streams) -> None:
    streams.fed_function(QUIET, streams.stream())

    streams.record("one")

    assert account.journal.hops == []


def test_one_batch_is_of_one_shard_and_a_key_is_always_in_the_same(account: Account, streams: Streams) -> None:
    streams.fed_function(QUIET, streams.stream(shards=4))

    for data in ("1", "2", "3"):
        for key in ("a", "b", "c", "d", "e", "f"):
            streams.record(f"{key}{data}", key=key)
    account.settle()

    shards: dict[str, set[str]] = {}
    for payload in streams.payloads():
        assert len({record["eventID"].partition(":")[0] for record in payload["Records"]}) == 1
        for record in payload["Records"]:
            shards.setdefault(record["kinesis"]["partitionKey"], set()).add(record["eventID"].partition(":")[0])
    assert len(streams.payloads()) > 1
    assert all(len(found) == 1 for found in shards.values())
    for key in shards:
        seen = [each for batch in streams.seen() for each in batch if each.startswith(key)]
        assert seen == [f"{key}1", f"{key}2", f"{key}3"]
    assert streams.counts("feeds.tremors") == (18, 18, 0, 0)


def test_a_poison_record_holds_up_its_shard_and_no_other_and_lands_alone(account: Account, streams: Streams) -> None:
    streams.careful_function(NAMES_THE_BAD_RECORD, streams.stream(shards=2), BatchSize=1)

    streams.record("bad", "behind", key="a")
    streams.record("beside", key="b")
    account.settle()

    assert [(each[0], hop.at - START) for each, hop in zip(streams.seen(), streams.invocations(), strict=True)] == [
        ("bad", timedelta(0)),
        ("beside", timedelta(0)),
        ("bad", timedelta(seconds=1)),
        ("bad", timedelta(seconds=3)),
        ("behind", timedelta(seconds=3)),
    ]
    assert streams.failed_ids() == ["bad"]
    assert streams.counts("feeds.tremors") == (3, 2, 1, 0)


def test_a_failed_batch_lands_in_the_bucket_in_the_recorded_shape(account: Account, streams: Streams) -> None:
    streams.careful_function(FAILING, streams.stream())

    streams.record("one")
    account.settle()

    (batch,) = streams.failed().values()
    assert differences(batch, "stream_on_failure_s3_kinesis.json") == []
    assert batch["KinesisBatchInfo"]["approximateArrivalOfFirstRecord"] == "2030-01-01T12:00:00.000Z"
    assert json.loads(batch["payload"]) == streams.payloads()[0]


def test_a_mapping_can_start_at_a_moment(account: Account, streams: Streams) -> None:
    arn = streams.stream()
    for data in ("zero", "ten", "twenty"):
        streams.record(data)
        account.clock.advance(10)

    streams.fed_function(
        QUIET, arn, StartingPosition="AT_TIMESTAMP", StartingPositionTimestamp=START + timedelta(seconds=10)
    )
    account.settle()

    assert streams.seen() == [["ten", "twenty"]]


def test_what_the_stream_has_forgotten_is_not_read(account: Account, streams: Streams) -> None:
    arn = streams.stream()
    streams.record("old")
    account.clock.advance(24 * 3_600)
    streams.record("new")

    streams.fed_function(QUIET, arn)
    account.settle()

    assert streams.seen() == [["new"]]


def test_the_retention_of_the_stream_decides_what_is_lost(account: Account, streams: Streams) -> None:
    streams.fed_function(FAILING, streams.stream())
    account.client("kinesis").increase_stream_retention_period(StreamName="tremors", RetentionPeriodHours=48)

    streams.record("one")
    account.settle()

    (lost,) = streams.hops(Outcome.LOST)
    assert lost.at - START == timedelta(hours=48)


def test_a_filter_looks_into_json_data_and_passes_over_what_is_none(account: Account, streams: Streams) -> None:
    criteria = {"Filters": [{"Pattern": json.dumps({"data": {"magnitude": [{"numeric": [">", 4]}]}})}]}
    streams.fed_function(QUIET, streams.stream(), FilterCriteria=criteria)

    streams.record('{"magnitude": 5}', '{"magnitude": 3}', "no json")
    account.settle()

    assert streams.seen() == [['{"magnitude": 5}']]
    assert streams.counts("feeds.tremors") == (3, 1, 0, 2)


class TestResharding:
    def test_the_children_of_a_shard_are_read_when_it_is_done_with(self, account: Account, streams: Streams) -> None:
        streams.careful_function(NAMES_THE_BAD_RECORD, streams.stream(), BatchSize=1)

        streams.record("a1", "bad", "a2", key="a")
        account.client("kinesis").update_shard_count(
            StreamName="tremors", TargetShardCount=2, ScalingType="UNIFORM_SCALING"
        )
        streams.record("a3", key="a")
        account.settle()

        assert [each for batch in streams.seen() for each in batch] == ["a1", "bad", "bad", "bad", "a2", "a3"]
        shards = [payload["Records"][0]["eventID"].partition(":")[0] for payload in streams.payloads()]
        assert shards[0] == "shardId-000000000000"
        assert shards[-1] in ("shardId-000000000001", "shardId-000000000002")
        assert streams.counts("feeds.tremors") == (4, 3, 1, 0)

    def test_a_mapping_that_starts_at_the_latest_record_reads_new_shards_from_their_first(
        self, account: Account, streams: Streams
    ) -> None:
        streams.fed_function(QUIET, streams.stream(), StartingPosition="LATEST")
        account.settle()

        account.client("kinesis").update_shard_count(
            StreamName="tremors", TargetShardCount=2, ScalingType="UNIFORM_SCALING"
        )
        streams.record("one")
        account.settle()

        assert streams.seen() == [["one"]]


class TestFanOut:
    def test_a_consumer_is_read_by_its_own_right(self, account: Account, streams: Streams) -> None:
        consumer = streams.consumer(streams.stream())
        streams.fed_function(QUIET, consumer)

        streams.record("one")
        account.settle()

        (payload,) = streams.payloads()
        assert payload["Records"][0]["eventSourceARN"] == consumer
        assert streams.counts("feeds.tremors") == (1, 1, 0, 0)

    def test_the_right_to_the_stream_does_not_do(self, account: Account, streams: Streams) -> None:
        arn = streams.stream()
        consumer = streams.consumer(arn)
        streams.feed(streams.functions.make(QUIET, *reading_rights(arn), name="record"), consumer)

        streams.record("one")
        assert account.deliveries["kinesis"].deliver()

        (denial,) = account.journal.denials
        assert (denial.action, denial.resource) == ("kinesis:SubscribeToShard", consumer)
        assert streams.invocations() == []


def test_a_role_that_may_not_read_is_denied(account: Account, streams: Streams) -> None:
    arn = streams.stream()
    streams.feed(streams.functions.make(QUIET, allow("kinesis:ListShards", arn), name="record"), arn)

    streams.record("one")
    account.settle()

    (denial,) = account.journal.denials
    assert (denial.action, denial.resource) == ("kinesis:GetShardIterator", arn)
    assert [hop.outcome for hop in account.journal.hops] == [Outcome.DENIED, Outcome.LOST]


PIPELINE = """\
resources:
  letters: {kind: stream, shards: 2}
  shelf:   {kind: table, hash_key: letter, stream: new_image}
  book:    {kind: table, hash_key: letter}
functions:
  keep:
    handler: keep.handle
    triggers:
      - {kind: kinesis, stream: letters, batch_size: 10, max_retries: 2}
    access:
      - {write: shelf}
  count:
    handler: count.handle
    triggers:
      - kind: kinesis
        stream: letters
        fan_out: true
        starting_position: at_timestamp
        starting_timestamp: 2020-01-01T00:00:00Z
        tumbling_window_seconds: 60
  sort:
    handler: sort.handle
    triggers:
      - {kind: dynamodb_stream, table: shelf, max_retries: 1, metrics: true}
    access:
      - {write: book}
"""

KEEP = """\
import base64
import os

import boto3


def handle(event, context):
    for record in event["Records"]:
        letter = base64.b64decode(record["kinesis"]["data"]).decode()
        if letter == "torn":
            return {"batchItemFailures": [{"itemIdentifier": record["kinesis"]["sequenceNumber"]}]}
        item = {"letter": {"S": letter}}
        boto3.client("dynamodb").put_item(TableName=os.environ["SHELF_TABLE_NAME"], Item=item)
"""

COUNT = """\
def handle(event, context):
    return {"state": {"letters": event["state"].get("letters", 0) + len(event["Records"])}}
"""

SORT = """\
import os

import boto3


def handle(event, context):
    for record in event["Records"]:
        item = record["dynamodb"]["Keys"]
        if item["letter"]["S"] == "wet":
            raise ValueError("wet")
        boto3.client("dynamodb").put_item(TableName=os.environ["BOOK_TABLE_NAME"], Item=item)
"""

JOURNEYS = """\
three-letters:
  story: three letters, all of them fine
  send:
    - {record: letters, key: a, text: one}
    - {record: letters, key: b, text: two}
    - {record: letters, key: a, text: three}
  expect:
    processed: {keep: 3, count: 3, sort: 3}
    wrote: {shelf: 3, book: 3}
poison:
  story: one letter cannot be kept, another one cannot be sorted
  send:
    - {record: letters, key: a, text: one}
    - {record: letters, key: b, text: torn}
    - {record: letters, key: b, text: two}
    - {record: letters, key: a, text: wet}
    - {record: letters, key: a, text: three}
  expect:
    processed: {keep: 4, count: 5, sort: 3}
    wrote: {shelf: 4, book: 3}
    dead_lettered: {keep.failed-records: 1, sort.failed-records: 1}
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project where a stream fills a table, and the table's stream fills another one."""
    root = post_office.build(tmp_path_factory.mktemp("post"), JOURNEYS, PIPELINE)
    for name, source in (("keep", KEEP), ("count", COUNT), ("sort", SORT)):
        (root / f"pipelines/post/handlers/{name}.py").write_text(source)
    return root


@pytest.fixture(scope="module")
def stack(root: Path) -> DeployedStack:
    return stand(root, "dev")


def run(root: Path, stack: DeployedStack, name: str, **options: Any) -> JourneyResult:
    (journey,) = [each for each in read_all_journeys(root) if each.name == name]
    return run_journey(stack, journey, **options)


def test_every_letter_goes_the_whole_way(root: Path, stack: DeployedStack) -> None:
    result = run(root, stack, "three-letters")

    assert result.problems == []
    assert out_of_order(result.observed.hops) == []
    assert result.virtual_seconds == 60, "the window of what is counted"
    counted = [hop.details["payload"] for hop in result.observed.hops if hop.target == "post.count"]
    assert sum(event["state"]["letters"] for event in counted if event["isFinalInvokeForWindow"]) == 3


def test_what_fails_lands_where_the_ledger_says_and_nothing_else_does(root: Path, stack: DeployedStack) -> None:
    result = run(root, stack, "poison")

    assert result.problems == []
    places = {line.woken: line.landings[0].where for line in stack.book.ledger.handshakes}
    assert places == {
        "post.keep": "post.keep.failed-records",
        "post.count": "post.count.failed-records",
        "post.sort": "post.sort.failed-records",
    }
    dead = [hop for hop in result.observed.hops if hop.outcome is Outcome.DEAD]
    assert [(hop.target, hop.attempt, hop.attempts_allowed) for hop in dead] == [
        ("post.sort.failed-records", 2, 2),
        ("post.keep.failed-records", 3, 3),
    ]
    assert [(hop.at - START).total_seconds() for hop in dead] == [1, 3]
    assert out_of_order(result.observed.hops) == []
    for row in result.observed.rows:
        assert row.sent == row.processed + row.dead_lettered + row.filtered


@pytest.mark.parametrize(
    "right", ["post.keep-on-letters", "post.count-on-letters", "post.keep-may-write-its-failed-records"]
)
def test_a_right_that_is_missing_is_told_by_its_name(root: Path, stack: DeployedStack, right: str) -> None:
    result = run(root, stack, "poison", withdrawn=[right])

    assert right in {met.advice.right for met in result.observed.denials}
