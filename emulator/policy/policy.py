"""A policy as it is evaluated: its statements, and which of them apply to a request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from emulator.policy.conditions import Condition
from emulator.policy.patterns import MANY, Context, Template, matches
from emulator.policy.principals import Caller, Naming, Principals


class PolicyError(ValueError):
    """A policy that AWS would refuse, or that cannot be evaluated here."""


@dataclass(frozen=True)
class NamedPolicy:
    """A document and the name people know it by, such as `record-may-write-quakes`. The document is read once."""

    name: str
    document: Mapping[str, Any]

    @cached_property
    def text(self) -> str:
        """The document as JSON text."""
        return document_text(self.document)


def document_text(document: object) -> str:
    """A policy document as JSON text.

    Raises:
        PolicyError: it holds what JSON cannot say.
    """
    try:
        return json.dumps(document, default=_plain)
    except (TypeError, ValueError) as problem:
        raise PolicyError(f"the policy is not JSON: {problem}") from problem


@dataclass(frozen=True)
class Request:
    """What is asked, in the form statements compare."""

    caller: Caller
    action: str
    """In lower case: AWS compares actions so."""
    resource: str
    context: Context
    bounded: bool
    """Whether the caller has a permissions boundary."""


@dataclass(frozen=True)
class Statement:
    """One statement, ready to be compared."""

    label: str
    """Its Sid, or `statement 2`."""
    denies: bool
    actions: tuple[str, ...]
    """Patterns in lower case."""
    except_actions: bool
    resources: tuple[Template, ...]
    except_resources: bool
    principals: Principals | None
    except_principals: bool
    conditions: tuple[Condition, ...]

    def applies(self, request: Request) -> bool:
        """Whether it says anything about the request."""
        return (
            self.covers_action(request)
            and (self.principals is None or self.naming(request) is not Naming.NONE)
            and self.covers_resource(request)
            and all(condition.holds(request.context) for condition in self.conditions)
        )

    def covers_action(self, request: Request) -> bool:
        """Whether the action is among its Action, or is none of its NotAction."""
        action = request.action
        return any(matches(pattern, action) for pattern in self.actions) != self.except_actions

    def covers_resource(self, request: Request) -> bool:
        """Whether the resource is among its Resource, or is none of its NotResource."""
        return self._lists_resource(request) != self.except_resources

    def naming(self, request: Request) -> Naming:
        """How closely it names the caller; a statement of an identity policy is about whoever has the policy."""
        if self.principals is None:
            return Naming.DIRECT
        if not self.except_principals:
            return self.principals.naming(request.caller)
        # AWS: a Deny with NotPrincipal always denies a principal that has a permissions boundary.
        spared = self.principals.spares(request.caller) and not request.bounded
        return Naming.NONE if spared else Naming.DIRECT

    def _lists_resource(self, request: Request) -> bool:
        for resource in self.resources:
            pattern = resource.resolve(request.context)
            if pattern is not None and matches(pattern, request.resource):
                return True
        return False


@dataclass(frozen=True)
class Policy:
    """A document read into statements."""

    statements: tuple[Statement, ...]

    @cached_property
    def allows(self) -> tuple[Statement, ...]:
        return tuple(statement for statement in self.statements if not statement.denies)

    @cached_property
    def denies(self) -> tuple[Statement, ...]:
        return tuple(statement for statement in self.statements if statement.denies)


EVERY_RESOURCE = (Template((MANY,)),)
"""What a statement without Resource is about: in a trust policy, the role it belongs to."""


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{value!r} is a {type(value).__name__}")
