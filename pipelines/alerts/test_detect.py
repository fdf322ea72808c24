"""detect as Lambda runs it: each strong quake is announced, whatever the bus refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

Handlers = Callable[[str], ModuleType]
Json = dict[str, Any]


class Bus:
    """An event bus that refuses some quakes by their id, or fails whoever speaks to it."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.entries: list[Json] = []
        self.refuses: set[str] = set()
        self.failure: Exception | None = None

    @property
    def announced(self) -> list[str]:
        return [json.loads(entry["Detail"])["quake_id"] for entry in self.entries]

    def put_events(self, Entries: list[Json]) -> Json:  # noqa: N803  (boto3's name)
        if self.failure is not None:
            raise self.failure
        self.calls.append(len(Entries))
        answers: list[Json] = []
        for entry in Entries:
            if json.loads(entry["Detail"])["quake_id"] in self.refuses:
                answers.append({"ErrorCode": "InternalFailure", "ErrorMessage": "try again"})
            else:
                self.entries.append(entry)
                answers.append({"EventId": str(len(self.entries))})
        return {"FailedEntryCount": sum("ErrorCode" in answer for answer in answers), "Entries": answers}


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture
def detect(handlers: Handlers, aws: None, bus: Bus, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """detect, with a bus that notes what it is told."""
    monkeypatch.setenv("ANNOUNCEMENTS_EVENT_BUS_NAME", "announcements")
    module = handlers("detect")
    monkeypatch.setattr(module, "events", bus)
    return module


def stream_event(*quakes: tuple[str, str], **facts: Json) -> Json:
    """Ids and magnitudes, as records 1, 2, ... of the table's stream."""
    return {
        "Records": [
            {
                "eventName": "INSERT",
                "dynamodb": {
                    "SequenceNumber": str(number),
                    "NewImage": {
                        "quake_id": {"S": quake_id},
                        "magnitude": {"N": magnitude},
                        "place": {"S": "somewhere"},
                        "time_ms": {"N": "500"},
                        "updated_ms": {"N": "1517967111797"},
                        "longitude": {"N": "121.653"},
                        "latitude": {"N": "24.1737"},
                        "depth_km": {"N": "10.64"},
                        "url": {"S": "https://example.org"},
                        **facts,
                    },
                },
            }
            for number, (quake_id, magnitude) in enumerate(quakes, 1)
        ]
    }


def test_an_announcement_tells_the_facts(detect: ModuleType, bus: Bus) -> None:
    result = detect.handle(stream_event(("us1", "6.4")), None)

    assert result == {"batchItemFailures": []}
    (entry,) = bus.entries
    assert json.loads(entry.pop("Detail")) == {
        "quake_id": "us1",
        "magnitude": 6.4,
        "place": "somewhere",
        "time": "1970-01-01T00:00:00.500Z",
        "updated": "2018-02-07T01:31:51.797Z",
        "longitude": 121.653,
        "latitude": 24.1737,
        "depth_km": 10.64,
        "url": "https://example.org",
    }
    assert entry == {"EventBusName": "announcements", "Source": "seismic.alerts", "DetailType": "Strong Quake"}


def test_a_quake_without_a_place_is_announced_without_one(detect: ModuleType, bus: Bus) -> None:
    event = stream_event(("us1", "5"))
    del event["Records"][0]["dynamodb"]["NewImage"]["place"]

    detect.handle(event, None)

    assert json.loads(bus.entries[0]["Detail"])["place"] is None


@pytest.mark.parametrize(("magnitude", "announced"), [("4.5", ["us1"]), ("4.49999999999999999999", []), ("-1", [])])
def test_a_quake_is_strong_from_4_5_on(detect: ModuleType, bus: Bus, magnitude: str, announced: list[str]) -> None:
    result = detect.handle(stream_event(("us1", magnitude)), None)

    assert result == {"batchItemFailures": []}
    assert bus.announced == announced


def test_without_a_strong_quake_the_bus_hears_nothing(detect: ModuleType, bus: Bus) -> None:
    detect.handle(stream_event(("us1", "4.4"), ("us2", "1")), None)

    assert bus.calls == []


def test_from_the_first_that_the_bus_refused_all_come_again(detect: ModuleType, bus: Bus) -> None:
    bus.refuses = {"us2", "us4"}

    result = detect.handle(stream_event(("us1", "5"), ("us2", "5"), ("us3", "5"), ("us4", "5")), None)

    assert result == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert bus.announced == ["us1", "us3"]


def test_where_the_bus_refuses_the_call_nothing_strong_is_done_with(detect: ModuleType, bus: Bus) -> None:
    bus.failure = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "PutEvents")

    result = detect.handle(stream_event(("us1", "2"), ("us2", "5"), ("us3", "5")), None)

    assert result == {"batchItemFailures": [{"itemIdentifier": "2"}]}


def test_announcements_leave_ten_at_a_time(detect: ModuleType, bus: Bus) -> None:
    detect.handle(stream_event(*((f"us{number}", "5") for number in range(23))), None)

    assert bus.calls == [10, 10, 3]


def test_ten_announcements_fit_in_a_call_however_long_their_texts(detect: ModuleType, bus: Bus) -> None:
    longest = {"S": "\x01" * 1000}
    event = stream_event(*((f"{number}" + "\x01" * 255, "5") for number in range(10)), place=longest, url=longest)

    detect.handle(event, None)

    assert bus.calls == [10]
    assert sum(len(text.encode()) for entry in bus.entries for text in entry.values()) < 256 * 1024


def test_a_record_without_a_magnitude_fails_the_batch(detect: ModuleType, bus: Bus) -> None:
    event = stream_event(("us1", "5"), ("us2", "5"))
    del event["Records"][1]["dynamodb"]["NewImage"]["magnitude"]

    with pytest.raises(KeyError, match="magnitude"):
        detect.handle(event, None)

    assert bus.calls == []


def test_eventbridge_takes_the_announcements(detect: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    events = boto3.client("events")
    events.create_event_bus(Name="announcements")
    monkeypatch.setattr(detect, "events", events)

    assert detect.handle(stream_event(("us1", "5")), None) == {"batchItemFailures": []}
