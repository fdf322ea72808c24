"""What `Publish` and `PublishBatch` take: each entry becomes a message of a topic, or is refused as SNS refuses it.

Sources: SNS API reference, `Publish` and `PublishBatch`; SNS developer guide, "Message attributes" and "Message
deduplication for FIFO topics".
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch
from weakref import WeakKeyDictionary

from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random
from moto.sns.exceptions import (
    BatchEntryIdsNotDistinct,
    SNSException,
    SNSInvalidParameter,
    TooManyEntriesInBatchRequest,
)
from moto.sns.models import SNSBackend, Topic
from moto.sns.responses import SNSResponse

from emulator.notifying.message import Attributes, Message
from emulator.storage import NotEmulated

LARGEST_MESSAGE_BYTES = 262_144
"""A message with its attributes, and all messages of a batch together."""

MOST_ENTRIES = 10
DEDUPLICATION = timedelta(minutes=5)
"""How long a FIFO topic knows a deduplication id."""

_NAME = re.compile(r"(?!(?i:AWS|Amazon)\.)(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)")
_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_SUBJECT = re.compile(r"[^\x00-\x1f\x7f]{1,100}")
_TYPES = ("Binary", "Number", "String")


class EmptyBatch(SNSException):
    """A batch of nothing."""

    code = "EmptyBatchRequest"
    message = "The batch request doesn't contain any entries."


class WrongBatchEntryId(SNSException):
    """An entry's id is none."""

    code = "InvalidBatchEntryId"
    message = "The Id of a batch entry in a batch request doesn't abide by the specification."


class TooBigBatch(SNSException):
    """All messages of a batch together are too big."""

    code = "BatchRequestTooLong"
    message = f"The length of all the batch messages put together is more than {LARGEST_MESSAGE_BYTES} bytes."


class Publishing:
    """Takes what is published, while it is open, in the place of moto.

    Args:
        now: the account's time.
        accept: what becomes of a message of a topic; a FIFO topic's duplicates do not come so far.
    """

    def __init__(self, now: Callable[[], datetime], accept: Callable[[Topic, Message], None]) -> None:
        self._now = now
        self._accept = accept
        self._seen: WeakKeyDictionary[Topic, dict[tuple[str | None, str], Message]] = WeakKeyDictionary()
        self._sequence = 0
        self._last: Message | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(patch.object(SNSBackend, "publish", self._publishing()))
            opening.enter_context(patch.object(SNSBackend, "publish_batch", self._publishing_batch()))
            opening.enter_context(patch.object(SNSResponse, "publish", self._numbered(SNSResponse.publish)))
            # Moto gives attributes other names, and loses their types.
            opening.enter_context(
                patch.object(SNSResponse, "_transform_message_attributes", lambda response, attributes: attributes)
            )
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _publishing(self) -> Callable[..., str]:
        def publish(
            backend: SNSBackend,
            message: str,
            arn: str | None,
            phone_number: str | None = None,
            subject: str | None = None,
            message_attributes: Attributes | None = None,
            group_id: str | None = None,
            deduplication_id: str | None = None,
            message_structure: str | None = None,
        ) -> str:
            if phone_number is not None or arn is None or ":endpoint/" in arn:
                raise NotEmulated("sns:Publish to a phone number or a device is not emulated: only topics are")
            entry = {
                "Message": message,
                "Subject": subject,
                "MessageAttributes": message_attributes,
                "MessageGroupId": group_id,
                "MessageDeduplicationId": deduplication_id,
                "MessageStructure": message_structure,
            }
            return self._take(backend.get_topic(arn), entry).id

        return publish

    def _publishing_batch(self) -> Callable[..., Any]:
        def publish_batch(
            backend: SNSBackend, topic_arn: str, publish_batch_request_entries: Sequence[Mapping[str, Any]]
        ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
            topic, entries = backend.get_topic(topic_arn), publish_batch_request_entries
            _check_batch(entries)
            successful: list[dict[str, Any]] = []
            failed: list[dict[str, Any]] = []
            for entry in entries:
                try:
                    taken = self._take(topic, entry)
                except SNSInvalidParameter as error:
                    told = {"Code": "InvalidParameter", "Message": str(error.message), "SenderFault": True}
                    failed.append({"Id": entry["Id"], **told})
                    continue
                number = {"SequenceNumber": taken.sequence_number} if taken.sequence_number else {}
                successful.append({"Id": entry["Id"], "MessageId": taken.id, **number})
            return successful, failed

        return publish_batch

    def _numbered(self, publish: Callable[[SNSResponse], ActionResult]) -> Callable[..., ActionResult]:
        """The answer with the message's number, where a FIFO topic gave it one; moto knows none."""

        def numbered(response: SNSResponse) -> ActionResult:
            answer = publish(response)
            if self._last is not None and self._last.sequence_number is not None:
                result: Any = answer.result
                result["SequenceNumber"] = self._last.sequence_number
            return answer

        return numbered

    def _take(self, topic: Topic, entry: Mapping[str, Any]) -> Message:
        """Take one entry in.

        Returns:
            The message; of a duplicate the one that it is a duplicate of.

        Raises:
            SNSInvalidParameter: SNS would refuse it.
        """
        attributes: Attributes = entry.get("MessageAttributes") or {}
        texts = _texts(entry["Message"], entry.get("MessageStructure"))
        _check_size(entry)
        _check_subject(entry.get("Subject"))
        for name, attribute in attributes.items():
            _check_attribute(name, attribute)
        message = Message(
            id=str(mock_random.uuid4()),
            topic_arn=topic.arn,
            texts=texts,
            published_at=self._now(),
            subject=entry.get("Subject"),
            attributes={name: dict(attribute) for name, attribute in attributes.items()},
            attributes_travel=entry.get("MessageStructure") is None,
            group_id=entry.get("MessageGroupId"),
            deduplication_id=entry.get("MessageDeduplicationId"),
        )
        message, is_new = self._in_order(topic, message) if topic.fifo_topic else (_of_standard(message), True)
        self._last = message
        if is_new:
            self._accept(topic, message)
        return message

    def _in_order(self, topic: Topic, message: Message) -> tuple[Message, bool]:
        """The message with its place in the topic, and whether it is new there."""
        if not message.group_id:
            raise SNSInvalidParameter("Invalid parameter: The MessageGroupId parameter is required for FIFO topics")
        deduplication_id = message.deduplication_id
        if deduplication_id is None and topic.content_based_deduplication:
            deduplication_id = hashlib.sha256(message.text("default").encode()).hexdigest()
        if deduplication_id is None:
            raise SNSInvalidParameter(
                "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or "
                "MessageDeduplicationId provided explicitly"
            )
        per_group = getattr(topic, "fifo_throughput_scope", "Topic") == "MessageGroup"
        key = (message.group_id if per_group else None, deduplication_id)
        seen = self._seen.setdefault(topic, {})
        first = seen.get(key)
        if first is not None and message.published_at - first.published_at < DEDUPLICATION:
            return first, False
        self._sequence += 1
        numbered = replace(message, deduplication_id=deduplication_id, sequence_number=f"{self._sequence:020d}")
        seen[key] = copy.copy(numbered)
        return numbered, True


def message_bytes(entry: Mapping[str, Any]) -> int:
    """The size of an entry: its text in UTF-8, and of each attribute the name, the type and the value."""
    size = len(entry["Message"].encode())
    for name, attribute in (entry.get("MessageAttributes") or {}).items():
        value = attribute.get("BinaryValue", attribute.get("StringValue", ""))
        size += len(name.encode()) + len(str(attribute.get("DataType", "")).encode())
        size += len(value.encode() if isinstance(value, str) else value)
    return size


def _of_standard(message: Message) -> Message:
    if message.deduplication_id is not None:
        raise SNSInvalidParameter(
            "Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter "
            "that is not valid for this topic type"
        )
    return message


def _check_batch(entries: Sequence[Mapping[str, Any]]) -> None:
    if not entries:
        raise EmptyBatch
    if len(entries) > MOST_ENTRIES:
        raise TooManyEntriesInBatchRequest
    if not all(_ENTRY_ID.fullmatch(entry["Id"]) for entry in entries):
        raise WrongBatchEntryId
    if len({entry["Id"] for entry in entries}) != len(entries):
        raise BatchEntryIdsNotDistinct
    if sum(map(message_bytes, entries)) > LARGEST_MESSAGE_BYTES:
        raise TooBigBatch


def _texts(message: str, structure: str | None) -> dict[str, str]:
    """What is said, by protocol."""
    if not message:
        raise SNSInvalidParameter("Invalid parameter: Empty message")
    if structure is None:
        return {"default": message}
    if structure != "json":
        raise SNSInvalidParameter("Invalid parameter: MessageStructure must be json or absent")
    try:
        said = json.loads(message)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise SNSInvalidParameter("Invalid parameter: Message Structure - JSON message body failed to parse")
    texts = {protocol: text for protocol, text in said.items() if isinstance(text, str)}
    if "default" not in texts:
        raise SNSInvalidParameter("Invalid parameter: Message Structure - No default entry in JSON message body")
    return texts


def _check_size(entry: Mapping[str, Any]) -> None:
    if message_bytes(entry) > LARGEST_MESSAGE_BYTES:
        raise SNSInvalidParameter("Invalid parameter: Message too long")


def _check_subject(subject: str | None) -> None:
    if subject is not None and not _SUBJECT.fullmatch(subject):
        raise SNSInvalidParameter("Invalid parameter: Subject")


def _check_attribute(name: str, attribute: Mapping[str, Any]) -> None:
    kind = str(attribute.get("DataType", ""))
    value = attribute.get("BinaryValue" if kind.startswith("Binary") else "StringValue")
    if not _NAME.fullmatch(name):
        needs = "a name of A-Z a-z 0-9 _ - . without AWS. or Amazon. before it"
    elif kind.partition(".")[0] not in _TYPES:
        needs = f"a type that begins with {', '.join(_TYPES)}, got {kind!r}"
    elif not value:
        needs = f"a value of its type {kind}, and one that is not empty"
    elif kind == "Number" and not _is_number(value):
        needs = f"a number, got {value!r}"
    else:
        return
    raise SNSInvalidParameter(f"Invalid parameter: message attribute '{name}' needs {needs}")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
