"""A warning that a function wrote into its log becomes a complaint, kept where somebody looks for it."""

from __future__ import annotations

import base64
import gzip
import json
import logging
import os
from typing import Any

import boto3

dynamodb = boto3.client("dynamodb")
log = logging.getLogger(__name__)


def handle(event: dict[str, Any], context: object) -> dict[str, int]:
    """Woken by CloudWatch Logs with lines of one log stream: how many `complaints` they are.

    A batch that comes again has the same ids, so each line is kept once.
    """
    told = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    for line in told["logEvents"]:
        dynamodb.put_item(
            TableName=os.environ["COMPLAINTS_TABLE_NAME"],
            Item={
                "id": {"S": line["id"]},
                "log_group": {"S": told["logGroup"]},
                "time_ms": {"N": str(line["timestamp"])},
                "message": {"S": line["message"]},
            },
        )
    log.info("complaints kept", extra={"log_group": told["logGroup"], "lines": len(told["logEvents"])})
    return {"complaints": len(told["logEvents"])}
