"""An event bus: custom events are announced here, and rules decide whom they wake."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import pulumi_aws as aws
from pydantic import Field

from components import iam
from components.resource import AccessOptions, Reach, Resource, ResourceConfig, Verb


class EventBusAccess(AccessOptions):
    """Which events an access line is about."""

    sources: tuple[Annotated[str, Field(min_length=1, max_length=256)], ...] = ()
    """Only events that name one of these as their source. Empty: any."""
    detail_types: tuple[Annotated[str, Field(min_length=1, max_length=128)], ...] = ()
    """Only events of one of these detail types. Empty: any."""


class EventBusConfig(ResourceConfig):
    """A custom EventBridge bus, closed to other accounts by a policy of its own."""

    kind: Literal["event_bus"]
    description: str | None = Field(default=None, max_length=512)
    """What is announced here."""

    verbs: ClassVar = {"publish": Verb(("events:PutEvents",), wakes=True)}
    options: ClassVar = EventBusAccess


class EventBus(Resource[EventBusConfig]):
    """A custom bus."""

    config_class = EventBusConfig
    handle = "EVENT_BUS_NAME"

    def build(self, config: EventBusConfig) -> None:
        self.bus = aws.cloudwatch.EventBus(f"{self.name}-bus", description=config.description, opts=self.child)
        self.arn = self.bus.arn
        self.told = self.bus.name
        stranger = iam.When("StringNotEquals", "aws:PrincipalAccount", (self.environment.account_id,))
        aws.cloudwatch.EventBusPolicy(
            f"{self.name}-policy",
            event_bus_name=self.bus.name,
            policy=iam.document(
                iam.Statement(
                    "Deny",
                    ("events:PutEvents",),
                    (self.arn,),
                    principal="*",
                    conditions=(stranger,),
                    sid="OnlyThisAccount",
                )
            ),
            opts=self.child,
        )

    def reach(self, verb: str, options: EventBusAccess) -> Reach:
        only: list[iam.When] = []
        if options.sources:
            # `events:source` is an array of text (Service Authorization Reference, "Amazon EventBridge"), and
            # `ForAllValues` holds for an empty one too.
            only.append(iam.When("ForAllValues:StringEquals", "events:source", options.sources))
            only.append(iam.When("Null", "events:source", ("false",)))
        if options.detail_types:
            only.append(iam.When("StringEquals", "events:detail-type", options.detail_types))
        return Reach((self.arn,), conditions=tuple(only))
