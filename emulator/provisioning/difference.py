"""The difference between what a resource was told and what it is told now, and whether another must take its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Change(StrEnum):
    """What became of one value."""

    ADDED = "added"
    DELETED = "deleted"
    UPDATED = "updated"


@dataclass(frozen=True)
class Difference:
    """What changed of a resource's inputs."""

    changes: Mapping[str, Change] = field(default_factory=dict)
    """By path: `visibilityTimeoutSeconds`, `environment.variables.QUAKES_TABLE_NAME`, `rules[0].id`, `tags["a.b"]`
    (Pulumi documentation, "Property Paths")."""
    replaces: frozenset[str] = frozenset()
    """The inputs among them that AWS cannot change on a thing that is there, by their first word."""
    delete_first: bool = False
    """Whether the old thing has to go before the new one can be made: AWS keeps one of them."""

    @property
    def inputs(self) -> frozenset[str]:
        """The inputs that changed, by their first word."""
        return frozenset(map(first_word, self.changes))


def change_of(old: Any, new: Any) -> Change:
    """What became of a value, None being no value."""
    if old is None:
        return Change.ADDED
    return Change.DELETED if new is None else Change.UPDATED


def first_word(path: str) -> str:
    """The input a path leads into: `rules` of `rules[0].id`."""
    return path.partition(".")[0].partition("[")[0]
