"""S3 wakes a function: the bucket tells Lambda of each object that matches, or tells EventBridge, whose rule does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal, Self
from urllib.parse import quote_plus

import pulumi
from pydantic import Field, model_validator

from components import example, ledger
from components.config import JsonObject, Reference
from components.event_pattern import EventPattern
from components.function import LambdaFunction
from components.json_text import json_text
from components.object_pattern import BY_REQUEST, CREATED, DELETED, DELETION_TYPES, REASONS, EventWord, object_pattern
from components.resources.bucket import Bucket, Notification
from components.rule import Rule, RuleTriggerConfig
from components.service_events import ID
from components.trigger import Trigger, Waker, let_push

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

LONGEST_BUCKET_NAME = 63


class S3TriggerConfig(RuleTriggerConfig):
    """A bucket, and which of its objects the function hears of."""

    kind: Literal["s3"]
    bucket: Reference
    """The bucket that tells."""
    via: Literal["notification", "eventbridge"] = "notification"
    """How it tells: Lambda at once, or EventBridge, which tries for a day and has a dead-letter queue. Retries and dead
    letters are EventBridge's alone."""
    events: tuple[EventWord, ...] = Field(default=("created",), min_length=1)
    """What must have happened to the object."""
    prefix: str = Field(default="", pattern=r"^[^*?]*$", max_length=1024)
    """How its key must begin, taken to the letter: S3 knows no wildcards here."""
    suffix: str = Field(default="", pattern=r"^[^*?]*$", max_length=1024)
    """How its key must end, taken to the letter."""

    source_field: ClassVar = "bucket"
    source_kind: ClassVar = "bucket"
    asynchronous: ClassVar = True

    @model_validator(mode="after")
    def only_eventbridge_tries_again(self) -> Self:
        of_a_rule = ("max_retries", "max_event_age_seconds", "dead_letters")
        said = [name for name in of_a_rule if name in self.model_fields_set]
        if said and self.via == "notification":
            raise ValueError(
                f"{' and '.join(said)} need{'s' if len(said) == 1 else ''} via: eventbridge: S3 itself hands a "
                "notification to Lambda and keeps nothing"
            )
        return self

    @model_validator(mode="after")
    def pattern_fits_a_rule(self) -> Self:
        if self.via == "eventbridge":
            EventPattern.parse(self.pattern_for("b" * LONGEST_BUCKET_NAME))
        return self

    @classmethod
    def clashes(cls, siblings: Sequence[tuple[str, Self]]) -> Iterator[tuple[str, str]]:
        notified = [(name, config) for name, config in siblings if config.via == "notification"]
        for index, (name, config) in enumerate(notified):
            for other_name, other in notified[:index]:
                if config.overlaps(other):
                    yield (
                        name,
                        f"prefix {config.prefix!r} with suffix {config.suffix!r} meets the keys of {other_name} "
                        f"(prefix {other.prefix!r}, suffix {other.suffix!r}): "
                        "S3 refuses two notifications that could tell of one object; via: eventbridge may",
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

    def pattern_for(self, bucket_name: pulumi.Input[str]) -> dict[str, object]:
        """The pattern of its rule, where it is told by EventBridge."""
        return object_pattern(bucket_name, self.events, prefix=self.prefix, suffix=self.suffix)

    def example_event(self) -> JsonObject:
        return self._example_of_rule() if self.via == "eventbridge" else self._example_of_notification()

    def _example_of_notification(self) -> JsonObject:
        name = EVENTS[self.events[0]].removeprefix("s3:")
        gone = name.startswith("ObjectRemoved:")
        facts: JsonObject = {} if gone else {"size": 42, "eTag": "d41d8cd98f00b204e9800998ecf8427e"}
        return {
            "Records": [
                {
                    "eventVersion": "2.1",
                    "eventSource": "aws:s3",
                    "awsRegion": example.REGION,
                    "eventTime": f"{example.TIME}.000Z",
                    "eventName": name.replace("*", "Delete" if gone else "Put"),
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
                            # Keys are encoded in a notification (S3 user guide, "Event message structure").
                            "key": quote_plus(f"{self.prefix}example{self.suffix}", safe="/"),
                            **facts,
                            "sequencer": "0055AED6DCD90281E5",
                        },
                    },
                }
            ]
        }

    def _example_of_rule(self) -> JsonObject:
        word = self.events[0]
        gone = word in ("removed", *DELETION_TYPES)
        facts: JsonObject = {} if gone else {"size": 42, "etag": "d41d8cd98f00b204e9800998ecf8427e"}
        return {
            "version": "0",
            "id": ID,
            "detail-type": DELETED if gone else CREATED,
            "source": "aws.s3",
            "account": example.ACCOUNT_ID,
            "time": f"{example.TIME}Z",
            "region": example.REGION,
            "resources": [example.arn("s3", self.bucket, region="", account_id="")],
            "detail": {
                "version": "0",
                "bucket": {"name": self.bucket},
                "object": {
                    "key": f"{self.prefix}example{self.suffix}",
                    **facts,
                    "sequencer": "0055AED6DCD90281E5",
                },
                "request-id": "A1B2C3D4E5F60718",
                "requester": example.ACCOUNT_ID,
                "source-ip-address": "198.51.100.7",
                "reason": BY_REQUEST if gone else REASONS.get(word, "PutObject"),
                **({"deletion-type": DELETION_TYPES.get(word, "Delete Marker Created")} if gone else {}),
            },
        }


class S3Trigger(Trigger[S3TriggerConfig]):
    """A bucket that may wake a function."""

    config_class = S3TriggerConfig

    def wire(self, config: S3TriggerConfig, function: LambdaFunction, source: Bucket) -> ledger.Handshake:
        if config.via == "eventbridge":
            return self._by_rule(config, function, source)
        return self._by_notification(config, function, source)

    def _by_notification(self, config: S3TriggerConfig, function: LambdaFunction, source: Bucket) -> ledger.Handshake:
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

    def _by_rule(self, config: S3TriggerConfig, function: LambdaFunction, source: Bucket) -> ledger.Handshake:
        source.announce()
        rule = Rule(
            self,
            config,
            function,
            waker=source.address,
            bus_name="default",
            pattern=json_text(config.pattern_for(source.bucket.bucket)),
        )
        self.arn = rule.arn
        self.dead_letters = rule.dead_letters
        self.grants += rule.grants
        return rule.handshake


def _either(one: str, other: str, begins: object) -> bool:
    return bool(begins(one, other) or begins(other, one))  # type: ignore[operator]
