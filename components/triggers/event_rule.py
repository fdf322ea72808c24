"""EventBridge wakes a function: a rule on a bus hands over every event that fits its pattern."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

import pulumi
from pydantic import Field, JsonValue, field_validator, model_validator

from components import example, iam, ledger
from components.config import Config, JsonObject, Reference
from components.event_pattern import EventPattern
from components.event_pattern_example import wanted_event
from components.example_values import Value
from components.function import LambdaFunction
from components.input_transformer import InputTransformer
from components.resources.event_bus import EventBus
from components.rule import Rule, RuleTriggerConfig
from components.service_events import ID, AnyServiceEvent
from components.trigger import Trigger

DEFAULT_BUS = "default event bus"
"""What the ledger calls the bus that every account has; pages say `default`."""


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


class EventRuleTriggerConfig(RuleTriggerConfig):
    """A bus, and which of its events the function hears."""

    kind: Literal["event_rule"]
    event_bus: Reference
    """The bus; `default` is the account's own, where AWS services announce theirs."""
    pattern: JsonObject | None = None
    """What an event must look like (EventBridge user guide, "Creating event patterns"). Or `event`."""
    event: AnyServiceEvent | None = None
    """An event of an AWS service by its name, on `event_bus: default`. Or `pattern`."""
    description: str | None = Field(default=None, max_length=512)
    """What the rule is for."""
    input: InputConfig | None = None
    """What the function receives in place of the whole event."""
    enabled: bool = True
    """False: the rule hears nothing."""

    source_field: ClassVar = "event_bus"
    source_kind: ClassVar = "event_bus"
    default_source: ClassVar = "default"
    asynchronous: ClassVar = True

    @field_validator("pattern")
    @classmethod
    def pattern_can_be_matched(cls, pattern: JsonObject | None) -> JsonObject | None:
        if pattern is not None:
            EventPattern.parse(pattern)
        return pattern

    @model_validator(mode="after")
    def says_what_it_hears(self) -> Self:
        said = [name for name in ("pattern", "event") if getattr(self, name) is not None]
        if len(said) != 1:
            raise ValueError(f"needs one of pattern and event, got {' and '.join(said) or 'none'}")
        if self.event is not None and self.event_bus != "default":
            raise ValueError(
                f"event {self.event.kind} needs event_bus default, got {self.event_bus!r}: "
                "AWS services announce their events there and nowhere else"
            )
        EventPattern.parse(self.heard)  # That of an event with many names may be too long.
        return self

    @model_validator(mode="after")
    def does_not_hear_itself(self) -> Self:
        if self.event_bus == "default" and EventPattern.parse(self.heard).matches_everything():
            raise ValueError(
                "pattern matches every event of the account's default bus, and with them what the function itself sets "
                "off, so that each run would cause the next: name a source, a detail-type, a resource or a detail"
            )
        return self

    @property
    def heard(self) -> JsonObject:
        """The pattern, whichever way the page says it."""
        return self.event.pattern() if self.event is not None else self.pattern or {}

    def example_event(self) -> JsonObject:
        if self.event is not None:
            example_event: JsonObject = self.event.example_event()
            return example_event
        plain: JsonObject = {
            "version": "0",
            "id": ID,
            "detail-type": "Example",
            "source": "example",
            "account": example.ACCOUNT_ID,
            "time": f"{example.TIME}Z",
            "region": example.REGION,
            "resources": [],
            "detail": {},
        }
        return wanted_event(EventPattern.parse(self.heard), plain, _may_stand) or plain


class EventRuleTrigger(Trigger[EventRuleTriggerConfig]):
    """A rule that may wake a function."""

    config_class = EventRuleTriggerConfig

    def wire(
        self, config: EventRuleTriggerConfig, function: LambdaFunction, source: EventBus | None
    ) -> ledger.Handshake:
        if source is None:
            self.parts[DEFAULT_BUS] = "event_bus", pulumi.Output.from_input(self._default_bus_arn())
        rule = Rule(
            self,
            config,
            function,
            waker=source.address if source else DEFAULT_BUS,
            bus_name=source.bus.name if source else "default",
            pattern=json.dumps(config.heard),
            description=config.description,
            enabled=config.enabled,
            target=_input(config.input),
        )
        self.arn = rule.arn
        self.dead_letters = rule.dead_letters
        self.grants += rule.grants
        return rule.handshake

    def _default_bus_arn(self) -> str:
        region = self.environment.region
        return f"arn:{iam.partition_of(region)}:events:{region}:{self.environment.account_id}:event-bus/default"


def _input(config: InputConfig | None) -> Mapping[str, Any]:
    if config is None:
        return {}
    if config.path is not None:
        return {"input_path": config.path}
    if config.template is None:
        return {"input": json.dumps(config.constant)}
    return {"input_transformer": {"input_paths": config.paths, "input_template": config.template}}


_TEXTS = {
    "version": r"0",
    "id": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "detail-type": r".+",
    "source": r".+",
    "account": r"\d{12}",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "region": r"[a-z0-9-]+",
    "resources": r".+",
}
"""What stands in the fields of every event beside its detail (EventBridge user guide, "Event structure reference")."""


def _may_stand(path: str, value: Value) -> bool:
    """Whether an event can have this there: what it tells stands in its detail, and nothing else beside that."""
    if path.startswith("detail."):
        return True
    return path in _TEXTS and isinstance(value, str) and re.fullmatch(_TEXTS[path], value) is not None
