"""Filter patterns for log events that are JSON: `{ $.level = "ERROR" && $.retries > 2 }`.

Source: CloudWatch Logs user guide, "Using filter patterns to match terms in JSON log events". A condition on a property
that is not there, or that holds neither a text nor a number, is not met, whatever its operator; the guide says so of
arrays and objects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from components.log_pattern_reader import Holds, InvalidLogPattern, Reader
from components.log_pattern_values import Comparison, Value

MOST_WILDCARDS = 3
"""Wildcard selectors of one pattern; one selector has one at most."""

_SELECTOR = re.compile(r"\$(?=\.)(?:\.\*|\.[A-Za-z0-9_-]+|\.\['[^']+'\]|\[\d+\]|\[\*\])+")
_STEPS = re.compile(r"\.\['(?P<quoted>[^']+)'\]|\.(?P<name>[A-Za-z0-9_-]+)|\[(?P<index>\d+)\]|(?P<wild>\.\*|\[\*\])")
_WORD = re.compile(r"[A-Za-z]+")
_CONSTANTS = {"NULL": None, "TRUE": True, "FALSE": False}


class Wild(Enum):
    """A wildcard in a selector."""

    FIELD = ".*"
    ELEMENT = "[*]"


@dataclass(frozen=True)
class Selector:
    """Where a condition looks: names of fields, positions in arrays, wildcards."""

    text: str
    steps: tuple[str | int | Wild, ...]

    def found_in(self, event: Any) -> list[Any]:
        """The values that stand there; several where there is a wildcard, none where nothing stands."""
        found = [event]
        for step in self.steps:
            found = [inside for value in found for inside in _inside(value, step)]
        return found


def _inside(value: Any, step: str | int | Wild) -> Iterator[Any]:
    if isinstance(value, dict):
        if step is Wild.FIELD:
            yield from value.values()
        elif isinstance(step, str) and step in value:
            yield value[step]
    elif isinstance(value, list):
        if step is Wild.ELEMENT:
            yield from value
        elif isinstance(step, int) and step < len(value):
            yield value[step]


@dataclass(frozen=True)
class Compared:
    """A value that stands there, compared with another: `$.retries > 2`."""

    selector: Selector
    comparison: Comparison

    def __call__(self, event: Any) -> bool:
        return any(_met(self.comparison, value) for value in self.selector.found_in(event))


@dataclass(frozen=True)
class Is:
    """One of JSON's own words stands there: `$.done IS TRUE`."""

    selector: Selector
    constant: bool | None

    def __call__(self, event: Any) -> bool:
        return any(value is self.constant for value in self.selector.found_in(event))


@dataclass(frozen=True)
class Lacks:
    """Nothing stands there: `$.error NOT EXISTS`."""

    selector: Selector

    def __call__(self, event: Any) -> bool:
        return not self.selector.found_in(event)


class _Spelled(str):
    """A number as the event spells it."""


@dataclass(frozen=True)
class JsonLogPattern:
    """Conditions on the properties of an event."""

    holds: Holds[Any]

    @classmethod
    def read(cls, reader: Reader) -> JsonLogPattern:
        """Read a pattern to its end.

        Raises:
            InvalidLogPattern: CloudWatch Logs would refuse it.
        """
        return cls(_PatternReader(reader).read())

    def matches(self, message: str) -> bool:
        """Whether the pattern wants this log event. One that is no JSON has nothing it could want."""
        try:
            event = json.loads(message, parse_int=_Spelled, parse_float=_Spelled, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            return False
        return self.holds(event)


class _PatternReader:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._wildcards = 0

    def read(self) -> Holds[Any]:
        self._reader.expect("{")
        holds: Holds[Any] = self._reader.expression(self._condition)
        self._reader.expect("}", "&&, || or }")
        if not self._reader.ended():
            self._reader.refuse("nothing after the }")
        return holds

    def _condition(self) -> Holds[Any]:
        selector = self._selector()
        word = self._reader.match(_WORD)
        if word == "IS":
            return self._constant(selector)
        if word == "NOT" and self._reader.match(_WORD) == "EXISTS":
            return Lacks(selector)
        if word == "EXISTS":
            raise InvalidLogPattern(f"{selector.text} EXISTS is not supported: {selector.text} = * asks for any value")
        if word is not None:
            raise InvalidLogPattern(f"{word} after {selector.text} means nothing: needs IS, NOT EXISTS or an operator")
        return Compared(selector, self._reader.comparison(selector.text))

    def _constant(self, selector: Selector) -> Holds[Any]:
        word = self._reader.match(_WORD)
        if word == "NOT":
            raise InvalidLogPattern(f"{selector.text} IS NOT is not supported: say what it is instead")
        if word is None or word not in _CONSTANTS:
            raise InvalidLogPattern(f"{selector.text} IS needs NULL, TRUE or FALSE, got {word or 'none of them'}")
        return Is(selector, _CONSTANTS[word])

    def _selector(self) -> Selector:
        text = self._reader.match(_SELECTOR)
        if text is None:
            self._reader.refuse("a property such as $.level, $.users[0].id or $.['with.dots']")
        steps = tuple(map(_step, _STEPS.finditer(text)))
        wildcards = sum(isinstance(step, Wild) for step in steps)
        if wildcards > 1:
            raise InvalidLogPattern(f"{text} has {wildcards} wildcards: a selector takes one")
        self._wildcards += wildcards
        if self._wildcards > MOST_WILDCARDS:
            raise InvalidLogPattern(f"needs at most {MOST_WILDCARDS} selectors with a wildcard, {text} is one more")
        return Selector(text, steps)


def _step(found: re.Match[str]) -> str | int | Wild:
    if found["wild"]:
        return Wild(found["wild"])
    return int(found["index"]) if found["index"] else found["quoted"] or found["name"]


def _met(comparison: Comparison, value: Any) -> bool:
    if isinstance(value, _Spelled):
        return comparison.holds(Value.spelled(value))
    return isinstance(value, str) and comparison.holds(Value(value))


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
