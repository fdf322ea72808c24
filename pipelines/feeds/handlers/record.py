"""Readings become records: the newest version of each quake is kept, and each strong one is announced.

A message may come twice, late, or after a crash half-way, and the outcome is the same: an older version never replaces
a newer one, and a version that was announced is not announced again. Two things are not promised. A version overtaken
before its announcement went out is not announced any more. One whose announcement went out just before a crash, or
whose message is worked on twice at the same moment, is announced twice.
"""

from __future__ import annotations

import logging
import os
from typing import Any

import boto3
from announcements import announce
from botocore.exceptions import ClientError
from catalog import Catalog
from quake import InvalidQuake, Quake, read_quake

dynamodb = boto3.client("dynamodb")
events = boto3.client("events")
log = logging.getLogger(__name__)


def handle(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Woken by SQS: names the messages that failed, so that only they come again and in the end are set aside."""
    catalog = Catalog(dynamodb, os.environ["QUAKES_TABLE_NAME"])
    failed: list[str] = []
    waiting: dict[Quake, list[str]] = {}
    for message in event["Records"]:
        try:
            quake = read_quake(message["body"])
            if catalog.record(quake):
                waiting.setdefault(quake, []).append(message["messageId"])
        except (InvalidQuake, ClientError) as error:
            log.warning("quake not recorded", extra={"message_id": message["messageId"], "reason": str(error)})
            failed.append(message["messageId"])
    announced = announce(events, os.environ["ANNOUNCEMENTS_EVENT_BUS_NAME"], list(waiting))
    for quake in announced:
        catalog.note_announced(quake)
        del waiting[quake]
    failed += [message_id for message_ids in waiting.values() for message_id in message_ids]
    log.info(
        "readings recorded",
        extra={"messages": len(event["Records"]), "announced": len(announced), "failed": len(failed)},
    )
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
