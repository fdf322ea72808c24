"""Where Lambda sends the record of a batch that it gives up: with the whole batch to a bucket, without it elsewhere.

Source: Lambda Developer Guide, "Retain discarded batch records for a Kinesis Data Streams event source in Lambda", and
its twin on DynamoDB.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError
from moto.awslambda.models import EventSourceMapping
from moto.moto_api._internal import mock_random

from emulator.execution.destinations import DestinationError, Destinations
from emulator.execution.logs import timestamp
from emulator.execution.payload import as_json
from emulator.identity import Identity
from emulator.streaming.lane import Batch
from emulator.streaming.stream import StreamKind, StreamRecord

if TYPE_CHECKING:
    from emulator.account import Account

Condition = Literal["RetryAttemptsExhausted", "RecordAgeExceeded"]

_VERSION = "$LATEST"


def failure_record(
    mapping: EventSourceMapping,
    kind: StreamKind,
    shard_id: str,
    batch: Batch,
    records: Sequence[StreamRecord],
    condition: Condition,
    now: datetime,
) -> dict[str, Any]:
    """The record of a batch that was given up, without the batch itself.

    Args:
        batch: how it was tried.
        records: those that were given up.
        condition: which limit was met.
        now: when.
    """
    first, last = records[0], records[-1]
    invocation = batch.last
    told: dict[str, Any] = {
        "requestContext": {
            "requestId": invocation.request_id if invocation else str(mock_random.uuid4()),
            "functionArn": mapping.function_arn,
            "condition": condition,
            "approximateInvokeCount": batch.runs,
        },
    }
    if invocation is not None and invocation.ran:
        told["responseContext"] = {
            "statusCode": 200,
            "executedVersion": _VERSION,
            # Null where the function itself named the records that failed.
            "functionError": invocation.error.kind if invocation.error else None,
        }
    return {
        **told,
        "version": "1.0",
        "timestamp": timestamp(now),
        kind.batch_info: {
            "shardId": shard_id,
            "startSequenceNumber": first.sequence_number,
            "endSequenceNumber": last.sequence_number,
            "approximateArrivalOfFirstRecord": _moment(first.arrived, kind),
            "approximateArrivalOfLastRecord": _moment(last.arrived, kind),
            "batchSize": len(records),
            "streamArn": mapping.event_source_arn,
        },
    }


def send_failure(
    account: Account,
    identity: Identity,
    mapping: EventSourceMapping,
    destination_arn: str,
    shard_id: str,
    told: Mapping[str, Any],
    records: Sequence[StreamRecord],
) -> None:
    """Send the record of a batch to a bucket, a queue or a topic, as the function's role. Only a bucket gets the batch.

    Raises:
        DestinationError: it did not arrive.
    """
    if destination_arn.split(":")[2] != "s3":
        Destinations(account, identity).send(destination_arn, dict(told))
        return
    payload = as_json({"Records": [record.event for record in records]})
    now = account.clock.now
    folder = f"aws/lambda/{mapping.uuid}/{shard_id}/{now:%Y/%m/%d}"
    bucket = destination_arn.rsplit(":", 1)[-1]
    s3 = account.client("s3", identity)
    try:
        # Lambda wants to be able to list the bucket as well. What it does with that is not documented.
        s3.head_bucket(Bucket=bucket)
        s3.put_object(
            Bucket=bucket,
            Key=f"{folder}/{now:%Y-%m-%dT%H.%M.%S}-{mock_random.uuid4()}",
            Body=json.dumps({**told, "payload": payload}).encode(),
        )
    except ClientError as error:
        raise DestinationError(str(error)) from error


def _moment(at: datetime, kind: StreamKind) -> str:
    return timestamp(at) if kind.milliseconds else f"{at:%Y-%m-%dT%H:%M:%SZ}"
