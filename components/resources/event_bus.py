"""An event bus: custom events are announced here, and rules decide whom they wake."""

from __future__ import annotations

import json
from typing import Annotated, ClassVar, Literal, Self

import pulumi_aws as aws
from pydantic import Field, field_validator, model_validator

from components import iam, ledger
from components.config import Config, JsonObject
from components.environment import AccountId
from components.event_pattern import EventPattern
from components.resource import AccessOptions, Reach, Resource, ResourceConfig, Verb

ARCHIVE_PATTERN_CHARACTERS = 4096
"""The longest pattern of an archive (EventBridge API reference, `CreateArchive`)."""

EVERY_EVENT: JsonObject = {"source": [{"exists": True}]}

Source = Annotated[str, Field(min_length=1, max_length=256)]
DetailType = Annotated[str, Field(min_length=1, max_length=128)]


class EventBusAccess(AccessOptions):
    """Which events an access line is about."""

    sources: tuple[Source, ...] = ()
    """Only events that name one of these as their source. Empty: any."""
    detail_types: tuple[DetailType, ...] = ()
    """Only events of one of these detail types. Empty: any."""


class PublisherConfig(Config):
    """Somebody outside this account who may announce events here: one account, or everybody of an organization."""

    account_id: AccountId | None = None
    """Twelve digits, in quotes. Whoever of the account its own policies let."""
    organization_id: str | None = Field(default=None, pattern=r"^o-[a-z0-9]{10,32}$")
    """Every account of this organization of AWS Organizations."""
    sources: tuple[Source, ...] = ()
    """Only events that name one of these as their source. Empty: any."""
    detail_types: tuple[DetailType, ...] = ()
    """Only events of one of these detail types. Empty: any."""

    @model_validator(mode="after")
    def is_one_of_both(self) -> Self:
        said = [name for name in ("account_id", "organization_id") if getattr(self, name) is not None]
        if len(said) != 1:
            raise ValueError(
                f"a publisher needs one of account_id and organization_id, got {' and '.join(said) or 'none'}"
            )
        return self

    @property
    def name(self) -> str:
        """The account or the organization, by its id."""
        return self.account_id or self.organization_id or ""


class ArchiveConfig(Config):
    """What is kept of a bus's events, so that they can be replayed."""

    keep: Literal["events", "nothing"] = "events"
    """`nothing` switches the archive off: what a rule got wrong, or no rule wanted, cannot be brought back."""
    retention_days: int = Field(default=14, ge=1, le=3_650)
    """How long each event is kept."""
    pattern: JsonObject | None = None
    """Only these events (EventBridge user guide, "Creating event patterns"). None: all of them."""

    @field_validator("pattern")
    @classmethod
    def pattern_can_be_matched(cls, pattern: JsonObject | None) -> JsonObject | None:
        if pattern is not None:
            EventPattern.parse(pattern, max_characters=ARCHIVE_PATTERN_CHARACTERS)
        return pattern

    @model_validator(mode="after")
    def nothing_is_kept_for_no_time(self) -> Self:
        said = sorted(self.model_fields_set - {"keep"})
        if self.keep == "nothing" and said:
            raise ValueError(f"{' and '.join(said)} needs keep: events, got keep: nothing")
        return self


class EventBusConfig(ResourceConfig):
    """A custom EventBridge bus, closed to other accounts but its publishers by a policy of its own."""

    kind: Literal["event_bus"]
    description: str | None = Field(default=None, max_length=512)
    """What is announced here."""
    publishers: tuple[PublisherConfig, ...] = ()
    """Who outside this account may announce events here. Empty: nobody. Functions of this account say `publish`."""
    archive: ArchiveConfig = ArchiveConfig()
    """What is kept of its events, to be replayed."""

    verbs: ClassVar = {"publish": Verb(("events:PutEvents",), wakes=True)}
    options: ClassVar = EventBusAccess

    @field_validator("publishers")
    @classmethod
    def each_is_named_once(cls, publishers: tuple[PublisherConfig, ...]) -> tuple[PublisherConfig, ...]:
        names = [publisher.name for publisher in publishers]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{' and '.join(twice)} stands there twice: name each publisher once")
        return publishers

    @property
    def longest_address(self) -> int | None:
        """An archive's physical name has 48 characters, and 16 of them are ours and Pulumi's."""
        return 32 if self.archive.keep == "events" else None


class EventBus(Resource[EventBusConfig]):
    """A custom bus, who may publish on it, and its archive."""

    config_class = EventBusConfig
    handle = "EVENT_BUS_NAME"

    def build(self, config: EventBusConfig) -> None:
        self.bus = aws.cloudwatch.EventBus(f"{self.name}-bus", description=config.description, opts=self.child)
        self.arn = self.bus.arn
        self.told = self.bus.name
        aws.cloudwatch.EventBusPolicy(
            f"{self.name}-policy",
            event_bus_name=self.bus.name,
            policy=iam.document(self._turn_strangers_away(), *map(self._let_publish, config.publishers)),
            opts=self.child,
        )
        self._keep_events(config.archive)

    def _turn_strangers_away(self) -> iam.Statement:
        """Nobody else comes, whatever a statement that is added one day says."""
        publishers = self.config.publishers
        accounts = [publisher.account_id for publisher in publishers if publisher.account_id]
        organizations = [publisher.organization_id for publisher in publishers if publisher.organization_id]
        known = tuple(dict.fromkeys([self.environment.account_id, *accounts]))
        strangers = [iam.When("StringNotEquals", "aws:PrincipalAccount", known)]
        if organizations:
            # Whoever belongs to no organization has no such key, and for that is a stranger too.
            strangers.append(iam.When("StringNotEquals", "aws:PrincipalOrgID", tuple(organizations)))
        return iam.Statement(
            "Deny",
            ("events:PutEvents",),
            (self.arn,),
            principal="*",
            conditions=tuple(strangers),
            sid="OnlyThisAccount" if not publishers else "OnlyThisAccountAndPublishers",
        )

    def _let_publish(self, publisher: PublisherConfig) -> iam.Statement:
        only = _only(publisher.sources, publisher.detail_types)
        who = f"account-{publisher.account_id}" if publisher.account_id else f"organization-{publisher.organization_id}"
        pipeline, _, bus = self.address.partition(".")
        of_organization: tuple[iam.When, ...] = ()
        if publisher.organization_id is not None:
            of_organization = (
                iam.When("StringEquals", "aws:PrincipalOrgID", (publisher.organization_id,)),
                # `*` would let in everybody of this account as well, without any right of their own.
                iam.When("StringNotEquals", "aws:PrincipalAccount", (self.environment.account_id,)),
            )
        conditions = (*of_organization, *only)
        self.grants.append(
            ledger.Grant(
                name=f"{pipeline}.{who}-may-publish-{bus}",
                grantee=publisher.name,
                verb="publish",
                resource=self.address,
                actions=("events:PutEvents",),
                scope="",
                conditions=tuple(
                    ledger.Condition(when.operator, when.key, tuple(map(str, when.values))) for when in conditions
                ),
                right=f"{self.name}-policy",
            )
        )
        return iam.Statement(
            "Allow",
            ("events:PutEvents",),
            (self.arn,),
            principal=iam.account_arn(self.environment.region, publisher.account_id) if publisher.account_id else "*",
            conditions=conditions,
            sid=f"{''.join(word.capitalize() for word in who.split('-'))}MayPublish",
        )

    def _keep_events(self, config: ArchiveConfig) -> None:
        if config.keep == "nothing":
            return
        self.archive = aws.cloudwatch.EventArchive(
            f"{self.name}-archive",
            event_source_arn=self.arn,
            retention_days=config.retention_days,
            # Whether an update that names no pattern takes an older one back is not documented.
            event_pattern=json.dumps(config.pattern if config.pattern is not None else EVERY_EVENT),
            opts=self.child,
        )
        self.parts[f"{self.address}.archive"] = ("archive", self.archive.arn)

    def reach(self, verb: str, options: EventBusAccess) -> Reach:
        return Reach((self.arn,), conditions=_only(options.sources, options.detail_types))


def _only(sources: tuple[str, ...], detail_types: tuple[str, ...]) -> tuple[iam.When, ...]:
    """The conditions that hold a right to events of these sources and detail types."""
    only: list[iam.When] = []
    if sources:
        # `events:source` is an array of text (Service Authorization Reference, "Amazon EventBridge"), and
        # `ForAllValues` holds for an empty one too.
        only.append(iam.When("ForAllValues:StringEquals", "events:source", sources))
        only.append(iam.When("Null", "events:source", ("false",)))
    if detail_types:
        only.append(iam.When("StringEquals", "events:detail-type", detail_types))
    return tuple(only)
