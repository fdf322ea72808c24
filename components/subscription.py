"""A subscription: which messages of a topic go to one function or queue, and where those land that cannot get there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import model_validator

from components import iam, ledger
from components.config import Config, JsonObject, Reference
from components.dead_letters import DeadLetters
from components.filter_policy import FilterPolicy, InvalidFilterPolicy, Scope
from components.json_text import json_text

SERVICE = "sns.amazonaws.com"

Protocol = Literal["lambda", "sqs"]

ScopeWord = Literal["message_attributes", "message_body"]

SCOPES: dict[ScopeWord, Scope] = {"message_attributes": "MessageAttributes", "message_body": "MessageBody"}
"""The words of a page, and how SNS calls each (`FilterPolicyScope` of `Subscribe`)."""

RETRIES = "100015 retries in 23 days"
"""How long SNS tries to reach Lambda or SQS while they fail; nobody can change it. A function or queue that is gone,
or does not let the topic in, is not tried again (SNS developer guide, "Message delivery retries")."""


class SubscriptionConfig(Config):
    """What every subscription says, whoever hears the topic."""

    topic: Reference
    """The topic."""
    filter_policy: JsonObject | None = None
    """Which of its messages (SNS developer guide, "Message filtering"). None: all of them."""
    filter_policy_scope: ScopeWord = "message_attributes"
    """What the filter policy looks at."""
    dead_letters: Literal["queue", "discard"] = "queue"
    """`discard` switches the dead-letter queue off: a message that cannot be handed over is lost."""

    @model_validator(mode="after")
    def filter_policy_can_be_matched(self) -> Self:
        if self.filter_policy is not None:
            if not self.filter_policy:
                raise ValueError("filter_policy {} wants every message: leave it out")
            try:
                FilterPolicy.parse(self.filter_policy, SCOPES[self.filter_policy_scope])
            except InvalidFilterPolicy as invalid:
                raise ValueError(f"filter_policy: {'; '.join(invalid.problems)}") from None
        elif self.filter_policy_scope == "message_body":
            raise ValueError("filter_policy_scope message_body needs a filter_policy: without one nothing is looked at")
        return self


class Subscription(pulumi.ComponentResource):
    """A topic's subscription and, unless config says `discard`, the dead-letter queue behind it.

    Args:
        address: its name in the ledger, `alerts.assess-on-news`.
        topic: the topic's name in the ledger, and its ARN.
        fifo: whether the topic is a FIFO one; its dead letters are in a queue of the same type.
        endpoint: ARN of the function or queue that hears the topic.
        raw: whether a queue gets the message itself, and not a document about it.
        after: what must be in place before: the right to hand over first of all.

    Attributes:
        grants: the right to send what could not be handed over to its dead-letter queue.
    """

    def __init__(
        self,
        address: str,
        config: SubscriptionConfig,
        topic: tuple[str, pulumi.Output[str]],
        *,
        fifo: bool = False,
        protocol: Protocol,
        endpoint: pulumi.Output[str],
        raw: bool = False,
        after: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.address = address
        self.name = address.replace(".", "-")
        super().__init__("eventwire:resource:Subscription", self.name, None, opts)
        self.child = pulumi.ResourceOptions(parent=self)
        self.topic, topic_arn = topic
        self.grants: list[ledger.Grant] = []
        rights = list(after)
        self.dead_letters: DeadLetters | None = None
        if config.dead_letters == "queue":
            self.dead_letters = DeadLetters(f"{address}.dead-letters", self.child, fifo=fifo)
            rights.append(self._let_topic_send(self.dead_letters, topic_arn))
        redrive = {"deadLetterTargetArn": self.dead_letters.arn} if self.dead_letters else None
        filtered = config.filter_policy is not None
        self.subscription = aws.sns.TopicSubscription(
            f"{self.name}-subscription",
            topic=topic_arn,
            protocol=protocol,
            endpoint=endpoint,
            filter_policy=json.dumps(config.filter_policy) if filtered else None,
            filter_policy_scope=SCOPES[config.filter_policy_scope] if filtered else None,
            raw_message_delivery=True if raw else None,
            redrive_policy=json_text(redrive) if redrive else None,
            # A message that comes before the right goes to the dead letters at once, without a retry.
            opts=self.child.merge(pulumi.ResourceOptions(depends_on=rights)),
        )
        self.arn = self.subscription.arn
        self.register_outputs({"arn": self.arn})

    def _let_topic_send(self, dead_letters: DeadLetters, topic_arn: pulumi.Output[str]) -> pulumi.Resource:
        self.grants.append(
            ledger.Grant(
                name=f"{self.address}-may-send-to-its-dead-letters",
                grantee=self.address,
                verb="send_to",
                resource=dead_letters.address,
                actions=("sqs:SendMessage",),
                scope="",
                conditions=(ledger.Condition("ArnEquals", "aws:SourceArn", (self.topic,)),),
                right=f"{dead_letters.name}-policy",
            )
        )
        return dead_letters.close(
            senders=[let_topic_send(topic_arn, to=dead_letters.arn, sid="TopicSendsWhatItCannotDeliver")]
        )


def landing(config: SubscriptionConfig, address: str, protocol: Protocol) -> ledger.Landing:
    """Where a message ends that cannot be handed over by the subscription of this address."""
    return ledger.Landing(
        when="Lambda cannot be reached" if protocol == "lambda" else "the queue cannot be reached",
        after=RETRIES,
        where=f"{address}.dead-letters" if config.dead_letters == "queue" else None,
    )


def let_topic_send(topic_arn: pulumi.Output[str], *, to: pulumi.Output[str], sid: str) -> iam.Statement:
    """The statement of a queue's policy that lets one topic, and no other, put messages there."""
    only_the_topic = iam.When("ArnEquals", "aws:SourceArn", (topic_arn,))
    return iam.allow_service(SERVICE, "sqs:SendMessage", on=to, when=[only_the_topic], sid=sid)
