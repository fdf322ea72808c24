"""A message as a function receives it."""

from __future__ import annotations

from typing import Any

from emulator.queueing.queue_records import queue_event, queue_record
from tests.emulator.shapes import differences

QUEUE = "arn:aws-us-gov:sqs:us-gov-west-1:111111111111:readings"


def message(**more: Any) -> dict[str, Any]:
    return {
        "MessageId": "00000001-1111-4222-8333-0123456789ab",
        "ReceiptHandle": "AQEBx",
        "Body": "hello",
        "MD5OfBody": "5d41402abc4b2a76b9719d911017c592",
        "Attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1893499200000",
            "SenderId": "111111111111",
            "ApproximateFirstReceiveTimestamp": "1893499200000",
        },
        **more,
    }


def test_the_event_has_the_recorded_shape() -> None:
    attributes = {
        "kind": {"DataType": "Number", "StringValue": "7"},
        "blob": {"DataType": "Binary", "BinaryValue": b"\x01\x02"},
    }
    plain = message()
    rich = message(MessageAttributes=attributes, MD5OfMessageAttributes="5adef265dbf1d8e92f636706856f50e5")

    assert differences(queue_event([plain, rich], QUEUE), "sqs_standard.json") == []


def test_without_attributes_there_is_no_digest_of_them() -> None:
    record = queue_record(message(), QUEUE)

    assert record["messageAttributes"] == {}
    assert "md5OfMessageAttributes" not in record


def test_the_region_is_the_queues() -> None:
    assert queue_record(message(), QUEUE)["awsRegion"] == "us-gov-west-1"


def test_an_attribute_keeps_its_type_and_binary_values_become_base64() -> None:
    attributes = {
        "kind": {"DataType": "String.unit", "StringValue": "km"},
        "blob": {"DataType": "Binary", "BinaryValue": b"\xff"},
    }

    record = queue_record(message(MessageAttributes=attributes, MD5OfMessageAttributes="x"), QUEUE)

    assert record["messageAttributes"] == {
        "kind": {"stringValue": "km", "stringListValues": [], "binaryListValues": [], "dataType": "String.unit"},
        "blob": {"binaryValue": "/w==", "stringListValues": [], "binaryListValues": [], "dataType": "Binary"},
    }
