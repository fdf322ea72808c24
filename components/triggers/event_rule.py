"""EventBridge wakes a function: a rule on a bus hands over every event that fits its pattern."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, JsonValue, field_validator, model_validator

from components import example, iam, ledger
from components.config import Config, JsonObject, Reference
from components.dead_letters import DeadLetters
from components.event_pattern import EventPattern
from components.function import LambdaFunction
from components.input_transformer import InputTransformer
from components.resources.event_bus import EventBus
from components.trigger import Trigger, TriggerConfig, Waker, let_push


class InputConfig(Config):
    """What the function receives in place of the whole event: a part, a constant, or a text made from parts."""

    path: str | None = Field(default=None, max_length=256)
    """Only this part, as a path: `$.detail`."""
    constant: JsonValue = None
    """Always this."""
    paths: dict[str, str] = Field(default_factory=dict, max_length=100)
    """Parts by the name the template calls them."""
    template: str | None = Field(default=None, min_length=1, max_length=8192)
    """The text, with `<name>` where a part goes."""

    @model_validator(mode="after")
    def says_one_thing(self) -> Self:
        said = [name for name in ("path", "constant", "template") if getattr(self, name) is not None]
        if len(said) != 1:
            raise ValueError(f"input needs one of path, constant or template, got {' and '.join(said) or 'none'}")
        if self.paths and self.template is None:
            raise ValueError("input.paths needs a template that uses them")
        return self

    @model_validator(mode="after")
    def template_can_be_filled(self) -> Self:
        if self.template is not None:
            problems = InputTransformer(self.template, self.paths).check()
            if problems:
                raise ValueError("; ".join(problems))
        return self


class EventRuleTriggerConfig(TriggerConfig):
    """A bus, and which of its events the function hears."""

    kind: Literal["event_rule"]
    event_bus: Reference
    """The bus; `default` is the account's own, where AWS services announce theirs."""
    pattern: JsonObject
    """What an event must look like (EventBridge user guide, "Creating event patterns")."""
    description: str | None = Field(default=None, max_length=512)
    """What the rule is for."""
    input: InputConfig | None = None
    """What the function receives in place of the whole event."""
    max_retries: int = Field(default=185, ge=0, le=185)
    """How often EventBridge tries again to reach Lambda."""
    max_event_age_seconds: int = Field(default=86_400, ge=60, le=86_400)
    """How long it tries."""
    dead_letters: Literal["queue", "discard"] = "queue"
    """`discard` switches the dead-letter queue off: an event that cannot be handed over is lost."""
    enabled: bool = True
    """False: the rule hears nothing."""

    source_field: ClassVar = "event_bus"
    source_kind: ClassVar = "event_bus"
    default_source: ClassVar = "default"
    asynchronous: ClassVar = True

    @field_validator("pattern")
    @classmethod
    def pattern_can_be_matched(cls, pattern: JsonObject) -> JsonObject:
        EventPattern.parse(pattern)
        return pattern

    def example_event(self) -> JsonObject:
        return {
            "version": "0",
            "id": "17793124-05d4-b198-2fde-7ededc63b103",
            "detail-type": _first(self.pattern.get("detail-type"), "Example"),
            "source": _first(self.pattern.get("source"), "example"),
            "account": example.ACCOUNT_ID,
            "time": f"{example.TIME}Z",
            "region": example.REGION,
            "resources": [],
            "detail": {},
        }


class EventRuleTrigger(Trigger[EventRuleTriggerConfig]):
    """A rule that may wake a function."""

    config_class = EventRuleTriggerConfig

    def wire(
        self, config: EventRuleTriggerConfig, function: LambdaFunction, source: EventBus | None
    ) -> ledger.Handshake:
        bus_name = source.bus.name if source else "default"
        self.rule = aws.cloudwatch.EventRule(
            f"{self.name}-rule",
            event_bus_name=bus_name,
            event_pattern=json.dumps(config.pattern),
            description=config.description,
            state="ENABLED" if config.enabled else "DISABLED",
            opts=self.child,
        )
        self.arn = self.rule.arn
        self.dead_letters = dead_letters = self._create_dead_letters(config)
        waker = Waker(source.address if source else "default event bus", self.rule.arn, told=f"{self.address} (rule)")
        right = let_push(
            self,
            function,
            "events.amazonaws.com",
            waker,
            landings=[self._landing(config), function.landing()],
        )
        self.target = aws.cloudwatch.EventTarget(
            f"{self.name}-target",
            rule=self.rule.name,
            event_bus_name=bus_name,
            arn=function.arn,
            retry_policy={
                "maximum_retry_attempts": config.max_retries,
                "maximum_event_age_in_seconds": config.max_event_age_seconds,
            },
            dead_letter_config={"arn": dead_letters.arn} if dead_letters else None,
            **_input(config.input),
            # An event that comes before the permission goes to the dead letters at once, without a retry.
            opts=self.after(right.resource, *function.rights, *self._rights),
        )
        return right.handshake

    def _create_dead_letters(self, config: EventRuleTriggerConfig) -> DeadLetters | None:
        self._rights: list[pulumi.Resource] = []
        if config.dead_letters == "discard":
            return None
        dead_letters = DeadLetters(f"{self.address}.dead-letters", self.child)
        only_the_rule = iam.When("ArnEquals", "aws:SourceArn", (self.rule.arn,))
        policy = dead_letters.close(
            senders=[
                iam.allow_service(
                    "events.amazonaws.com",
                    "sqs:SendMessage",
                    on=dead_letters.arn,
                    when=[only_the_rule],
                    sid="RuleSendsWhatItCannotDeliver",
                )
            ]
        )
        self._rights.append(policy)
        self.grants.append(
            ledger.Grant(
                name=f"{self.address}-may-send-to-its-dead-letters",
                grantee=self.address,
                verb="send_to",
                resource=dead_letters.address,
                actions=("sqs:SendMessage",),
                scope="",
                conditions=(ledger.Condition("ArnEquals", "aws:SourceArn", (f"{self.address} (rule)",)),),
                right=f"{dead_letters.name}-policy",
            )
        )
        return dead_letters

    def _landing(self, config: EventRuleTriggerConfig) -> ledger.Landing:
        return ledger.Landing(
            when="Lambda cannot be reached",
            after=f"{config.max_retries} retries or {config.max_event_age_seconds} seconds",
            where=self.dead_letters.address if self.dead_letters else None,
        )


def _input(config: InputConfig | None) -> Mapping[str, Any]:
    if config is None:
        return {}
    if config.path is not None:
        return {"input_path": config.path}
    if config.template is None:
        return {"input": json.dumps(config.constant)}
    return {"input_transformer": {"input_paths": config.paths, "input_template": config.template}}


def _first(alternatives: JsonValue, otherwise: str) -> str:
    """The first plain text among a field's alternatives."""
    words = alternatives if isinstance(alternatives, list) else []
    return next((word for word in words if isinstance(word, str)), otherwise)
