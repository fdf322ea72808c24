"""What may be subscribed, and what a subscription may be told: as SNS refuses it, and what is not emulated, by name.

Sources: SNS API reference, `Subscribe` and `SetSubscriptionAttributes`; SNS developer guide, "Amazon SNS dead-letter
queues" and "Message delivery for FIFO topics"; messages that SNS was seen to answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import moto.sns.models
from moto.core.responses import ActionResult
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription, Topic
from moto.sns.responses import SNSResponse

from components.filter_policy import FilterPolicy, InvalidFilterPolicy

EMULATED_PROTOCOLS = ("lambda", "sqs")

_DEFAULTS = {"FilterPolicyScope": "MessageAttributes", "RawMessageDelivery": "false"}
_EMULATED = ("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy")


@contextmanager
def checked() -> Iterator[None]:
    """Inside, `Subscribe` and `SetSubscriptionAttributes` refuse what SNS refuses, and nothing that it takes."""
    with (
        patch.object(SNSResponse, "subscribe", _subscribing(SNSResponse.subscribe)),
        patch.object(SNSBackend, "set_subscription_attributes", _setting(SNSBackend.set_subscription_attributes)),
        # Moto knows fewer operators than SNS, here and where it would look at messages.
        patch.object(SNSBackend, "_validate_filter_policy", lambda *_, **__: None),
        patch.object(moto.sns.models, "FilterPolicyMatcher", lambda *_: None),
    ):
        yield


def dead_letter_target(redrive_policy: str | None) -> str | None:
    """The queue that a redrive policy names."""
    return str(json.loads(redrive_policy)["deadLetterTargetArn"]) if redrive_policy else None


def _subscribing(subscribe: Callable[[SNSResponse], ActionResult]) -> Callable[[SNSResponse], ActionResult]:
    def checking(response: SNSResponse) -> ActionResult:
        topic = response.backend.get_topic(response._get_param("TopicArn"))
        protocol, endpoint = response._get_param("Protocol"), response._get_param("Endpoint")
        asked = response._get_param("Attributes", {})
        _check_endpoint(topic, protocol, endpoint)
        attributes = {name: _text(value) for name, value in asked.items()}
        _check_attributes(topic, protocol, {**_DEFAULTS, **attributes}, "Attributes Reason: ")
        known = response.backend._find_subscription(topic.arn, endpoint, protocol)
        if known is not None and not _same(_told(known), attributes):
            raise SNSInvalidParameter(
                "Invalid parameter: Attributes Reason: Subscription already exists with different attributes"
            )
        return subscribe(response)

    return checking


def _setting(set_attributes: Callable[..., None]) -> Callable[..., None]:
    def setting(backend: SNSBackend, arn: str, name: str, value: Any) -> None:
        subscription = backend.subscriptions.get(arn)
        if subscription is not None:
            changed = {**_told(subscription), name: _text(value)}
            _check_attributes(subscription.topic, subscription.protocol, changed, "")
            if name in ("FilterPolicy", "RedrivePolicy") and value in (None, "", "{}"):
                # What says nothing is none: SNS no longer tells of it, nor of what it looked at.
                subscription.attributes.pop(name, None)
                if name == "FilterPolicy":
                    subscription.attributes.pop("FilterPolicyScope", None)
                return
        set_attributes(backend, arn, name, value)

    return setting


def _told(subscription: Subscription) -> dict[str, str]:
    """What the subscription was told, all of it as text."""
    attributes = subscription.attributes
    return {**_DEFAULTS, **{name: _text(attributes[name]) for name in _EMULATED if name in attributes}}


def _same(told: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    return all(_meaning(name, told.get(name, "")) == _meaning(name, text) for name, text in asked.items())


def _meaning(name: str, text: str) -> Any:
    if name in ("FilterPolicy", "RedrivePolicy"):
        return json.loads(text or "{}")
    return text.lower()


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value or "")


def _check_endpoint(topic: Topic, protocol: str, endpoint: str) -> None:
    if protocol not in EMULATED_PROTOCOLS:
        _refuse(f"protocol {protocol} is not emulated: only {' and '.join(EMULATED_PROTOCOLS)} are")
    if topic.fifo_topic and protocol != "sqs":
        _refuse(f"Invalid protocol type: {protocol}")
    if (endpoint.split(":") + [""] * 3)[2] != protocol:
        _refuse(f"{protocol} endpoint ARN")
    if endpoint.endswith(".fifo") and not topic.fifo_topic:
        _refuse("Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics")


def _check_attributes(topic: Topic, protocol: str, attributes: Mapping[str, str], where: str) -> None:
    for name in attributes:
        if name not in _EMULATED:
            _refuse(f"{where}attribute {name} is not emulated: only {', '.join(_EMULATED)} are")
    if attributes["RawMessageDelivery"].lower() == "true" and protocol != "sqs":
        _refuse(f"{where}Delivery protocol [{protocol}] does not support raw message delivery.")
    _check_filter_policy(attributes, where)
    if attributes.get("RedrivePolicy"):
        _check_redrive_policy(topic, attributes["RedrivePolicy"], where)


def _check_filter_policy(attributes: Mapping[str, str], where: str) -> None:
    scope = attributes["FilterPolicyScope"]
    if scope not in ("MessageAttributes", "MessageBody"):
        _refuse(f"{where}FilterPolicyScope: needs MessageAttributes or MessageBody, got {scope}")
    try:
        FilterPolicy.parse(attributes.get("FilterPolicy") or "{}", scope)  # type: ignore[arg-type]
    except InvalidFilterPolicy as invalid:
        _refuse(f"{where}FilterPolicy: {'; '.join(invalid.problems)}")


def _check_redrive_policy(topic: Topic, text: str, where: str) -> None:
    try:
        policy = json.loads(text)
        target = str(policy["deadLetterTargetArn"]) if policy.keys() == {"deadLetterTargetArn"} else ""
    except (AttributeError, KeyError, ValueError):
        target = ""
    *head, name = target.split(":")
    own = topic.arn.split(":")[:5]
    if not name or head != [*own[:2], "sqs", *own[3:]]:
        _refuse(
            f"{where}RedrivePolicy: needs deadLetterTargetArn and nothing else, "
            f"a queue of the subscription's account and region, got {text}"
        )
    if name.endswith(".fifo") != bool(topic.fifo_topic):
        _refuse(f"{where}RedrivePolicy: the dead-letter queue {name} and the topic are both FIFO or neither is")


def _refuse(reason: str) -> None:
    raise SNSInvalidParameter(f"Invalid parameter: {reason}")
