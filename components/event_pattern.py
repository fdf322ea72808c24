"""An EventBridge event pattern as a value: what it wants, and which events it matches."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.event_fields import EventFields, Leaf, Membership
from components.event_pattern_matchers import Absent, Affix, IgnoringCase, Like, Matcher, Present
from components.event_pattern_reader import PatternReader
from components.json_values import read, shown

RULE_CHARACTERS = 2048
"""The longest pattern of a rule, by default (EventBridge guide, "Quotas"; a raised quota allows 4096)."""


ALWAYS_THERE = ("source", "detail-type")
"""Fields that tell events of one kind from those of another, and that every event has."""

TELLING = (*ALWAYS_THERE, "resources", "detail")
"""Fields that tell events of one kind from those of another: the others are alike for all events of an account
(`version`, `account`, `region`), or have nothing to do with what happened (`id`, `time`)."""


class InvalidPattern(ValueError):
    """What EventBridge refuses in a pattern: every problem, each with its path inside the pattern."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Wish:
    """What a pattern wants of one field: any of these."""

    path: str
    matchers: tuple[Matcher, ...]

    def matches(self, leaf: Leaf) -> bool:
        return any(matcher.matches(leaf.value) for matcher in self.matchers)

    @property
    def may_be_absent(self) -> bool:
        return any(isinstance(matcher, Absent) for matcher in self.matchers)


@dataclass(frozen=True)
class EventPattern:
    """A pattern that EventBridge accepts. Parse it once, match many events."""

    alternatives: tuple[tuple[Wish, ...], ...]
    """Wishes that must all be met, for each way the pattern's `$or` lists can be met; one where it has none."""

    @classmethod
    def parse(cls, pattern: str | Mapping[str, Any], *, max_characters: int = RULE_CHARACTERS) -> EventPattern:
        """Read a pattern, JSON text or parsed. Of a key given twice the last one counts.

        Args:
            pattern: what the rule says. Parsed, its length is that of `json.dumps`.
            max_characters: where AWS takes another length than that of a rule.

        Raises:
            InvalidPattern: EventBridge would refuse it; with all that is wrong at once.
        """
        reader = PatternReader()
        try:
            text = pattern if isinstance(pattern, str) else json.dumps(pattern, default=str, skipkeys=True)
            if len(text) > max_characters:
                reader.problems.append(f"the pattern needs at most {max_characters} characters, got {len(text)}")
            found = reader.alternatives(read(pattern) if isinstance(pattern, str) else pattern)
        except ValueError as error:
            raise InvalidPattern([f"the pattern needs to be JSON, got {shown(pattern)}: {error}"]) from None
        except RecursionError:
            raise InvalidPattern(["the pattern is nested too deeply"]) from None
        if reader.problems:
            raise InvalidPattern(reader.problems)
        return cls(tuple(tuple(Wish(path, wishes) for path, wishes in fields.items()) for fields in found))

    def matches(self, event: str | Mapping[str, Any]) -> bool:
        """Whether EventBridge sends this event, JSON text or parsed, to the rule's targets.

        Raises:
            ValueError: the event is not a JSON object.
        """
        fields = self._fields_of(event)
        return any(_met(wishes, fields) for wishes in self.alternatives)

    def explain(self, event: str | Mapping[str, Any]) -> str:
        """One sentence: what each field has where it matches, else the first that fails, wanted and given.

        Where `$or` makes alternatives, the first that fails of each, for no more than three.
        """
        fields = self._fields_of(event)
        for wishes in self.alternatives:
            if _met(wishes, fields):
                return f"matches: {'; '.join(f'{wish.path} has {_given(wish, fields)}' for wish in wishes)}"
        failures = list(dict.fromkeys(_failure(wishes, fields) for wishes in self.alternatives))
        more = f"; and {len(failures) - 3} more" if len(failures) > 3 else ""
        return f"does not match: {'; '.join(failures[:3])}{more}"

    def matches_everything(self) -> bool:
        """Whether it, or one of its alternatives, asks for nothing that tells one kind of event from another."""
        return any(not any(map(_narrows, wishes)) for wishes in self.alternatives)

    def wishes(self) -> Iterator[Wish]:
        """Every wish of every alternative, in the pattern's order."""
        return (wish for wishes in self.alternatives for wish in wishes)

    def _fields_of(self, event: str | Mapping[str, Any]) -> EventFields:
        return EventFields(event, {wish.path for wish in self.wishes()})


def _narrows(wish: Wish) -> bool:
    field = wish.path.partition(".")[0]
    return field in TELLING and not any(_takes_all(matcher, field) for matcher in wish.matchers)


def _takes_all(matcher: Matcher, field: str) -> bool:
    """Whether a field of most events is as this matcher wants it: almost every event lacks almost every field."""
    if isinstance(matcher, Affix | IgnoringCase):
        return not matcher.text
    if isinstance(matcher, Like):
        return not any(matcher.wildcard.pieces)
    return isinstance(matcher, Absent) or (isinstance(matcher, Present) and field in ALWAYS_THERE)


def _met(wishes: tuple[Wish, ...], fields: EventFields) -> bool:
    """Whether values can be chosen that meet all wishes and come from the same element of each array.

    The engine takes the fields in the order of their names and judges each among the elements chosen so far, which
    tells for a field that must be absent.
    """
    ordered = sorted(wishes, key=lambda wish: wish.path)
    leaves = [fields.at(wish.path) for wish in ordered]
    # What was chosen in arrays that no later field is in cannot matter, so places that differ only there are one place.
    arrays_ahead = [
        {array for later in leaves[number:] for leaf in later for array in leaf.membership}
        for number in range(len(ordered))
    ]
    hopeless: set[tuple[int, frozenset[tuple[int, int]]]] = set()

    def reachable(number: int, chosen: Membership) -> bool:
        if number == len(ordered):
            return True
        place = number, frozenset(item for item in chosen.items() if item[0] in arrays_ahead[number])
        if place in hopeless:
            return False
        wish, consistent = ordered[number], [leaf for leaf in leaves[number] if _agree(chosen, leaf.membership)]
        if consistent:
            following = (
                reachable(number + 1, {**chosen, **leaf.membership}) for leaf in consistent if wish.matches(leaf)
            )
            found = any(following)
        else:
            found = wish.may_be_absent and reachable(number + 1, chosen)
        if not found:
            hopeless.add(place)
        return found

    return reachable(0, {})


def _agree(chosen: Membership, other: Membership) -> bool:
    return all(chosen.get(array, position) == position for array, position in other.items())


def _failure(wishes: tuple[Wish, ...], fields: EventFields) -> str:
    for wish in wishes:
        if not _met((wish,), fields):
            return f"{wish.path} wants {' or '.join(map(str, wish.matchers))}, the event has {_given(wish, fields)}"
    shared = [wish.path for wish in wishes if any(leaf.membership for leaf in fields.at(wish.path))]
    return f"{' and '.join(shared)} match one by one, but not in the same element of an array"


def _given(wish: Wish, fields: EventFields) -> str:
    """What the event has there, the values that match first; no more than three."""
    leaves = sorted(fields.at(wish.path), key=lambda leaf: not wish.matches(leaf))
    values = list(dict.fromkeys(shown(leaf.value) for leaf in leaves))
    more = f" and {len(values) - 3} more" if len(values) > 3 else ""
    return ", ".join(values[:3]) + more if values else "no value"
