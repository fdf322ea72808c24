"""Announcements: what the world is told of a strong quake, as events on a bus."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from botocore.exceptions import ClientError

MOST_ENTRIES = 10
"""Events of one call (EventBridge API reference, PutEvents).

Together they may have 256 KB by the user guide ("Calculating PutEvents event entry size"), 1 MB by the reference. They
stay below both: `feeds` keeps every text of a quake within 1,000 bytes.
"""

log = logging.getLogger(__name__)


def announce(events: Any, bus_name: str, quakes: Sequence[dict[str, Any]]) -> list[bool]:
    """Put one event for each quake on the bus.

    Args:
        events: a boto3 client.
        quakes: as the table keeps them.

    Returns:
        For each quake, whether the bus has taken its event; it may take some of a call and refuse others.
    """
    taken: list[bool] = []
    for start in range(0, len(quakes), MOST_ENTRIES):
        batch = quakes[start : start + MOST_ENTRIES]
        for quake, answer in zip(batch, _put(events, bus_name, batch), strict=True):
            if "ErrorCode" in answer:
                log.error("quake not announced", extra={"quake_id": quake["quake_id"], "answer": answer})
            taken.append("ErrorCode" not in answer)
    return taken


def _put(events: Any, bus_name: str, quakes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One answer for each quake; where the bus refuses the whole call, its refusal for each."""
    try:
        answer = events.put_events(Entries=[_entry(bus_name, quake) for quake in quakes])
    except ClientError as error:
        refusal = {"ErrorCode": error.response["Error"]["Code"], "ErrorMessage": str(error)}
        return [refusal] * len(quakes)
    return list(answer["Entries"])


def _entry(bus_name: str, quake: dict[str, Any]) -> dict[str, str]:
    detail = {
        "quake_id": quake["quake_id"],
        "magnitude": float(quake["magnitude"]),
        "place": quake.get("place"),
        "time": _iso(quake["time_ms"]),
        "updated": _iso(quake["updated_ms"]),
        "longitude": float(quake["longitude"]),
        "latitude": float(quake["latitude"]),
        "depth_km": float(quake["depth_km"]),
        "url": quake.get("url"),
    }
    return {
        "EventBusName": bus_name,
        "Source": "seismic.alerts",
        "DetailType": "Strong Quake",
        "Detail": json.dumps(detail, ensure_ascii=False),
    }


def _iso(milliseconds: Decimal) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(milliseconds))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
