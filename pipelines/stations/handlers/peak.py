"""Waveforms become peaks: the strongest motion of each station in each minute.

Lambda hands the peaks so far from batch to batch of one minute, and asks once more when the minute is over: only then
are they kept. A batch that comes again leads to the same peaks, and a peak never replaces a stronger one of its minute.
"""

from __future__ import annotations

import base64
import logging
import os
from typing import Any

import boto3
from waveform import read_waveform

dynamodb = boto3.client("dynamodb")
log = logging.getLogger(__name__)


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Woken by the stream: the peaks so far as `state`, in counts by station.

    Raises:
        InvalidWaveform: a record is no window. Lambda halves the batch until that record is alone, and sets it aside.
    """
    peaks: dict[str, float] = dict(event.get("state") or {})
    for record in event["Records"]:
        waveform = read_waveform(base64.b64decode(record["kinesis"]["data"]))
        peaks[waveform.station] = max(waveform.peak, peaks.get(waveform.station, 0.0))
    if event.get("isFinalInvokeForWindow"):
        keep(peaks, event["window"]["start"])
    return {"state": peaks}


def keep(peaks: dict[str, float], minute: str) -> None:
    """Write each station's peak of one minute."""
    for station, peak in sorted(peaks.items()):
        counts = {"N": str(round(peak, 3))}
        try:
            dynamodb.put_item(
                TableName=os.environ["PEAKS_TABLE_NAME"],
                Item={"station": {"S": station}, "minute": {"S": minute}, "peak_counts": counts},
                ConditionExpression="attribute_not_exists(station) OR peak_counts < :counts",
                ExpressionAttributeValues={":counts": counts},
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            log.info("a stronger peak is there", extra={"station": station, "minute": minute})
    log.info("minute kept", extra={"minute": minute, "stations": len(peaks)})
