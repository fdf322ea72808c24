"""Which changes S3 calls make: each one once."""

from __future__ import annotations

from typing import Any

import moto.s3.models
import pytest
from moto.events import notifications as events_notifications
from moto.s3 import notifications
from moto.s3.models import FakeBucket, S3Backend

from emulator.account import Account
from emulator.eventing.object_changes import ObjectChanges
from emulator.eventing.object_events import ObjectChange
from tests.emulator.contracts import parameters
from tests.emulator.stage import Stage

Changes = list[ObjectChange]


@pytest.mark.parametrize(
    ("function", "taken"),
    [
        (notifications.send_event, "account_id event_name bucket key"),
        (notifications.send_test_event, "account_id bucket"),
        (events_notifications.send_notification, "source event_name region resources detail"),
        (S3Backend.delete_object, "self bucket_name key_name version_id bypass"),
        (FakeBucket.set_notification_configuration, "self notification_config"),
    ],
)
def test_moto_still_takes_what_we_take(function: Any, taken: str) -> None:
    assert parameters(function) == taken.split()


def test_moto_still_announces_a_new_bucket_where_we_look() -> None:
    assert moto.s3.models.events_send_notification is events_notifications.send_notification


@pytest.fixture
def changes(account: Account) -> Any:
    heard: Changes = []
    with ObjectChanges(account, lambda bucket, change: heard.append(change), lambda bucket: None):
        yield heard


def names(changes: Changes) -> list[str]:
    return [change.name for change in changes]


def test_a_put_is_announced_once(account: Account, stage: Stage, changes: Changes) -> None:
    stage.bucket()

    account.client("s3").put_object(Bucket="feed", Key="a", Body=b"abc", Tagging="x=y")

    (change,) = changes
    assert (change.name, change.operation, change.key, change.size, change.version_id) == (
        "ObjectCreated:Put",
        "PutObject",
        "a",
        3,
        None,
    )
    assert change.etag == "900150983cd24fb0d6963f7d28e17f72"


def test_a_multipart_upload_is_announced_when_it_is_complete_and_not_as_a_put(
    account: Account, stage: Stage, changes: Changes
) -> None:
    stage.bucket()
    s3 = account.client("s3")

    upload = s3.create_multipart_upload(Bucket="feed", Key="a", Tagging="x=y")["UploadId"]
    part = s3.upload_part(Bucket="feed", Key="a", UploadId=upload, PartNumber=1, Body=b"abc")
    assert changes == []
    s3.complete_multipart_upload(
        Bucket="feed", Key="a", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    )

    (change,) = changes
    assert (change.name, change.operation) == ("ObjectCreated:CompleteMultipartUpload", "CompleteMultipartUpload")
    assert (change.etag or "").endswith("-1")


def test_a_copy_is_announced_as_a_copy(account: Account, stage: Stage, changes: Changes) -> None:
    stage.bucket()
    account.client("s3").put_object(Bucket="feed", Key="a", Body=b"abc")

    account.client("s3").copy_object(Bucket="feed", Key="b", CopySource={"Bucket": "feed", "Key": "a"})

    assert [(change.name, change.key) for change in changes] == [
        ("ObjectCreated:Put", "a"),
        ("ObjectCreated:Copy", "b"),
    ]


def test_tags_and_acls_are_announced_by_their_own_calls(account: Account, stage: Stage, changes: Changes) -> None:
    stage.bucket()
    s3 = account.client("s3")
    s3.put_object(Bucket="feed", Key="a", Body=b"")

    s3.put_object_tagging(Bucket="feed", Key="a", Tagging={"TagSet": [{"Key": "x", "Value": "y"}]})
    s3.delete_object_tagging(Bucket="feed", Key="a")
    s3.put_object_acl(Bucket="feed", Key="a", ACL="private")

    assert names(changes)[1:] == ["ObjectTagging:Put", "ObjectTagging:Delete", "ObjectAcl:Put"]


def test_every_deleted_object_is_announced(account: Account, stage: Stage, changes: Changes) -> None:
    stage.bucket()
    s3 = account.client("s3")
    for key in "abc":
        s3.put_object(Bucket="feed", Key=key, Body=b"")

    s3.delete_object(Bucket="feed", Key="a")
    s3.delete_objects(Bucket="feed", Delete={"Objects": [{"Key": "b"}, {"Key": "c"}]})

    assert [(change.name, change.operation, change.key) for change in changes[3:]] == [
        ("ObjectRemoved:Delete", "DeleteObject", key) for key in "abc"
    ]


def test_deleting_what_is_not_there_changes_nothing(account: Account, stage: Stage, changes: Changes) -> None:
    stage.bucket()

    account.client("s3").delete_object(Bucket="feed", Key="a")

    assert changes == []


def test_a_bucket_with_versions_tells_them(account: Account, stage: Stage, changes: Changes) -> None:
    stage.bucket(versioned=True)
    s3 = account.client("s3")

    first = s3.put_object(Bucket="feed", Key="a", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket="feed", Key="a", Body=b"2")["VersionId"]
    marker = s3.delete_object(Bucket="feed", Key="a")["VersionId"]
    s3.delete_object(Bucket="feed", Key="a", VersionId=first)
    s3.delete_object(Bucket="feed", Key="a", VersionId=second)
    s3.delete_object(Bucket="feed", Key="a", VersionId=marker)

    assert [(change.name, change.version_id) for change in changes] == [
        ("ObjectCreated:Put", first),
        ("ObjectCreated:Put", second),
        ("ObjectRemoved:DeleteMarkerCreated", marker),
        ("ObjectRemoved:Delete", first),
        ("ObjectRemoved:Delete", second),
        ("ObjectRemoved:Delete", marker),
    ]
    assert changes[2].etag == "d41d8cd98f00b204e9800998ecf8427e"


def test_numbers_rise(account: Account, stage: Stage, changes: Changes) -> None:
    stage.bucket()

    for _ in range(3):
        account.client("s3").put_object(Bucket="feed", Key="a", Body=b"")

    assert [change.number for change in changes] == [1, 2, 3]


def test_a_new_bucket_is_no_change_of_an_object(stage: Stage, changes: Changes) -> None:
    stage.bucket()

    assert changes == []
