"""The stock counts what really lies in the account, however it came there."""

from __future__ import annotations

import json

from components.ledger import Ledger, Thing
from emulator.account import Account
from emulator.journey.address_book import AddressBook
from emulator.journey.stock import Stock, take_stock
from tests.emulator.made_up import RECORD_ON_READINGS

QUEUE = "arn:aws:sqs:eu-west-1:111111111111:"
BOOK = AddressBook(
    Ledger((RECORD_ON_READINGS,), ()),
    {
        "feeds.feed": Thing("bucket", "arn:aws:s3:::feed-1"),
        "feeds.quakes": Thing("table", "arn:aws:dynamodb:eu-west-1:111111111111:table/quakes-1"),
        "feeds.readings": Thing("queue", f"{QUEUE}readings-1"),
        "feeds.readings.dead-letters": Thing("dead_letters", f"{QUEUE}dead-1"),
    },
)


def test_everything_is_counted_hidden_messages_too() -> None:
    with Account("111111111111", "eu-west-1") as account:
        s3, dynamodb, sqs = (account.client(service) for service in ("s3", "dynamodb", "sqs"))
        s3.create_bucket(Bucket="feed-1", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        dynamodb.create_table(
            TableName="quakes-1",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        readings = sqs.create_queue(QueueName="readings-1")["QueueUrl"]
        dead = sqs.create_queue(QueueName="dead-1")["QueueUrl"]
        for number in range(3):
            s3.put_object(Bucket="feed-1", Key=f"incoming/{number}", Body=b"")
            sqs.send_message(QueueUrl=readings, MessageBody="x")
        s3.put_object(Bucket="feed-1", Key="incoming/0", Body=b"again")
        dynamodb.put_item(TableName="quakes-1", Item={"id": {"S": "a"}})
        sqs.send_message(QueueUrl=dead, MessageBody="x", DelaySeconds=60)
        sqs.receive_message(QueueUrl=readings)

        stock = take_stock(account, BOOK)

    assert stock == Stock(
        kept={"feeds.quakes": 1, "feeds.feed": 3},
        waiting={"feeds.readings": 3},
        dead={"feeds.readings.dead-letters": 1},
    )


def test_the_records_of_failed_batches_are_counted_and_not_the_batches() -> None:
    things = {"feeds.record.failed-records": Thing("failed_records", "arn:aws:s3:::failed-1")}
    with Account("111111111111", "eu-west-1") as account:
        s3 = account.client("s3")
        s3.create_bucket(Bucket="failed-1", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        for number in (1, 3):
            batch = {"version": "1.0", "payload": json.dumps({"Records": [{}] * number})}
            s3.put_object(Bucket="failed-1", Key=f"aws/lambda/{number}", Body=json.dumps(batch).encode())

        stock = take_stock(account, AddressBook(Ledger((), ()), things))

    assert stock == Stock(kept={}, waiting={}, dead={"feeds.record.failed-records": 4})
