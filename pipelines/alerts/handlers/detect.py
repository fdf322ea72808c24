"""A recorded quake becomes an announcement, if it is strong.

The table's stream tells of each version that was written, in the order of the quake's versions. A version is announced
at least once: those behind one that the bus refused come again with it, and whoever hears them must bear to hear twice.
"""

from __future__ import annotations

import logging
import os
from decimal import Decimal
from typing import Any

import boto3
from announcements import announce
from boto3.dynamodb.types import TypeDeserializer

STRONG_MAGNITUDE = Decimal("4.5")
"""From here on a quake is announced."""

events = boto3.client("events")
log = logging.getLogger(__name__)


def handle(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Woken by the stream of quakes: names the first record that was not announced; from there on all come again."""
    quakes = {record["dynamodb"]["SequenceNumber"]: _quake(record) for record in event["Records"]}
    strong = {number: quake for number, quake in quakes.items() if quake["magnitude"] >= STRONG_MAGNITUDE}
    taken = announce(events, os.environ["ANNOUNCEMENTS_EVENT_BUS_NAME"], list(strong.values()))
    refused = [number for number, was_taken in zip(strong, taken, strict=True) if not was_taken]
    log.info("quakes judged", extra={"quakes": len(quakes), "strong": len(strong), "refused": len(refused)})
    return {"batchItemFailures": [{"itemIdentifier": number} for number in refused[:1]]}


def _quake(record: dict[str, Any]) -> dict[str, Any]:
    deserialize = TypeDeserializer().deserialize
    return {name: deserialize(value) for name, value in record["dynamodb"]["NewImage"].items()}
