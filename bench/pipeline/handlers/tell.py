"""An announcement becomes a line of the log."""

from __future__ import annotations

import logging
import os
from typing import Any

import boto3

dynamodb = boto3.client("dynamodb")
log = logging.getLogger(__name__)


def handle(event: dict[str, Any], context: object) -> None:
    """Woken by EventBridge."""
    key = {"row_id": {"S": event["detail"]["row_id"]}}
    item = dynamodb.get_item(TableName=os.environ["KEPT_TABLE_NAME"], Key=key)["Item"]
    log.warning("odd row", extra={"row_id": item["row_id"]["S"], "value": item["value"]["N"]})
