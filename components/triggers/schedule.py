"""EventBridge Scheduler wakes a function: by the calendar, at a rate, or once.

Time alone makes no event: where something happens that the function waits for, an event wakes it sooner and for less.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, JsonValue, ValidationInfo, field_validator, model_validator

from components import example, iam, ledger, schedule_input
from components.config import JsonObject
from components.dead_letters import DeadLetters
from components.function import LambdaFunction
from components.schedule_expression import ScheduleExpression
from components.trigger import AssumedRight, Trigger, TriggerConfig, Waker, let_assume

HOUR_SECONDS = 3_600
DAY_SECONDS = 86_400

Moment = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")]
"""A moment in UTC: `2030-01-31T12:00:00Z`."""


class ScheduleTriggerConfig(TriggerConfig):
    """When the function runs, and what it is told then."""

    kind: Literal["schedule"]
    schedule: str
    """`cron(0 3 * * ? *)`, `rate(5 minutes)` or `at(2030-01-31T12:00:00)`."""
    time_zone: str = Field(default="UTC", max_length=50)
    """Whose clocks a cron or an `at` goes by, as the IANA database calls it: `Europe/Berlin`."""
    description: str | None = Field(default=None, max_length=512)
    """What the schedule is for."""
    start: Moment | None = None
    """No run before this moment, in UTC; a rate is counted from it."""
    end: Moment | None = None
    """No run after this moment, in UTC."""
    flexible_window_minutes: int | None = Field(default=None, ge=1, le=1_440)
    """How late a run may begin, so that not all begin at once. None: within its minute."""
    input: JsonValue = None
    """What the function receives. None: a notification of Scheduler's own."""
    max_retries: int = Field(default=185, ge=0, le=185)
    """How often Scheduler tries again to reach Lambda."""
    max_event_age_seconds: int | None = Field(default=None, ge=60, le=DAY_SECONDS)
    """How long it tries. Unsaid: an hour; a day for a schedule that runs once."""
    dead_letters: Literal["queue", "discard"] = "queue"
    """`discard` switches the dead-letter queue off: a run that cannot be handed over is lost."""
    after_completion: Literal["keep", "delete"] = "keep"
    """`delete`: AWS deletes the schedule after its last run."""
    enabled: bool = True
    """False: nothing runs."""

    source_field: ClassVar = "schedule"
    source_kind: ClassVar = None
    default_source: ClassVar = "schedule"
    asynchronous: ClassVar = True

    @property
    def source(self) -> str:
        """It hangs on no resource; this word is what it is named after."""
        return "schedule"

    @property
    def seconds_to_try(self) -> int:
        """How long Scheduler tries to hand a run over."""
        if self.max_event_age_seconds is not None:
            return self.max_event_age_seconds
        return DAY_SECONDS if self.expression.runs_once else HOUR_SECONDS

    @property
    def expression(self) -> ScheduleExpression:
        return ScheduleExpression.parse(self.schedule, self.time_zone)

    @field_validator("schedule")
    @classmethod
    def schedule_can_be_read(cls, text: str) -> str:
        ScheduleExpression.parse(text)
        return text

    @field_validator("time_zone")
    @classmethod
    def time_zone_exists_and_has_the_moment(cls, name: str, info: ValidationInfo) -> str:
        # A schedule that cannot be read is told of already.
        ScheduleExpression.parse(info.data.get("schedule", "rate(1 day)"), name)
        return name

    @field_validator("start", "end")
    @classmethod
    def moments_exist(cls, text: str | None) -> str | None:
        if text is not None:
            _moment(text)
        return text

    @field_validator("input")
    @classmethod
    def input_can_be_handed_over(cls, value: JsonValue) -> JsonValue:
        problems = list(schedule_input.problems(json.dumps(value)))
        if problems:
            raise ValueError("; ".join(problems))
        return value

    @model_validator(mode="after")
    def begins_before_it_ends(self) -> Self:
        if self.start and self.end and _moment(self.start) >= _moment(self.end):
            raise ValueError(f"start {self.start} needs to be before end {self.end}: nothing would run")
        return self

    @model_validator(mode="after")
    def what_runs_once_has_no_bounds(self) -> Self:
        if (self.start or self.end) and self.expression.runs_once:
            raise ValueError(f"start and end say nothing of {self.schedule}, which runs once: Scheduler ignores them")
        return self

    @model_validator(mode="after")
    def what_is_deleted_comes_to_an_end(self) -> Self:
        if self.after_completion == "delete" and not self.end and not self.expression.runs_once:
            raise ValueError(
                f"after_completion: delete needs an end for {self.schedule}: "
                "what goes on for ever has no last run, and is never deleted"
            )
        return self

    def example_event(self) -> JsonObject:
        arn = example.arn("scheduler", "schedule/example/nightly")
        if self.input is not None:
            values = (arn, f"{example.TIME}Z", "d32c5kddcf5bb8c3", "1")
            text = schedule_input.filled(
                json.dumps(self.input), dict(zip(schedule_input.ATTRIBUTES, values, strict=True))
            )
            return json.loads(text)  # type: ignore[no-any-return]
        return schedule_input.notification(  # type: ignore[return-value]
            event_id="17793124-05d4-b198-2fde-7ededc63b103",
            schedule_arn=arn,
            account_id=example.ACCOUNT_ID,
            region=example.REGION,
            at=datetime.fromisoformat(example.TIME),
        )


class ScheduleTrigger(Trigger[ScheduleTriggerConfig]):
    """A schedule in a group of its own, and the role by which it may wake the function."""

    config_class = ScheduleTriggerConfig

    def wire(self, config: ScheduleTriggerConfig, function: LambdaFunction, source: None) -> ledger.Handshake:
        # A role can be trusted for a group and for nothing smaller: so each schedule has a group of its own.
        self.group = aws.scheduler.ScheduleGroup(f"{self.name}-group", opts=self.child)
        self.dead_letters = dead_letters = self._create_dead_letters(config)
        right = let_assume(
            self,
            function,
            "scheduler.amazonaws.com",
            Waker(self.address, self.group.arn, told=f"{self.address} (group)"),
            source_account=self.environment.account_id,
            landings=[self._landing(config), function.landing()],
        )
        rights = [right.resource, *self._let_land(right, dead_letters)]
        window = config.flexible_window_minutes
        self.schedule = aws.scheduler.Schedule(
            f"{self.name}-schedule",
            # Nothing else is in its group, so its name need not be the only one.
            name=function.short_name,
            group_name=self.group.name,
            description=config.description,
            schedule_expression=config.schedule,
            schedule_expression_timezone=config.time_zone,
            start_date=config.start,
            end_date=config.end,
            flexible_time_window=(
                {"mode": "FLEXIBLE", "maximum_window_in_minutes": window} if window else {"mode": "OFF"}
            ),
            target={
                "arn": function.arn,
                "role_arn": right.role.arn,
                "input": None if config.input is None else json.dumps(config.input),
                "retry_policy": {
                    "maximum_retry_attempts": config.max_retries,
                    "maximum_event_age_in_seconds": config.seconds_to_try,
                },
                "dead_letter_config": {"arn": dead_letters.arn} if dead_letters else None,
            },
            action_after_completion="DELETE" if config.after_completion == "delete" else "NONE",
            state="ENABLED" if config.enabled else "DISABLED",
            # The first run of a rate comes at once, and without its rights it would be a dead letter.
            opts=self.after(*rights, *function.rights),
        )
        self.arn = self.schedule.arn
        return right.handshake

    def _create_dead_letters(self, config: ScheduleTriggerConfig) -> DeadLetters | None:
        if config.dead_letters == "discard":
            return None
        dead_letters = DeadLetters(f"{self.address}.dead-letters", self.child)
        dead_letters.close()
        return dead_letters

    def _let_land(self, right: AssumedRight, dead_letters: DeadLetters | None) -> list[pulumi.Resource]:
        """Scheduler sends dead letters by the same role as it invokes."""
        if dead_letters is None:
            return []
        sentence = f"{self.address.partition('.')[2]}-may-send-to-its-dead-letters"
        policy = aws.iam.RolePolicy(
            f"{self.name}-may-send-to-its-dead-letters",
            name=sentence,
            role=right.role.name,
            policy=iam.document(iam.allow("sqs:SendMessage", on=dead_letters.arn)),
            opts=self.child,
        )
        self.grants.append(
            ledger.Grant(
                name=f"{self.address}-may-send-to-its-dead-letters",
                grantee=self.address,
                verb="send_to",
                resource=dead_letters.address,
                actions=("sqs:SendMessage",),
                scope="",
                conditions=(),
                right=f"{self.name}-may-send-to-its-dead-letters",
            )
        )
        return [policy]

    def _landing(self, config: ScheduleTriggerConfig) -> ledger.Landing:
        return ledger.Landing(
            when="Lambda cannot be reached",
            after=f"{config.max_retries} retries or {config.seconds_to_try} seconds",
            where=self.dead_letters.address if self.dead_letters else None,
        )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
