"""What `PutEvents` takes: each entry becomes an event, or is refused as EventBridge refuses it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from moto.events.exceptions import ValidationException

LARGEST_REQUEST_BYTES = 1024 * 1024
"""All entries of a call together stay below 1 MB (`PutEvents` API reference)."""

MOST_ENTRIES = 10

_REQUIRED = ("Source", "DetailType", "Detail")


def check_request(entries: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a call as a whole.

    Raises:
        ValidationException: it has more than 10 entries, or they are too big together.
    """
    if len(entries) > MOST_ENTRIES:
        raise ValidationException(
            "1 validation error detected: Value '[PutEventsRequestEntry]' at 'entries' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MOST_ENTRIES}"
        )
    if sum(map(entry_bytes, entries)) >= LARGEST_REQUEST_BYTES:
        raise ValidationException("Total size of the entries in the request is over the limit.")


def entry_bytes(entry: Mapping[str, Any]) -> int:
    """The size of an entry (EventBridge User Guide, "Calculating PutEvents event entry size")."""
    texts = [entry.get(field) or "" for field in _REQUIRED] + list(entry.get("Resources") or ())
    return sum(len(text.encode()) for text in texts) + (14 if entry.get("Time") else 0)


def refusal(entry: Mapping[str, Any]) -> dict[str, str] | None:
    """Why an entry is not taken, as the call answers it; None if it is."""
    for field in _REQUIRED:
        if not entry.get(field):
            return _error("InvalidArgument", f"Parameter {field} is not valid. Reason: {field} is a required argument.")
    if entry["Source"].startswith("aws."):
        return _error("NotAuthorizedForSourceException", "Not authorized for the source.")
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    return None if isinstance(detail, dict) else _error("MalformedDetail", "Detail is malformed.")


def bus_event(
    *,
    event_id: str,
    source: str,
    detail_type: str,
    detail: Mapping[str, Any],
    resources: Sequence[str],
    account_id: str,
    region: str,
    at: datetime,
) -> dict[str, Any]:
    """An event as rules see it and targets receive it (EventBridge User Guide, "AWS service event metadata")."""
    return {
        "version": "0",
        "id": event_id,
        "detail-type": detail_type,
        "source": source,
        "account": account_id,
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "region": region,
        "resources": list(resources),
        "detail": dict(detail),
    }


def entry_time(entry: Mapping[str, Any], now: datetime) -> datetime:
    """The moment the entry names, or now."""
    time = entry.get("Time")
    if time is None:
        return now
    if isinstance(time, int | float):
        return datetime.fromtimestamp(time, UTC)
    return datetime.fromisoformat(str(time)).astimezone(UTC)


def _error(code: str, message: str) -> dict[str, str]:
    return {"ErrorCode": code, "ErrorMessage": message}
