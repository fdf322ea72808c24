"""How SQS keeps messages: which can be received and in what order, how often each was, and when one is dead.

Moto keeps the queues and answers the API. What it does with the messages in them is replaced: it waits in real time,
pushes to functions on its own, and looks through the whole queue for every message received and deleted.
"""

from __future__ import annotations

import base64
import copy
import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Protocol, Self
from unittest.mock import patch
from weakref import WeakKeyDictionary

from moto.core.responses import ActionResult
from moto.core.utils import unix_time_millis
from moto.sqs.exceptions import ReceiptHandleIsInvalid
from moto.sqs.models import Message, Queue, SQSBackend, _filter_message_attributes
from moto.sqs.responses import SQSResponse

from emulator.queueing.message_intake import MessageIntake


class QueueListener(Protocol):
    """Hears what becomes of messages."""

    def sent(self, queue: Queue, message: Message) -> None:
        """It came into the queue, from a sender or from another queue."""

    def dead(self, queue: Queue, message: Message, dead_letters: Queue) -> None:
        """It was received as often as it may be and is about to move to the dead-letter queue."""

    def expired(self, queue: Queue, message: Message) -> None:
        """It was kept as long as the queue keeps messages, and is gone."""


class Queues:
    """Keeps the messages of moto's queues, while it is open."""

    def __init__(self, sender_id: Callable[[], str | None], listener: QueueListener) -> None:
        self._listener = listener
        self._intake = MessageIntake(sender_id, self._enter)
        self._receipts: WeakKeyDictionary[Queue, dict[str, Message]] = WeakKeyDictionary()
        self._died_in: dict[str, str] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(self._intake)
            opening.enter_context(patch.object(Message, "visible", property(_is_visible)))
            opening.enter_context(patch.object(Queue, "delete_message", self._deleting()))
            opening.enter_context(patch.object(SQSBackend, "receive_message", self._receiving()))
            opening.enter_context(
                patch.object(SQSResponse, "receive_message", self._with_sources(SQSResponse.receive_message))
            )
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def receivable(self, queue: Queue) -> list[Message]:
        """What a receiver could get now, in the order in which it would.

        A FIFO queue gives as many messages of one group as it can before the next group's, and none of a group that
        has one in flight (SQS Developer Guide, "FIFO queue delivery logic").
        """
        now = _now()
        ready = [message for message in queue._messages if _ready_at(message) <= now]
        if not queue.fifo_queue:
            return ready
        in_flight = {message.group_id for message in queue._messages if message.visible_at > now}
        groups: dict[str | None, list[Message]] = {}
        for message in ready:
            if message.group_id not in in_flight:
                groups.setdefault(message.group_id, []).append(message)
        return [message for group in groups.values() for message in group]

    def next_receivable_at(self, queue: Queue) -> int | None:
        """When another message can be received, in epoch milliseconds."""
        now = _now()
        return min((due for message in queue._messages if (due := _ready_at(message)) > now), default=None)

    def next_expiry_at(self, queue: Queue) -> int | None:
        """When the first of the queue's messages expires, in epoch milliseconds."""
        return min((_expires_at(queue, message) for message in queue._messages), default=None)

    def expire(self, queue: Queue) -> None:
        """Drop what the queue has kept for its whole retention period."""
        now = _now()
        for message in [message for message in queue._messages if _expires_at(queue, message) <= now]:
            queue._messages.remove(message)
            self._listener.expired(queue, message)

    def _enter(self, queue: Queue, message: Message) -> None:
        queue._messages.append(message)
        self._listener.sent(queue, message)

    def _receiving(self) -> Callable[..., list[Message]]:
        def receive_message(
            backend: SQSBackend,
            queue_name: str,
            count: int,
            wait_seconds_timeout: int,
            visibility_timeout: int,
            message_attribute_names: list[str] | None = None,
        ) -> list[Message]:
            # Waiting for more would change nothing: the virtual clock stands still meanwhile.
            queue = backend.get_queue(queue_name)
            self.expire(queue)
            received: list[Message] = []
            for message in self._alive(backend, queue):
                received.append(self._hand_out(queue, message, visibility_timeout, message_attribute_names or []))
                if len(received) == count:
                    break
            return received

        return receive_message

    def _alive(self, backend: SQSBackend, queue: Queue) -> Iterator[Message]:
        policy, dead_letters = queue.redrive_policy, queue.dead_letter_queue
        if not policy or dead_letters is None or backend.queues.get(dead_letters.name) is not dead_letters:
            yield from self.receivable(queue)
            return
        for message in self.receivable(queue):
            if message.approximate_receive_count < policy["maxReceiveCount"]:
                yield message
            else:
                self._move(queue, message, dead_letters)

    def _move(self, queue: Queue, message: Message, dead_letters: Queue) -> None:
        self._listener.dead(queue, message, dead_letters)
        queue._messages.remove(message)
        self._died_in[message.id] = queue.queue_arn
        if dead_letters.fifo_queue:
            # In a standard queue a message keeps its age, in a FIFO queue it starts anew (SQS Developer Guide,
            # "Using dead-letter queues", on message retention).
            message.mark_sent()
        self._enter(dead_letters, message)

    def _hand_out(self, queue: Queue, message: Message, visibility_timeout: int, names: list[str]) -> Message:
        now = _now()
        if message.approximate_first_receive_timestamp is None:
            message.approximate_first_receive_timestamp = now
        message.approximate_receive_count += 1
        message.visible_at = now + int(visibility_timeout or 0) * 1000
        message._old_receipt_handles.append(message.receipt_handle or "")
        message.receipt_handle = _receipt_handle(message)
        self._receipts.setdefault(queue, {})[message.receipt_handle] = message
        handed_out = copy.copy(message)
        _filter_message_attributes(handed_out, names)
        return handed_out

    def _deleting(self) -> Callable[..., None]:
        def delete_message(queue: Queue, receipt_handle: str) -> None:
            message = self._receipts.get(queue, {}).get(receipt_handle)
            if message is None:
                raise ReceiptHandleIsInvalid
            if message in queue._messages:
                queue._messages.remove(message)

        return delete_message

    def _with_sources(self, receive_message: Callable[[SQSResponse], ActionResult]) -> Callable[..., ActionResult]:
        """Moto does not know the attribute `DeadLetterQueueSourceArn` of a message that came from another queue."""

        def with_sources(response: SQSResponse) -> ActionResult:
            answer = receive_message(response)
            names = {
                *response._get_param("MessageSystemAttributeNames", []),
                *response._get_param("AttributeNames", []),
            }
            if names & {"All", "DeadLetterQueueSourceArn"}:
                result: Any = answer.result
                for message in result.get("Messages", []):
                    if message["MessageId"] in self._died_in:
                        source_arn = self._died_in[message["MessageId"]]
                        message.setdefault("Attributes", {})["DeadLetterQueueSourceArn"] = source_arn
            return answer

        return with_sources


def _now() -> int:
    # Whole milliseconds: moto's moments are floats, and a moment must not come a millionth of a second before itself.
    return round(unix_time_millis())


def _is_visible(message: Message) -> bool:
    return _now() >= round(message.visible_at)


def _ready_at(message: Message) -> int:
    return round(max(message.visible_at, message.delayed_until))


def _expires_at(queue: Queue, message: Message) -> int:
    return int(message.sent_timestamp or 0) + int(queue.message_retention_period) * 1000  # type: ignore[attr-defined]


def _receipt_handle(message: Message) -> str:
    digest = hashlib.sha256(f"{message.id} {message.approximate_receive_count}".encode()).digest()
    return f"AQEB{base64.b64encode(digest).decode()}"
