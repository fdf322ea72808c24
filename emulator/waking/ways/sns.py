"""SNS hands a message over by a subscription: if its filter policy wants the message, with its dead-letter queue."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from moto.sns.models import Subscription

from components.filter_policy import FilterPolicy
from emulator.notifying.message import Attributes, Message
from emulator.notifying.subscription_attempt import SubscriptionAttempt
from emulator.notifying.subscription_checks import dead_letter_target
from emulator.notifying.subscription_delivery import SubscriptionDelivery
from emulator.waking.shape import Fault, below, decoded, lacking, not_base64, part, records_of, wrong
from emulator.waking.waking import Waking


class Way:
    """The way of a function's subscription."""

    def __init__(self, waking: Waking) -> None:
        self._waking = waking

    @property
    def made_up(self) -> Mapping[str, str]:
        return {}

    def faults(self, event: Any) -> Iterator[Fault]:
        if len(records_of(event)) > 1:
            yield "Records", f"needs one record, got {len(records_of(event))}: SNS hands over one message at a time"
        needed = {"Sns.MessageId": str, "Sns.Message": str, "Sns.Timestamp": str, "Sns.MessageAttributes": dict}
        yield from lacking(event, needed)
        for path, record in records_of(event):
            yield from _faults(record, path)

    def left_out(self, event: Any) -> Iterator[str]:
        yield f"no other subscription to {self._waking.line.waker} hears the message"

    def hand_over(self, event: Any) -> None:
        waking, subscription = self._waking, self._subscription
        message, policy = _message(event["Records"][0]["Sns"], waking.source_arn), _filter_policy(subscription)
        body = message.text("lambda")
        typed = replace(message, attributes={name: _typed(each) for name, each in message.attributes.items()})
        wanting = [each for each in (message, typed) if policy.wants(body, each.attributes)]
        if not wanting:
            cause = f"the subscription's filter policy {policy.explain(body, typed.attributes)}"
            waking.pass_over(message.what, event, cause)
            return
        delivery = SubscriptionDelivery(
            message=wanting[0],
            subscription_arn=subscription.arn,
            protocol="lambda",
            endpoint=waking.function_arn,
            raw=False,
            dead_letter_arn=dead_letter_target(subscription.attributes.get("RedrivePolicy")),
            edge=waking.edge,
            event_id=f"{message.id}/{subscription.arn.rpartition(':')[2]}",
            due=waking.account.clock.now,
        )
        waking.hand.begin(delivery, SubscriptionAttempt(waking.account, delivery).make)

    @property
    def _subscription(self) -> Subscription:
        subscription: Subscription = self._waking.account.storage.backend("sns").subscriptions[self._waking.own_arn]
        return subscription


def _faults(record: Any, path: str) -> Iterator[Fault]:
    subject, moment = part(record, "Sns.Subject"), part(record, "Sns.Timestamp")
    if subject is not None:
        yield from wrong(subject, str, below(path, "Sns.Subject"))
    if isinstance(moment, str) and _moment(moment) is None:
        yield below(path, "Sns.Timestamp"), f"needs a moment like 2030-01-01T12:00:00.000Z, got {moment!r}"
    attributes = part(record, "Sns.MessageAttributes")
    for name, attribute in attributes.items() if isinstance(attributes, dict) else ():
        where = below(path, f"Sns.MessageAttributes.{name}")
        told = attribute if isinstance(attribute, dict) else {}
        yield from wrong(told.get("Type"), str, f"{where}.Type")
        yield from wrong(told.get("Value"), str, f"{where}.Value")
        if told.get("Type") == "Binary" and isinstance(told.get("Value"), str):
            yield from not_base64(told["Value"], f"{where}.Value")


def _message(told: Any, topic_arn: str) -> Message:
    """The message that a record tells of."""
    return Message(
        id=told["MessageId"],
        topic_arn=topic_arn,
        texts={"default": told["Message"]},
        published_at=_moment(told["Timestamp"]) or datetime.fromtimestamp(0),
        subject=told.get("Subject"),
        attributes=_attributes(told["MessageAttributes"]),
    )


def _attributes(told: Any) -> Attributes:
    return {
        name: {"DataType": "Binary", "BinaryValue": decoded(each["Value"])}
        if each["Type"] == "Binary"
        else {"DataType": each["Type"], "StringValue": each["Value"]}
        for name, each in told.items()
    }


def _typed(attribute: Mapping[str, Any]) -> Mapping[str, Any]:
    """An attribute of the type that its value may have been published with: Lambda tells of numbers and arrays as of
    texts (SNS developer guide, "Message attribute data types and validation")."""
    if attribute["DataType"] != "String":
        return attribute
    try:
        value = json.loads(attribute["StringValue"])
    except ValueError:
        return attribute
    if isinstance(value, list):
        return {**attribute, "DataType": "String.Array"}
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {**attribute, "DataType": "Number"} if is_number else attribute


def _filter_policy(subscription: Subscription) -> FilterPolicy:
    attributes = subscription.attributes
    return FilterPolicy.parse(
        attributes.get("FilterPolicy") or "{}", attributes.get("FilterPolicyScope") or "MessageAttributes"
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
