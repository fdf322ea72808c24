"""Readings become records: the newest version of each quake is kept.

A message may come twice, late, or after a crash half-way, and the outcome is the same: an older version never replaces
a newer one. Nothing is announced here: the table's stream tells of each version that was written, and of no other.
"""

from __future__ import annotations

import logging
import os
from typing import Any

import boto3
from botocore.exceptions import ClientError
from catalog import Catalog
from quake import InvalidQuake, read_quake

dynamodb = boto3.client("dynamodb")
log = logging.getLogger(__name__)


def handle(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Woken by SQS: names the messages that failed, so that only they come again and in the end are set aside."""
    catalog = Catalog(dynamodb, os.environ["QUAKES_TABLE_NAME"])
    written = 0
    failed: list[str] = []
    for message in event["Records"]:
        try:
            written += catalog.record(read_quake(message["body"]))
        except (InvalidQuake, ClientError) as error:
            log.warning("quake not recorded", extra={"message_id": message["messageId"], "reason": str(error)})
            failed.append(message["messageId"])
    log.info("readings recorded", extra={"messages": len(event["Records"]), "written": written, "failed": len(failed)})
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
