"""The stock: how much really lies in the account's tables, buckets and queues, asked of the account itself.

Deliveries keep their own account of every event; the stock is counted independently of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.account import Account
from emulator.journey.address_book import AddressBook

_WAITING = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(frozen=True)
class Stock:
    """Numbers by name."""

    kept: Mapping[str, int]
    """Items in each table, objects in each bucket."""
    waiting: Mapping[str, int]
    """Messages in each queue, whether visible, in flight or delayed."""
    dead: Mapping[str, int]
    """Events where failed ones land: messages of a queue, records of streams in a bucket."""


def take_stock(account: Account, book: AddressBook) -> Stock:
    """Count what lies in the account, as its administrator."""
    tables = {name: _items(account, book.own_name(name)) for name in book.of_kind("table")}
    buckets = {name: _objects(account, book.own_name(name)) for name in book.of_kind("bucket")}
    return Stock(
        kept=tables | buckets,
        waiting={name: _messages(account, book.own_name(name)) for name in book.of_kind("queue")},
        dead={name: _failed(account, book, name) for name in book.dead_letters},
    )


def _items(account: Account, table: str) -> int:
    pages = account.client("dynamodb").get_paginator("scan").paginate(TableName=table, Select="COUNT")
    return sum(page["Count"] for page in pages)


def _objects(account: Account, bucket: str) -> int:
    pages = account.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return sum(page["KeyCount"] for page in pages)


def _failed(account: Account, book: AddressBook, name: str) -> int:
    if book.things[name].kind == "failed_records":
        return _failed_records(account, book.own_name(name))
    return _messages(account, book.own_name(name))


def _failed_records(account: Account, bucket: str) -> int:
    """The records in the batches that were given up: each object holds one batch, as the text of a function's event."""
    s3 = account.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
    batches = [json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys]
    return sum(len(json.loads(batch["payload"])["Records"]) for batch in batches)


def _messages(account: Account, queue: str) -> int:
    client: Any = account.client("sqs")
    url = client.get_queue_url(QueueName=queue)["QueueUrl"]
    attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=list(_WAITING))["Attributes"]
    return sum(int(attributes[name]) for name in _WAITING)
