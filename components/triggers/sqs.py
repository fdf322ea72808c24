"""SQS wakes a function: Lambda polls the queue in the function's name and hands over batches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Literal, Self

import pulumi_aws as aws
from pydantic import Field, model_validator

from components import example, iam, ledger
from components.config import Config, JsonObject, Reference
from components.event_filter import SQS
from components.event_filter_example import as_text
from components.function import FunctionConfig, LambdaFunction
from components.polled_trigger import PolledTriggerConfig, filter_criteria, metrics_config
from components.resource import ResourceConfig
from components.resources.queue import Queue, QueueConfig
from components.trigger import Trigger, let_poll

VISIBILITY_FACTOR = 6
"""How many timeouts a message must stay hidden, so that throttled batches can be tried again before it shows
(Lambda developer guide, "Creating and configuring an Amazon SQS event source mapping")."""


class ProvisionedPollersConfig(Config):
    """Pollers that Lambda keeps for one queue, instead of as many as it finds fit. Each costs by the hour.

    The ranges are those of queues (Lambda API reference, `ProvisionedPollerConfig`); Lambda lets `maximum` be 10,000,
    and pulumi-aws 2,000.
    """

    minimum: int = Field(default=2, ge=2, le=200)
    """How many there always are."""
    maximum: int = Field(default=200, ge=2, le=2_000)
    """How many there may be while many messages wait; each runs up to 10 batches at once."""

    @model_validator(mode="after")
    def the_range_is_one(self) -> Self:
        if self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum} needs to be at most maximum {self.maximum}")
        return self


class SqsTriggerConfig(PolledTriggerConfig):
    """A queue, and how its messages are handed over."""

    kind: Literal["sqs"]
    queue: Reference
    """The queue that is polled."""
    batch_size: int = Field(default=10, ge=1, le=10_000)
    """The most messages one invocation receives; 10 for a FIFO queue."""
    batch_window_seconds: int = Field(default=0, ge=0, le=300)
    """How long Lambda waits for a batch to fill; none for a FIFO queue."""
    partial_batch_failures: bool = True
    """The handler returns `batchItemFailures`, and only those come back. False: one failure brings back all."""
    max_concurrency: int | None = Field(default=None, ge=2, le=1_000)
    """The most batches of this queue at once. None: as many as the function may run."""
    provisioned_pollers: ProvisionedPollersConfig | None = None
    """Pollers that are always there, for sudden loads. None: Lambda sees to it."""

    source_field: ClassVar = "queue"
    source_kind: ClassVar = "queue"
    filtered: ClassVar = SQS

    @model_validator(mode="after")
    def large_batches_wait(self) -> Self:
        if self.batch_size > 10 and self.batch_window_seconds == 0:
            raise ValueError(
                f"batch_size {self.batch_size} needs batch_window_seconds >= 1: "
                "without a window a batch holds at most 10"
            )
        return self

    @model_validator(mode="after")
    def batches_are_limited_in_one_way(self) -> Self:
        if self.provisioned_pollers is not None and self.max_concurrency is not None:
            raise ValueError(
                f"max_concurrency {self.max_concurrency} and provisioned_pollers cannot both be: "
                "the greatest number of pollers is the limit"
            )
        return self

    def asks_of_source(self, function: FunctionConfig) -> Mapping[str, tuple[int, str]]:
        needed = VISIBILITY_FACTOR * function.timeout_seconds + self.batch_window_seconds
        reason = (
            f"{VISIBILITY_FACTOR} x timeout_seconds {function.timeout_seconds}"
            f" + batch_window_seconds {self.batch_window_seconds}, else a message is handed out again"
            " while it is still worked on"
        )
        return {"visibility_timeout_seconds": (needed, reason)}

    def problems(self, function: FunctionConfig, source: ResourceConfig | None) -> Iterator[tuple[str, str]]:
        if isinstance(source, QueueConfig) and source.fifo:
            if self.batch_size > 10:
                yield "batch_size", f"{self.batch_size} is too many for a FIFO queue: a batch holds at most 10"
            if self.batch_window_seconds > 0:
                yield "batch_window_seconds", f"{self.batch_window_seconds} on a FIFO queue: it has no window, use 0"
        reserved = function.reserved_concurrency
        if self.max_concurrency is not None and reserved is not None and self.max_concurrency > reserved:
            yield (
                "max_concurrency",
                f"{self.max_concurrency} is more than the function's reserved_concurrency {reserved}: "
                "the rest would be throttled and use up receives",
            )

    @classmethod
    def clashes(cls, siblings: Sequence[tuple[str, Self]]) -> Iterator[tuple[str, str]]:
        for name, _ in siblings[1:]:
            yield (
                name,
                f"the queue is polled by {siblings[0][0]} already: "
                "two pollers compete, and each message reaches only one of them",
            )

    def example_event(self) -> JsonObject:
        return {"Records": [self.example_record({"body": "a message"}, filled=self._example_of)]}

    def _example_of(self, told: JsonObject) -> JsonObject:
        body = as_text(told["body"])
        return {
            "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
            "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
            "body": body,
            "attributes": {
                "ApproximateReceiveCount": "1",
                "SentTimestamp": "1893499200000",
                "SenderId": "AROAEXAMPLEID:session",
                "ApproximateFirstReceiveTimestamp": "1893499200001",
            },
            "messageAttributes": {},
            "md5OfBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
            "eventSource": "aws:sqs",
            "eventSourceARN": example.arn("sqs", self.queue),
            "awsRegion": example.REGION,
        }


class SqsTrigger(Trigger[SqsTriggerConfig]):
    """A queue that a function's role may poll."""

    config_class = SqsTriggerConfig

    def wire(self, config: SqsTriggerConfig, function: LambdaFunction, source: Queue) -> ledger.Handshake:
        right = let_poll(
            self,
            function,
            source,
            iam.allow("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", on=source.arn),
            landings=[self._landing(source)],
        )
        pollers = config.provisioned_pollers
        self.mapping = aws.lambda_.EventSourceMapping(
            # Not by the trigger's own name: Lambda takes no second mapping of a queue, so a renamed one keeps it.
            f"{function.name}-on-{source.address.rpartition('.')[2]}-mapping",
            event_source_arn=source.arn,
            function_name=function.arn,
            batch_size=config.batch_size,
            maximum_batching_window_in_seconds=config.batch_window_seconds,
            function_response_types=["ReportBatchItemFailures"] if config.partial_batch_failures else None,
            scaling_config={"maximum_concurrency": config.max_concurrency} if config.max_concurrency else None,
            provisioned_poller_config=(
                {"minimum_pollers": pollers.minimum, "maximum_pollers": pollers.maximum} if pollers else None
            ),
            filter_criteria=filter_criteria(config.filters),
            metrics_config=metrics_config(config.metrics),
            enabled=config.enabled,
            # Lambda refuses the mapping while the role cannot read the queue, and the first batch may come at once.
            opts=self.after(right.resource, *function.rights),
        )
        return right.handshake

    def _landing(self, queue: Queue) -> ledger.Landing:
        landing = queue.dead_letters.address if queue.dead_letters else None
        after = f"{queue.config.max_receives} receives"
        return ledger.Landing("the function fails", after if landing else "its retention ends", landing)
