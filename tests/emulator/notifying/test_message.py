"""A message as functions and queues receive it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from emulator.clock import START
from emulator.notifying.message import Message, document, queue_attributes, record
from tests.emulator.shapes import differences

TOPIC = "arn:aws:sns:eu-west-1:111111111111:news"
SUBSCRIPTION = f"{TOPIC}:00000003-1111-4222-8333-0123456789ab"
KIND = {"DataType": "String", "StringValue": "strong"}
BLOB = {"DataType": "Binary", "BinaryValue": b"\x01\x02"}
COUNT = {"DataType": "Number", "StringValue": "3"}
PLACES = {"DataType": "String.Array", "StringValue": '["Fiji"]'}

MESSAGE = Message(
    id="00000002-1111-4222-8333-0123456789ab",
    topic_arn=TOPIC,
    texts={"default": "hello"},
    published_at=START,
    attributes={"kind": KIND, "blob": BLOB},
)


def told(message: Message, protocol: str = "sqs") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document(message, SUBSCRIPTION, protocol))
    return found


def test_a_function_receives_one_record_of_the_recorded_shape() -> None:
    event = record(MESSAGE, SUBSCRIPTION)

    assert differences(event, "sns.json") == []
    [only] = event["Records"]
    assert (only["EventSource"], only["EventSubscriptionArn"]) == ("aws:sns", SUBSCRIPTION)
    sns = only["Sns"]
    assert (sns["Type"], sns["MessageId"], sns["Message"]) == ("Notification", MESSAGE.id, "hello")
    assert (sns["Timestamp"], sns["TopicArn"]) == ("2030-01-01T12:00:00.000Z", TOPIC)
    assert sns["MessageAttributes"] == {
        "kind": {"Type": "String", "Value": "strong"},
        "blob": {"Type": "Binary", "Value": "AQI="},
    }


def test_a_function_is_told_of_numbers_and_arrays_as_text() -> None:
    event = record(replace(MESSAGE, attributes={"count": COUNT, "places": PLACES}), SUBSCRIPTION)

    assert event["Records"][0]["Sns"]["MessageAttributes"] == {
        "count": {"Type": "String", "Value": "3"},
        "places": {"Type": "String", "Value": '["Fiji"]'},
    }


def test_a_queue_receives_a_document_with_the_keys_of_a_recorded_one() -> None:
    message = replace(MESSAGE, subject="s", attributes={"kind": COUNT})

    # The recorded message is a dead letter; that of a queue is the same document.
    assert list(told(message)) == [
        "Type",
        "MessageId",
        "TopicArn",
        "Subject",
        "Message",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertURL",
        "UnsubscribeURL",
        "MessageAttributes",
    ]
    assert differences({"Body": document(message, SUBSCRIPTION, "sqs")}, "sns_dlq_message.json") == []
    assert told(message)["MessageAttributes"] == {"kind": {"Type": "Number", "Value": "3"}}


def test_what_nobody_said_is_not_in_the_document() -> None:
    assert {"Subject", "MessageAttributes", "SequenceNumber"}.isdisjoint(told(replace(MESSAGE, attributes={})))


def test_a_fifo_topics_document_has_its_number() -> None:
    assert told(replace(MESSAGE, sequence_number="7"))["SequenceNumber"] == "7"


def test_each_protocol_may_have_a_text_of_its_own_and_then_nobody_is_told_of_attributes() -> None:
    message = replace(MESSAGE, texts={"default": "all", "lambda": "functions"}, attributes_travel=False)

    assert (message.text("lambda"), message.text("sqs")) == ("functions", "all")
    assert record(message, SUBSCRIPTION)["Records"][0]["Sns"]["Message"] == "functions"
    assert record(message, SUBSCRIPTION)["Records"][0]["Sns"]["MessageAttributes"] == {}
    assert queue_attributes(message) == {}


def test_raw_attributes_are_those_of_the_queues_message() -> None:
    assert queue_attributes(MESSAGE) == {"kind": KIND, "blob": BLOB}


def test_people_are_shown_the_subject() -> None:
    assert (MESSAGE.what, replace(MESSAGE, subject="Strong quake").what) == ("1 message", "Strong quake")
