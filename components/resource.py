"""The contract of a resource: what a page says of it, which verbs it grants, and what it tells a handler."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

import pulumi

from components import iam, ledger
from components.config import Config
from components.dead_letters import DeadLetters
from components.environment import EnvironmentConfig
from components.subscription import Subscription, SubscriptionConfig


@dataclass(frozen=True)
class Verb:
    """One word of an access line, and the IAM actions it stands for."""

    actions: tuple[str, ...]
    wakes: bool = False
    """Whether doing so may set off an event of the resource."""


@dataclass(frozen=True)
class Reach:
    """How far one access line goes: the ARNs, and the conditions as the policy and as the ledger say them."""

    resources: tuple[iam.Text, ...]
    scope: str = ""
    conditions: tuple[iam.When, ...] = ()


class AccessOptions(Config):
    """What an access line may say beside its verb and its resource."""


class ResourceConfig(Config):
    """A resource's entry on its pipeline's page. `kind` says which."""

    verbs: ClassVar[Mapping[str, Verb]]
    options: ClassVar[type[AccessOptions]] = AccessOptions
    kinds: ClassVar[dict[str, type[ResourceConfig]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **arguments: Any) -> None:
        kind = cls.kind_of()
        if ResourceConfig.kinds.setdefault(kind, cls) is not cls:
            raise TypeError(f"two resource configs are of the kind {kind!r}")

    @classmethod
    def kind_of(cls) -> str:
        """The word that stands behind `kind:` on a page."""
        return str(cls.model_fields["kind"].annotation.__args__[0])  # type: ignore[union-attr]

    @property
    def heard(self) -> Sequence[SubscriptionConfig]:
        """The topics that it hears by itself, with no function between."""
        return ()

    @property
    def longest_address(self) -> int | None:
        """How long its address may be, where the names of its things leave less room than others'. None: as usual."""
        return None

    def problems(self, heard: SubscriptionConfig, topic: ResourceConfig) -> Iterator[tuple[str, str]]:
        """What is wrong between it and a topic that it hears: pairs of the subscription's field and sentence."""
        return iter(())


C = TypeVar("C", bound=ResourceConfig)


class Resource(pulumi.ComponentResource, Generic[C]):
    """A named AWS thing of a pipeline. Subclasses make their children in `build` and say what they are.

    Attributes:
        address: its name in the ledger, `feeds.readings`.
        name: its logical name, `feeds-readings`; every child's name begins with it.
        arn: set by `build`.
        told: what a handler that may touch it is told, by `build`; `handle` ends the environment variable's name.
        subscriptions: those to the topics it hears by itself, once it is closed.
        handshakes: the rights to hand something over to it, once it is closed.
        grants: rights that others were given on it by its own policy.
        parts: what belongs to it and has a name of its own in the ledger: kind and ARN.
    """

    config_class: ClassVar[type[ResourceConfig]]
    classes: ClassVar[dict[str, type[Resource[Any]]]] = {}

    handle: ClassVar[str]

    arn: pulumi.Output[str]
    told: pulumi.Output[str]
    dead_letters: DeadLetters | None = None

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        Resource.classes[cls.config_class.kind_of()] = cls

    def __init__(
        self, address: str, config: C, environment: EnvironmentConfig, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        self.address = address
        self.name = address.replace(".", "-")
        self.config = config
        self.environment = environment
        super().__init__(f"eventwire:resource:{type(self).__name__}", self.name, None, opts)
        self.child = pulumi.ResourceOptions(parent=self)
        self.subscriptions: list[Subscription] = []
        self.handshakes: list[ledger.Handshake] = []
        self.grants: list[ledger.Grant] = []
        self.parts: dict[str, tuple[str, pulumi.Output[str]]] = {}
        self.build(config)

    def build(self, config: C) -> None:
        """Make the children and set `arn` and `told`."""
        raise NotImplementedError

    def hear(self, address: str, config: Any, topic: Resource[Any]) -> None:
        """Let it hear a topic, from the moment it is closed; `address` is the subscription's name in the ledger."""
        raise NotImplementedError

    def close(self) -> None:
        """Write what AWS keeps once for the whole resource; called once, when every trigger is known."""
        self.register_outputs({"arn": self.arn})

    def reach(self, verb: str, options: Any) -> Reach:
        """How far an access line with `options` goes: the whole resource, where a kind says nothing else."""
        return Reach((self.arn,))
