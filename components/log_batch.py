"""What CloudWatch Logs hands to a function: log events of one stream, as compressed JSON in Base64.

Sources: Lambda developer guide, "Using Lambda with CloudWatch Logs"; CloudWatch Logs user guide, "Log group-level
subscription filters".
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any


def batch_event(
    *, owner: str, log_group: str, log_stream: str, subscription_filter: str, log_events: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The event for a function.

    Args:
        owner: id of the account that the log group is in.
        log_group: its name.
        log_stream: the stream's name.
        subscription_filter: the name of the filter that wanted the log events.
        log_events: each with `id`, `timestamp` in milliseconds, and `message`.
    """
    told = {
        "messageType": "DATA_MESSAGE",
        "owner": owner,
        "logGroup": log_group,
        "logStream": log_stream,
        "subscriptionFilters": [subscription_filter],
        "logEvents": list(log_events),
    }
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
    # Without a time of its own, so that the same log events always make the same text.
    return {"awslogs": {"data": base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()}}


def decoded(event: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the event of a function."""
    told: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    return told


def log_event_id(timestamp_ms: int, number: int) -> str:
    """The id of a log event, 56 digits as recorded ones have: the moment in front, then what tells one from another.

    Args:
        timestamp_ms: the moment, in milliseconds since 1970.
        number: counts log events.
    """
    return f"{(timestamp_ms << 144) + number:056d}"
