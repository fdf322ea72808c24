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
from botocore.exceptions import ClientError

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
def bus() -> Bus:
    return Bus()


@pytest.fixture
def record(handlers: Handlers, aws: None, bus: Bus, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """record, with a table `quakes` and a bus that notes what it is told."""
    client("dynamodb").create_table(
        TableName="quakes",
        KeySchema=[{"AttributeName": "quake_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "quake_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    monkeypatch.setenv("QUAKES_TABLE_NAME", "quakes")
    monkeypatch.setenv("ANNOUNCEMENTS_EVENT_BUS_NAME", "announcements")
    module = handlers("record")
    monkeypatch.setattr(module, "events", bus)
    return module


@cache
def client(service: str) -> Any:
    """One client for all tests: to make one takes longer than most of them."""
    return boto3.client(service)


@cache
def quakes() -> Any:
    return boto3.resource("dynamodb").Table("quakes")


class Crash(Exception):
    """The function ends here."""


class Bus:
    """An event bus that refuses some quakes, by their id or version, or fails whoever speaks to it."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.entries: list[Json] = []
        self.refuses: set[str] = set()
        self.failure: Exception | None = None

    @property
    def announced(self) -> list[tuple[str, str]]:
        details = [json.loads(entry["Detail"]) for entry in self.entries]
        return [(detail["quake_id"], detail["updated"]) for detail in details]

    def put_events(self, Entries: list[Json]) -> Json:  # noqa: N803  (boto3's name)
        if self.failure is not None:
            raise self.failure
        self.calls.append(len(Entries))
        answers: list[Json] = []
        for entry in Entries:
            detail = json.loads(entry["Detail"])
            if self.refuses & {detail["quake_id"], detail["updated"]}:
                answers.append({"ErrorCode": "InternalFailure", "ErrorMessage": "try again"})
            else:
                self.entries.append(entry)
                answers.append({"EventId": str(len(self.entries))})
        return {"FailedEntryCount": sum("ErrorCode" in answer for answer in answers), "Entries": answers}


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
    def test_a_quake_without_a_place_is_recorded_and_announced(
        self, record: ModuleType, bus: Bus, place: str | None
    ) -> None:
        result = record.handle(sqs_event(quake("us1", 5, place=place)), None)

        assert failed(result) == []
        assert json.loads(bus.entries[0]["Detail"])["place"] is None

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

    def test_an_equal_version_with_other_facts_changes_nothing(self, record: ModuleType, bus: Bus) -> None:
        record.handle(sqs_event(quake("us1", 2.0)), None)
        result = record.handle(sqs_event(quake("us1", 6.0)), None)

        assert failed(result) == []
        assert recorded("us1")["magnitude"] == Decimal("2.0")
        assert bus.announced == []

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


class TestAnnouncing:
    """Each version of a strong quake is announced once, whatever fails."""

    def test_an_announcement_tells_the_facts(self, record: ModuleType, bus: Bus) -> None:
        record.handle(sqs_event((SAMPLES / "hualien.json").read_text()), None)

        (entry,) = bus.entries
        assert json.loads(entry.pop("Detail")) == {
            "quake_id": "us1000chhc",
            "magnitude": 6.4,
            "place": "22km NNE of Hualian, Taiwan",
            "time": "2018-02-06T15:50:42.400Z",
            "updated": "2018-02-07T01:31:51.797Z",
            "longitude": 121.653,
            "latitude": 24.1737,
            "depth_km": 10.64,
            "url": "https://earthquake.usgs.gov/earthquakes/eventpage/us1000chhc",
        }
        assert entry == {"EventBusName": "announcements", "Source": "seismic.feeds", "DetailType": "Strong Quake"}

    def test_a_weak_quake_is_not_announced(self, record: ModuleType, bus: Bus) -> None:
        record.handle(sqs_event(quake("us1", 4.4)), None)

        assert bus.calls == []
        assert "announcement" not in recorded("us1")

    def test_a_message_that_comes_twice_is_announced_once(self, record: ModuleType, bus: Bus) -> None:
        record.handle(sqs_event(quake("us1", 5)), None)
        record.handle(sqs_event(quake("us1", 5)), None)

        assert len(bus.announced) == 1
        assert recorded("us1")["announcement"] == "sent"

    def test_a_message_that_comes_twice_in_one_batch_is_announced_once(self, record: ModuleType, bus: Bus) -> None:
        result = record.handle(sqs_event(quake("us1", 5), quake("us1", 5)), None)

        assert failed(result) == []
        assert len(bus.announced) == 1

    def test_both_messages_fail_where_their_one_announcement_is_refused(self, record: ModuleType, bus: Bus) -> None:
        bus.refuses = {"us1"}

        result = record.handle(sqs_event(quake("us1", 5), quake("us1", 5)), None)

        assert failed(result) == ["m0", "m1"]

    def test_each_recorded_version_is_announced(self, record: ModuleType, bus: Bus) -> None:
        record.handle(sqs_event(quake("us1", 5, updated=1000), quake("us1", 5.1, updated=2000)), None)

        assert bus.announced == [("us1", "1970-01-01T00:00:01.000Z"), ("us1", "1970-01-01T00:00:02.000Z")]
        assert recorded("us1")["announcement"] == "sent"

    def test_the_announcement_of_one_version_is_not_taken_for_that_of_a_newer(
        self, record: ModuleType, bus: Bus
    ) -> None:
        bus.refuses = {"1970-01-01T00:00:02.000Z"}
        result = record.handle(sqs_event(quake("us1", 5, updated=1000), quake("us1", 5.1, updated=2000)), None)
        assert failed(result) == ["m1"]
        assert recorded("us1")["announcement"] == "pending"

        bus.refuses = set()
        record.handle(sqs_event(quake("us1", 5.1, updated=2000)), None)

        assert bus.announced == [("us1", "1970-01-01T00:00:01.000Z"), ("us1", "1970-01-01T00:00:02.000Z")]

    def test_an_older_version_after_a_newer_one_is_not_announced(self, record: ModuleType, bus: Bus) -> None:
        record.handle(sqs_event(quake("us1", 5, updated=2000)), None)
        record.handle(sqs_event(quake("us1", 5.1, updated=1000)), None)

        assert bus.announced == [("us1", "1970-01-01T00:00:02.000Z")]

    def test_a_crash_between_write_and_announcement_is_made_good(self, record: ModuleType, bus: Bus) -> None:
        bus.failure = Crash()
        with pytest.raises(Crash):
            record.handle(sqs_event(quake("us1", 5), quake("us2", 2)), None)
        assert recorded("us1")["announcement"] == "pending"

        bus.failure = None
        result = record.handle(sqs_event(quake("us1", 5), quake("us2", 2)), None)

        assert failed(result) == []
        assert [quake_id for quake_id, _ in bus.announced] == ["us1"]
        assert recorded("us1")["announcement"] == "sent"

    def test_only_what_the_bus_refused_comes_again_and_is_announced_then(self, record: ModuleType, bus: Bus) -> None:
        bus.refuses = {"us2"}
        first = record.handle(sqs_event(quake("us1", 5), quake("us2", 5), quake("us3", 5)), None)
        bus.refuses = set()

        second = record.handle(sqs_event(quake("us2", 5)), None)

        assert (failed(first), failed(second)) == (["m1"], [])
        assert [quake_id for quake_id, _ in bus.announced] == ["us1", "us3", "us2"]

    def test_a_bus_that_refuses_the_call_fails_strong_quakes_and_records_all(
        self, record: ModuleType, bus: Bus
    ) -> None:
        bus.failure = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "PutEvents")

        result = record.handle(sqs_event(quake("us1", 5), quake("us2", 2)), None)

        assert failed(result) == ["m0"]
        assert recorded("us1")["announcement"] == "pending"
        assert recorded("us2")

    def test_another_text_of_the_same_version_does_not_announce_in_its_place(
        self, record: ModuleType, bus: Bus
    ) -> None:
        bus.refuses = {"us1"}
        record.handle(sqs_event(quake("us1", 5)), None)
        bus.refuses = set()

        result = record.handle(sqs_event(quake("us1", 2)), None)

        assert failed(result) == []
        assert bus.announced == []

    def test_a_version_overtaken_before_its_announcement_is_not_announced(self, record: ModuleType, bus: Bus) -> None:
        bus.refuses = {"us1"}
        record.handle(sqs_event(quake("us1", 5, updated=1000)), None)
        bus.refuses = set()
        record.handle(sqs_event(quake("us1", 5.5, updated=2000)), None)

        result = record.handle(sqs_event(quake("us1", 5, updated=1000)), None)

        assert failed(result) == []
        assert bus.announced == [("us1", "1970-01-01T00:00:02.000Z")]

    def test_an_announcement_that_cannot_be_noted_is_not_repeated_for_that(
        self, record: ModuleType, bus: Bus, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refusal = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "UpdateItem")
        monkeypatch.setattr(record.dynamodb, "update_item", lambda **call: (_ for _ in ()).throw(refusal))

        result = record.handle(sqs_event(quake("us1", 5)), None)

        assert failed(result) == []
        assert len(bus.announced) == 1

    def test_announcements_leave_ten_at_a_time(self, record: ModuleType, bus: Bus) -> None:
        record.handle(sqs_event(*(quake(f"us{number}", 5) for number in range(23))), None)

        assert bus.calls == [10, 10, 3]

    def test_ten_announcements_fit_in_a_call_however_long_their_texts(self, record: ModuleType, bus: Bus) -> None:
        longest = "\x01" * 1000
        bodies = [quake(f"{number}" + "\x01" * 255, 5, place=longest, url=longest) for number in range(10)]

        record.handle(sqs_event(*bodies), None)

        assert bus.calls == [10]
        assert sum(len(text.encode()) for entry in bus.entries for text in entry.values()) < 256 * 1024

    def test_eventbridge_takes_the_announcements(
        self, handlers: Handlers, record: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        events = client("events")
        events.create_event_bus(Name="announcements")
        monkeypatch.setattr(record, "events", events)

        result = record.handle(sqs_event(quake("us1", 5)), None)

        assert failed(result) == []
        assert recorded("us1")["announcement"] == "sent"


def test_of_the_hostile_feed_each_quake_that_is_one_is_kept(split: ModuleType, record: ModuleType, bus: Bus) -> None:
    counts = split.handle(put("incoming/hostile.geojson", (SAMPLES / "hostile.geojson").read_bytes()), None)
    bodies = list(messages())

    result = record.handle(sqs_event(*bodies), None)

    assert counts == {"sent": 13, "left_out": 1}
    assert failed(result) == ["m1", "m2", "m3", "m10", "m11", "m12"]
    assert recorded("zz0007")["place"] == "this is the newer version"
    assert len(recorded("zz0005")["feature"]) > 300 * 1024
    assert quakes().item_count == 5
    assert [quake_id for quake_id, _ in bus.announced] == ["zz0006", "zz0007", "zz/../0009 é"]
