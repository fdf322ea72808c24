"""What a condition of a filter pattern compares with a value of a log event: a text, a number or a regex.

Source: CloudWatch Logs user guide, "Using filter patterns to match terms in JSON log events", its older edition for
where a star counts. The guide compares texts with texts and numbers with numbers; where one meets the other it is
silent, and their spellings are compared here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from operator import ge, gt, le, lt

from components.log_pattern_regex import Regex

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
"""Integers, decimals and scientific notation, each with an optional sign."""

ORDERINGS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {">=": ge, "<=": le, ">": gt, "<": lt}
"""The operators that compare numbers only."""


@dataclass(frozen=True)
class Value:
    """A value of a log event."""

    text: str
    """As the event spells it."""
    number: Decimal | None = None
    """None: it is no number."""

    @classmethod
    def spelled(cls, text: str) -> Value:
        """A text as what it looks like."""
        return cls(text, number(text))


def number(text: str) -> Decimal | None:
    """The number that a text spells; None where it spells none, or one that nobody could hold."""
    if NUMBER.fullmatch(text) is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


@dataclass(frozen=True)
class WantedText:
    """A text, in which a star at an end stands for anything. One inside is a star."""

    text: str

    def equals(self, value: Value) -> bool:
        body = self.text.removeprefix("*").removesuffix("*")
        if self.text.startswith("*") and self.text.endswith("*"):
            return body in value.text
        if self.text.startswith("*"):
            return value.text.endswith(body)
        if self.text.endswith("*"):
            return value.text.startswith(body)
        return value.text == body

    @property
    def has_inner_star(self) -> bool:
        return "*" in self.text[1:-1]


@dataclass(frozen=True)
class WantedNumber:
    """A number."""

    text: str
    number: Decimal

    def equals(self, value: Value) -> bool:
        return value.text == self.text if value.number is None else value.number == self.number


@dataclass(frozen=True)
class WantedRegex:
    """Something that a regex finds."""

    regex: Regex

    def equals(self, value: Value) -> bool:
        return self.regex.found_in(value.text)


Wanted = WantedText | WantedNumber | WantedRegex


@dataclass(frozen=True)
class Comparison:
    """An operator, and what a value is compared with."""

    operator: str
    wanted: Wanted

    def holds(self, value: Value) -> bool:
        if self.operator == "=":
            return self.wanted.equals(value)
        if self.operator == "!=":
            return not self.wanted.equals(value)
        if value.number is None or not isinstance(self.wanted, WantedNumber):
            return False
        return ORDERINGS[self.operator](value.number, self.wanted.number)
