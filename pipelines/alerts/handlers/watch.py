"""A strong quake that is shallow opens a tsunami watch: somebody has to look at the sea levels until it ends."""

from __future__ import annotations

import json
import logging
import os
from datetime import datetime, timedelta
from typing import Any

import boto3

WATCH = timedelta(hours=12)
"""How long the sea is looked at after a quake."""

dynamodb = boto3.client("dynamodb")
log = logging.getLogger(__name__)


def handle(event: dict[str, Any], context: object) -> dict[str, str]:
    """Woken by SNS with one bulletin: the moment `until` which the sea is watched. The same quake, the same watch."""
    bulletin = json.loads(event["Records"][0]["Sns"]["Message"])
    until = (datetime.fromisoformat(bulletin["time"]) + WATCH).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    dynamodb.put_item(
        TableName=os.environ["WATCHES_TABLE_NAME"],
        Item={
            "quake_id": {"S": bulletin["quake_id"]},
            "longitude": {"N": str(bulletin["longitude"])},
            "latitude": {"N": str(bulletin["latitude"])},
            "until": {"S": until},
        },
    )
    log.info("watch opened", extra={"quake_id": bulletin["quake_id"], "until": until})
    return {"until": until}
