"""An alarm that changes its state becomes an incident, or the end of one: a line that says when, what and why."""

from __future__ import annotations

import logging
import os
from typing import Any

import boto3

dynamodb = boto3.client("dynamodb")
log = logging.getLogger(__name__)

BECAME = {"ALARM": "open", "OK": "over"}


def handle(event: dict[str, Any], context: object) -> dict[str, str]:
    """Woken by CloudWatch's own event: the incident's `status`. The same event again writes the same line.

    Raises:
        KeyError: the event says too little.
    """
    detail = event["detail"]
    status = BECAME[detail["state"]["value"]]
    dynamodb.put_item(
        TableName=os.environ["INCIDENTS_TABLE_NAME"],
        Item={
            "alarm": {"S": detail["alarmName"]},
            "changed": {"S": detail["state"]["timestamp"]},
            "status": {"S": status},
            "reason": {"S": detail["state"].get("reason", "")},
        },
    )
    log.info("incident noted", extra={"alarm": detail["alarmName"], "status": status})
    return {"status": status}
