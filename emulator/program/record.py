"""The record of a deployment: what was made, what depends on what, and what kept other things from being made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that keeps a program from being deployed."""

    message: str
    urn: str | None = None
    """The resource it is about, if it is about one."""
    where: str | None = None
    """The line of the program, `components/function.py:210`."""

    def __str__(self) -> str:
        about = f"{type_of(self.urn)} {name_of(self.urn)}: " if self.urn else ""
        return f"{self.where}  {about}{self.message}" if self.where else f"{about}{self.message}"


@dataclass(frozen=True)
class Resource:
    """One resource that was made, or a component that groups some."""

    urn: str
    type: str
    name: str
    """Its logical name: what the program calls it."""
    id: str
    """What AWS calls it; empty for a component."""
    arn: str | None
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    """By the names on the wire; secrets are wrapped in `Secret`."""
    dependencies: frozenset[str]
    """URNs of everything that was waited for before it was made: named by `depends_on` or by an input, over any number
    of steps, and what its parents waited for. A component that is named stands for what is in it."""
    parent: str | None
    protect: bool = False


@dataclass
class Record:
    """The resources of one deployment by URN, in the order they were made, and its problems."""

    resources: dict[str, Resource] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    registered: set[str] = field(default_factory=set)
    """URNs of everything the program asked for, made or not."""
    unmade: set[str] = field(default_factory=set)
    """URNs of what could not be made, or depends on what could not."""

    def dependencies(self, named: Iterable[str], parent: str | None) -> frozenset[str]:
        """Everything that was waited for, by what a resource names and by its parent."""
        found: set[str] = set()
        for urn in named:
            found |= self._with_its_own(urn)
            for inside in self._inside(urn):
                found |= self._with_its_own(inside)
        if parent is not None:
            found |= self._with_its_own(parent)
        return frozenset(found)

    def _with_its_own(self, urn: str) -> set[str]:
        resource = self.resources.get(urn)
        return {urn, *(resource.dependencies if resource else ())}

    def _inside(self, urn: str) -> Iterator[str]:
        """Everything below a component."""
        if urn in self.resources and not self.resources[urn].id:
            for resource in self.resources.values():
                if resource.parent == urn:
                    yield resource.urn
                    yield from self._inside(resource.urn)


def make_urn(stack: str, project: str, parent: str | None, type_token: str, name: str) -> str:
    """The URN of a resource. It carries the types of all its parents but the stack's (Pulumi documentation, "URNs")."""
    parent_types = parent.split("::")[2] if parent else "pulumi:pulumi:Stack"
    types = type_token if parent_types == "pulumi:pulumi:Stack" else f"{parent_types}${type_token}"
    return f"urn:pulumi:{stack}::{project}::{types}::{name}"


def type_of(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]


def name_of(urn: str) -> str:
    """The logical name; it may hold `::` itself."""
    return urn.split("::", 3)[3]
