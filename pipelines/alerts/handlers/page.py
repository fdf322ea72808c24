"""A great quake calls whoever is on duty, once for each quake, however often it is announced or revised."""

from __future__ import annotations

import json
import logging
import os
from typing import Any

import boto3

dynamodb = boto3.client("dynamodb")
log = logging.getLogger(__name__)


def handle(event: dict[str, Any], context: object) -> dict[str, int]:
    """Woken by SNS with one bulletin: how many people were `called`."""
    bulletin = json.loads(event["Records"][0]["Sns"]["Message"])
    try:
        dynamodb.put_item(
            TableName=os.environ["CALLS_TABLE_NAME"],
            Item={
                "quake_id": {"S": bulletin["quake_id"]},
                "level": {"S": bulletin["level"]},
                "text": {"S": bulletin["text"]},
            },
            ConditionExpression="attribute_not_exists(quake_id)",
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        log.info("called before", extra={"quake_id": bulletin["quake_id"]})
        return {"called": 0}
    log.info("called", extra={"quake_id": bulletin["quake_id"], "level": bulletin["level"]})
    return {"called": 1}
