"""A feed is taken apart: every earthquake in the file that arrived becomes one message.

What calls itself something else, an explosion or a quarry blast, is counted and left out. What cannot be judged, since
it is no object or has no type, is sent on all the same: `record` refuses it, and it rests where people can look at it.
"""

from __future__ import annotations

import logging
import os
import re
from typing import Any
from urllib.parse import unquote_plus

import boto3
from features import BrokenFeed, Stream, read_features
from outbox import Outbox

s3 = boto3.client("s3")
sqs = boto3.client("sqs")
log = logging.getLogger(__name__)


def handle(event: dict[str, Any], context: object) -> dict[str, int]:
    """Woken by S3: the numbers of messages `sent` and of features `left_out`.

    Raises:
        BrokenFeed: the feed is cut off or is no GeoJSON; every whole earthquake before was sent.
        NotAllSent: some earthquakes could not be sent; all others were.
    """
    totals = {"sent": 0, "left_out": 0}
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = unquote_plus(record["s3"]["object"]["key"])
        counts = take_apart(s3.get_object(Bucket=bucket, Key=key)["Body"])
        log.info("feed taken apart", extra={"bucket": bucket, "key": key, **counts})
        totals = {name: totals[name] + counts[name] for name in totals}
    return totals


def take_apart(feed: Stream) -> dict[str, int]:
    """Send a feed's earthquakes, one message each, in the feed's own words."""
    outbox = Outbox(sqs, os.environ["READINGS_QUEUE_URL"])
    left_out = 0
    try:
        for feature in read_features(feed):
            if is_something_else(feature.value):
                left_out += 1
            else:
                outbox.put(sendable(feature.text))
    except BrokenFeed:
        outbox.flush()
        raise
    outbox.close()
    return {"sent": outbox.sent, "left_out": left_out}


def is_something_else(feature: object) -> bool:
    """Whether a feature says of itself that it is no earthquake."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    kind = properties.get("type") if isinstance(properties, dict) else None
    return isinstance(kind, str) and kind != "earthquake"


def sendable(text: str) -> str:
    """The same JSON without the two characters that JSON may hold and SQS refuses (API reference, SendMessage)."""
    return re.sub("[\ufffe\uffff]", lambda found: f"\\u{ord(found[0]):04x}", text)
