"""What can be received, when, in what order, and what becomes of what is not deleted."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.sqs import models
from moto.sqs.models import Message, Queue, SQSBackend
from moto.sqs.responses import SQSResponse

from emulator.account import Account
from emulator.clock import START
from emulator.identity import Identities
from emulator.queueing.queues import Queues
from emulator.storage import Storage
from tests.emulator.contracts import parameters
from tests.emulator.stage import Stage, queue_arn


@pytest.mark.parametrize(
    ("function", "taken"),
    [
        (
            SQSBackend.receive_message,
            "self queue_name count wait_seconds_timeout visibility_timeout message_attribute_names",
        ),
        (Queue.delete_message, "self receipt_handle"),
        (SQSResponse.receive_message, "self"),
        (models._filter_message_attributes, "message input_message_attributes"),
    ],
)
def test_moto_still_takes_what_we_take(function: Any, taken: str) -> None:
    assert parameters(function) == taken.split()


def test_moto_still_keeps_messages_where_we_look() -> None:
    queue = Queue("readings", "eu-west-1", "111111111111")
    message = Message("1", "body")

    assert queue._messages == []
    assert isinstance(Message.visible, property)
    assert (message.visible_at, message.delayed_until, message.approximate_receive_count) == (0.0, 0.0, 0)
    assert (queue.redrive_policy, queue.dead_letter_queue, queue.fifo_queue) == (None, None, False)
    assert queue.message_retention_period == 345_600


def receive(account: Account, queue: str, count: int = 10, **options: Any) -> list[dict[str, Any]]:
    answer = account.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=count, **options)
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages


def received(account: Account, queue: str, count: int = 10) -> list[str]:
    return [message["Body"] for message in receive(account, queue, count)]


def test_a_received_message_is_hidden_for_the_visibility_timeout(account: Account, stage: Stage) -> None:
    stage.queue("readings", VisibilityTimeout=60)
    stage.send("readings", "one")

    assert received(account, "readings") == ["one"]
    account.clock.advance(59.999)
    assert received(account, "readings") == []
    account.clock.advance(0.001)
    assert received(account, "readings") == ["one"]


def test_the_receiver_may_say_for_how_long(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.send("readings", "one")

    receive(account, "readings", VisibilityTimeout=5)
    account.clock.advance(5)

    assert received(account, "readings") == ["one"]


def test_a_message_that_is_let_go_is_visible_at_once(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.send("readings", "one")

    (message,) = receive(account, "readings")
    account.client("sqs").change_message_visibility(
        QueueUrl="readings", ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
    )

    assert received(account, "readings") == ["one"]


def test_a_message_counts_as_visible_from_the_moment_on_when_it_is(account: Account, stage: Stage) -> None:
    stage.queue("readings", VisibilityTimeout=60)
    stage.send("readings", "one")
    received(account, "readings")

    counted = []
    for _ in range(2):
        attributes = account.client("sqs").get_queue_attributes(QueueUrl="readings", AttributeNames=["All"])[
            "Attributes"
        ]
        counted.append((attributes["ApproximateNumberOfMessages"], attributes["ApproximateNumberOfMessagesNotVisible"]))
        account.clock.advance(60)

    assert counted == [("0", "1"), ("1", "0")]


def test_a_delayed_message_comes_when_its_delay_is_over(account: Account, stage: Stage) -> None:
    stage.queue("readings", DelaySeconds=10)
    stage.send("readings", "one")

    assert received(account, "readings") == []
    account.clock.advance(10)
    assert received(account, "readings") == ["one"]


def test_waiting_for_messages_takes_no_real_time(account: Account, stage: Stage) -> None:
    stage.queue("readings", ReceiveMessageWaitTimeSeconds=20)

    assert received(account, "readings") == []
    assert account.clock.now == START


def test_every_receive_counts_and_has_its_own_handle(account: Account, stage: Stage) -> None:
    stage.queue("readings", VisibilityTimeout=1)
    stage.send("readings", "one")

    seen = []
    for _ in range(3):
        seen += receive(account, "readings", MessageSystemAttributeNames=["All"])
        account.clock.advance(1)

    assert [message["Attributes"]["ApproximateReceiveCount"] for message in seen] == ["1", "2", "3"]
    assert {message["Attributes"]["ApproximateFirstReceiveTimestamp"] for message in seen} == {"1893499200000"}
    assert len({message["ReceiptHandle"] for message in seen}) == 3


def test_a_deleted_message_is_gone_and_may_be_deleted_again(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.send("readings", "one", "two")

    (message,) = receive(account, "readings", 1)
    for _ in range(2):
        account.client("sqs").delete_message(QueueUrl="readings", ReceiptHandle=message["ReceiptHandle"])

    assert stage.bodies("readings") == ["two"]


def test_a_handle_that_nobody_was_given_deletes_nothing(account: Account, stage: Stage) -> None:
    stage.queue("readings")

    with pytest.raises(ClientError) as raised:
        account.client("sqs").delete_message(QueueUrl="readings", ReceiptHandle="made up")

    assert raised.value.response["Error"]["Code"] == "ReceiptHandleIsInvalid"


def test_a_message_moves_to_the_dead_letter_queue_on_the_receive_after_its_last(account: Account, stage: Stage) -> None:
    stage.queue("readings", max_receives=2, VisibilityTimeout=1)
    (message_id,) = stage.send("readings", "one")

    for _ in range(2):
        assert received(account, "readings") == ["one"]
        account.clock.advance(1)
    assert stage.bodies("dead") == []
    assert received(account, "readings") == []

    (dead,) = receive(account, "dead", MessageSystemAttributeNames=["All"])
    assert (dead["MessageId"], dead["Body"]) == (message_id, "one")
    assert dead["Attributes"]["ApproximateReceiveCount"] == "3"
    assert dead["Attributes"]["SentTimestamp"] == "1893499200000"
    assert dead["Attributes"]["DeadLetterQueueSourceArn"] == queue_arn("readings")


def test_the_source_of_a_dead_letter_is_told_to_those_who_ask(account: Account, stage: Stage) -> None:
    stage.queue("readings", max_receives=1, VisibilityTimeout=0)
    stage.send("readings", "one")
    received(account, "readings")
    received(account, "readings")

    (quiet,) = receive(account, "dead", VisibilityTimeout=0)
    (told,) = receive(account, "dead", MessageSystemAttributeNames=["DeadLetterQueueSourceArn"])

    assert "Attributes" not in quiet
    assert told["Attributes"] == {"DeadLetterQueueSourceArn": queue_arn("readings")}


def test_a_dead_letter_queue_that_was_deleted_takes_nothing(account: Account, stage: Stage) -> None:
    stage.queue("readings", max_receives=1, VisibilityTimeout=0)
    stage.send("readings", "one")
    account.client("sqs").delete_queue(QueueUrl="dead")

    assert [received(account, "readings") for _ in range(3)] == [["one"]] * 3


def test_a_message_expires_with_its_retention(account: Account, stage: Stage) -> None:
    stage.queue("readings", MessageRetentionPeriod=60)
    stage.send("readings", "one")

    account.clock.advance(60)

    assert received(account, "readings") == []
    assert stage.bodies("readings") == []


def test_in_a_dead_letter_queue_a_message_is_as_old_as_it_is(account: Account, stage: Stage) -> None:
    stage.queue("readings", max_receives=1, VisibilityTimeout=1)
    account.client("sqs").set_queue_attributes(QueueUrl="dead", Attributes={"MessageRetentionPeriod": "60"})
    stage.send("readings", "one")
    received(account, "readings")
    account.clock.advance(30)
    received(account, "readings")
    assert stage.bodies("dead") == ["one"]

    account.clock.advance(30)

    assert received(account, "dead") == []


def test_message_attributes_come_only_when_asked_for(account: Account, stage: Stage) -> None:
    stage.queue("readings", VisibilityTimeout=0)
    stage.send("readings", "one", MessageAttributes={"kind": {"DataType": "String", "StringValue": "x"}})

    (quiet,) = receive(account, "readings")
    (told,) = receive(account, "readings", MessageAttributeNames=["kind"])

    assert "MessageAttributes" not in quiet
    assert told["MessageAttributes"]["kind"]["StringValue"] == "x"


class TestFifo:
    @pytest.fixture
    def queue(self, stage: Stage) -> str:
        stage.queue("readings.fifo", ContentBasedDeduplication="true", VisibilityTimeout=60)
        return "readings.fifo"

    def send(self, stage: Stage, *bodies: str) -> None:
        for body in bodies:
            stage.send("readings.fifo", body, MessageGroupId=body[0])

    def test_as_many_of_one_group_as_can_be_come_first(self, account: Account, stage: Stage, queue: str) -> None:
        self.send(stage, "a1", "b1", "a2", "c1", "b2")

        assert received(account, queue, 4) == ["a1", "a2", "b1", "b2"]

    def test_a_group_waits_for_its_message_in_flight(self, account: Account, stage: Stage, queue: str) -> None:
        self.send(stage, "a1", "a2", "b1")

        assert received(account, queue, 1) == ["a1"]
        assert received(account, queue) == ["b1"]
        account.clock.advance(60)
        assert received(account, queue) == ["a1", "a2", "b1"]

    def test_a_deleted_message_frees_its_group(self, account: Account, stage: Stage, queue: str) -> None:
        self.send(stage, "a1", "a2")
        (message,) = receive(account, queue, 1)

        account.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

        assert received(account, queue) == ["a2"]

    def test_a_dead_message_frees_its_group_and_begins_a_new_life(self, account: Account, stage: Stage) -> None:
        stage.queue("dead.fifo")
        redrive = {"deadLetterTargetArn": queue_arn("dead.fifo"), "maxReceiveCount": 1}
        stage.queue(
            "readings.fifo", ContentBasedDeduplication="true", VisibilityTimeout=60, RedrivePolicy=json.dumps(redrive)
        )
        self.send(stage, "a1")
        received(account, "readings.fifo")
        account.clock.advance(60)
        self.send(stage, "a2")

        assert received(account, "readings.fifo") == ["a2"]
        (dead,) = receive(account, "dead.fifo", MessageSystemAttributeNames=["SentTimestamp", "MessageGroupId"])
        assert dead["Attributes"] == {"SentTimestamp": "1893499260000", "MessageGroupId": "a"}


class Diary:
    """Notes what became of messages."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, str]] = []

    def sent(self, queue: Queue, message: Message) -> None:
        self.noted.append((f"sent to {queue.name}", message.body))

    def dead(self, queue: Queue, message: Message, dead_letters: Queue) -> None:
        self.noted.append((f"dead for {dead_letters.name}", message.body))

    def expired(self, queue: Queue, message: Message) -> None:
        self.noted.append((f"expired in {queue.name}", message.body))


def test_a_listener_hears_of_each_fate(account: Account, stage: Stage) -> None:
    diary = Diary()
    with Queues(account.calls.principal_id, diary):
        stage.queue("readings", max_receives=1, VisibilityTimeout=1)
        stage.send("readings", "one")
        received(account, "readings")
        account.clock.advance(1)
        received(account, "readings")
        account.clock.advance(timedelta(days=4).total_seconds())
        received(account, "dead")

    assert diary.noted == [
        ("sent to readings", "one"),
        ("dead for dead", "one"),
        ("sent to dead", "one"),
        ("expired in dead", "one"),
    ]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=12))
def test_in_every_group_messages_are_deleted_in_the_order_in_which_they_came(plan: list[tuple[str, bool]]) -> None:
    """Each message of a FIFO queue fails on its first receive, or not; a failed one is received again later."""
    diary = Diary()
    with (
        Storage("111111111111", "eu-west-1"),
        Identities("111111111111", "eu-west-1"),
        Queues(lambda: None, diary) as queues,
    ):
        backend = models.sqs_backends["111111111111"]["eu-west-1"]
        queue = backend.create_queue("readings.fifo", FifoQueue="true", VisibilityTimeout="0")
        for number, (group, _) in enumerate(plan):
            backend.send_message("readings.fifo", str(number), group_id=group, deduplication_id=str(number))
        failing = {str(number) for number, (_, fails) in enumerate(plan) if fails}
        done: list[int] = []
        while queues.receivable(queue):
            (message,) = backend.receive_message("readings.fifo", 1, 0, 0)
            if message.body in failing:
                failing.remove(message.body)
            else:
                backend.delete_message("readings.fifo", str(message.receipt_handle))
                done.append(int(message.body))

    for group in "abc":
        of_group = [number for number in done if plan[number][0] == group]
        assert of_group == sorted(of_group)
    assert sorted(done) == list(range(len(plan)))
