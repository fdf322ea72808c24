"""The handlers of feeds as Lambda runs them: good feeds, hostile ones, and an AWS that takes only a part."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote_plus

import boto3
import pytest

SAMPLES = Path(__file__).parent / "samples"

Json = dict[str, Any]
Handlers = Callable[[str], ModuleType]


@pytest.fixture
def split(handlers: Handlers, aws: None, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """split, with a bucket `feed` and the queue it sends to."""
    client("s3").create_bucket(Bucket="feed", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    queue = client("sqs").create_queue(QueueName="readings")["QueueUrl"]
    monkeypatch.setenv("READINGS_QUEUE_URL", queue)
    return handlers("split")


@pytest.fixture
def record(handlers: Handlers, aws: None, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """record, with a table `quakes`."""
    client("dynamodb").create_table(
        TableName="quakes",
        KeySchema=[{"AttributeName": "quake_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "quake_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    monkeypatch.setenv("QUAKES_TABLE_NAME", "quakes")
    return handlers("record")


@cache
def client(service: str) -> Any:
    """One client for all tests: to make one takes longer than most of them."""
    return boto3.client(service)


@cache
def quakes() -> Any:
    return boto3.resource("dynamodb").Table("quakes")


def quake(quake_id: str = "us1", magnitude: float = 2.0, *, updated: int = 1_000, **properties: Any) -> str:
    """A feature that may be recorded, as a message."""
    facts = {"mag": magnitude, "place": "somewhere", "time": 500, "updated": updated, "type": "earthquake"}
    geometry = {"type": "Point", "coordinates": [-17.4, 66.05, 5]}
    return json.dumps({"type": "Feature", "id": quake_id, "properties": facts | properties, "geometry": geometry})


def sqs_event(*bodies: str) -> Json:
    """Messages m0, m1, ... as an event source mapping hands them over."""
    return {"Records": [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]}


def failed(result: Json) -> list[str]:
    return [failure["itemIdentifier"] for failure in result["batchItemFailures"]]


def reasons(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Why messages were not recorded, as the log says."""
    return [vars(line)["reason"] for line in caplog.records if line.message == "quake not recorded"]


def recorded(quake_id: str) -> Json:
    item: Json = quakes().get_item(Key={"quake_id": quake_id})["Item"]
    return item


def put(key: str, content: bytes) -> Json:
    """The event of an object that arrives in the bucket."""
    client("s3").put_object(Bucket="feed", Key=key, Body=content)
    return {"Records": [{"s3": {"bucket": {"name": "feed"}, "object": {"key": quote_plus(key, safe="/")}}}]}


def messages() -> Iterator[str]:
    """Everything in the queue, in the order in which it was sent."""
    sqs = client("sqs")
    url = sqs.get_queue_url(QueueName="readings")["QueueUrl"]
    while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        yield from (message["Body"] for message in received)


class TestSplit:
    """A feed becomes one message for each earthquake."""

    def test_the_week_becomes_1679_messages_in_the_words_of_the_feed(
        self, split: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent: list[str] = []

        def take(QueueUrl: str, Entries: list[Json]) -> Json:  # noqa: N803  (boto3's names)
            sent.extend(entry["MessageBody"] for entry in Entries)
            return {"Successful": Entries}

        # moto's queue counts all of itself for every message it takes.
        monkeypatch.setattr(split.sqs, "send_message_batch", take)
        content = (SAMPLES / "all-week.geojson").read_bytes()
        earthquakes = [each for each in json.loads(content)["features"] if each["properties"]["type"] == "earthquake"]

        result = split.handle(put("incoming/all-week.geojson", content), None)

        assert result == {"sent": 1679, "left_out": 28}
        assert [json.loads(body) for body in sent] == earthquakes
        assert all(body.encode() in content for body in sent)

    @pytest.mark.parametrize("key", ["incoming/a b.geojson", "incoming/a+b.geojson", "incoming/é%41?.geojson"])
    def test_a_file_is_found_whatever_its_name(self, split: ModuleType, key: str) -> None:
        content = f'{{"features": [{quake("us1")}]}}'.encode()

        result = split.handle(put(key, content), None)

        assert result == {"sent": 1, "left_out": 0}

    def test_the_whole_quakes_before_a_cut_are_sent_before_the_feed_is_refused(self, split: ModuleType) -> None:
        event = put("incoming/truncated.geojson", (SAMPLES / "truncated.geojson").read_bytes())

        with pytest.raises(split.BrokenFeed, match="unexpected end of data"):
            split.handle(event, None)

        assert [json.loads(body)["id"] for body in messages()] == ["zz0101", "zz0102", "zz0104", "zz0105"]

    def test_a_quake_too_large_to_send_is_an_error_after_all_others_were_sent(
        self, handlers: Handlers, split: ModuleType
    ) -> None:
        content = f'{{"features": [{quake("us1")}, {quake("us2", notes="x" * 1_048_576)}, {quake("us3")}]}}'

        with pytest.raises(handlers("outbox").NotAllSent, match="1 messages could not be sent, 2 were"):
            split.handle(put("incoming/large.geojson", content.encode()), None)

        assert [json.loads(body)["id"] for body in messages()] == ["us1", "us3"]

    @pytest.mark.parametrize(
        "feature",
        [
            "7",
            "null",
            '"text"',
            "[]",
            "{}",
            '{"properties": null}',
            '{"properties": {}}',
            '{"properties": {"type": 5}}',
        ],
    )
    def test_what_cannot_be_judged_is_sent_on_and_not_lost(self, split: ModuleType, feature: str) -> None:
        result = split.handle(put("incoming/odd.geojson", f'{{"features": [{feature}]}}'.encode()), None)

        assert result == {"sent": 1, "left_out": 0}
        assert list(messages()) == [feature]

    @pytest.mark.parametrize("kind", ["explosion", "quarry blast", "ice quake", ""])
    def test_what_calls_itself_something_else_is_left_out(self, split: ModuleType, kind: str) -> None:
        content = f'{{"features": [{quake("us1", type=kind)}]}}'.encode()

        result = split.handle(put("incoming/other.geojson", content), None)

        assert result == {"sent": 0, "left_out": 1}

    def test_characters_that_sqs_refuses_are_sent_in_another_spelling(self, split: ModuleType) -> None:
        feature = '{"properties": {"place": "a\uffff\ufffe\u00e9"}}'

        split.handle(put("incoming/odd.geojson", f'{{"features": [{feature}]}}'.encode()), None)

        (body,) = messages()
        assert json.loads(body) == json.loads(feature)
        assert not set(body) & {"\ufffe", "\uffff"}


class TestRecord:
    """The newest version of each quake is kept, without a loss."""

    def test_a_quake_is_recorded_to_the_last_digit(self, record: ModuleType) -> None:
        body = quake("us1", url="https://example.org").replace("2.0", "2.123456789012345678901")

        result = record.handle(sqs_event(body), None)

        assert result == {"batchItemFailures": []}
        assert recorded("us1") == {
            "quake_id": "us1",
            "updated_ms": 1000,
            "time_ms": 500,
            "magnitude": Decimal("2.123456789012345678901"),
            "longitude": Decimal("-17.4"),
            "latitude": Decimal("66.05"),
            "depth_km": Decimal(5),
            "place": "somewhere",
            "url": "https://example.org",
            "feature": body,
        }

    @pytest.mark.parametrize("place", [None, ""])
    def test_a_quake_without_a_place_is_recorded_without_one(self, record: ModuleType, place: str | None) -> None:
        result = record.handle(sqs_event(quake("us1", 5, place=place)), None)

        assert failed(result) == []
        assert "place" not in recorded("us1")

    @pytest.mark.parametrize(
        ("first", "second", "kept"), [(1000, 2000, 2000), (2000, 1000, 2000), (2000, 2000, 2000), (9, 10, 10)]
    )
    def test_the_newer_version_is_kept_whichever_comes_first(
        self, record: ModuleType, first: int, second: int, kept: int
    ) -> None:
        record.handle(sqs_event(quake("us1", updated=first)), None)
        result = record.handle(sqs_event(quake("us1", updated=second)), None)

        assert failed(result) == []
        assert recorded("us1")["updated_ms"] == kept

    def test_an_equal_version_with_other_facts_changes_nothing(self, record: ModuleType) -> None:
        record.handle(sqs_event(quake("us1", 2.0)), None)
        result = record.handle(sqs_event(quake("us1", 6.0)), None)

        assert failed(result) == []
        assert recorded("us1")["magnitude"] == Decimal("2.0")

    def test_a_property_of_300_kb_is_kept(self, record: ModuleType) -> None:
        body = quake("us1", notes="x" * 300 * 1024)

        record.handle(sqs_event(body), None)

        assert recorded("us1")["feature"] == body

    def test_what_is_larger_than_an_item_may_be_fails_alone(
        self, record: ModuleType, caplog: pytest.LogCaptureFixture
    ) -> None:
        result = record.handle(sqs_event(quake("us1"), quake("us2", notes="x" * 420_000), quake("us3")), None)

        assert failed(result) == ["m1"]
        assert recorded("us3")
        (reason,) = reasons(caplog)
        assert "Item size has exceeded the maximum allowed size" in reason

    def test_a_message_that_states_no_quake_fails_alone_and_says_why(
        self, record: ModuleType, caplog: pytest.LogCaptureFixture
    ) -> None:
        result = record.handle(sqs_event(quake("us1"), quake("us2", mag="5.0"), "{", quake("us3")), None)

        assert failed(result) == ["m1", "m2"]
        assert recorded("us1")
        assert recorded("us3")
        assert reasons(caplog)[0] == "properties.mag must be a number, got '5.0'"

    def test_a_table_that_refuses_fails_the_message_and_not_the_function(
        self, record: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("QUAKES_TABLE_NAME", "no-such-table")

        result = record.handle(sqs_event(quake("us1"), quake("us2")), None)

        assert failed(result) == ["m0", "m1"]


def test_of_the_hostile_feed_each_quake_that_is_one_is_kept(split: ModuleType, record: ModuleType) -> None:
    counts = split.handle(put("incoming/hostile.geojson", (SAMPLES / "hostile.geojson").read_bytes()), None)
    bodies = list(messages())

    result = record.handle(sqs_event(*bodies), None)

    assert counts == {"sent": 13, "left_out": 1}
    assert failed(result) == ["m1", "m2", "m3", "m10", "m11", "m12"]
    assert recorded("zz0007")["place"] == "this is the newer version"
    assert len(recorded("zz0005")["feature"]) > 300 * 1024
    assert quakes().item_count == 5
