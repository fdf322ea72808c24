"""A digest: how many quakes of which strength there were in a day or a month, counted from the table of quakes."""

from __future__ import annotations

import json
import logging
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import floor
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer

dynamodb = boto3.client("dynamodb")
s3 = boto3.client("s3")
log = logging.getLogger(__name__)


def handle(event: dict[str, Any], context: object) -> dict[str, int]:
    """Woken by a schedule with its `period` and the moment `until` which it counts: the number of `quakes`.

    Raises:
        KeyError, ValueError: the schedule's input does not say what is needed.
    """
    start, end = stretch(event["period"], datetime.fromisoformat(event["until"]))
    digest = count(quakes_between(start, end))
    key = f"digests/{event['period']}/{start:%Y-%m-%d}.json"
    s3.put_object(
        Bucket=os.environ["REPORTS_BUCKET_NAME"],
        Key=key,
        Body=json.dumps({"from": f"{start:%Y-%m-%dT%H:%MZ}", "until": f"{end:%Y-%m-%dT%H:%MZ}", **digest}).encode(),
        ContentType="application/json",
    )
    log.info("digest written", extra={"key": key, "quakes": digest["quakes"]})
    return {"quakes": digest["quakes"]}


def stretch(period: str, until: datetime) -> tuple[datetime, datetime]:
    """The whole day, or the whole calendar month, in UTC, before the one that a moment is in."""
    midnight = until.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "day":
        return midnight - timedelta(days=1), midnight
    if period == "month":
        first = midnight.replace(day=1)
        return (first - timedelta(days=1)).replace(day=1), first
    raise ValueError(f"period must be day or month, got {period!r}")


def quakes_between(start: datetime, end: datetime) -> Iterator[Decimal]:
    """The magnitudes of all quakes recorded that happened from one moment to another, page after page of the table."""
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=os.environ["QUAKES_TABLE_NAME"],
        FilterExpression="time_ms >= :start AND time_ms < :end",
        ProjectionExpression="magnitude",
        ExpressionAttributeValues={":start": _milliseconds(start), ":end": _milliseconds(end)},
    )
    for page in pages:
        for item in page["Items"]:
            yield TypeDeserializer().deserialize(item["magnitude"])


def count(magnitudes: Iterator[Decimal]) -> dict[str, Any]:
    """The number of quakes, how many of each whole magnitude, and the strongest."""
    known = list(magnitudes)
    by_magnitude = Counter(floor(magnitude) for magnitude in known)
    return {
        "quakes": len(known),
        "by_magnitude": {str(whole): by_magnitude[whole] for whole in sorted(by_magnitude)},
        "strongest": float(max(known)) if known else None,
    }


def _milliseconds(moment: datetime) -> dict[str, str]:
    return {"N": str(int(moment.timestamp() * 1_000))}
