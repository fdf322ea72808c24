"""Which changes of objects an S3 call makes: each one once, as AWS would announce it.

Moto announces more than AWS (a put also as tagging, a multipart upload also as a put) and less (no delete marker, no
version deleted while others are left). Not announced: restores, lifecycle, tiering, replication.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from unittest.mock import patch

import moto.s3.models
from moto.s3 import notifications
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket, FakeKey, S3Backend

from emulator.eventing.object_events import ObjectChange
from emulator.rights import SOURCE_ADDRESS

if TYPE_CHECKING:
    from emulator.account import Account

_CAUSE = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "ObjectTagging:Put": "PutObjectTagging",
    "ObjectTagging:Delete": "DeleteObjectTagging",
    "ObjectAcl:Put": "PutObjectAcl",
}
"""The operation that each event belongs to; moto also announces events of what it does along the way."""

_DELETE, _MARK = "ObjectRemoved:Delete", "ObjectRemoved:DeleteMarkerCreated"
_EMPTY_ETAG = "d41d8cd98f00b204e9800998ecf8427e"


class ObjectChanges:
    """Hears every change of an object, while it is open.

    Args:
        changed: is told of each, with the bucket.
        set_up: is told when a bucket's notifications were written.
    """

    def __init__(
        self,
        account: Account,
        changed: Callable[[FakeBucket, ObjectChange], None],
        set_up: Callable[[FakeBucket], None],
    ) -> None:
        self._account = account
        self._changed = changed
        self._set_up = set_up
        self._count = 0
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(patch.object(notifications, "send_event", self._sending()))
            opening.enter_context(patch.object(notifications, "send_test_event", self._setting_up()))
            # A bucket's creation is no event of S3's own.
            opening.enter_context(patch.object(moto.s3.models, "events_send_notification", lambda **_: None))
            set_up = _without_topics(FakeBucket.set_notification_configuration)
            opening.enter_context(patch.object(FakeBucket, "set_notification_configuration", set_up))
            opening.enter_context(patch.object(S3Backend, "delete_object", self._deleting(S3Backend.delete_object)))
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _sending(self) -> Callable[..., None]:
        def send_event(account_id: str, event_name: str, bucket: FakeBucket, key: FakeKey) -> None:
            name = str(getattr(event_name, "value", event_name)).removeprefix("s3:")
            call = self._account.calls.current
            if call is not None and _CAUSE.get(name) == call.operation:
                self._announce(bucket, name, key.name, key)

        return send_event

    def _setting_up(self) -> Callable[..., None]:
        def send_test_event(account_id: str, bucket: FakeBucket) -> None:
            self._set_up(bucket)

        return send_test_event

    def _deleting(self, delete_object: Callable[..., tuple[bool, dict[str, Any]]]) -> Callable[..., Any]:
        def deleting(
            backend: S3Backend, bucket_name: str, key_name: str, version_id: str | None = None, bypass: bool = False
        ) -> tuple[bool, dict[str, Any]]:
            bucket = backend.get_bucket(bucket_name)
            was_there = _holds(bucket, key_name, version_id)
            done, answer = delete_object(backend, bucket_name, key_name, version_id=version_id, bypass=bypass)
            if done and bucket.is_versioned and version_id is None:
                self._announce(bucket, _MARK, key_name, version_id=answer["version-id"], etag=_EMPTY_ETAG)
            elif done and was_there:
                self._announce(bucket, _DELETE, key_name, version_id=version_id)
            return done, answer

        return deleting

    def _announce(
        self,
        bucket: FakeBucket,
        name: str,
        key_name: str,
        key: FakeKey | None = None,
        *,
        version_id: str | None = None,
        etag: str | None = None,
    ) -> None:
        self._count += 1
        if key is not None:
            etag = key.etag.strip('"')
            version_id = str(key.version_id) if bucket.is_versioned else None
        change = ObjectChange(
            name=name,
            operation=_CAUSE.get(name, "DeleteObject"),
            at=self._account.clock.now,
            account_id=self._account.account_id,
            region=bucket.region_name,
            bucket=bucket.name,
            bucket_arn=bucket.arn,
            key=key_name,
            size=key.size if key is not None and name.startswith("ObjectCreated:") else None,
            etag=etag,
            version_id=version_id,
            number=self._count,
            principal_id=self._account.calls.principal_id() or self._account.account_id,
            source_address=SOURCE_ADDRESS,
        )
        self._changed(bucket, change)


def _holds(bucket: FakeBucket, key_name: str, version_id: str | None) -> bool:
    versions = bucket.keys.getlist(key_name, [])
    return any(version_id is None or str(each.version_id) == version_id for each in versions)


def _without_topics(set_notification_configuration: Callable[..., None]) -> Callable[..., None]:
    def without_topics(bucket: FakeBucket, notification_config: dict[str, Any] | None) -> None:
        if (notification_config or {}).get("TopicConfiguration"):
            raise S3ClientError("NotImplemented", "notifications to topics are not emulated: functions and queues are")
        set_notification_configuration(bucket, notification_config)

    return without_topics
