"""What S3 says of a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.eventing.object_events import ObjectChange, detail, detail_type, notification, set_up_message
from tests.emulator.shapes import differences

CREATED = ObjectChange(
    name="ObjectCreated:Put",
    operation="PutObject",
    at=datetime(2031, 4, 5, 6, 7, 8, 123_456, tzinfo=UTC),
    account_id="210987654321",
    region="eu-west-3",
    bucket="alpha-bucket",
    bucket_arn="arn:aws:s3:::alpha-bucket",
    key="in box/a+b.txt",
    size=42,
    etag="d41d8cd98f00b204e9800998ecf8427e",
    version_id=None,
    number=7,
    principal_id="AROAEXAMPLEID:session",
    source_address="198.51.100.7",
)
DELETED = replace(CREATED, name="ObjectRemoved:Delete", operation="DeleteObject", size=None, etag=None)
MARKED = replace(DELETED, name="ObjectRemoved:DeleteMarkerCreated", etag=CREATED.etag, version_id="v1")
TAGGED = replace(CREATED, name="ObjectTagging:Put", operation="PutObjectTagging", size=None)


def told(change: ObjectChange) -> dict[str, object]:
    fields: dict[str, object] = notification(change, "cfg-1")["Records"][0]["s3"]["object"]
    return fields


def test_a_notification_has_the_recorded_shape() -> None:
    event = notification(CREATED, "cfg-1")

    assert differences(event, "s3_object_created.json") == []
    record = event["Records"][0]
    assert record["eventTime"] == "2031-04-05T06:07:08.123Z"
    assert record["userIdentity"] == {"principalId": "AWS:AROAEXAMPLEID:session"}
    assert record["requestParameters"] == {"sourceIPAddress": "198.51.100.7"}


def test_a_version_is_told_where_there_is_one() -> None:
    event = notification(replace(CREATED, version_id="v1"), "cfg-1")

    assert differences(event, "s3_object_created.json") == []
    assert event["Records"][0]["s3"]["object"]["versionId"] == "v1"


@pytest.mark.parametrize(
    ("key", "encoded"),
    [
        ("a@b", "a%40b"),
        ("in box/a+b.txt", "in+box/a%2Bb.txt"),
        ("ä/=&?", "%C3%A4/%3D%26%3F"),
        ("plain-key_1.txt", "plain-key_1.txt"),
    ],
)
def test_a_key_is_encoded_in_notifications(key: str, encoded: str) -> None:
    assert told(replace(CREATED, key=key))["key"] == encoded


@given(st.text(min_size=1))
def test_an_encoded_key_can_always_be_read_back(key: str) -> None:
    key = key.encode("utf-8", "ignore").decode() or "x"

    assert unquote_plus(str(told(replace(CREATED, key=key))["key"])) == key


@given(st.integers(min_value=0, max_value=2**60), st.integers(min_value=1, max_value=2**20))
def test_sequencers_rise(number: int, more: int) -> None:
    earlier, later = replace(CREATED, number=number), replace(CREATED, number=number + more)

    assert earlier.sequencer is not None
    assert later.sequencer is not None
    assert earlier.sequencer < later.sequencer
    assert len(earlier.sequencer) == len(later.sequencer)


def test_of_a_deleted_object_only_its_key_is_told() -> None:
    assert told(DELETED) == {"key": "in+box/a%2Bb.txt", "sequencer": DELETED.sequencer}


def test_a_delete_marker_is_a_version_of_nothing() -> None:
    assert sorted(told(MARKED)) == ["eTag", "key", "sequencer", "versionId"]


def test_tags_are_told_in_a_younger_record_without_size_and_sequencer() -> None:
    assert notification(TAGGED, "cfg-1")["Records"][0]["eventVersion"] == "2.3"
    assert told(TAGGED) == {"key": "in+box/a%2Bb.txt", "eTag": CREATED.etag}


@pytest.mark.parametrize(
    ("change", "name", "file"),
    [
        (CREATED, "Object Created", "s3_eventbridge_object_created.json"),
        (replace(CREATED, version_id="v1"), "Object Created", "s3_eventbridge_object_created.json"),
        (DELETED, "Object Deleted", "s3_eventbridge_object_deleted.json"),
        (MARKED, "Object Deleted", "s3_eventbridge_object_deleted.json"),
    ],
)
def test_the_detail_of_a_bus_event_has_the_recorded_shape(change: ObjectChange, name: str, file: str) -> None:
    event = {
        "version": "0",
        "id": "00000009-1111-4222-8333-0123456789ab",
        "detail-type": detail_type(change),
        "source": "aws.s3",
        "account": "210987654321",
        "time": "2031-04-05T06:07:08Z",
        "region": "eu-west-3",
        "resources": [change.bucket_arn],
        "detail": detail(change),
    }

    assert event["detail-type"] == name
    assert differences(event, file) == []


def test_a_bus_event_tells_the_key_as_it_is_and_what_did_it() -> None:
    assert detail(CREATED)["object"]["key"] == "in box/a+b.txt"
    assert detail(CREATED)["reason"] == "PutObject"
    assert detail(DELETED)["deletion-type"] == "Permanently Deleted"
    assert detail(MARKED)["deletion-type"] == "Delete Marker Created"
    assert "reason" not in detail(TAGGED)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ObjectCreated:Copy", "Object Created"),
        ("ObjectTagging:Put", "Object Tags Added"),
        ("ObjectTagging:Delete", "Object Tags Deleted"),
        ("ObjectAcl:Put", "Object ACL Updated"),
    ],
)
def test_every_change_has_its_detail_type(name: str, said: str) -> None:
    assert detail_type(replace(CREATED, name=name)) == said


def test_setting_up_is_announced() -> None:
    message = set_up_message("alpha-bucket", CREATED.at, 1)

    assert {**message, "RequestId": "", "HostId": ""} == {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": "2031-04-05T06:07:08.123Z",
        "Bucket": "alpha-bucket",
        "RequestId": "",
        "HostId": "",
    }


def test_two_changes_come_of_two_requests() -> None:
    assert CREATED.request_id != replace(CREATED, number=8).request_id
