"""Sending: what a journey's steps do to the account, as its administrator would do it from outside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from emulator.account import Account
from emulator.journey.address_book import DEFAULT_BUS, AddressBook, full_name
from emulator.journey.pages import Journey, Publish, Put, Send, Step


def send_all(account: Account, book: AddressBook, journey: Journey) -> None:
    """Send every step in order, each at the head of its own chain. Nothing travels before the account settles.

    Raises:
        botocore.exceptions.ClientError: AWS would not take it.
        ValueError: the bus did not take an event.
    """
    for index, step in enumerate(journey.send):
        with account.chains.within(account.chains.begin()):
            _send(account, book, journey, step, f"{journey.full_name}-{index}")


def _send(account: Account, book: AddressBook, journey: Journey, step: Step, identity: str) -> None:
    if isinstance(step, Put):
        bucket = _own_name(step.put, journey, book)
        account.client("s3").put_object(Bucket=bucket, Key=step.key, Body=step.content(journey.folder))
    elif isinstance(step, Send):
        _send_message(account, _own_name(step.send, journey, book), step, journey.folder, identity)
    else:
        _publish(account, _own_name(step.publish, journey, book), step)


def _own_name(name: str, journey: Journey, book: AddressBook) -> str:
    return book.own_name(full_name(name, journey.pipeline, [*book.things, DEFAULT_BUS]) or name)


def _send_message(account: Account, queue: str, step: Send, folder: Path, identity: str) -> None:
    client = account.client("sqs")
    arguments: dict[str, Any] = {
        "QueueUrl": client.get_queue_url(QueueName=queue)["QueueUrl"],
        "MessageBody": step.content(folder).decode(),
        "MessageAttributes": {
            name: {"DataType": "String" if isinstance(value, str) else "Number", "StringValue": str(value)}
            for name, value in step.attributes.items()
        },
    }
    if step.group is not None:
        arguments |= {"MessageGroupId": step.group, "MessageDeduplicationId": identity}
    client.send_message(**arguments)


def _publish(account: Account, bus: str, step: Publish) -> None:
    entry = {
        "EventBusName": bus,
        "Source": step.source,
        "DetailType": step.detail_type,
        "Detail": json.dumps(step.detail),
    }
    taken = account.client("events").put_events(Entries=[entry])
    if taken["FailedEntryCount"]:
        refused = taken["Entries"][0]
        raise ValueError(f"{bus} did not take the event: {refused.get('ErrorCode')} {refused.get('ErrorMessage')}")
