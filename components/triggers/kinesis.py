"""A Kinesis stream wakes a function: Lambda polls it in the function's name and hands over its records, in order."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import ClassVar, Literal, Self

import pulumi_aws as aws
from pydantic import AwareDatetime, model_validator

from components import example, iam, ledger
from components.config import JsonObject, Reference
from components.event_filter import KINESIS
from components.event_filter_example import as_text
from components.function import FunctionConfig, LambdaFunction
from components.resource import ResourceConfig
from components.resources.stream import Stream, StreamConfig
from components.stream_trigger import StreamTriggerConfig, map_stream
from components.trigger import Trigger, let_poll

MOST_SHARED_READERS = 5
"""How many triggers may share a stream's throughput: a shard answers five reads a second, and Lambda reads once a
second for each (Kinesis guide, "Quotas and limits"; Lambda guide, "Using Lambda with Kinesis")."""

MOST_CONSUMERS = 20
"""How many consumers of their own a stream has (Kinesis API reference, `RegisterStreamConsumer`; 50 where an account
has committed itself to pay for a minimum)."""


class KinesisTriggerConfig(StreamTriggerConfig):
    """A stream, and how its records are handed over."""

    kind: Literal["kinesis"]
    stream: Reference
    """The stream that is polled."""
    starting_position: Literal["trim_horizon", "latest", "at_timestamp"] = "trim_horizon"
    """Where a new mapping begins. `latest` misses what comes until Lambda has begun to poll, which takes minutes."""
    starting_timestamp: AwareDatetime | None = None
    """With `at_timestamp`: the first moment whose records are read, `2030-01-01T12:00:00Z`."""
    fan_out: bool = False
    """Read through a consumer of its own, with 2 MB a second of each shard that nobody shares."""

    source_field: ClassVar = "stream"
    source_kind: ClassVar = "stream"
    filtered: ClassVar = KINESIS

    @model_validator(mode="after")
    def a_moment_belongs_to_its_position(self) -> Self:
        if (self.starting_position == "at_timestamp") != (self.starting_timestamp is not None):
            raise ValueError(
                f"starting_position {self.starting_position} and starting_timestamp "
                f"{self.starting_timestamp or 'unsaid'}: at_timestamp needs a moment, and no other position has one"
            )
        if self.starting_timestamp is not None and self.starting_timestamp > datetime.now(UTC):
            raise ValueError(
                f"starting_timestamp {self.starting_timestamp.isoformat()} is in the future: "
                "Lambda begins at a moment that has passed; latest begins with what comes next"
            )
        return self

    def problems(self, function: FunctionConfig, source: ResourceConfig | None) -> Iterator[tuple[str, str]]:
        if isinstance(source, StreamConfig) and self.max_record_age_seconds >= source.retention_hours * 3_600:
            yield (
                "max_record_age_seconds",
                f"{self.max_record_age_seconds} needs less than the {source.retention_hours} hours "
                f"({source.retention_hours * 3_600} seconds) that {self.stream} keeps a record: "
                "one that is forgotten first never lands where failed records go",
            )

    @classmethod
    def clashes(cls, siblings: Sequence[tuple[str, Self]]) -> Iterator[tuple[str, str]]:
        sharing = [name for name, config in siblings if not config.fan_out]
        for name in sharing[MOST_SHARED_READERS:]:
            yield (
                name,
                f"{MOST_SHARED_READERS} triggers share the stream's throughput already, and Kinesis answers no more: "
                "let this one fan_out",
            )
        alone = [name for name, config in siblings if config.fan_out]
        for name in alone[MOST_CONSUMERS:]:
            yield name, f"the stream has {MOST_CONSUMERS} triggers that fan_out already, and Kinesis takes no more"

    def example_event(self) -> JsonObject:
        return {"Records": [self.example_record({"data": "example"}, filled=self._example_of)]}

    def _example_of(self, told: JsonObject) -> JsonObject:
        number = "49590338271490256608559692538361571095921575989136588898"
        return {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": "example",
                "sequenceNumber": number,
                "data": base64.b64encode(as_text(told["data"]).encode()).decode(),
                "approximateArrivalTimestamp": 1893499200.123,
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"shardId-000000000000:{number}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": example.arn("iam", "role/example", region=""),
            "awsRegion": example.REGION,
            "eventSourceARN": example.arn("kinesis", f"stream/{self.stream}"),
        }


class KinesisTrigger(Trigger[KinesisTriggerConfig]):
    """A stream that a function's role may poll."""

    config_class = KinesisTriggerConfig

    def wire(self, config: KinesisTriggerConfig, function: LambdaFunction, source: Stream) -> ledger.Handshake:
        statements = [
            iam.allow(
                *("kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords"),
                *("kinesis:GetShardIterator", "kinesis:ListShards"),
                on=source.arn,
            )
        ]
        polled, stream = source.arn, source.address.rpartition(".")[2]
        if config.fan_out:
            self.consumer = aws.kinesis.StreamConsumer(
                # Not by the trigger's own name: a renamed one would be read from its beginning again.
                f"{function.name}-on-{stream}-consumer",
                stream_arn=source.arn,
                opts=self.child,
            )
            self.arn = polled = self.consumer.arn
            statements.append(iam.allow("kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard", on=polled))
        right = let_poll(self, function, source, *statements, landings=[config.landing(function)])
        moment = config.starting_timestamp
        self.mapping = map_stream(
            self,
            config,
            function,
            right,
            stream,
            polled,
            starting_position=config.starting_position.upper(),
            starting_position_timestamp=moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None,
        )
        return right.handshake
