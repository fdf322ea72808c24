"""What is told of a batch that was given up."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.execution.destinations import DestinationError
from emulator.execution.function_error import FunctionError, refused
from emulator.execution.invocation import Invocation
from emulator.identity import ADMINISTRATOR
from emulator.streaming.data_streams import DATA_STREAMS
from emulator.streaming.failed_batches import failure_record, send_failure
from emulator.streaming.lane import Batch
from emulator.streaming.stream import StreamRecord
from emulator.streaming.table_streams import TABLE_STREAMS
from tests.emulator.streams import Streams

MAPPING: Any = SimpleNamespace(uuid="a-uuid", function_arn="arn:function", event_source_arn="arn:stream")
RECORDS = [
    StreamRecord("e1", "10", "a", START, {"n": 1}),
    StreamRecord("e2", "11", "a", START + timedelta(seconds=1), {"n": 2}),
]


def told(batch: Batch, kind: Any = TABLE_STREAMS) -> dict[str, Any]:
    return failure_record(MAPPING, kind, "shardId-0", batch, batch.records, "RecordAgeExceeded", START)


def run(error: FunctionError | None) -> Invocation:
    return Invocation("r1", "arn:function", "feeds.record", {}, error=error)


@pytest.mark.parametrize(
    ("kind", "name", "first"),
    [
        (TABLE_STREAMS, "DDBStreamBatchInfo", "2030-01-01T12:00:00Z"),
        (DATA_STREAMS, "KinesisBatchInfo", "2030-01-01T12:00:00.000Z"),
    ],
)
def test_it_tells_where_the_batch_is(kind: Any, name: str, first: str) -> None:
    record = told(Batch(RECORDS, runs=3, last=run(FunctionError("ValueError", "boom"))), kind)

    assert record["requestContext"] == {
        "requestId": "r1",
        "functionArn": "arn:function",
        "condition": "RecordAgeExceeded",
        "approximateInvokeCount": 3,
    }
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert (record["version"], record["timestamp"]) == ("1.0", "2030-01-01T12:00:00.000Z")
    info = record[name]
    assert (info["startSequenceNumber"], info["endSequenceNumber"], info["batchSize"]) == ("10", "11", 2)
    assert (info["shardId"], info["streamArn"], info["approximateArrivalOfFirstRecord"]) == (
        "shardId-0",
        "arn:stream",
        first,
    )


@pytest.mark.parametrize("last", [None, run(refused("TooManyRequestsException", "Rate Exceeded."))])
def test_a_function_that_never_ran_has_given_no_response(account: Account, last: Invocation | None) -> None:
    record = told(Batch(RECORDS, last=last))

    assert "responseContext" not in record
    assert record["requestContext"]["requestId"]


def test_a_bucket_gets_the_events_as_json_text(account: Account, streams: Streams) -> None:
    streams.bucket()

    send_failure(account, ADMINISTRATOR, MAPPING, "arn:aws:s3:::failed", "shardId-0", {"version": "1.0"}, RECORDS)

    ((key, sent),) = streams.failed().items()
    assert key.startswith("aws/lambda/a-uuid/shardId-0/2030/01/01/2030-01-01T12.00.00-")
    assert sent == {"version": "1.0", "payload": '{"Records":[{"n":1},{"n":2}]}'}


@pytest.mark.parametrize("place", ["arn:aws:s3:::gone", "arn:aws:sqs:eu-west-1:111111111111:gone"])
def test_what_does_not_arrive_is_told(account: Account, place: str) -> None:
    with pytest.raises(DestinationError):
        send_failure(account, ADMINISTRATOR, MAPPING, place, "shardId-0", {}, RECORDS)
