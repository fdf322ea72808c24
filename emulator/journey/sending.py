"""Sending: what a journey's steps do to the account, as its administrator would do it from outside."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from emulator.account import Account
from emulator.journey.address_book import DEFAULT_BUS, AddressBook, full_name
from emulator.journey.pages import Announce, Journey, Notify, Publish, Put, Record, Replay, Send, Step, Wait

if TYPE_CHECKING:
    from emulator.delivery.events import Delivery as EventsDelivery


LONGEST_REPLAY_NAME = 64
"""EventBridge API reference, `StartReplay`."""


def send_all(
    account: Account, book: AddressBook, journey: Journey, let_pass: Callable[[float], None] | None = None
) -> None:
    """Send every step in order, each at the head of its own chain. Nothing travels before a step waits, or the account
    settles.

    Args:
        let_pass: lets so many seconds pass in the account; as it does itself, where nobody says.

    Raises:
        botocore.exceptions.ClientError: AWS would not take it.
        ValueError: the bus did not take an event.
        NeverRests: time could not pass.
    """
    for index, step in enumerate(journey.send):
        if isinstance(step, Wait):
            (let_pass or account.let_pass)(step.seconds)
            continue
        with account.chains.within(account.chains.begin()):
            _send(account, book, journey, step, f"{journey.full_name}-{index}")


def _send(account: Account, book: AddressBook, journey: Journey, step: Step, identity: str) -> None:
    if isinstance(step, Put):
        bucket = _own_name(step.put, journey, book)
        account.client("s3").put_object(Bucket=bucket, Key=step.key, Body=step.content(journey.folder))
    elif isinstance(step, Send):
        _send_message(account, _own_name(step.send, journey, book), step, journey.folder, identity)
    elif isinstance(step, Notify):
        _notify(account, book.things[_full(step.notify, journey, book)].arn, step, journey.folder, identity)
    elif isinstance(step, Record):
        stream = _own_name(step.record, journey, book)
        account.client("kinesis").put_record(
            StreamName=stream, PartitionKey=step.key, Data=step.content(journey.folder)
        )
    elif isinstance(step, Publish):
        _publish(account, _own_name(step.publish, journey, book), step)
    elif isinstance(step, Announce):
        events = cast("EventsDelivery", account.deliveries["events"])
        events.publish(step.announce, step.detail_type, step.detail, step.resources)
    elif isinstance(step, Replay):
        _replay(account, book, journey, step, identity)


def _own_name(name: str, journey: Journey, book: AddressBook) -> str:
    return book.own_name(_full(name, journey, book))


def _full(name: str, journey: Journey, book: AddressBook) -> str:
    return full_name(name, journey.pipeline, [*book.things, DEFAULT_BUS]) or name


def _send_message(account: Account, queue: str, step: Send, folder: Path, identity: str) -> None:
    client = account.client("sqs")
    arguments: dict[str, Any] = {
        "QueueUrl": client.get_queue_url(QueueName=queue)["QueueUrl"],
        "MessageBody": step.content(folder).decode(),
        "MessageAttributes": _attributes(step),
    }
    if step.group is not None:
        arguments |= {"MessageGroupId": step.group, "MessageDeduplicationId": identity}
    client.send_message(**arguments)


def _notify(account: Account, topic_arn: str, step: Notify, folder: Path, identity: str) -> None:
    arguments: dict[str, Any] = {
        "TopicArn": topic_arn,
        "Message": step.content(folder).decode(),
        "MessageAttributes": _attributes(step),
    }
    if step.subject is not None:
        arguments["Subject"] = step.subject
    if step.group is not None:
        arguments |= {"MessageGroupId": step.group, "MessageDeduplicationId": identity}
    account.client("sns").publish(**arguments)


def _attributes(step: Send | Notify) -> dict[str, dict[str, str]]:
    return {
        name: {"DataType": "String" if isinstance(value, str) else "Number", "StringValue": str(value)}
        for name, value in step.attributes.items()
    }


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


def _replay(account: Account, book: AddressBook, journey: Journey, step: Replay, identity: str) -> None:
    bus, now = _full(step.replay, journey, book), account.clock.now
    destination: dict[str, Any] = {"Arn": book.things[bus].arn}
    if step.to:
        destination["FilterArns"] = [book.things[_full(name, journey, book)].arn for name in step.to]
    account.client("events").start_replay(
        ReplayName=identity[-LONGEST_REPLAY_NAME:],
        EventSourceArn=book.things[f"{bus}.archive"].arn,
        EventStartTime=now - timedelta(minutes=step.minutes),
        EventEndTime=now,
        Destination=destination,
    )
