"""An announcement becomes a bulletin: an object that says how severe a strong quake is, and a message to listeners.

The same announcement always writes the same object and says the same, so it may come twice. EventBridge keeps no order:
of two versions of one quake the one that arrives last stays, and says by `updated` which one it is.
"""

from __future__ import annotations

import json
import logging
import os
from typing import Any
from urllib.parse import quote

import boto3

s3 = boto3.client("s3")
sns = boto3.client("sns")
log = logging.getLogger(__name__)

LEVELS = ((8, "great"), (7, "major"), (6, "strong"), (5, "moderate"), (4, "light"))
"""From which magnitude on a quake is called what, as seismologists commonly do."""


def handle(event: dict[str, Any], context: object) -> dict[str, str]:
    """Woken by the event bus: the bulletin's `key`, and the `level` it gives."""
    bulletin = write(event["detail"])
    # An id may hold anything, a slash or a dot too; the key must stay inside bulletins/.
    key = f"bulletins/{quote(bulletin['quake_id'], safe='')}.json"
    s3.put_object(
        Bucket=os.environ["BULLETINS_BUCKET_NAME"],
        Key=key,
        Body=json.dumps(bulletin, ensure_ascii=False, indent=2).encode(),
        ContentType="application/json",
    )
    tell(bulletin)
    log.info("bulletin written", extra={"key": key, "level": bulletin["level"]})
    return {"key": key, "level": bulletin["level"]}


def tell(bulletin: dict[str, Any]) -> None:
    """Publish the bulletin with what listeners choose by: its level, the magnitude and the depth."""
    sns.publish(
        TopicArn=os.environ["WARNINGS_TOPIC_ARN"],
        Subject=f"{bulletin['level'].capitalize()} earthquake",
        Message=json.dumps(bulletin, ensure_ascii=False),
        MessageAttributes={
            "level": {"DataType": "String", "StringValue": bulletin["level"]},
            "magnitude": {"DataType": "Number", "StringValue": str(bulletin["magnitude"])},
            "depth_km": {"DataType": "Number", "StringValue": str(bulletin["depth_km"])},
        },
    )


def write(quake: dict[str, Any]) -> dict[str, Any]:
    """The bulletin about an announced quake: the facts, the level they make, and a sentence."""
    level = level_of(quake["magnitude"])
    where = quake["place"] or f"latitude {quake['latitude']}, longitude {quake['longitude']}"
    sentence = (
        f"{level.capitalize()} earthquake of magnitude {quake['magnitude']:.1f}, {where}, "
        f"at {quake['time']}, {quake['depth_km']:.0f} km deep."
    )
    return {**quake, "level": level, "text": sentence}


def level_of(magnitude: float) -> str:
    """What a quake of this magnitude is called."""
    return next((level for least, level in LEVELS if magnitude >= least), "minor")
