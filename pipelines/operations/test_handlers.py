"""The handlers of operations as Lambda runs them: digests, incidents, receipts and complaints."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from types import ModuleType
from typing import Any

import boto3
import pytest

Handlers = Callable[[str], ModuleType]
Json = dict[str, Any]


@cache
def client(service: str) -> Any:
    return boto3.client(service)


def table(name: str, hash_key: str, range_key: str | None = None) -> None:
    keys = [key for key in (hash_key, range_key) if key]
    client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        BillingMode="PAY_PER_REQUEST",
    )


def items(name: str) -> list[Json]:
    return list(client("dynamodb").scan(TableName=name)["Items"])


class TestDigest:
    """Quakes of a day or a month are counted, each in one digest."""

    @pytest.fixture
    def digest(self, handlers: Handlers, aws: None, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
        table("quakes", "quake_id")
        client("s3").create_bucket(Bucket="reports", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        monkeypatch.setenv("QUAKES_TABLE_NAME", "quakes")
        monkeypatch.setenv("REPORTS_BUCKET_NAME", "reports")
        return handlers("digest")

    def record(self, quake_id: str, moment: str, magnitude: str) -> None:
        milliseconds = int(datetime.fromisoformat(moment).timestamp() * 1_000)
        item = {"quake_id": {"S": quake_id}, "time_ms": {"N": str(milliseconds)}, "magnitude": {"N": magnitude}}
        client("dynamodb").put_item(TableName="quakes", Item=item)

    def written(self, key: str) -> Json:
        found: Json = json.loads(client("s3").get_object(Bucket="reports", Key=key)["Body"].read())
        return found

    def test_a_day_counts_from_midnight_to_midnight(self, digest: ModuleType) -> None:
        self.record("before", "2030-01-01T23:59:59.999Z", "9")
        self.record("first", "2030-01-02T00:00:00Z", "2.5")
        self.record("last", "2030-01-02T23:59:59.999Z", "-0.5")
        self.record("after", "2030-01-03T00:00:00Z", "9")

        result = digest.handle({"period": "day", "until": "2030-01-03T03:00:00Z"}, None)

        assert result == {"quakes": 2}
        assert self.written("digests/day/2030-01-02.json") == {
            "from": "2030-01-02T00:00Z",
            "until": "2030-01-03T00:00Z",
            "quakes": 2,
            "by_magnitude": {"-1": 1, "2": 1},
            "strongest": 2.5,
        }

    def test_a_month_counts_the_whole_month_before(self, digest: ModuleType) -> None:
        self.record("january", "2030-01-31T23:00:00Z", "4")
        self.record("february", "2030-02-28T23:00:00Z", "5")

        digest.handle({"period": "month", "until": "2030-03-01T05:00:00Z"}, None)

        assert self.written("digests/month/2030-02-01.json")["by_magnitude"] == {"5": 1}

    def test_a_day_without_a_quake_is_told_as_well(self, digest: ModuleType) -> None:
        assert digest.handle({"period": "day", "until": "2030-01-03T03:00:00Z"}, None) == {"quakes": 0}
        assert self.written("digests/day/2030-01-02.json")["strongest"] is None

    def test_the_same_run_again_writes_the_same_digest(self, digest: ModuleType) -> None:
        for _ in range(2):
            digest.handle({"period": "day", "until": "2030-01-03T03:00:00Z"}, None)

        keys = [found["Key"] for found in client("s3").list_objects_v2(Bucket="reports")["Contents"]]
        assert keys == ["digests/day/2030-01-02.json"]

    @pytest.mark.parametrize(
        ("event", "error"),
        [
            ({}, KeyError),
            ({"period": "week", "until": "2030-01-03T03:00:00Z"}, ValueError),
            ({"period": "day", "until": "soon"}, ValueError),
        ],
    )
    def test_an_input_that_says_too_little_fails(self, digest: ModuleType, event: Json, error: type[Exception]) -> None:
        with pytest.raises(error):
            digest.handle(event, None)

    @pytest.mark.parametrize(
        ("until", "start"), [("2030-01-01T05:00:00Z", "2029-12-01"), ("2028-03-01T05:00:00Z", "2028-02-01")]
    )
    def test_the_month_before_may_lie_in_another_year(self, digest: ModuleType, until: str, start: str) -> None:
        begin, _ = digest.stretch("month", datetime.fromisoformat(until))

        assert begin == datetime.fromisoformat(start).replace(tzinfo=UTC)


class TestIncident:
    """An alarm that goes off opens an incident, and one that is over ends it."""

    @pytest.fixture
    def incident(self, handlers: Handlers, aws: None, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
        table("incidents", "alarm", "changed")
        monkeypatch.setenv("INCIDENTS_TABLE_NAME", "incidents")
        return handlers("incident")

    def changed(self, state: str, timestamp: str = "2030-01-01T12:00:00.000+0000") -> Json:
        return {
            "detail": {
                "alarmName": "dead-letters",
                "state": {"value": state, "timestamp": timestamp, "reason": "Threshold Crossed"},
            }
        }

    @pytest.mark.parametrize(("state", "status"), [("ALARM", "open"), ("OK", "over")])
    def test_a_change_is_noted_with_its_reason(self, incident: ModuleType, state: str, status: str) -> None:
        assert incident.handle(self.changed(state), None) == {"status": status}
        assert items("incidents") == [
            {
                "alarm": {"S": "dead-letters"},
                "changed": {"S": "2030-01-01T12:00:00.000+0000"},
                "status": {"S": status},
                "reason": {"S": "Threshold Crossed"},
            }
        ]

    def test_the_same_change_twice_is_one_line(self, incident: ModuleType) -> None:
        for _ in range(2):
            incident.handle(self.changed("ALARM"), None)

        assert len(items("incidents")) == 1

    def test_a_state_nobody_asked_for_fails(self, incident: ModuleType) -> None:
        with pytest.raises(KeyError, match="INSUFFICIENT_DATA"):
            incident.handle(self.changed("INSUFFICIENT_DATA"), None)


class TestReceipt:
    """What arrived is noted, each version of a file once."""

    @pytest.fixture
    def receipt(self, handlers: Handlers, aws: None, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
        table("receipts", "file", "version")
        monkeypatch.setenv("RECEIPTS_TABLE_NAME", "receipts")
        return handlers("receipt")

    def arrived(self, **facts: Any) -> Json:
        found = {"key": "incoming/a b.geojson", "size": 42, "etag": "d41d8", "version-id": "v1"}
        return {"time": "2030-01-01T12:00:00Z", "detail": {"object": found | facts}}

    def test_a_receipt_says_what_arrived_and_when(self, receipt: ModuleType) -> None:
        assert receipt.handle(self.arrived(), None) == {"bytes": 42}
        assert items("receipts") == [
            {
                "file": {"S": "incoming/a b.geojson"},
                "version": {"S": "v1"},
                "bytes": {"N": "42"},
                "arrived": {"S": "2030-01-01T12:00:00Z"},
            }
        ]

    def test_each_version_has_a_receipt_and_a_repeated_event_none_more(self, receipt: ModuleType) -> None:
        for version in ("v1", "v2", "v1"):
            receipt.handle(self.arrived(**{"version-id": version}), None)

        assert sorted(item["version"]["S"] for item in items("receipts")) == ["v1", "v2"]

    def test_without_versions_the_content_tells_them_apart(self, receipt: ModuleType) -> None:
        event = self.arrived()
        del event["detail"]["object"]["version-id"]

        receipt.handle(event, None)

        assert items("receipts")[0]["version"] == {"S": "d41d8"}


class TestComplaint:
    """Lines of a log are kept, each once."""

    @pytest.fixture
    def complaint(self, handlers: Handlers, aws: None, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
        table("complaints", "id")
        monkeypatch.setenv("COMPLAINTS_TABLE_NAME", "complaints")
        return handlers("complaint")

    def lines(self, *ids: str) -> Json:
        told = {
            "messageType": "DATA_MESSAGE",
            "logGroup": "/aws/lambda/record",
            "logStream": "s",
            "logEvents": [{"id": each, "timestamp": 1893499200000, "message": f"line {each}"} for each in ids],
        }
        return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(told).encode())).decode()}}

    def test_each_line_is_kept_with_where_and_when(self, complaint: ModuleType) -> None:
        assert complaint.handle(self.lines("1", "2"), None) == {"complaints": 2}
        assert sorted(items("complaints"), key=lambda item: item["id"]["S"])[0] == {
            "id": {"S": "1"},
            "log_group": {"S": "/aws/lambda/record"},
            "time_ms": {"N": "1893499200000"},
            "message": {"S": "line 1"},
        }

    def test_a_batch_that_comes_again_adds_nothing(self, complaint: ModuleType) -> None:
        for _ in range(2):
            complaint.handle(self.lines("1", "2"), None)

        assert len(items("complaints")) == 2
