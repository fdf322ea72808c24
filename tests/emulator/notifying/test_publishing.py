"""What may be published, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.sns.models import SNSBackend
from moto.sns.responses import SNSResponse

from emulator.account import Account
from emulator.notifying.publishing import message_bytes
from emulator.storage import NotEmulated
from tests.emulator.contracts import parameters
from tests.emulator.stage import Stage


@pytest.mark.parametrize(
    ("function", "taken"),
    [
        (
            SNSBackend.publish,
            "self message arn phone_number subject message_attributes group_id deduplication_id message_structure",
        ),
        (SNSBackend.publish_batch, "self topic_arn publish_batch_request_entries"),
        (SNSResponse.publish, "self"),
        (SNSResponse._transform_message_attributes, "self message_attributes"),
    ],
)
def test_moto_still_takes_what_we_take(function: Any, taken: str) -> None:
    assert parameters(function) == taken.split()


def refusal(stage: Stage, topic_arn: str, message: str = "hello", **options: Any) -> str:
    with pytest.raises(ClientError) as refused:
        stage.announce(topic_arn, message, **options)
    error = refused.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def told(stage: Stage) -> list[str]:
    """The texts that came to the topic, in order; nobody has subscribed."""
    return [hop.details["body"] for hop in stage.account.journal.hops]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"message": ""}, "Empty message"),
        ({"message": "x" * 262_145}, "Message too long"),
        ({"message": "é" * 131_073}, "Message too long"),
        ({"Subject": ""}, "Subject"),
        ({"Subject": "x" * 101}, "Subject"),
        ({"Subject": "two\nlines"}, "Subject"),
        ({"MessageStructure": "xml"}, "MessageStructure must be json or absent"),
        ({"MessageStructure": "json"}, "Message Structure - JSON message body failed to parse"),
        ({"MessageStructure": "json", "message": "[]"}, "Message Structure - JSON message body failed to parse"),
        (
            {"MessageStructure": "json", "message": '{"default": 1}'},
            "Message Structure - No default entry in JSON message body",
        ),
        (
            {"MessageDeduplicationId": "a"},
            "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid "
            "for this topic type",
        ),
    ],
)
def test_what_sns_does_not_take_is_refused(stage: Stage, options: dict[str, Any], reason: str) -> None:
    assert refusal(stage, stage.topic(), **options) == f"InvalidParameter: Invalid parameter: {reason}"
    assert told(stage) == []


@pytest.mark.parametrize(
    ("name", "attribute", "needs"),
    [
        ("AWS.kind", {"DataType": "String", "StringValue": "a"}, "a name of A-Z a-z 0-9 _ - . without AWS."),
        ("amazon.kind", {"DataType": "String", "StringValue": "a"}, "a name of A-Z a-z 0-9 _ - . without AWS."),
        ("a..b", {"DataType": "String", "StringValue": "a"}, "a name of A-Z a-z 0-9 _ - . without AWS."),
        ("a.", {"DataType": "String", "StringValue": "a"}, "a name of A-Z a-z 0-9 _ - . without AWS."),
        ("kind", {"DataType": "Text", "StringValue": "a"}, "a type that begins with Binary, Number, String"),
        ("kind", {"DataType": "String", "StringValue": ""}, "a value of its type String"),
        ("kind", {"DataType": "Binary", "StringValue": "a"}, "a value of its type Binary"),
        ("kind", {"DataType": "Number", "StringValue": "five"}, "a number, got 'five'"),
    ],
)
def test_an_attribute_that_sns_does_not_take_is_refused(
    stage: Stage, name: str, attribute: dict[str, str], needs: str
) -> None:
    told = refusal(stage, stage.topic(), MessageAttributes={name: attribute})

    assert told.startswith(f"InvalidParameter: Invalid parameter: message attribute '{name}' needs {needs}")


@pytest.mark.parametrize("name", ["kind", "a.b-c_d", "AWSome", "x" * 256])
def test_other_names_are_taken(stage: Stage, name: str) -> None:
    stage.announce(stage.topic(), "hello", MessageAttributes={name: {"DataType": "String", "StringValue": "a"}})

    assert told(stage) == ["hello"]


def test_a_message_may_be_of_256_kib_with_its_attributes(stage: Stage) -> None:
    topic = stage.topic()
    attribute = {"kind": {"DataType": "String", "StringValue": "a"}}  # 4 + 6 + 1 bytes

    stage.announce(topic, "x" * 262_133, MessageAttributes=attribute)

    assert refusal(stage, topic, "x" * 262_134, MessageAttributes=attribute).endswith("Message too long")


def test_a_binary_value_counts_as_many_bytes_as_it_has() -> None:
    assert (
        message_bytes({"Message": "é", "MessageAttributes": {"b": {"DataType": "Binary", "BinaryValue": b"12"}}}) == 11
    )


def test_a_topic_that_is_not_there_is_not_found(stage: Stage) -> None:
    stage.topic()

    assert refusal(stage, "arn:aws:sns:eu-west-1:111111111111:other") == "NotFound: Topic does not exist"


@pytest.mark.parametrize(
    "target",
    [
        {"PhoneNumber": "+4512345678"},
        {"TargetArn": "arn:aws:sns:eu-west-1:111111111111:endpoint/APNS/app/1"},
    ],
)
def test_phones_and_devices_are_refused_by_name(account: Account, target: dict[str, str]) -> None:
    with pytest.raises(NotEmulated, match="to a phone number or a device is not emulated"):
        account.client("sns").publish(Message="hello", **target)


def test_a_batch_is_taken_entry_by_entry(account: Account, stage: Stage) -> None:
    answer = account.client("sns").publish_batch(
        TopicArn=stage.topic(),
        PublishBatchRequestEntries=[
            {"Id": "a", "Message": "one"},
            {"Id": "b", "Message": "two", "Subject": "\n"},
            {"Id": "c", "Message": "three"},
        ],
    )

    assert [entry["Id"] for entry in answer["Successful"]] == ["a", "c"]
    assert answer["Failed"] == [
        {"Id": "b", "Code": "InvalidParameter", "Message": "Invalid parameter: Subject", "SenderFault": True}
    ]
    assert told(stage) == ["one", "three"]


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([], "EmptyBatchRequest"),
        ([{"Id": str(number), "Message": "a"} for number in range(11)], "TooManyEntriesInBatchRequest"),
        ([{"Id": "a", "Message": "a"}, {"Id": "a b", "Message": "a"}], "InvalidBatchEntryId"),
        ([{"Id": "a" * 81, "Message": "a"}], "InvalidBatchEntryId"),
        ([{"Id": "a", "Message": "a"}] * 2, "BatchEntryIdsNotDistinct"),
        ([{"Id": str(number), "Message": "x" * 131_073} for number in range(2)], "BatchRequestTooLong"),
    ],
)
def test_a_batch_may_be_refused_as_a_whole(
    account: Account, stage: Stage, entries: list[dict[str, Any]], code: str
) -> None:
    with pytest.raises(ClientError, match=code):
        account.client("sns").publish_batch(TopicArn=stage.topic(), PublishBatchRequestEntries=entries)

    assert told(stage) == []


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "The MessageGroupId parameter is required for FIFO topics"),
        (
            {"MessageGroupId": "a"},
            "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
            "explicitly",
        ),
    ],
)
def test_a_fifo_topic_needs_a_group_and_a_way_to_tell_duplicates(
    stage: Stage, options: dict[str, str], reason: str
) -> None:
    assert refusal(stage, stage.topic("news.fifo"), **options) == f"InvalidParameter: Invalid parameter: {reason}"


def test_a_fifo_topic_numbers_its_messages(account: Account, stage: Stage) -> None:
    topic, sns = stage.topic("news.fifo", ContentBasedDeduplication="true"), account.client("sns")

    numbers = [
        sns.publish(TopicArn=topic, Message=text, MessageGroupId="a")["SequenceNumber"] for text in ("one", "two")
    ]
    [third] = sns.publish_batch(
        TopicArn=topic, PublishBatchRequestEntries=[{"Id": "1", "Message": "three", "MessageGroupId": "a"}]
    )["Successful"]

    assert [*numbers, third["SequenceNumber"]] == sorted({*numbers, third["SequenceNumber"]})
    assert {len(number) for number in numbers} == {20}


def test_a_standard_topic_numbers_nothing(account: Account, stage: Stage) -> None:
    fifo = stage.topic("news.fifo", ContentBasedDeduplication="true")
    stage.announce(fifo, "one", MessageGroupId="a")

    assert "SequenceNumber" not in account.client("sns").publish(TopicArn=stage.topic(), Message="one")


def test_a_duplicate_is_taken_and_goes_no_further_for_five_minutes(account: Account, stage: Stage) -> None:
    topic = stage.topic("news.fifo")
    same: dict[str, str] = {"MessageGroupId": "a", "MessageDeduplicationId": "1"}

    [first] = stage.announce(topic, "one", **same)
    account.clock.advance_to(account.clock.now + timedelta(seconds=299))
    [second] = stage.announce(topic, "two", **{**same, "MessageGroupId": "b"})
    account.clock.advance_to(account.clock.now + timedelta(seconds=1))
    [third] = stage.announce(topic, "three", **same)

    assert first == second != third
    assert told(stage) == ["one", "three"]


def test_duplicates_may_be_told_in_each_group_apart(stage: Stage) -> None:
    topic = stage.topic("news.fifo", FifoThroughputScope="MessageGroup", ContentBasedDeduplication="true")

    for group in ("a", "b", "a"):
        stage.announce(topic, "same", MessageGroupId=group)

    assert told(stage) == ["same", "same"]
