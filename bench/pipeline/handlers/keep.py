"""Messages become items of the table, and the odd ones are announced."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3
from botocore.exceptions import ClientError
from row import Row, read_row

dynamodb = boto3.client("dynamodb")
events = boto3.client("events")


def handle(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Woken by SQS: names the messages that failed, so that only they come again."""
    failed = []
    for message in event["Records"]:
        try:
            row = read_row(message["body"])
            dynamodb.put_item(TableName=os.environ["KEPT_TABLE_NAME"], Item=row.as_item())
            if row.odd:
                _announce(row)
        except (ValueError, ClientError):
            failed.append(message["messageId"])
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _announce(row: Row) -> None:
    entry = {
        "EventBusName": os.environ["NEWS_EVENT_BUS_NAME"],
        "Source": "rows",
        "DetailType": "Odd Row",
        "Detail": json.dumps({"row_id": row.row_id}),
    }
    events.put_events(Entries=[entry])
