"""SNS subscriptions: who hears a topic, and which of its messages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from components.filter_policy import FilterPolicy, InvalidFilterPolicy, Scope
from emulator.notifying.subscription_checks import EMULATED_PROTOCOLS
from emulator.provisioning.inputs import Arn, Document, Flag, Input, Text, Whole
from emulator.provisioning.known_words import in_known_words
from emulator.provisioning.resource_type import Found, Made, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

_SCOPES: tuple[Scope, ...] = ("MessageAttributes", "MessageBody")

_ATTRIBUTES = {
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
}
"""Attributes of `SetSubscriptionAttributes` by their inputs."""

_NEVER_TOLD = ("confirmationTimeoutInMinutes", "endpointAutoConfirms")
"""How pulumi-aws waits for whoever has to confirm a subscription; functions and queues have not."""

_ID = re.compile(r"arn:[^:]+:sns:(?P<region>[^:]+):(?P<account_id>\d{12}):[^:]+:[^:]+")


def _redrive_problems(document: Any) -> Iterable[str]:
    if not isinstance(document, dict) or document.keys() != {"deadLetterTargetArn"}:
        yield "it holds deadLetterTargetArn and nothing else"


class TopicSubscription(ResourceType):
    """A function or queue that hears a topic (SNS API reference, `Subscribe`)."""

    pulumi_type = "aws:sns/topicSubscription:TopicSubscription"
    inputs: ClassVar[Mapping[str, Input]] = {
        "confirmationTimeoutInMinutes": Whole(least=1, most=1_440, unit="minutes", default=1),
        "endpoint": Arn(of=EMULATED_PROTOCOLS, required=True),
        "endpointAutoConfirms": Flag(default=False),
        "filterPolicy": Document(),
        "filterPolicyScope": Text(among=_SCOPES),
        "protocol": Text(among=EMULATED_PROTOCOLS, required=True),
        "rawMessageDelivery": Flag(default=False),
        "redrivePolicy": Document(problems=_redrive_problems),
        "topic": Arn(of=("sns",), required=True),
    }
    one_per = ("topic", "protocol", "endpoint")
    replaces = ("endpoint", "protocol", "topic")

    def contradictions(self, inputs: Values) -> Iterator[str]:
        policy, scope = inputs.get("filterPolicy"), inputs.get("filterPolicyScope", "MessageAttributes")
        if "filterPolicyScope" in inputs and policy is None:
            yield "filterPolicyScope needs a filterPolicy"
        if isinstance(policy, str) and scope in _SCOPES:
            try:
                FilterPolicy.parse(policy, scope)
            except InvalidFilterPolicy as invalid:
                yield from (f"filterPolicy needs mending: {problem}" for problem in invalid.problems)
        if inputs["rawMessageDelivery"] and inputs.get("protocol") == "lambda":
            yield "rawMessageDelivery needs protocol sqs: a function gets every message in an event"

    def create(self, account: Account, inputs: Values) -> Made:
        said = {_ATTRIBUTES[word]: _text(inputs[word]) for word in _ATTRIBUTES if inputs.get(word)}
        arn = account.client("sns").subscribe(
            TopicArn=inputs["topic"],
            Protocol=inputs["protocol"],
            Endpoint=inputs["endpoint"],
            Attributes=said,
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        return _made(account, arn, inputs)

    def recomputed_by(self, old: Values, new: Values) -> Iterable[str]:
        same = ("filterPolicy" in old) == ("filterPolicy" in new)
        return () if same or "filterPolicyScope" in new else ("filterPolicyScope",)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        before, after = _settings(old), _settings(new)
        changed = [word for word in after if before[word] != after[word]]
        if "filterPolicyScope" in changed and after["filterPolicyScope"] == "MessageAttributes":
            # A policy for bodies need not be one for attributes: it goes before the scope.
            changed.sort(key=lambda word: word == "filterPolicyScope")
        else:
            changed.sort(key=lambda word: word != "filterPolicyScope")
        for word in changed:
            if word == "filterPolicyScope" and "filterPolicy" not in new:
                continue  # It goes with the policy.
            value = {"AttributeValue": after[word]} if after[word] else {}
            account.client("sns").set_subscription_attributes(
                SubscriptionArn=made_id, AttributeName=_ATTRIBUTES[word], **value
            )
        return _made(account, made_id, new)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        told = _told(account, made_id)
        if told is None:
            return None
        inputs: dict[str, Any] = {
            "endpoint": told["Endpoint"],
            "protocol": told["Protocol"],
            "rawMessageDelivery": told["RawMessageDelivery"] == "true",
            "topic": told["TopicArn"],
            **{word: known.get(word, self.inputs[word].default) for word in _NEVER_TOLD},
        }
        for word in ("filterPolicy", "redrivePolicy"):
            if _ATTRIBUTES[word] in told:
                inputs[word] = told[_ATTRIBUTES[word]]
            elif known.get(word) == "{}":
                inputs[word] = "{}"  # SNS does not tell of a policy that says nothing.
        scope = told.get("FilterPolicyScope", "MessageAttributes")
        if "filterPolicy" in inputs and ("filterPolicyScope" in known or scope != "MessageAttributes"):
            inputs["filterPolicyScope"] = scope
        return Found(in_known_words(self.inputs, inputs, known), _made(account, made_id, inputs))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("sns").unsubscribe(SubscriptionArn=made_id)


def _settings(inputs: Values) -> dict[str, str]:
    """What SNS has to be told, in its words, of what is said and what is not."""
    unsaid = {"filterPolicy": "{}", "filterPolicyScope": "MessageAttributes", "redrivePolicy": ""}
    return {word: _text(inputs.get(word, unsaid.get(word))) for word in _ATTRIBUTES}


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _told(account: Account, subscription_arn: str) -> dict[str, str] | None:
    """What SNS tells of a subscription; None where there is no such subscription here."""
    read = _ID.fullmatch(subscription_arn)
    if read is None:
        own = f"arn:{account.partition}:sns:{account.region}:{account.account_id}"
        raise Refused(
            f"id {subscription_arn!r} needs the ARN of a subscription, "
            f"as in {own}:news:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55"
        )
    if (read["region"], read["account_id"]) != (account.region, account.account_id):
        return None
    sns = account.client("sns")
    try:
        told: dict[str, str] = sns.get_subscription_attributes(SubscriptionArn=subscription_arn)["Attributes"]
    except sns.exceptions.NotFoundException:
        return None
    return told


def _made(account: Account, subscription_arn: str, inputs: Values) -> Made:
    filtered = "filterPolicy" in inputs
    return Made(
        subscription_arn,
        subscription_arn,
        {
            "confirmationWasAuthenticated": True,
            "filterPolicyScope": inputs.get("filterPolicyScope", "MessageAttributes" if filtered else ""),
            "ownerId": account.account_id,
            "pendingConfirmation": False,
        },
    )


TYPES = (TopicSubscription(),)
