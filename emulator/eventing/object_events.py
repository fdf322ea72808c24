"""What S3 says when an object changes: as a notification, and as an event on the default event bus."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

# Events about something beside the object itself carry a younger record version, and neither size nor sequencer.
_BESIDE = ("ObjectTagging:", "ObjectAcl:")

_DETAIL_TYPES = {
    "ObjectCreated": "Object Created",
    "ObjectRemoved": "Object Deleted",
    "ObjectTagging:Put": "Object Tags Added",
    "ObjectTagging:Delete": "Object Tags Deleted",
    "ObjectAcl": "Object ACL Updated",
}

_DELETIONS = {
    "ObjectRemoved:Delete": "Permanently Deleted",
    "ObjectRemoved:DeleteMarkerCreated": "Delete Marker Created",
}


@dataclass(frozen=True)
class ObjectChange:
    """Something that happened to one object."""

    name: str
    """`ObjectCreated:Put`, as notifications call it."""
    operation: str
    """The API operation that did it: `PutObject`."""
    at: datetime
    account_id: str
    region: str
    bucket: str
    bucket_arn: str
    key: str
    size: int | None
    etag: str | None
    version_id: str | None
    """Of a bucket that keeps versions."""
    number: int
    """Counts all changes of the account, so that a later change of the same key has the higher number."""
    principal_id: str
    """The caller's unique id."""
    source_address: str

    @property
    def sequencer(self) -> str | None:
        return None if self.name.startswith(_BESIDE) else f"{self.number:018X}"

    @property
    def request_id(self) -> str:
        return self._made_up("request").hex().upper()[:16]

    def _made_up(self, what: str) -> bytes:
        return hashlib.sha384(f"{what} {self.account_id} {self.bucket} {self.number}".encode()).digest()


def notification(change: ObjectChange, configuration_id: str) -> dict[str, Any]:
    """The event for a function or a queue (S3 User Guide, "Event message structure")."""
    record = {
        "eventVersion": "2.3" if change.name.startswith(_BESIDE) else "2.1",
        "eventSource": "aws:s3",
        "awsRegion": change.region,
        "eventTime": f"{change.at:%Y-%m-%dT%H:%M:%S}.{change.at.microsecond // 1000:03d}Z",
        "eventName": change.name,
        "userIdentity": {"principalId": f"AWS:{change.principal_id}"},
        "requestParameters": {"sourceIPAddress": change.source_address},
        "responseElements": {
            "x-amz-request-id": change.request_id,
            "x-amz-id-2": base64.b64encode(change._made_up("host")).decode(),
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {
                "name": change.bucket,
                "ownerIdentity": {"principalId": _owner_id(change.account_id)},
                "arn": change.bucket_arn,
            },
            "object": _object(change, quote_plus(change.key, safe="/"), etag="eTag", version="versionId"),
        },
    }
    return {"Records": [record]}


def set_up_message(bucket: str, at: datetime, number: int) -> dict[str, Any]:
    """What a queue receives when a notification to it is set up (S3 User Guide, "Event message structure")."""
    digest = hashlib.sha384(f"test {bucket} {number}".encode()).digest()
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z",
        "Bucket": bucket,
        "RequestId": digest.hex().upper()[:16],
        "HostId": base64.b64encode(digest).decode(),
    }


def detail_type(change: ObjectChange) -> str:
    """The event's `detail-type` on a bus."""
    return _DETAIL_TYPES.get(change.name) or _DETAIL_TYPES[change.name.partition(":")[0]]


def detail(change: ObjectChange) -> dict[str, Any]:
    """The event's `detail` on a bus (S3 User Guide, "EventBridge event message structure"); the key is not encoded."""
    told: dict[str, Any] = {
        "version": "0",
        "bucket": {"name": change.bucket},
        "object": _object(change, change.key, etag="etag", version="version-id"),
        "request-id": change.request_id,
        "requester": change.account_id,
        "source-ip-address": change.source_address,
    }
    if change.name.startswith(_BESIDE):
        return told
    told["reason"] = change.operation
    if change.name in _DELETIONS:
        told["deletion-type"] = _DELETIONS[change.name]
    return told


def _object(change: ObjectChange, key: str, *, etag: str, version: str) -> dict[str, Any]:
    fields = {
        "key": key,
        "size": change.size,
        etag: change.etag,
        version: change.version_id,
        "sequencer": change.sequencer,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _owner_id(account_id: str) -> str:
    """The account as a bucket's owner: S3 shows an id of its own kind there, made up here from the account's."""
    return f"A{base64.b32encode(hashlib.sha256(account_id.encode()).digest()).decode()[:13]}"
