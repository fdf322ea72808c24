"""A queue's message as a function receives it: one of the `Records` of its event."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any


def queue_event(messages: Sequence[Mapping[str, Any]], queue_arn: str) -> dict[str, Any]:
    """The event of one batch (Lambda Developer Guide, "Using Lambda with Amazon SQS").

    Args:
        messages: as `ReceiveMessage` answers them, with all attributes.
        queue_arn: the queue they came from.
    """
    return {"Records": [queue_record(message, queue_arn) for message in messages]}


def queue_record(message: Mapping[str, Any], queue_arn: str) -> dict[str, Any]:
    """One message; an MD5 of its attributes stands there only when it has any."""
    attributes = message.get("MessageAttributes", {})
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message["Attributes"]),
        "messageAttributes": {name: _attribute(value) for name, value in attributes.items()},
        "md5OfBody": message["MD5OfBody"],
    }
    if attributes:
        record["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    record["eventSource"] = "aws:sqs"
    record["eventSourceARN"] = queue_arn
    record["awsRegion"] = queue_arn.split(":")[3]
    return record


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {}
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        attribute["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return {**attribute, "stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
