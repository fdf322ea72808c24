"""A stream: records are kept here in the order of their keys, and functions read them as they come."""

from __future__ import annotations

from typing import ClassVar, Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field

from components.resource import Resource, ResourceConfig, Verb


class StreamConfig(ResourceConfig):
    """A Kinesis data stream. Encrypted, and kept for two days, so that there is time to mend what reads it."""

    kind: Literal["stream"]
    shards: int | None = Field(default=None, ge=1, le=10_000)
    """How many shards it has: each takes 1 MB or 1,000 records a second. None: on demand, Kinesis sees to it."""
    retention_hours: int = Field(default=48, ge=24, le=8_760)
    """How long a record stays readable. Longer than any function that reads it goes on trying."""
    protect: bool = True
    """Refuse to let `pulumi` delete the stream until this is false."""

    verbs: ClassVar = {
        "write": Verb(("kinesis:PutRecord", "kinesis:PutRecords"), wakes=True),
        "read": Verb(
            (
                *("kinesis:DescribeStreamSummary", "kinesis:GetRecords"),
                *("kinesis:GetShardIterator", "kinesis:ListShards"),
            )
        ),
    }


class Stream(Resource[StreamConfig]):
    """A data stream."""

    config_class = StreamConfig
    handle = "STREAM_NAME"

    def build(self, config: StreamConfig) -> None:
        self.stream = aws.kinesis.Stream(
            f"{self.name}-stream",
            shard_count=config.shards,
            stream_mode_details={"stream_mode": "PROVISIONED" if config.shards else "ON_DEMAND"},
            retention_period=config.retention_hours,
            encryption_type="KMS",
            # AWS's own key: whoever may use the stream may use it, and nobody has to be let in beside that.
            kms_key_id="alias/aws/kinesis",
            opts=self.child.merge(pulumi.ResourceOptions(protect=config.protect)),
        )
        self.arn = self.stream.arn
        self.told = self.stream.name
