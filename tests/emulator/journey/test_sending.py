"""Each step of a journey reaches the account as AWS takes it, at the head of its own chain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from components.ledger import Ledger, Thing
from emulator.account import Account
from emulator.clock import START
from emulator.journey.address_book import AddressBook
from emulator.journey.pages import Announce, Notify, Publish, Put, Record, Replay, Send, Step, Wait
from emulator.journey.sending import send_all
from tests.emulator.functions import document
from tests.emulator.made_up import journey

NO_RIGHTS = Ledger((), ())


@pytest.fixture
def account() -> Iterator[Account]:
    with Account("111111111111", "eu-west-1") as account:
        account.client("s3").create_bucket(
            Bucket="feed-1", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        account.client("sqs").create_queue(QueueName="readings-1")
        account.client("sqs").create_queue(QueueName="orders-1.fifo", Attributes={"FifoQueue": "true"})
        account.client("sns").create_topic(Name="news-1")
        account.client("kinesis").create_stream(StreamName="tremors-1", ShardCount=1)
        account.client("sns").create_topic(Name="orders-1.fifo", Attributes={"FifoTopic": "true"})
        bus = account.client("events").create_event_bus(Name="bus-1")["EventBusArn"]
        account.client("events").create_archive(ArchiveName="archive-1", EventSourceArn=bus)
        account.client("events").put_rule(Name="rule-1", EventBusName="bus-1", EventPattern='{"source": ["a"]}')
        yield account


BOOK = AddressBook(
    NO_RIGHTS,
    {
        "feeds.feed": Thing("bucket", "arn:aws:s3:::feed-1"),
        "feeds.readings": Thing("queue", "arn:aws:sqs:eu-west-1:111111111111:readings-1"),
        "feeds.orders": Thing("queue", "arn:aws:sqs:eu-west-1:111111111111:orders-1.fifo"),
        "feeds.tremors": Thing("stream", "arn:aws:kinesis:eu-west-1:111111111111:stream/tremors-1"),
        "feeds.news": Thing("topic", "arn:aws:sns:eu-west-1:111111111111:news-1"),
        "feeds.bus": Thing("event_bus", "arn:aws:events:eu-west-1:111111111111:event-bus/bus-1"),
        "feeds.bus.archive": Thing("archive", "arn:aws:events:eu-west-1:111111111111:archive/archive-1"),
        "feeds.assess-on-bus": Thing("event_rule", "arn:aws:events:eu-west-1:111111111111:rule/bus-1/rule-1"),
        "feeds.changes": Thing("topic", "arn:aws:sns:eu-west-1:111111111111:orders-1.fifo"),
    },
)


def send(account: Account, *steps: Step, folder: Path = Path()) -> None:
    send_all(account, BOOK, replace(journey(), send=steps, folder=folder))


def received(account: Account, queue: str) -> list[dict[str, Any]]:
    client = account.client("sqs")
    url = client.get_queue_url(QueueName=queue)["QueueUrl"]
    answer = client.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
    )
    return list(answer.get("Messages", []))


def test_a_file_is_put_byte_by_byte(account: Account, tmp_path: Path) -> None:
    (tmp_path / "week.bin").write_bytes(b"\x00\xff")

    send(account, Put(put="feed", key="incoming/week + é", file="week.bin"), folder=tmp_path)

    found = account.client("s3").get_object(Bucket="feed-1", Key="incoming/week + é")
    assert found["Body"].read() == b"\x00\xff"


def test_a_record_goes_into_the_stream_under_its_key(account: Account) -> None:
    send(account, Record(record="tremors", key="nz", text="hello"))

    (record,) = account.storage.backend("kinesis").streams["tremors-1"].shards["shardId-000000000000"].records.values()
    assert (record.partition_key, record.to_json()["Data"]) == ("nz", b"hello")


def test_a_message_carries_its_attributes(account: Account) -> None:
    send(account, Send(send="readings", text="hello", attributes={"station": "nz", "depth": 4.5}))

    [message] = received(account, "readings-1")
    assert message["Body"] == "hello"
    assert message["MessageAttributes"] == {
        "station": {"StringValue": "nz", "DataType": "String"},
        "depth": {"StringValue": "4.5", "DataType": "Number"},
    }


def test_messages_of_a_group_are_told_apart_even_where_they_read_alike(account: Account) -> None:
    send(account, *[Send(send="orders", text="same", group="a")] * 2)

    messages = received(account, "orders-1.fifo")
    assert [message["Attributes"]["MessageGroupId"] for message in messages] == ["a", "a"]


def test_a_message_to_a_topic_carries_its_subject_and_attributes(account: Account) -> None:
    queue = "arn:aws:sqs:eu-west-1:111111111111:readings-1"
    let = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "*", "Resource": queue}
    account.client("sqs").set_queue_attributes(QueueUrl="readings-1", Attributes={"Policy": document(let)})
    account.client("sns").subscribe(TopicArn=BOOK.things["feeds.news"].arn, Protocol="sqs", Endpoint=queue)

    send(account, Notify(notify="news", text="hello", subject="Greeting", attributes={"kind": "a", "depth": 4}))
    account.settle()

    [message] = received(account, "readings-1")
    told = json.loads(message["Body"])
    assert (told["Message"], told["Subject"]) == ("hello", "Greeting")
    assert told["MessageAttributes"] == {
        "kind": {"Type": "String", "Value": "a"},
        "depth": {"Type": "Number", "Value": "4"},
    }


def test_messages_of_a_topics_group_are_told_apart_even_where_they_read_alike(account: Account) -> None:
    send(account, *[Notify(notify="changes", text="same", group="a")] * 2)
    account.settle()

    [row] = account.tally.rows()
    assert (str(row.edge), row.sent) == ("orders-1.fifo -> no subscription", 2)


def test_an_event_is_published_on_the_default_bus(account: Account) -> None:
    send(account, Publish(publish="default", source="seismic.feeds", detail_type="Strong Quake"))
    account.settle()

    [row] = account.tally.rows()
    assert (str(row.edge), row.sent, row.filtered) == ("default event bus -> no rule", 1, 1)


def test_an_event_that_a_bus_does_not_take_is_an_error(account: Account) -> None:
    with pytest.raises(ValueError, match="default did not take the event: NotAuthorizedForSourceException"):
        send(account, Publish(publish="default", source="aws.s3", detail_type="Object Created"))


def test_each_step_begins_a_chain(account: Account) -> None:
    step = Publish(publish="default", source="seismic.feeds", detail_type="Strong Quake")

    send(account, step, step)
    account.settle()

    assert [hop.chain for hop in account.journal.hops] == ["c1", "c2"]


def test_a_step_that_waits_lets_time_pass_before_the_next_one(account: Account) -> None:
    sent: list[float] = []

    def let_pass(seconds: float) -> None:
        sent.append(seconds)
        sent.append(len(received(account, "readings-1")))

    steps = (
        Wait(wait="1 day"),
        Send(send="readings", text="a"),
        Wait(wait="90 minutes"),
        Send(send="readings", text="b"),
    )
    send_all(account, BOOK, replace(journey(), send=steps), let_pass)

    assert sent == [86_400, 0, 5_400, 1]
    assert [message["Body"] for message in received(account, "readings-1")] == ["b"]


def test_time_passes_in_the_account_itself(account: Account) -> None:
    send(account, Wait(wait="1 hour"), Wait(wait="1 second"))

    assert account.clock.now - START == timedelta(seconds=3_601)


def test_a_services_own_event_arrives_on_the_default_bus(account: Account) -> None:
    step = Announce(
        announce="aws.ec2",
        detail_type="EC2 Instance State-change Notification",
        detail={"state": "stopped"},
        resources=("arn:aws:ec2:eu-west-1:111111111111:instance/i-0123456789abcdef0",),
    )

    send(account, step)

    [hop] = account.journal.hops
    event = hop.details["payload"]
    assert (hop.source, hop.chain) == ("default event bus", "c1")
    assert (event["source"], event["detail-type"], event["detail"], event["resources"]) == (
        "aws.ec2",
        "EC2 Instance State-change Notification",
        {"state": "stopped"},
        ["arn:aws:ec2:eu-west-1:111111111111:instance/i-0123456789abcdef0"],
    )


@pytest.mark.parametrize("to", [(), ("assess-on-bus",)])
def test_what_was_kept_of_the_last_minutes_is_replayed(account: Account, to: tuple[str, ...]) -> None:
    publish = Publish(publish="bus", source="a", detail_type="t")

    send(
        account,
        publish,
        Wait(wait="11 minutes"),
        publish,
        Wait(wait="5 minutes"),
        Replay(replay="bus", minutes=10, to=to),
    )
    told = account.client("events").describe_replay(ReplayName="feeds.the-week-4")
    account.settle()

    bus = BOOK.things["feeds.bus"].arn
    assert told["EventSourceArn"] == BOOK.things["feeds.bus.archive"].arn
    assert told["Destination"] == {
        "Arn": bus,
        **({"FilterArns": [BOOK.things["feeds.assess-on-bus"].arn]} if to else {}),
    }
    assert (told["EventStartTime"], told["EventEndTime"]) == (
        START + timedelta(minutes=6),
        START + timedelta(minutes=16),
    )
    assert ["replay-name" in hop.details["payload"] for hop in account.journal.hops] == [False, False, True]
