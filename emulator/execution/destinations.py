"""Where Lambda sends what became of an asynchronous event: records to destinations, the event itself to a dead-letter
target, each with the function's own role.

Source: Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError
from moto.moto_api._internal import mock_random

from emulator.execution.logs import timestamp
from emulator.execution.payload import as_json
from emulator.identity import Identity

if TYPE_CHECKING:
    from emulator.account import Account
    from emulator.execution.invocation import Invocation

Condition = Literal["Success", "RetriesExhausted", "EventAgeExceeded", "ZeroReservedConcurrency"]

MOST_MESSAGE_BYTES = 1024
"""How much of an error message a dead letter carries."""

_VERSION = "$LATEST"


class DestinationError(Exception):
    """A record did not arrive; the text says why."""


def record(invocation: Invocation, condition: Condition, runs: int, now: datetime) -> dict[str, Any]:
    """The record of an event that has come to its end.

    Args:
        invocation: the last one of the event.
        condition: how the event ended.
        runs: how often the function was run.
        now: when it ended.
    """
    told: dict[str, Any] = {
        "version": "1.0",
        "timestamp": timestamp(now),
        "requestContext": {
            "requestId": invocation.request_id,
            "functionArn": f"{invocation.function_arn}:{_VERSION}",
            "condition": condition,
            "approximateInvokeCount": runs,
        },
        "requestPayload": invocation.payload,
    }
    if invocation.ran:
        told["responseContext"] = {"statusCode": 200, "executedVersion": _VERSION}
        if invocation.error is not None:
            told["responseContext"]["functionError"] = invocation.error.kind
        told["responsePayload"] = invocation.error.to_json() if invocation.error else invocation.result
    return told


class Destinations:
    """Sends records and dead letters of one function.

    Args:
        account: where the destinations are.
        identity: of the function's role.
    """

    def __init__(self, account: Account, identity: Identity) -> None:
        self._account = account
        self._identity = identity
        self._senders: dict[str, Callable[[str, dict[str, Any]], None]] = {
            "sqs": self._to_queue,
            "sns": self._to_topic,
            "lambda": self._to_function,
            "events": self._to_event_bus,
            "s3": self._to_bucket,
        }

    def send(self, destination_arn: str, told: dict[str, Any]) -> None:
        """Send a record.

        Raises:
            DestinationError: the destination does not take it, or the role may not send it.
        """
        service = destination_arn.split(":")[2]
        if service not in self._senders:
            raise DestinationError(f"{destination_arn} is no queue, topic, function, event bus or bucket")
        try:
            self._senders[service](destination_arn, told)
        except ClientError as error:
            raise DestinationError(str(error)) from error

    def send_dead_letter(self, target_arn: str, invocation: Invocation) -> None:
        """Send the event itself, as a function's dead-letter configuration asks for.

        Raises:
            DestinationError: the target does not take it, or the role may not send it.
        """
        error = invocation.error
        message = (error.message if error else "").encode()[:MOST_MESSAGE_BYTES].decode(errors="ignore")
        status = 200 if invocation.ran else 429
        attributes = {
            "RequestID": {"DataType": "String", "StringValue": invocation.request_id},
            "ErrorCode": {"DataType": "Number", "StringValue": str(status)},
            "ErrorMessage": {"DataType": "String", "StringValue": message},
        }
        body = as_json(invocation.payload)
        try:
            if target_arn.split(":")[2] == "sns":
                topic = self._client("sns")
                topic.publish(TopicArn=target_arn, Message=body, MessageAttributes=attributes)
                return
            self._client("sqs").send_message(
                QueueUrl=self._queue_url(target_arn), MessageBody=body, MessageAttributes=attributes
            )
        except ClientError as refused:
            raise DestinationError(str(refused)) from refused

    def _client(self, service: str) -> Any:
        return self._account.client(service, self._identity)

    def _queue_url(self, queue_arn: str) -> str:
        """Lambda knows a queue's address without asking: the role needs no right for it."""
        queue = self._account.storage.backend("sqs").queues.get(queue_arn.rsplit(":", 1)[-1])
        if queue is None:
            raise DestinationError(f"queue {queue_arn} does not exist")
        url: str = queue.physical_resource_id
        return url

    def _to_queue(self, arn: str, told: Mapping[str, Any]) -> None:
        self._client("sqs").send_message(QueueUrl=self._queue_url(arn), MessageBody=as_json(told))

    def _to_topic(self, arn: str, told: Mapping[str, Any]) -> None:
        self._client("sns").publish(TopicArn=arn, Message=as_json(told))

    def _to_function(self, arn: str, told: Mapping[str, Any]) -> None:
        self._client("lambda").invoke(FunctionName=arn, InvocationType="Event", Payload=as_json(told))

    def _to_event_bus(self, arn: str, told: Mapping[str, Any]) -> None:
        succeeded = told["requestContext"]["condition"] == "Success"
        entry = {
            "Source": "lambda",
            "DetailType": f"Lambda Function Invocation Result - {'Success' if succeeded else 'Failure'}",
            "Detail": as_json(told),
            "EventBusName": arn,
            "Resources": [arn, told["requestContext"]["functionArn"]],
        }
        answer = self._client("events").put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            failed = answer["Entries"][0]
            raise DestinationError(f"{failed['ErrorCode']}: {failed['ErrorMessage']}")

    def _to_bucket(self, arn: str, told: Mapping[str, Any]) -> None:
        now, function = self._account.clock.now, told["requestContext"]["functionArn"].split(":")[6]
        key = f"aws/lambda/async/{function}/{now:%Y/%m/%d}/{now:%Y-%m-%dT%H.%M.%S}-{mock_random.uuid4()}"
        self._client("s3").put_object(Bucket=arn.rsplit(":", 1)[-1], Key=key, Body=json.dumps(told).encode())
