"""SQS keeps the messages of an event, and Lambda's poller fetches them: with its rights, its batches, its filter, and
all that becomes of a message that fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from moto.sqs.models import Message, Queue

from emulator.waking.shape import Fault, below, decoded, lacking, not_base64, part, records_of, wrong
from emulator.waking.waking import Waking


class Way:
    """The way of a queue that is polled. Messages keep their ids; when they came, and how often, is told anew."""

    def __init__(self, waking: Waking) -> None:
        self._waking = waking

    @property
    def made_up(self) -> Mapping[str, str]:
        return {}

    def faults(self, event: Any) -> Iterator[Fault]:
        yield from lacking(event, {"messageId": str, "body": str, "attributes": dict, "messageAttributes": dict})
        ids = Counter(str(part(record, "messageId")) for _, record in records_of(event))
        for message_id in [each for each, count in ids.items() if count > 1]:
            yield "Records", f"has the messageId {message_id} {ids[message_id]} times: a queue gives each id once"
        for path, record in records_of(event):
            yield from self._faults(record, path)

    def left_out(self, event: Any) -> Iterator[str]:
        return iter(())

    def hand_over(self, event: Any) -> None:
        if self._waking.reads_alone(event, "message"):
            for _, record in records_of(event):
                self._queue.add_message(_message(record))

    @property
    def _queue(self) -> Queue:
        name = self._waking.book.own_name(self._waking.line.waker)
        queue: Queue = self._waking.account.storage.backend("sqs").queues[name]
        return queue

    def _faults(self, record: Any, path: str) -> Iterator[Fault]:
        if self._queue.fifo_queue:
            for name in ("MessageGroupId", "MessageDeduplicationId"):
                yield from wrong(part(record, f"attributes.{name}"), str, below(path, f"attributes.{name}"))
        attributes = part(record, "messageAttributes")
        for name, attribute in attributes.items() if isinstance(attributes, dict) else ():
            yield from _attribute_faults(attribute, below(path, f"messageAttributes.{name}"))


def _attribute_faults(attribute: Any, path: str) -> Iterator[Fault]:
    told = attribute if isinstance(attribute, dict) else {}
    yield from wrong(told.get("dataType"), str, f"{path}.dataType")
    if "binaryValue" not in told:
        yield from wrong(told.get("stringValue"), str, f"{path}.stringValue")
    else:
        yield from not_base64(told["binaryValue"], f"{path}.binaryValue")


def _message(record: Any) -> Message:
    """The message that a record is of, as it enters its queue now."""
    message = Message(record["messageId"], record["body"])
    message.message_attributes = {name: _attribute(each) for name, each in record["messageAttributes"].items()}
    message.group_id = record["attributes"].get("MessageGroupId")
    message.deduplication_id = record["attributes"].get("MessageDeduplicationId")
    message.sender_id = record["attributes"].get("SenderId") or message.sender_id
    message.mark_sent()
    return message


def _attribute(told: Any) -> dict[str, Any]:
    if "binaryValue" in told:
        return {"DataType": told["dataType"], "BinaryValue": decoded(told["binaryValue"])}
    return {"DataType": told["dataType"], "StringValue": told["stringValue"]}
