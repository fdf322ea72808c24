"""Reads what an EventBridge pattern says, and finds everything that EventBridge would refuse in it.

The rules are those of the EventBridge guide ("Creating event patterns") and, where the guide is silent, of the engine
AWS runs (github.com/aws/event-ruler, `JsonRuleCompiler`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.event_pattern_matchers import Matcher
from components.event_pattern_operators import OPERATORS, read_entry
from components.json_values import shown

Wishes = tuple[Matcher, ...]
Alternative = dict[str, Wishes]
"""Fields that must all match, by their dotted path."""

COMBINATIONS_LIMIT = 1000
"""The most alternatives that `$or` may make here: two of them side by side multiply. AWS documents no number."""

OR = "$or"

RESERVED_INSIDE_OR = frozenset(
    [
        *OPERATORS,
        *("=", "<", "<=", ">", ">="),
        *("regex", "not-wildcard", "not-equals-ignore-case", "in-date-range"),
        *("date-after", "date-on-or-after", "date-before", "date-on-or-before"),
        *("ip-address-in-range", "ip-address-not-in-range"),
    ]
)
"""Field names that the engine keeps for operators, today's and later ones (event-ruler README, "The $or Primitive")."""


class PatternReader:
    """Reads one pattern; `problems` fills while it reads."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def alternatives(self, pattern: object) -> list[Alternative]:
        """What the pattern says, `$or` resolved: an event matches when it matches one of them."""
        if not isinstance(pattern, Mapping):
            self.problems.append(f"the pattern needs to be a JSON object, got {shown(pattern)}")
            return []
        found = self._fields(pattern, "", "", [{}], inside_or=False)
        if len(found) > COMBINATIONS_LIMIT:
            self.problems.append(f"the pattern needs at most {COMBINATIONS_LIMIT} combinations of its $or, got more")
        return found

    def _fields(
        self, fields: Mapping[Any, Any], path: str, place: str, so_far: list[Alternative], *, inside_or: bool
    ) -> list[Alternative]:
        """Add every field below `path` to each of the alternatives `so_far`; a path said again replaces the first.

        `place` is where people find it, `$or[1].detail.f`, while `path` has no `$or`: it names the event's field.
        """
        if not fields:
            self._refuse(place, "needs at least one field, got {}")
        for key, value in fields.items():
            here = f"{place}.{key}" if place else str(key)
            if not isinstance(key, str):
                self._refuse(here, f"needs a name in quotes, got {shown(key)}")
            elif key == OR:
                so_far = self._either(value, path, here, so_far)
            elif inside_or and key in RESERVED_INSIDE_OR:
                self._refuse(here, f"needs another name: inside $or {key} is kept for operators")
            elif isinstance(value, Mapping):
                below = f"{path}.{key}" if path else key
                so_far = self._fields(value, below, here, so_far, inside_or=inside_or)
            else:
                wishes = self._wishes(value, here)
                so_far = [{**known, f"{path}.{key}" if path else key: wishes} for known in so_far]
        return so_far

    def _either(self, choices: object, path: str, place: str, so_far: list[Alternative]) -> list[Alternative]:
        if not isinstance(choices, list | tuple) or len(choices) < 2:
            self._refuse(place, f"needs a list of at least 2 objects, got {shown(choices)}")
            return so_far
        found: list[Alternative] = []
        for number, choice in enumerate(choices):
            here = f"{place}[{number}]"
            if isinstance(choice, Mapping):
                # Past the limit the pattern is refused anyway, and the product may be astronomically large.
                enough = so_far if len(found) <= COMBINATIONS_LIMIT else so_far[:1]
                found += self._fields(choice, path, here, enough, inside_or=True)
            else:
                self._refuse(here, f"needs an object with fields, got {shown(choice)}")
        return found

    def _wishes(self, value: object, place: str) -> Wishes:
        if not isinstance(value, list | tuple):
            self._refuse(place, f"needs a list of wanted values, got {shown(value)}: write {shown([value])}")
            return ()
        if not value:
            self._refuse(place, "needs at least one wanted value, got []")
        wishes = [self._wish(entry, place) for entry in value]
        return tuple(wish for wish in wishes if wish is not None)

    def _wish(self, entry: object, place: str) -> Matcher | None:
        try:
            return read_entry(entry)
        except ValueError as error:
            self._refuse(place, str(error))
            return None

    def _refuse(self, place: str, sentence: str) -> None:
        self.problems.append(f"{place}: {sentence}" if place else f"the pattern {sentence}")
