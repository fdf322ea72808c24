"""What a queue takes in: sizes, delays, and the ids of FIFO queues."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.sqs.models import Queue, SQSBackend

from emulator.account import Account
from emulator.queueing.message_intake import message_bytes
from tests.emulator.contracts import parameters
from tests.emulator.functions import allow
from tests.emulator.stage import Stage, queue_arn

KIND = {"k": {"DataType": "String", "StringValue": "x"}}
KIND_BYTES = len("k") + len("String") + len("x")


@pytest.mark.parametrize(
    ("function", "taken"),
    [
        (
            SQSBackend.send_message,
            "self queue_name message_body message_attributes delay_seconds deduplication_id group_id system_attributes "
            "validate_group_id",
        ),
        (
            SQSBackend._validate_message,
            "self queue message_body delay_seconds deduplication_id group_id validate_group_id",
        ),
        (SQSBackend.send_message_batch, "self queue_name entries"),
        (Queue.add_message, "self message"),
    ],
)
def test_moto_still_takes_what_we_take(function: Any, taken: str) -> None:
    assert parameters(function) == taken.split()


@pytest.mark.parametrize(
    ("body", "attributes", "size"),
    [
        ("", None, 0),
        ("aé", None, 3),
        ("a", KIND, 1 + KIND_BYTES),
        ("a", {"b": {"DataType": "Binary", "BinaryValue": b"\x00\x01"}}, 1 + len("b") + len("Binary") + 2),
    ],
)
def test_a_message_weighs_its_body_and_its_attributes_in_bytes(body: str, attributes: Any, size: int) -> None:
    assert message_bytes(body, attributes) == size


@pytest.mark.parametrize("limit", [1024, 1_048_576])
def test_a_message_may_weigh_as_much_as_its_queue_says_and_not_a_byte_more(stage: Stage, limit: int) -> None:
    stage.queue("readings", MaximumMessageSize=limit)

    stage.send("readings", "a" * (limit - KIND_BYTES), MessageAttributes=KIND)
    with pytest.raises(ClientError) as raised:
        stage.send("readings", "a" * (limit - KIND_BYTES + 1), MessageAttributes=KIND)

    assert raised.value.response["Error"]["Code"] == "InvalidParameterValue"
    assert raised.value.response["Error"]["Message"] == (
        f"One or more parameters are invalid. Reason: Message must be shorter than {limit} bytes."
    )


def test_bytes_count_and_not_characters(stage: Stage) -> None:
    stage.queue("readings", MaximumMessageSize=1024)

    with pytest.raises(ClientError, match="shorter than 1024 bytes"):
        stage.send("readings", "é" * 600)


def test_a_batch_may_weigh_one_mebibyte(account: Account, stage: Stage) -> None:
    url = stage.queue("readings")
    entries = [{"Id": "1", "MessageBody": "a" * 1_048_575}, {"Id": "2", "MessageBody": "b"}]

    assert len(account.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)["Successful"]) == 2
    with pytest.raises(ClientError) as raised:
        account.client("sqs").send_message_batch(QueueUrl=url, Entries=[*entries, {"Id": "3", "MessageBody": "c"}])

    assert raised.value.response["Error"]["Message"] == (
        "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes."
    )


def test_a_message_of_a_batch_that_is_too_big_for_the_queue_fails_alone(account: Account, stage: Stage) -> None:
    url = stage.queue("readings", MaximumMessageSize=1024)
    entries = [{"Id": "fits", "MessageBody": "a" * 1024}, {"Id": "big", "MessageBody": "a" * 1025}]

    answer = account.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)

    assert [each["Id"] for each in answer["Successful"]] == ["fits"]
    assert answer["Failed"] == [
        {
            "Id": "big",
            "SenderFault": True,
            "Code": "InvalidParameterValue",
            "Message": "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.",
        }
    ]
    assert stage.bodies("readings") == ["a" * 1024]


def test_a_delay_beyond_fifteen_minutes_is_refused(stage: Stage) -> None:
    stage.queue("readings")

    with pytest.raises(ClientError, match="DelaySeconds must be >= 0 and <= 900"):
        stage.send("readings", "one", DelaySeconds=901)


def test_a_message_knows_who_sent_it(account: Account, stage: Stage) -> None:
    url = stage.queue("readings")
    sends = f"""
        import boto3

        def handle(event, context):
            boto3.client("sqs").send_message(QueueUrl="{url}", MessageBody="one")
        """

    arn = stage.functions.make(sends, allow("sqs:SendMessage", queue_arn("readings")), name="record")
    account.runtime.invoke(arn, {})

    (message,) = account.client("sqs").receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])["Messages"]
    role_id = account.client("iam").get_role(RoleName="record-role")["Role"]["RoleId"]
    assert message["Attributes"]["SenderId"] == f"{role_id}:record"


class TestFifo:
    def send(self, account: Account, body: str, group: str = "a", **options: str) -> dict[str, Any]:
        answer: dict[str, Any] = account.client("sqs").send_message(
            QueueUrl="readings.fifo", MessageBody=body, MessageGroupId=group, **options
        )
        return answer

    def test_numbers_rise(self, account: Account, stage: Stage) -> None:
        stage.queue("readings.fifo", ContentBasedDeduplication="true")

        numbers = [self.send(account, body)["SequenceNumber"] for body in "abc"]

        assert numbers == sorted(numbers)
        assert [len(number) for number in numbers] == [20, 20, 20]

    def test_a_deduplication_id_is_known_for_five_minutes_even_once_its_message_is_gone(
        self, account: Account, stage: Stage
    ) -> None:
        url = stage.queue("readings.fifo")
        sqs = account.client("sqs")

        first = self.send(account, "one", MessageDeduplicationId="x")
        (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        account.clock.advance(299)
        again = self.send(account, "two", MessageDeduplicationId="x")
        assert stage.bodies("readings.fifo") == []
        account.clock.advance(1)
        self.send(account, "three", MessageDeduplicationId="x")

        assert (again["MessageId"], again["SequenceNumber"]) == (first["MessageId"], first["SequenceNumber"])
        assert stage.bodies("readings.fifo") == ["three"]

    def test_equal_bodies_are_duplicates_where_content_counts(self, account: Account, stage: Stage) -> None:
        stage.queue("readings.fifo", ContentBasedDeduplication="true")

        for body in ("one", "one", "two"):
            self.send(account, body)

        assert stage.bodies("readings.fifo") == ["one", "two"]

    @pytest.mark.parametrize(("scope", "kept"), [("queue", ["one"]), ("messageGroup", ["one", "two"])])
    def test_the_scope_says_whether_groups_share_ids(
        self, account: Account, stage: Stage, scope: str, kept: list[str]
    ) -> None:
        limit = {"messageGroup": "perMessageGroupId", "queue": "perQueue"}[scope]
        stage.queue("readings.fifo", DeduplicationScope=scope, FifoThroughputLimit=limit)

        self.send(account, "one", "a", MessageDeduplicationId="x")
        self.send(account, "two", "b", MessageDeduplicationId="x")

        assert stage.bodies("readings.fifo") == kept

    def test_a_group_is_asked_for(self, account: Account, stage: Stage) -> None:
        stage.queue("readings.fifo", ContentBasedDeduplication="true")

        with pytest.raises(ClientError, match="must contain the parameter MessageGroupId"):
            account.client("sqs").send_message(QueueUrl="readings.fifo", MessageBody="one")
