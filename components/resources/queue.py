"""A queue: messages wait here until a function has dealt with them, and those it cannot deal with step aside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from components import iam, ledger
from components.config import Name, Reason
from components.dead_letters import DeadLetters
from components.json_text import json_text
from components.resource import Resource, ResourceConfig, Verb
from components.subscription import SERVICE, Subscription, SubscriptionConfig, landing, let_topic_send


class QueueSubscriptionConfig(SubscriptionConfig):
    """A topic whose messages come into the queue."""

    name: Name | None = None
    """What the subscription is called; `<queue>-on-<topic>` otherwise."""
    raw_message_delivery: bool = True
    """A message comes as it was published, its attributes as the message's own; with more than 10 it is lost.
    False: it comes inside a document that tells of it, and of any number."""


class QueueConfig(ResourceConfig):
    """An SQS queue. Encrypted by SQS, closed to callers without TLS, with a dead-letter queue of its own."""

    kind: Literal["queue"]
    fifo: bool = False
    """Keep the order of each message group. A poison message then holds up its group until it steps aside."""
    content_based_deduplication: bool = False
    """FIFO only: tell duplicates by the body."""
    visibility_timeout_seconds: int | None = Field(default=None, ge=0, le=43_200)
    """How long a received message stays hidden. Unsaid: 6 times the timeout of the function that polls, plus its
    batch window."""
    message_retention_seconds: int = Field(default=345_600, ge=60, le=1_209_599)
    """How long a message may wait. Less than the 14 days of the dead-letter queue, so none expires on arrival there."""
    max_message_bytes: int = Field(default=1_048_576, ge=1_024, le=1_048_576)
    """The largest message."""
    delay_seconds: int = Field(default=0, ge=0, le=900)
    """How long each message stays hidden at first."""
    max_receives: int = Field(default=5, ge=1, le=1_000)
    """How often a message is received before it goes to the dead-letter queue. Below 5 needs `few_receives_because`:
    a throttled poller uses up receives without running the function (Lambda guide, "Using Lambda with SQS")."""
    few_receives_because: Reason | None = None
    """Why fewer than 5 receives are enough here."""
    dead_letters: Literal["queue", "discard"] = "queue"
    """`discard` switches the dead-letter queue off: a message that keeps failing is lost when its retention ends."""
    subscriptions: tuple[QueueSubscriptionConfig, ...] = ()
    """The topics whose messages come into the queue."""

    verbs: ClassVar = {
        "send": Verb(("sqs:SendMessage",), wakes=True),
        "receive": Verb(("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")),
    }

    @model_validator(mode="after")
    def few_receives_have_a_reason(self) -> Self:
        if self.max_receives < 5 and self.few_receives_because is None:
            raise ValueError(
                f"max_receives {self.max_receives} needs few_receives_because: "
                "throttling alone can use up fewer than 5 receives"
            )
        return self

    @model_validator(mode="after")
    def only_fifo_deduplicates(self) -> Self:
        if self.content_based_deduplication and not self.fifo:
            raise ValueError("content_based_deduplication needs fifo: true, a standard queue does not deduplicate")
        return self

    @property
    def heard(self) -> Sequence[QueueSubscriptionConfig]:
        return self.subscriptions

    def problems(self, heard: SubscriptionConfig, topic: ResourceConfig) -> Iterator[tuple[str, str]]:
        if self.fifo and not getattr(topic, "fifo", False):
            yield "topic", f"{heard.topic!r} is a standard topic: SNS delivers only FIFO topics to a FIFO queue"


class Queue(Resource[QueueConfig]):
    """A queue and, unless config says `discard`, the dead-letter queue behind it."""

    config_class = QueueConfig
    handle = "QUEUE_URL"

    def build(self, config: QueueConfig) -> None:
        self._heard: list[tuple[str, QueueSubscriptionConfig, Resource[Any]]] = []
        redrive_policy: pulumi.Output[str] | None = None
        if config.dead_letters == "queue":
            self.dead_letters = DeadLetters(f"{self.address}.dead-letters", self.child, fifo=config.fifo)
            redrive_policy = json_text(
                {"deadLetterTargetArn": self.dead_letters.arn, "maxReceiveCount": config.max_receives}
            )
        self.queue = aws.sqs.Queue(
            f"{self.name}-queue",
            fifo_queue=True if config.fifo else None,
            content_based_deduplication=True if config.content_based_deduplication else None,
            visibility_timeout_seconds=config.visibility_timeout_seconds,
            message_retention_seconds=config.message_retention_seconds,
            max_message_size=config.max_message_bytes,
            delay_seconds=config.delay_seconds,
            redrive_policy=redrive_policy,
            sqs_managed_sse_enabled=True,
            opts=self.child,
        )
        self.arn = self.queue.arn
        self.told = self.queue.url

    def hear(self, address: str, config: QueueSubscriptionConfig, topic: Resource[Any]) -> None:
        self._heard.append((address, config, topic))

    def close(self) -> None:
        """Write the queue's own policy, subscribe it, and let no other queue use its dead-letter queue."""
        policy = aws.sqs.QueuePolicy(
            f"{self.name}-policy",
            queue_url=self.queue.url,
            policy=iam.document(
                iam.deny_without_tls("sqs:*", on=self.arn),
                *(
                    let_topic_send(topic.arn, to=self.arn, sid=f"Topic{number}Sends")
                    for number, (_, _, topic) in enumerate(self._heard, start=1)
                ),
            ),
            opts=self.child,
        )
        for address, config, topic in self._heard:
            self._subscribe(address, config, topic, after=policy)
        if self.dead_letters is not None:
            self.dead_letters.close(redriven_from=[self.arn])
        super().close()

    def _subscribe(
        self, address: str, config: QueueSubscriptionConfig, topic: Resource[Any], *, after: pulumi.Resource
    ) -> None:
        self.subscriptions.append(
            Subscription(
                address,
                config,
                (topic.address, topic.arn),
                fifo=topic.config.fifo,
                protocol="sqs",
                endpoint=self.arn,
                raw=config.raw_message_delivery,
                after=[after],
                opts=self.child,
            )
        )
        self.handshakes.append(
            ledger.Handshake(
                name=address,
                waker=topic.address,
                woken=self.address,
                mechanism="push",
                principal=SERVICE,
                actions=("sqs:SendMessage",),
                resource=self.address,
                conditions=(ledger.Condition("ArnEquals", "aws:SourceArn", (topic.address,)),),
                landings=(landing(config, address, "sqs"),),
                right=f"{self.name}-policy",
            )
        )
