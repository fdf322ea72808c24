"""What becomes of objects, as EventBridge hears it from S3: the pattern for the words of a page.

A word means the same here as in a notification: what S3's lifecycle rules delete is no `removed` (S3 user guide,
"Event notification types and destinations"), though its event is called so too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pulumi
from pydantic import JsonValue

from components.config import JsonObject

EventWord = Literal["created", "put", "posted", "copied", "uploaded_in_parts", "removed", "deleted", "marked_deleted"]

CREATED = "Object Created"
DELETED = "Object Deleted"

REASONS: dict[EventWord, str] = {
    "put": "PutObject",
    "posted": "POST Object",
    "copied": "CopyObject",
    "uploaded_in_parts": "CompleteMultipartUpload",
}
"""The `reason` of an object's creation (S3 user guide, "EventBridge event message structure")."""

DELETION_TYPES: dict[EventWord, str] = {
    "deleted": "Permanently Deleted",
    "marked_deleted": "Delete Marker Created",
}
"""The `deletion-type` of an object's end (same page)."""

BY_REQUEST = "DeleteObject"
"""The `reason` of a deletion that somebody asked for; those by a lifecycle rule have another (same page)."""


def object_pattern(
    bucket_name: pulumi.Input[str], words: Sequence[EventWord], *, prefix: str, suffix: str
) -> dict[str, object]:
    """The pattern of a rule that hears of a bucket's objects.

    Args:
        bucket_name: as S3 calls it.
        words: what must have happened, one of them at least.
        prefix: how the key must begin, to the letter; the event has the key as it is, not encoded.
        suffix: how it must end.
    """
    key = key_wishes(prefix, suffix)
    detail: dict[str, object] = {
        "bucket": {"name": [bucket_name]},
        **({"object": {"key": key}} if key else {}),
    }
    ways = [way for way in (_created(words), _deleted(words)) if way is not None]
    if len(ways) > 1:
        return {"source": ["aws.s3"], "detail": detail, "$or": ways}
    [way] = ways
    more = way.get("detail", {})
    return {
        "source": ["aws.s3"],
        "detail-type": way["detail-type"],
        "detail": {**detail, **(more if isinstance(more, dict) else {})},
    }


def key_wishes(prefix: str, suffix: str) -> list[JsonValue]:
    """What a pattern wants of a key that begins with `prefix` and ends with `suffix`. Nothing for any key."""
    if prefix and suffix:
        stars = f"{_escaped(prefix)}*{_escaped(suffix)}"
        # A key in which the two overlap has no room for the star between them.
        overlaps = [
            prefix + suffix[shared:] for shared in range(1, len(suffix) + 1) if prefix.endswith(suffix[:shared])
        ]
        return [{"wildcard": stars}, *overlaps]
    if prefix:
        return [{"prefix": prefix}]
    return [{"suffix": suffix}] if suffix else []


def _created(words: Sequence[EventWord]) -> JsonObject | None:
    reasons: list[JsonValue] = [REASONS[word] for word in words if word in REASONS]
    if "created" in words:
        return {"detail-type": [CREATED]}
    return {"detail-type": [CREATED], "detail": {"reason": reasons}} if reasons else None


def _deleted(words: Sequence[EventWord]) -> JsonObject | None:
    types: list[JsonValue] = [DELETION_TYPES[word] for word in words if word in DELETION_TYPES]
    asked: JsonObject = {"reason": [BY_REQUEST]}
    if "removed" in words:
        return {"detail-type": [DELETED], "detail": asked}
    return {"detail-type": [DELETED], "detail": {**asked, "deletion-type": types}} if types else None


def _escaped(text: str) -> str:
    """Text as a wildcard takes it to the letter."""
    return text.replace("\\", "\\\\").replace("*", "\\*")
