"""CloudWatch Logs wakes a function: a subscription filter hands over the lines of a log that match a pattern.

CloudWatch Logs knows no dead letters. What it cannot bring to Lambda is lost, and the ledger says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, field_validator, model_validator

from components import example, iam, ledger
from components.config import JsonObject, Reference
from components.environment import EnvironmentConfig
from components.function import LambdaFunction
from components.log_batch import batch_event, log_event_id
from components.log_pattern import MOST_CHARACTERS, LogPattern
from components.log_pattern_example import wanted_message
from components.trigger import Trigger, TriggerConfig, Waker, let_push

SERVICE = "logs.amazonaws.com"

MOST_FILTERS = 2
"""Subscription filters of one log group (CloudWatch Logs API reference, `PutSubscriptionFilter`)."""

LANDINGS = (
    ledger.Landing("Lambda cannot be reached", "24 hours of tries", None),
    ledger.Landing("Lambda refuses", "1 try, and the lines of the next 10 minutes are skipped", None),
)
"""CloudWatch Logs user guide, "Real-time processing of log data with subscriptions": a refusal, such as a missing
right, is not tried again, and switches the filter off for up to 10 minutes."""


class LogSubscriptionTriggerConfig(TriggerConfig):
    """A log, and which of its lines the function hears."""

    kind: Literal["log_subscription"]
    logs_of: Reference | None = None
    """The function whose log it hears: one of this pipeline, or `pipeline.function`."""
    log_group_arn: str | None = Field(
        default=None, pattern=r"^arn:[a-z-]+:logs:[a-z0-9-]+:[0-9]{12}:log-group:[.\-_/#A-Za-z0-9]{1,512}(:\*)?$"
    )
    """Instead of `logs_of`: a log group that no page declares, a database's for one."""
    pattern: str = Field(max_length=MOST_CHARACTERS)
    """Which lines, as a filter pattern (CloudWatch Logs user guide, "Filter pattern syntax"). `""` is all of them."""

    source_field: ClassVar = "logs_of"
    source_kind: ClassVar = "function"
    asynchronous: ClassVar = True

    @property
    def source(self) -> str:
        """The function; for a log group of somebody else a word that the trigger is named after."""
        return self.logs_of or "log-group"

    @property
    def source_is_declared(self) -> bool:
        return self.logs_of is not None

    @property
    def log_group(self) -> str | None:
        """The name of the log group that no page declares."""
        return self.log_group_arn.split(":")[6] if self.log_group_arn else None

    @field_validator("pattern")
    @classmethod
    def pattern_can_be_read_in_one_way(cls, text: str) -> str:
        doubts = LogPattern.parse(text).doubts
        if doubts:
            raise ValueError("; ".join(doubts))
        return text

    @model_validator(mode="after")
    def hears_one_log(self) -> Self:
        if (self.logs_of is None) == (self.log_group_arn is None):
            raise ValueError("needs one of logs_of and log_group_arn: a subscription filter is on one log group")
        return self

    @classmethod
    def clashes(cls, siblings: Sequence[tuple[str, Self]]) -> Iterator[tuple[str, str]]:
        of_group: dict[str | None, list[str]] = {}
        for name, config in siblings:
            names = of_group.setdefault(config.log_group, [])
            if len(names) >= MOST_FILTERS:
                heard = config.log_group or f"the log of {config.logs_of}"
                yield (
                    name,
                    f"{' and '.join(names[:MOST_FILTERS])} hear {heard} already: "
                    f"CloudWatch Logs takes {MOST_FILTERS} subscription filters on one log group",
                )
            names.append(name)

    def misplaced(self, environment: EnvironmentConfig) -> Iterator[tuple[str, str]]:
        if self.log_group_arn is None:
            return
        _, partition, _, region, account_id, *_ = self.log_group_arn.split(":")
        here = (iam.partition_of(environment.region), environment.region, environment.account_id)
        if (partition, region, account_id) != here:
            yield (
                "log_group_arn",
                f"{self.log_group} is in {region} of account {account_id}, and this stack in {environment.region} of "
                f"{environment.account_id}: a subscription filter wakes functions of its own account and region only",
            )

    def example_event(self) -> JsonObject:
        timestamp_ms = 1_893_499_200_000
        log_event = {"id": log_event_id(timestamp_ms, 1), "timestamp": timestamp_ms, "message": self._example_message()}
        return batch_event(
            owner=example.ACCOUNT_ID,
            log_group=self.log_group or str(self.logs_of),
            log_stream="2030/01/01/[$LATEST]0123456789abcdef0123456789abcdef",
            subscription_filter=self.name or "example",
            log_events=[log_event],
        )

    def _example_message(self) -> str:
        """A line that the pattern wants; where none is found, a plain one."""
        line = {
            "timestamp": f"{example.TIME}.000Z",
            "level": "ERROR",
            "message": "an example",
            "logger": "root",
            "requestId": "6f5e1a2b-3c4d-4e5f-8a6b-7c8d9e0f1a2b",
        }
        found = wanted_message(LogPattern.parse(self.pattern), line)
        return json.dumps(line) if found is None else found


class LogSubscriptionTrigger(Trigger[LogSubscriptionTriggerConfig]):
    """A log that may wake a function."""

    config_class = LogSubscriptionTriggerConfig

    def wire(
        self, config: LogSubscriptionTriggerConfig, function: LambdaFunction, source: LambdaFunction | None
    ) -> ledger.Handshake:
        if source is not None:
            waker, group, arn = f"{source.address}.logs", source.log_group.name, source.log_group.arn
        else:
            waker = str(config.log_group)
            group = pulumi.Output.from_input(waker)
            arn = pulumi.Output.from_input(str(config.log_group_arn).removesuffix(":*"))
            self.parts[waker] = "log_group", arn
        right = let_push(
            self,
            function,
            SERVICE,
            # A log group stands before Lambda as all its streams.
            Waker(waker, arn.apply(lambda of_group: f"{of_group}:*")),
            source_account=self.environment.account_id,
            landings=[*LANDINGS, function.landing()],
        )
        self.subscription_filter = aws.cloudwatch.LogSubscriptionFilter(
            f"{self.name}-filter",
            log_group=group,
            filter_pattern=config.pattern,
            destination_arn=function.arn,
            # CloudWatch Logs tests whether it may invoke the function, and refuses the filter where it may not.
            opts=self.after(right.resource, *function.rights),
        )
        return right.handshake
