"""The contract of a trigger, and the only places where a right to wake a function is made.

`let_push` is for services that call Lambda by themselves, `let_poll` for sources that Lambda reads in the function's
own name, `let_assume` for services that call it by a role. Each makes the right and its ledger line in one call, so
nobody wakes a function without being in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar

import pulumi
import pulumi_aws as aws

from components import iam, ledger
from components.config import Config, JsonObject, Name
from components.dead_letters import DeadLetters
from components.environment import EnvironmentConfig
from components.function import FunctionConfig, LambdaFunction
from components.resource import Resource, ResourceConfig


class TriggerConfig(Config):
    """A trigger's entry below its function. `kind` says which way it wakes."""

    name: Name | None = None
    """What it is called; `<function>-on-<source>` otherwise."""

    source_field: ClassVar[str]
    """The field that names the resource it hangs on."""
    source_kind: ClassVar[str | None]
    """The kind of resource that may stand there, or `function`. None: it hangs on nothing that a page declares."""
    default_source: ClassVar[str | None] = None
    """A word that stands for something AWS made, and no pipeline declares."""
    asynchronous: ClassVar[bool]
    """Whether events are handed over and tried again by Lambda, out of the waker's sight."""
    once_per_source: ClassVar[bool] = False
    """Whether AWS lets a source wake a function in one such way only."""
    kinds: ClassVar[dict[str, type[TriggerConfig]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **arguments: Any) -> None:
        if "kind" not in cls.model_fields:
            return  # It only holds what several kinds share.
        kind = cls.kind_of()
        if TriggerConfig.kinds.setdefault(kind, cls) is not cls:
            raise TypeError(f"two trigger configs are of the kind {kind!r}")

    @classmethod
    def kind_of(cls) -> str:
        """The word that stands behind `kind:` on a page."""
        return str(cls.model_fields["kind"].annotation.__args__[0])  # type: ignore[union-attr]

    @property
    def source(self) -> str:
        """The source as the page names it."""
        return str(getattr(self, self.source_field))

    @property
    def source_is_declared(self) -> bool:
        """Whether a page declares the source. AWS made it otherwise, or somebody else did."""
        return self.source != self.default_source

    def asks_of_source(self, function: FunctionConfig) -> Mapping[str, tuple[int, str]]:
        """The least that fields of the source's config must be for this trigger, each with the reason."""
        return {}

    def problems(self, function: FunctionConfig, source: ResourceConfig | None) -> Iterator[tuple[str, str]]:
        """What is wrong between this trigger, its function and its source: pairs of field and sentence.

        Args:
            source: the resource; None where it is a function, or no page declares it.
        """
        return iter(())

    def misplaced(self, environment: EnvironmentConfig) -> Iterator[tuple[str, str]]:
        """What is wrong with it in one account and region: pairs of field and sentence."""
        return iter(())

    @classmethod
    def clashes(cls, siblings: Sequence[tuple[str, Self]]) -> Iterator[tuple[str, str]]:
        """What is wrong among all triggers of this kind on one source: pairs of trigger name and sentence."""
        return iter(())

    def example_event(self) -> JsonObject:
        """An event as the function receives it, with made-up values."""
        raise NotImplementedError


C = TypeVar("C", bound=TriggerConfig)


@dataclass(frozen=True)
class Right:
    """A right to wake: its ledger line, and the resource that whatever uses the right has to wait for."""

    handshake: ledger.Handshake
    resource: pulumi.Resource


@dataclass(frozen=True)
class AssumedRight(Right):
    """A right to wake that a service has by a role, which it assumes for one trigger alone."""

    role: aws.iam.Role


class Trigger(pulumi.ComponentResource, Generic[C]):
    """One way a function is woken. Subclasses connect source and function in `wire`.

    Args:
        address: its name in the ledger, `feeds.record-on-readings`.
        source: the resource or the function it hangs on; None for what no page declares.

    Attributes:
        handshake: the right to wake, as the ledger has it.
        arn: of the thing the trigger made to do its work, where AWS names that thing as the source.
        dead_letters: where events land that cannot be handed over.
        grants: rights that had to be given besides, so that failed events can land.
        parts: what has a name in the ledger for its sake alone: kind and ARN.
    """

    config_class: ClassVar[type[TriggerConfig]]
    classes: ClassVar[dict[str, type[Trigger[Any]]]] = {}

    arn: pulumi.Output[str] | None = None
    dead_letters: DeadLetters | None = None

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        Trigger.classes[cls.config_class.kind_of()] = cls

    def __init__(
        self,
        address: str,
        config: C,
        function: LambdaFunction,
        source: Resource[Any] | LambdaFunction | None,
        environment: EnvironmentConfig,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.address = address
        self.name = address.replace(".", "-")
        self.environment = environment
        super().__init__(f"eventwire:trigger:{type(self).__name__.removesuffix('Trigger')}", self.name, None, opts)
        self.child = pulumi.ResourceOptions(parent=self)
        self.grants: list[ledger.Grant] = []
        self.parts: dict[str, tuple[str, pulumi.Output[str]]] = {}
        self.handshake = self.wire(config, function, source)
        self.register_outputs({})

    @property
    def kind(self) -> str:
        return self.config_class.kind_of()

    def wire(self, config: C, function: LambdaFunction, source: Any) -> ledger.Handshake:
        """Source, right, connection; returns the handshake."""
        raise NotImplementedError

    def after(self, *resources: pulumi.Resource) -> pulumi.ResourceOptions:
        """Options of a child that must not come before `resources`."""
        return self.child.merge(pulumi.ResourceOptions(depends_on=list(resources)))


@dataclass(frozen=True)
class Waker:
    """Who is let in by a push: its name in the ledger and its ARN, which the permission names both in its way."""

    name: str
    arn: pulumi.Input[str]
    told: str | None = None
    """What the ledger says of the ARN where it is not the waker's own: a rule's, on a bus."""


def let_push(
    trigger: Trigger[Any],
    function: LambdaFunction,
    service: str,
    waker: Waker,
    *,
    landings: Sequence[ledger.Landing],
    source_account: str | None = None,
) -> Right:
    """Let one service wake one function for one source, and enter it in the ledger.

    Args:
        service: the service principal, `s3.amazonaws.com`.
        waker: the only source it may come for; its ARN becomes `aws:SourceArn`.
        landings: where an event ends that cannot be delivered.
        source_account: the account that owns the source. Needed where the source's ARN carries no account, as a
            bucket's does not: a bucket of the same name could be made in another account (Lambda developer guide,
            "Granting function access to AWS services"; Security Hub Lambda.1).
    """
    permission = aws.lambda_.Permission(
        f"{trigger.name}-permission",
        action="lambda:InvokeFunction",
        function=function.function.name,
        principal=service,
        source_arn=waker.arn,
        source_account=source_account,
        opts=trigger.child,
    )
    conditions = [ledger.Condition("ArnLike", "aws:SourceArn", (waker.told or waker.name,))]
    if source_account is not None:
        conditions.append(ledger.Condition("StringEquals", "aws:SourceAccount", (source_account,)))
    handshake = ledger.Handshake(
        name=trigger.address,
        waker=waker.name,
        woken=function.address,
        mechanism="push",
        principal=service,
        actions=("lambda:InvokeFunction",),
        resource=function.address,
        conditions=tuple(conditions),
        landings=tuple(landings),
        right=f"{trigger.name}-permission",
    )
    return Right(handshake, permission)


def let_poll(
    trigger: Trigger[Any],
    function: LambdaFunction,
    source: Resource[Any],
    *statements: iam.Statement,
    landings: Sequence[ledger.Landing],
) -> Right:
    """Let Lambda read one source in the name of one function's role, and enter it in the ledger.

    Args:
        statements: what polling needs, on exactly that source.
        landings: where an event ends that the function keeps failing on.
    """
    sentence = f"{function.short_name}-may-poll-{source.address.partition('.')[2]}"
    policy = function.hold(sentence, *statements)
    handshake = ledger.Handshake(
        name=trigger.address,
        waker=source.address,
        woken=function.address,
        mechanism="poll",
        principal=function.address,
        actions=tuple(action for statement in statements for action in statement.actions),
        resource=source.address,
        conditions=(),
        landings=tuple(landings),
        right=f"{function.pipeline}-{sentence}",
    )
    return Right(handshake, policy)


def let_assume(
    trigger: Trigger[Any],
    function: LambdaFunction,
    service: str,
    source: Waker,
    *,
    source_account: str,
    landings: Sequence[ledger.Landing],
) -> AssumedRight:
    """Let one service wake one function by a role of the trigger's own, and enter it in the ledger.

    Args:
        service: the service principal, `scheduler.amazonaws.com`.
        source: the only thing the service may assume the role for; its ARN becomes `aws:SourceArn`.
        source_account: the account that owns it. Both keys stand against a confused deputy: somebody in another account
            who has the service assume this role (EventBridge Scheduler guide, "Confused deputy prevention").
        landings: where an event ends that cannot be delivered.
    """
    role = aws.iam.Role(
        f"{trigger.name}-role",
        assume_role_policy=iam.trust_for(
            service,
            iam.When("ArnEquals", "aws:SourceArn", (source.arn,)),
            iam.When("StringEquals", "aws:SourceAccount", (source_account,)),
        ),
        opts=trigger.child,
    )
    pipeline, _, short_name = trigger.address.partition(".")
    sentence = f"{short_name}-may-invoke-{function.short_name}"
    policy = aws.iam.RolePolicy(
        f"{pipeline}-{sentence}",
        name=sentence,
        role=role.name,
        policy=iam.document(iam.allow("lambda:InvokeFunction", on=function.arn)),
        opts=trigger.child,
    )
    handshake = ledger.Handshake(
        name=trigger.address,
        waker=source.name,
        woken=function.address,
        mechanism="assume",
        principal=service,
        actions=("lambda:InvokeFunction",),
        resource=function.address,
        conditions=(
            ledger.Condition("ArnEquals", "aws:SourceArn", (source.told or source.name,)),
            ledger.Condition("StringEquals", "aws:SourceAccount", (source_account,)),
        ),
        landings=tuple(landings),
        right=f"{pipeline}-{sentence}",
    )
    return AssumedRight(handshake, policy, role)
