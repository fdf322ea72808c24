"""The ledger: every right to wake a function and every right to touch a thing, as plain values.

Things are named, never given by ARN (`feeds.readings`), so two environments' ledgers compare line by line and a
preview shows them whole; `things` tells each name's kind, ARN and verbs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Mechanism = Literal["push", "poll", "assume"]


@dataclass(frozen=True)
class Condition:
    """One condition of a right, its value a name where the policy holds an ARN."""

    operator: str
    key: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.key} {self.operator} {' or '.join(self.values)}"


@dataclass(frozen=True)
class Landing:
    """Where an event ends when one way of delivering it has failed for good."""

    when: str
    """What failed, as a person says it: `the function fails`, `the target cannot be reached`."""
    after: str
    """How long it was tried: `3 attempts or 21600 seconds`."""
    where: str | None
    """The place's name, `feeds.split.failures`. None: the event is lost, because an explicit word in config says so,
    or because the service that hands it over keeps no place for it."""


@dataclass(frozen=True)
class Handshake:
    """One waker's right to wake one function, or to fill one queue."""

    name: str
    """The trigger: `feeds.split-on-feed`."""
    waker: str
    woken: str
    """The function; the queue, where a topic fills one."""
    mechanism: Mechanism
    principal: str
    """Who acts: a service (`s3.amazonaws.com`) that pushes, or the role of a function that polls (`feeds.record`)."""
    actions: tuple[str, ...]
    resource: str
    """What is acted on: the woken function or queue of a push, the source of a poll."""
    conditions: tuple[Condition, ...]
    landings: tuple[Landing, ...]
    right: str
    """Logical name of the Pulumi resource that is this right."""


@dataclass(frozen=True)
class Grant:
    """One grantee's right to touch one thing."""

    name: str
    """Reads as a sentence: `feeds.record-may-write-quakes`."""
    grantee: str
    """The function whose role holds the right, the trigger or subscription whose service does, or by its id another
    account or an organization."""
    verb: str
    resource: str
    actions: tuple[str, ...]
    scope: str
    """The part of the resource: a key prefix with its `*`, or empty for the whole."""
    conditions: tuple[Condition, ...]
    right: str
    """Logical name of the Pulumi resource that is this right."""


@dataclass(frozen=True)
class Thing:
    """What a name of the ledger stands for in this environment."""

    kind: str
    arn: str
    verbs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What an access line may say about it, and the IAM actions each verb expands to."""


@dataclass(frozen=True)
class Ledger:
    """All rights of a stack, sorted by name."""

    handshakes: tuple[Handshake, ...]
    grants: tuple[Grant, ...]

    def export(self) -> dict[str, Any]:
        """The ledger as plain JSON values, as the stack exports it."""
        return {
            "handshakes": [asdict(line) for line in sorted(self.handshakes, key=lambda line: line.name)],
            "grants": [asdict(line) for line in sorted(self.grants, key=lambda line: line.name)],
        }

    @classmethod
    def from_export(cls, exported: Mapping[str, Any]) -> Ledger:
        """The ledger read back from what a stack exported."""
        return cls(
            handshakes=tuple(
                Handshake(
                    **{
                        **line,
                        "actions": tuple(line["actions"]),
                        "conditions": _conditions(line),
                        "landings": tuple(Landing(**landing) for landing in line["landings"]),
                    }
                )
                for line in exported["handshakes"]
            ),
            grants=tuple(
                Grant(**{**line, "actions": tuple(line["actions"]), "conditions": _conditions(line)})
                for line in exported["grants"]
            ),
        )


def _conditions(line: Mapping[str, Any]) -> tuple[Condition, ...]:
    return tuple(Condition(entry["operator"], entry["key"], tuple(entry["values"])) for entry in line["conditions"])
