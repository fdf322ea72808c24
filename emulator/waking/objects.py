"""The objects that an event of S3 tells of, whether S3 tells of them itself or EventBridge does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from emulator.account import Account
from emulator.waking.shape import part, records_of

_CREATED = ("ObjectCreated:", "Object Created")


def created_objects(event: Any) -> list[tuple[str, str]]:
    """Bucket and key of each object that an event says was created."""
    return list(_found(event)) if isinstance(event, dict) else []


def has_bucket(account: Account, bucket: str) -> bool:
    return bucket in account.storage.backend("s3").buckets


def has_object(account: Account, bucket: str, key: str) -> bool:
    """Whether an object is in a bucket that is there."""
    return key in account.storage.backend("s3").buckets[bucket].keys


def put_unheard(account: Account, bucket: str, key: str, content: bytes) -> None:
    """Put an object, and let nobody hear of it."""
    account.storage.backend("s3").put_object(bucket, key, content)


def _found(event: Any) -> Iterator[tuple[str, str]]:
    for _, record in records_of(event):
        for name, told, is_encoded in (("eventName", "s3", True), ("detail-type", "detail", False)):
            bucket, key = part(record, f"{told}.bucket.name"), part(record, f"{told}.object.key")
            if isinstance(bucket, str) and isinstance(key, str) and str(record.get(name)).startswith(_CREATED):
                # Only a notification of S3's own has its keys encoded (S3 User Guide, "Event message structure").
                yield bucket, unquote_plus(key) if is_encoded else key
