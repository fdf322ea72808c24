"""The newsroom's notices: of every bulletin a headline and a text, the newest in the place of an older one."""

from __future__ import annotations

import json
import logging
import os
from typing import Any

import boto3
from botocore.exceptions import ClientError

dynamodb = boto3.client("dynamodb")
log = logging.getLogger(__name__)


def handle(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Woken by SQS with bulletins as the topic was told them: names the messages that failed."""
    failed = []
    for message in event["Records"]:
        try:
            write(json.loads(message["body"]))
        except (ValueError, KeyError, TypeError, ClientError) as error:
            log.warning("notice not written", extra={"message_id": message["messageId"], "reason": repr(error)})
            failed.append(message["messageId"])
    log.info("notices written", extra={"messages": len(event["Records"]), "failed": len(failed)})
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def write(bulletin: dict[str, Any]) -> None:
    """Keep the notice of one bulletin, unless a newer one is there: a queue keeps no order."""
    headline = f"{bulletin['level'].capitalize()} earthquake, magnitude {bulletin['magnitude']:.1f}"
    try:
        dynamodb.put_item(
            TableName=os.environ["NOTICES_TABLE_NAME"],
            Item={
                "quake_id": {"S": bulletin["quake_id"]},
                "headline": {"S": headline},
                "text": {"S": bulletin["text"]},
                "updated": {"S": bulletin["updated"]},
            },
            # ISO times of one form are in the order of their letters.
            ConditionExpression="attribute_not_exists(quake_id) OR updated <= :updated",
            ExpressionAttributeValues={":updated": {"S": bulletin["updated"]}},
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        log.info("a newer notice is there", extra={"quake_id": bulletin["quake_id"]})
