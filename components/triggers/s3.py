"""S3 wakes a function: the bucket tells Lambda of each object that matches, and Lambda queues the news."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal, Self

from pydantic import Field

from components import example, ledger
from components.config import JsonObject, Reference
from components.function import LambdaFunction
from components.resources.bucket import Bucket, Notification
from components.trigger import Trigger, TriggerConfig, Waker, let_push

EventWord = Literal["created", "put", "posted", "copied", "uploaded_in_parts", "removed", "deleted", "marked_deleted"]

EVENTS: dict[EventWord, str] = {
    "created": "s3:ObjectCreated:*",
    "put": "s3:ObjectCreated:Put",
    "posted": "s3:ObjectCreated:Post",
    "copied": "s3:ObjectCreated:Copy",
    "uploaded_in_parts": "s3:ObjectCreated:CompleteMultipartUpload",
    "removed": "s3:ObjectRemoved:*",
    "deleted": "s3:ObjectRemoved:Delete",
    "marked_deleted": "s3:ObjectRemoved:DeleteMarkerCreated",
}
"""The words of a page, and how S3 calls each (S3 user guide, "Event notification types and destinations")."""


class S3TriggerConfig(TriggerConfig):
    """A bucket, and which of its objects the function hears of."""

    kind: Literal["s3"]
    bucket: Reference
    """The bucket that tells."""
    events: tuple[EventWord, ...] = Field(default=("created",), min_length=1)
    """What must have happened to the object."""
    prefix: str = Field(default="", pattern=r"^[^*?]*$", max_length=1024)
    """How its key must begin, taken to the letter: S3 knows no wildcards here."""
    suffix: str = Field(default="", pattern=r"^[^*?]*$", max_length=1024)
    """How its key must end, taken to the letter."""

    source_field: ClassVar = "bucket"
    source_kind: ClassVar = "bucket"
    asynchronous: ClassVar = True

    @classmethod
    def clashes(cls, siblings: Sequence[tuple[str, Self]]) -> Iterator[tuple[str, str]]:
        for index, (name, config) in enumerate(siblings):
            for other_name, other in siblings[:index]:
                if config.overlaps(other):
                    yield (
                        name,
                        f"prefix {config.prefix!r} with suffix {config.suffix!r} meets the keys of {other_name} "
                        f"(prefix {other.prefix!r}, suffix {other.suffix!r}): "
                        "S3 refuses two notifications that could tell of one object",
                    )

    def overlaps(self, other: S3TriggerConfig) -> bool:
        """Whether one event of one object could be told to both."""
        return (
            _either(self.prefix, other.prefix, str.startswith)
            and _either(self.suffix, other.suffix, str.endswith)
            and any(
                _either(EVENTS[mine].rstrip("*"), EVENTS[its].rstrip("*"), str.startswith)
                for mine in self.events
                for its in other.events
            )
        )

    def example_event(self) -> JsonObject:
        return {
            "Records": [
                {
                    "eventVersion": "2.1",
                    "eventSource": "aws:s3",
                    "awsRegion": example.REGION,
                    "eventTime": f"{example.TIME}.000Z",
                    "eventName": "ObjectCreated:Put",
                    "userIdentity": {"principalId": "AWS:AROAEXAMPLEID:session"},
                    "requestParameters": {"sourceIPAddress": "198.51.100.7"},
                    "responseElements": {
                        "x-amz-request-id": "A1B2C3D4E5F60718",
                        "x-amz-id-2": "RVhBTVBMRS1FWEFNUExFLUVYQU1QTEU=",
                    },
                    "s3": {
                        "s3SchemaVersion": "1.0",
                        "configurationId": self.name or "example",
                        "bucket": {
                            "name": self.bucket,
                            "ownerIdentity": {"principalId": "A2OWNEREXAMPLE"},
                            "arn": example.arn("s3", self.bucket, region="", account_id=""),
                        },
                        "object": {
                            "key": f"{self.prefix}example{self.suffix}",
                            "size": 42,
                            "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                            "sequencer": "0055AED6DCD90281E5",
                        },
                    },
                }
            ]
        }


class S3Trigger(Trigger[S3TriggerConfig]):
    """A bucket that may wake a function."""

    config_class = S3TriggerConfig

    def wire(self, config: S3TriggerConfig, function: LambdaFunction, source: Bucket) -> ledger.Handshake:
        right = let_push(
            self,
            function,
            "s3.amazonaws.com",
            Waker(source.address, source.arn),
            # A bucket's ARN names no account.
            source_account=self.environment.account_id,
            landings=[function.landing()],
        )
        source.notify(
            Notification(
                identifier=self.name,
                function_arn=function.arn,
                events=tuple(EVENTS[word] for word in config.events),
                prefix=config.prefix,
                suffix=config.suffix,
                after=(right.resource, *function.rights),
            )
        )
        return right.handshake


def _either(one: str, other: str, begins: object) -> bool:
    return bool(begins(one, other) or begins(other, one))  # type: ignore[operator]
