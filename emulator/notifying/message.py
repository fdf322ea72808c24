"""A message that was published to a topic, and the forms in which functions and queues receive it.

Forms: SNS developer guide, "Message attributes" and "Raw message delivery"; Lambda developer guide, "Invoking Lambda
functions with Amazon SNS notifications"; recorded events. Nothing here is signed: signatures are made up.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from emulator.execution.logs import timestamp

Attributes = Mapping[str, Mapping[str, Any]]
"""As `Publish` takes them: `{"kind": {"DataType": "String", "StringValue": "strong"}}`."""

_ONLY_TEXT = ("Number", "String.Array")
"""Types of attributes that Lambda is told of as `String` (guide, "Message attribute data types and validation")."""


@dataclass(frozen=True)
class Message:
    """One message of a topic."""

    id: str
    topic_arn: str
    texts: Mapping[str, str]
    """What is said, by protocol; `default` for all others."""
    published_at: datetime
    subject: str | None = None
    attributes: Attributes = field(default_factory=dict)
    attributes_travel: bool = True
    """Whether subscribers are told of the attributes: not where each protocol has a text of its own."""
    group_id: str | None = None
    deduplication_id: str | None = None
    sequence_number: str | None = None

    def text(self, protocol: str) -> str:
        return self.texts.get(protocol, self.texts["default"])

    @property
    def what(self) -> str:
        """The message in a few words, for people."""
        return self.subject or "1 message"

    @property
    def told_attributes(self) -> Attributes:
        return self.attributes if self.attributes_travel else {}


def record(message: Message, subscription_arn: str) -> dict[str, Any]:
    """The event that a function receives: always one record."""
    told = {
        name: {"Type": "String" if kind in _ONLY_TEXT else kind, "Value": value}
        for name, (kind, value) in _told(message).items()
    }
    host = _host(message)
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription_arn,
                "Sns": {
                    "Type": "Notification",
                    "MessageId": message.id,
                    "TopicArn": message.topic_arn,
                    "Subject": message.subject,
                    "Message": message.text("lambda"),
                    "Timestamp": timestamp(message.published_at),
                    "SignatureVersion": "1",
                    "Signature": _signature(message),
                    "SigningCertUrl": _certificate_url(host),
                    "UnsubscribeUrl": _unsubscribe_url(host, subscription_arn),
                    "MessageAttributes": told,
                },
            }
        ]
    }


def document(message: Message, subscription_arn: str, protocol: str) -> str:
    """The JSON text that a queue receives, and a dead-letter queue: what was not said is not in it."""
    host = _host(message)
    told = {
        "Type": "Notification",
        "MessageId": message.id,
        "SequenceNumber": message.sequence_number,
        "TopicArn": message.topic_arn,
        "Subject": message.subject,
        "Message": message.text(protocol),
        "Timestamp": timestamp(message.published_at),
        "SignatureVersion": "1",
        "Signature": _signature(message),
        "SigningCertURL": _certificate_url(host),
        "UnsubscribeURL": _unsubscribe_url(host, subscription_arn),
        "MessageAttributes": {name: {"Type": kind, "Value": value} for name, (kind, value) in _told(message).items()},
    }
    said = {key: value for key, value in told.items() if value not in (None, {})}
    return json.dumps(said, indent=2, separators=(",", " : "), ensure_ascii=False)


def queue_attributes(message: Message) -> dict[str, Any]:
    """The attributes as those of a queue's message, for raw delivery."""
    return {name: dict(attribute) for name, attribute in message.told_attributes.items()}


def _told(message: Message) -> dict[str, tuple[str, str]]:
    """Each attribute's type and value, binary ones in base64."""
    return {
        name: (
            attribute["DataType"],
            base64.b64encode(attribute["BinaryValue"]).decode()
            if "BinaryValue" in attribute
            else attribute["StringValue"],
        )
        for name, attribute in message.told_attributes.items()
    }


def _host(message: Message) -> str:
    return f"https://sns.{message.topic_arn.split(':')[3]}.amazonaws.com"


def _signature(message: Message) -> str:
    return base64.b64encode(hashlib.sha256(f"{message.topic_arn} {message.id}".encode()).digest()).decode()


def _certificate_url(host: str) -> str:
    return f"{host}/SimpleNotificationService-{hashlib.sha256(host.encode()).hexdigest()[:32]}.pem"


def _unsubscribe_url(host: str, subscription_arn: str) -> str:
    return f"{host}/?Action=Unsubscribe&SubscriptionArn={subscription_arn}"
