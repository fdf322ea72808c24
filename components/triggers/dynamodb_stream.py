"""A table's stream wakes a function: Lambda polls it in the function's name and hands over what changed, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal, Self

from components import example, iam, ledger
from components.config import JsonObject, Reference
from components.event_filter import DYNAMODB
from components.example_values import Value
from components.function import FunctionConfig, LambdaFunction
from components.resource import ResourceConfig
from components.resources.table import Table, TableConfig
from components.stream_trigger import StreamTriggerConfig, map_stream
from components.trigger import Trigger, let_poll

RETENTION_SECONDS = 86_400
"""How long a table's stream keeps a record (DynamoDB developer guide, "Change data capture for DynamoDB Streams")."""

MOST_READERS = 2
"""How many may read a shard at the same time without being throttled (DynamoDB Streams API reference,
`LimitExceededException`)."""


class DynamodbStreamTriggerConfig(StreamTriggerConfig):
    """A table with a stream, and how its changes are handed over."""

    kind: Literal["dynamodb_stream"]
    table: Reference
    """The table whose changes the function hears of; it needs a `stream`."""
    starting_position: Literal["trim_horizon", "latest"] = "trim_horizon"
    """Where a new mapping begins. `latest` misses what changes until Lambda has begun to poll, which takes minutes."""

    source_field: ClassVar = "table"
    source_kind: ClassVar = "table"
    filtered: ClassVar = DYNAMODB

    def problems(self, function: FunctionConfig, source: ResourceConfig | None) -> Iterator[tuple[str, str]]:
        if isinstance(source, TableConfig) and source.stream is None:
            yield (
                "table",
                f"{self.table!r} has no stream: say on the table what it tells of each change, "
                "keys_only, new_image, old_image or new_and_old_images",
            )
        if self.max_record_age_seconds >= RETENTION_SECONDS:
            yield (
                "max_record_age_seconds",
                f"{self.max_record_age_seconds} needs less than {RETENTION_SECONDS}: "
                "the stream forgets a record after that, and it would never land where failed records go",
            )

    @classmethod
    def clashes(cls, siblings: Sequence[tuple[str, Self]]) -> Iterator[tuple[str, str]]:
        readers = " and ".join(name for name, _ in siblings[:MOST_READERS])
        for name, _ in siblings[MOST_READERS:]:
            yield (
                name,
                f"the stream is read by {readers} already: "
                f"DynamoDB throttles more than {MOST_READERS} readers of a shard",
            )

    def example_event(self) -> JsonObject:
        plain = [_changed(name) for name in ("INSERT", "MODIFY", "REMOVE")]
        return {"Records": [self.example_record(*plain, filled=self._example_of, may_stand=_may_stand)]}

    def _example_of(self, told: JsonObject) -> JsonObject:
        return {
            "eventID": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            "eventName": told["eventName"],
            "eventVersion": "1.1",
            "eventSource": told["eventSource"],
            "awsRegion": example.REGION,
            "dynamodb": told["dynamodb"],
            "eventSourceARN": example.arn("dynamodb", f"table/{self.table}/stream/{example.TIME}.000"),
        }


def _changed(event_name: str) -> JsonObject:
    """What filters look at in the record of a change, with the images that there are of such a one."""
    before: JsonObject = {"id": {"S": "example"}, "magnitude": {"N": "4.4"}}
    after: JsonObject = {"id": {"S": "example"}, "magnitude": {"N": "4.5"}}
    images: dict[str, JsonObject] = {
        "INSERT": {"NewImage": after},
        "MODIFY": {"NewImage": after, "OldImage": before},
        "REMOVE": {"OldImage": before},
    }
    return {
        "eventName": event_name,
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "ApproximateCreationDateTime": 1893499200.0,
            "Keys": {"id": {"S": "example"}},
            **images[event_name],
            "SequenceNumber": "100000000000000000001",
            "SizeBytes": 39,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }


def _may_stand(path: str, value: Value) -> bool:
    """Whether a value may stand in a record: in an item, as DynamoDB writes it with its type (DynamoDB API reference,
    `AttributeValue`)."""
    if re.fullmatch(r"dynamodb\.(Keys|NewImage|OldImage)\.[^.]+(\.M\.[^.]+)*\.[A-Z]+", path) is None:
        return False
    kind = path.rpartition(".")[2]
    if kind == "N":
        return isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) is not None
    return (kind == "S" and isinstance(value, str)) or (kind == "BOOL" and isinstance(value, bool))


class DynamodbStreamTrigger(Trigger[DynamodbStreamTriggerConfig]):
    """A table's stream that a function's role may poll."""

    config_class = DynamodbStreamTriggerConfig

    def wire(self, config: DynamodbStreamTriggerConfig, function: LambdaFunction, source: Table) -> ledger.Handshake:
        reading = iam.allow(
            "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", on=source.stream_arn
        )
        # It has no resource type, and Lambda asks for it (Service Authorization Reference, "Amazon DynamoDB").
        listing = iam.allow("dynamodb:ListStreams", on="*")
        right = let_poll(self, function, source, reading, listing, landings=[config.landing(function)])
        self.mapping = map_stream(
            self,
            config,
            function,
            right,
            source.address.rpartition(".")[2],
            source.stream_arn,
            starting_position=config.starting_position.upper(),
        )
        return right.handshake
