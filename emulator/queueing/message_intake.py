"""How SQS takes a message in: how big it may be, who sent it, and what a FIFO queue makes of its ids.

Moto counts the characters of a body where AWS counts the bytes of the whole message, forgets a deduplication id as
soon as its message is deleted, and counts the whole queue for every message sent.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch
from weakref import WeakKeyDictionary

from moto.moto_api._internal import mock_random
from moto.sqs.exceptions import BatchRequestTooLong, InvalidParameterValue
from moto.sqs.models import MAXIMUM_MESSAGE_DELAY, Message, Queue, SQSBackend

LARGEST_BATCH_BYTES = 1_048_576
"""All messages of one `SendMessageBatch` together (its API reference)."""

DEDUPLICATION_SECONDS = 300
"""How long a FIFO queue knows a deduplication id (SQS Developer Guide, "Using the message deduplication ID")."""


class MessageIntake:
    """Takes messages into moto's queues, while it is open."""

    def __init__(self, sender_id: Callable[[], str | None], enter: Callable[[Queue, Message], None]) -> None:
        self._sender_id = sender_id
        self._enter = enter
        self._seen: WeakKeyDictionary[Queue, dict[tuple[str | None, str], Message]] = WeakKeyDictionary()
        self._sequence = 0
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(patch.object(SQSBackend, "send_message", self._sending()))
            opening.enter_context(
                patch.object(SQSBackend, "send_message_batch", _batch_checked(SQSBackend.send_message_batch))
            )
            opening.enter_context(patch.object(Queue, "add_message", self._adding()))
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _sending(self) -> Callable[..., Message]:
        def send_message(
            backend: SQSBackend,
            queue_name: str,
            message_body: str,
            message_attributes: dict[str, Any] | None = None,
            delay_seconds: int | None = None,
            deduplication_id: str | None = None,
            group_id: str | None = None,
            system_attributes: dict[str, Any] | None = None,
            validate_group_id: bool = True,
        ) -> Message:
            queue = backend.get_queue(queue_name)
            delay = int(queue.delay_seconds if delay_seconds is None else delay_seconds)  # type: ignore[attr-defined]
            backend._validate_message(
                queue, message_body, int(delay_seconds or 0), deduplication_id, group_id, validate_group_id
            )
            _check_size(queue, message_body, message_attributes)
            _check_delay(delay)
            message = Message(str(mock_random.uuid4()), message_body, system_attributes)
            message.message_attributes = message_attributes or {}
            message.group_id = group_id
            message.deduplication_id = deduplication_id
            if deduplication_id is None and queue.content_based_deduplication:  # type: ignore[attr-defined]
                message.deduplication_id = hashlib.sha256(message_body.encode()).hexdigest()
            message.mark_sent(delay_seconds=delay)
            queue.add_message(message)
            return message

        return send_message

    def _adding(self) -> Callable[..., None]:
        def add_message(queue: Queue, message: Message) -> None:
            message.sender_id = self._sender_id() or message.sender_id
            if not (queue.fifo_queue and self._is_duplicate(queue, message)):
                self._enter(queue, message)

        return add_message

    def _is_duplicate(self, queue: Queue, message: Message) -> bool:
        """Whether the queue has seen it; then its sender hears of the first one. A new one gets its number."""
        seen = self._seen.setdefault(queue, {})
        per_group = queue.deduplication_scope == "messageGroup"  # type: ignore[attr-defined]
        key = (message.group_id if per_group else None, str(message.deduplication_id))
        first = seen.get(key)
        if first is not None and _sent_at(message) - _sent_at(first) < DEDUPLICATION_SECONDS * 1000:
            message.id, message.sequence_number = first.id, first.sequence_number
            return True
        self._sequence += 1
        message.sequence_number = f"{self._sequence:020d}"
        # What is kept is a copy: moving to a dead-letter queue changes the message's own times.
        seen[key] = copy.copy(message)
        return False


def message_bytes(body: str, attributes: Mapping[str, Mapping[str, Any]] | None) -> int:
    """The size of a message: its body in UTF-8, and of each attribute the name, the data type and the value
    (SQS Developer Guide, "Amazon SQS message metadata")."""
    size = len(body.encode())
    for name, attribute in (attributes or {}).items():
        value = attribute.get("StringValue") or attribute.get("BinaryValue") or ""
        value_bytes = value.encode() if isinstance(value, str) else value
        size += len(name.encode()) + len(attribute["DataType"]) + len(value_bytes)
    return size


def _check_size(queue: Queue, body: str, attributes: Mapping[str, Any] | None) -> None:
    limit = _largest_bytes(queue)
    if message_bytes(body, attributes) > limit:
        raise InvalidParameterValue(
            f"One or more parameters are invalid. Reason: Message must be shorter than {limit} bytes."
        )


def _check_delay(delay_seconds: int) -> None:
    if not 0 <= delay_seconds <= MAXIMUM_MESSAGE_DELAY:
        raise InvalidParameterValue(
            f"Value {delay_seconds} for parameter DelaySeconds is invalid. "
            f"Reason: DelaySeconds must be >= 0 and <= {MAXIMUM_MESSAGE_DELAY}."
        )


def _batch_checked(send_message_batch: Callable[..., Any]) -> Callable[..., Any]:
    """A batch is refused as a whole only by its total; a message that is too big for the queue fails alone."""

    def checked(backend: SQSBackend, queue_name: str, entries: dict[str, dict[str, Any]]) -> Any:
        sizes = {key: message_bytes(entry["MessageBody"], entry["MessageAttributes"]) for key, entry in entries.items()}
        if sum(sizes.values()) > LARGEST_BATCH_BYTES:
            raise BatchRequestTooLong(sum(sizes.values()))
        limit = _largest_bytes(backend.get_queue(queue_name))
        fitting = {key: entry for key, entry in entries.items() if sizes[key] <= limit}
        messages, failed = send_message_batch(backend, queue_name, fitting)
        return messages, [*failed, *(_too_big(entry, limit) for key, entry in entries.items() if key not in fitting)]

    return checked


def _too_big(entry: Mapping[str, Any], limit: int) -> dict[str, Any]:
    return {
        "Id": entry["Id"],
        "SenderFault": True,
        "Code": "InvalidParameterValue",
        "Message": f"One or more parameters cannot be validated. Reason: Message must be shorter than {limit} bytes.",
    }


def _largest_bytes(queue: Queue) -> int:
    return int(queue.maximum_message_size)  # type: ignore[attr-defined]


def _sent_at(message: Message) -> int:
    return int(message.sent_timestamp or 0)
