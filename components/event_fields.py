"""The leaf values of an event under the dotted paths a pattern asks for, each with its place in the event's arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from components.json_values import Scalar, read, scalar, shown

Membership = Mapping[int, int]
"""The element one has gone into, by array; arrays are numbered as they are met."""


@dataclass(frozen=True)
class Leaf:
    """One value of an event."""

    value: Scalar
    membership: Membership


class EventFields:
    """The leaves of one event, by path.

    Keys are joined by dots, so that `{"a": {"b": 1}}` and `{"a.b": 1}` say the same. The elements of an array have the
    path of the array. An empty object or array has no leaf. (github.com/aws/event-ruler, "JSON Array Matching".)
    """

    def __init__(self, event: str | Mapping[str, Any], paths: Collection[str]) -> None:
        """Read an event, JSON text or parsed.

        Raises:
            ValueError: the event is not a JSON object, or holds what JSON cannot say.
        """
        try:
            parsed = read(event) if isinstance(event, str) else event
        except ValueError as error:
            raise ValueError(f"an event needs to be a JSON object, got {shown(event)}: {error}") from None
        if not isinstance(parsed, Mapping):
            raise ValueError(f"an event needs to be a JSON object, got {shown(parsed)}")
        self._leaves: dict[str, list[Leaf]] = {}
        self._arrays = 0
        self._ways = {path[:end] for path in paths for end in (*_dots(path), len(path))}
        self._enter(parsed, "", {})

    def at(self, path: str) -> list[Leaf]:
        """The leaves under a path that was asked for."""
        return self._leaves.get(path, [])

    def _enter(self, fields: Mapping[str, Any], path: str, membership: Membership) -> None:
        for key, value in fields.items():
            below = f"{path}.{key}" if path else str(key)
            if below in self._ways:
                self._take(value, below, membership)

    def _take(self, value: Any, path: str, membership: Membership) -> None:
        if isinstance(value, Mapping):
            self._enter(value, path, membership)
        elif isinstance(value, list | tuple):
            array = self._arrays
            self._arrays += 1
            for position, element in enumerate(value):
                nested = isinstance(element, Mapping | list | tuple)
                self._take(element, path, {**membership, array: position} if nested else membership)
        else:
            try:
                leaf = Leaf(scalar(value), membership)
            except TypeError:
                raise ValueError(f"an event holds only JSON values, got {shown(value)} at {path}") from None
            self._leaves.setdefault(path, []).append(leaf)


def _dots(path: str) -> list[int]:
    return [position for position, character in enumerate(path) if character == "."]
