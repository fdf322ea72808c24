"""A receipt for each feed that arrived: which file, which version of it, how large, and when."""

from __future__ import annotations

import logging
import os
from typing import Any

import boto3

dynamodb = boto3.client("dynamodb")
log = logging.getLogger(__name__)


def handle(event: dict[str, Any], context: object) -> dict[str, int]:
    """Woken by S3 through EventBridge: the size of what arrived, in `bytes`. The same event writes the same receipt."""
    arrived = event["detail"]["object"]
    dynamodb.put_item(
        TableName=os.environ["RECEIPTS_TABLE_NAME"],
        Item={
            # EventBridge says a key as it is; S3's own notifications encode it.
            "file": {"S": arrived["key"]},
            "version": {"S": arrived.get("version-id") or arrived["etag"]},
            "bytes": {"N": str(arrived["size"])},
            "arrived": {"S": event["time"]},
        },
    )
    log.info("receipt written", extra={"file": arrived["key"], "bytes": arrived["size"]})
    return {"bytes": arrived["size"]}
