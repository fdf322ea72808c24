"""Reads a filter pattern of CloudWatch Logs from left to right: values, comparisons, and how `&&` and `||` join them.

What patterns for JSON and patterns for fields have in common is here; what they speak of is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NoReturn, TypeVar

from components.log_pattern_regex import InvalidRegex, Regex
from components.log_pattern_values import (
    ORDERINGS,
    Comparison,
    Wanted,
    WantedNumber,
    WantedRegex,
    WantedText,
    number,
)

MOST_REGEXES = 2
"""In one pattern (CloudWatch Logs API reference, `PutSubscriptionFilter`)."""

_WORD = re.compile(r"[A-Za-z0-9_.*+-]+")
_PLAIN_WORD = re.compile(r"[A-Za-z0-9_.*]+")
_OPERATOR = re.compile(r"!=|>=|<=|=|>|<")

S = TypeVar("S")
Holds = Callable[[S], bool]
"""Whether something holds of a log event, or of a part of it."""


@dataclass(frozen=True)
class AnyOf(Generic[S]):
    """Conditions joined by `||`."""

    conditions: tuple[Holds[S], ...]

    def __call__(self, subject: S) -> bool:
        return any(holds(subject) for holds in self.conditions)


@dataclass(frozen=True)
class AllOf(Generic[S]):
    """Conditions joined by `&&`."""

    conditions: tuple[Holds[S], ...]

    def __call__(self, subject: S) -> bool:
        return all(holds(subject) for holds in self.conditions)


class InvalidLogPattern(ValueError):
    """What CloudWatch Logs refuses in a filter pattern, as a sentence."""


class Reader:
    """A pattern, and how far it was read.

    Attributes:
        doubts: what CloudWatch Logs takes, and probably does not read as it was meant; each is a sentence.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._regexes = 0
        self.doubts: list[str] = []

    def expression(self, condition: Callable[[], Holds[S]], depth: int = 0) -> Holds[S]:
        """Conditions joined by `||`, `&&`, which binds closer, and brackets."""
        either = [self._conjunction(condition, depth)]
        while self.take("||"):
            either.append(self._conjunction(condition, depth))
        return either[0] if len(either) == 1 else AnyOf(tuple(either))

    def _conjunction(self, condition: Callable[[], Holds[S]], depth: int) -> Holds[S]:
        both = [self._operand(condition, depth)]
        while self.take("&&"):
            both.append(self._operand(condition, depth))
        return both[0] if len(both) == 1 else AllOf(tuple(both))

    def _operand(self, condition: Callable[[], Holds[S]], depth: int) -> Holds[S]:
        if not self.take("("):
            return condition()
        if depth == _DEEPEST:
            self.refuse(f"at most {_DEEPEST} brackets inside one another")
        inside = self.expression(condition, depth + 1)
        self.expect(")", "&&, || or )")
        return inside

    def comparison(self, subject: str) -> Comparison:
        """An operator and a value; `subject` is what they are about, for the error."""
        operator = self.match(_OPERATOR)
        if operator is None:
            self.refuse(f"one of = != < > <= >= after {subject}")
        before = self._at
        wanted = self._wanted()
        if operator in ORDERINGS and not isinstance(wanted, WantedNumber):
            self._at = before
            self.refuse(f"a number after {operator}")
        return Comparison(operator, wanted)

    def _wanted(self) -> Wanted:
        if self.sees('"'):
            return self._text_wanted(self.quoted())
        if self.sees("%"):
            return WantedRegex(self.regex())
        before = self._at
        word = self.match(_WORD)
        if word is not None and (exactly := number(word)) is not None:
            return WantedNumber(word, exactly)
        if word is None or _PLAIN_WORD.fullmatch(word) is None or not self._ends_here():
            self._at = before
            self.refuse(
                "a value: a number, %a regex%, or a text, in double quotes where it has anything but A-Z a-z 0-9 _ . *"
            )
        return self._text_wanted(word)

    def _text_wanted(self, text: str) -> WantedText:
        wanted = WantedText(text)
        if wanted.has_inner_star:
            self.doubts.append(f"{text!r} has a star inside, which stands for a star: only one at an end is a wildcard")
        return wanted

    def _ends_here(self) -> bool:
        return self._at == len(self._text) or self._text[self._at] in " \t\r\n()&|,]}"

    def quoted(self) -> str:
        r"""A text in double quotes, in which `\"` is a quote and `\\` a backslash (AWS CDK, `FilterPattern`)."""
        found = self.match(re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL))
        if found is None:
            self.refuse("a second double quote")
        return re.sub(r'\\(["\\])', r"\1", found[1:-1])

    def regex(self) -> Regex:
        """A regex between two `%`."""
        found = self.match(re.compile(r"%[^%]*%"))
        if found is None:
            self.refuse("a second %")
        self._regexes += 1
        if self._regexes > MOST_REGEXES:
            raise InvalidLogPattern(f"needs at most {MOST_REGEXES} regexes, and {found} is one more")
        try:
            return Regex.parse(found[1:-1])
        except InvalidRegex as invalid:
            raise InvalidLogPattern(str(invalid)) from None

    # The text itself.

    def match(self, pattern: re.Pattern[str]) -> str | None:
        """Take what comes next, where it is like this."""
        self._skip()
        found = pattern.match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found.group()

    def comes(self, pattern: re.Pattern[str]) -> bool:
        """Whether what comes next is like this."""
        self._skip()
        return pattern.match(self._text, self._at) is not None

    def take(self, text: str) -> bool:
        """Take this, where it comes next."""
        if not self.sees(text):
            return False
        self._at += len(text)
        return True

    def sees(self, text: str) -> bool:
        """Whether this comes next."""
        self._skip()
        return self._text.startswith(text, self._at)

    def expect(self, text: str, needs: str | None = None) -> None:
        """Take this, which has to come next."""
        if not self.take(text):
            self.refuse(needs or text)

    def ended(self) -> bool:
        """Whether nothing is left."""
        self._skip()
        return self._at == len(self._text)

    def refuse(self, needs: str) -> NoReturn:
        """
        Raises:
            InvalidLogPattern: what is needed here, and what stands here.
        """
        self._skip()
        rest = self._text[self._at :]
        given = f"got {rest[:37] + '...' if len(rest) > 40 else rest}" if rest else "and the pattern ends there"
        raise InvalidLogPattern(f"needs {needs}, {given}")

    def _skip(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1


_DEEPEST = 50
"""So that a pattern cannot exhaust Python's own depth; AWS documents no number."""
