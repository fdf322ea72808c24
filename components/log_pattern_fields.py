"""Filter patterns for log events that are fields with spaces between: `[level = ERROR, ..., milliseconds > 500]`.

Source: CloudWatch Logs user guide, "Using filter patterns to match terms in space-delimited log events", and the AWS
CDK, `FilterPattern.spaceDelimited`, for the one ellipsis. The guide's `[w1=ERROR, w2]` wants events of more than two
words: so a last field without a condition stands for all that is left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.log_pattern_reader import Holds, InvalidLogPattern, Reader
from components.log_pattern_values import Comparison, Value

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_CONDITIONED = re.compile(r"[A-Za-z0-9_-]+\s*[=!<>]|\(")
_FIELDS = re.compile(r'\[(?P<bracketed>[^\]]*)\]|"(?P<quoted>[^"]*)"|(?P<plain>\S+)')


@dataclass(frozen=True)
class Compared:
    """A condition on a field: `milliseconds > 500`."""

    comparison: Comparison

    def __call__(self, value: Value) -> bool:
        return self.comparison.holds(value)


@dataclass(frozen=True)
class Field:
    """One field, and what has to hold of it; None: nothing has."""

    holds: Holds[Value] | None = None

    def takes(self, value: Value) -> bool:
        return self.holds is None or self.holds(value)


@dataclass(frozen=True)
class FieldsLogPattern:
    """Fields in their order."""

    before: tuple[Field, ...]
    """All of them, or those before the ellipsis."""
    behind: tuple[Field, ...] | None
    """Those behind the ellipsis; None where there is none."""

    @classmethod
    def read(cls, reader: Reader) -> FieldsLogPattern:
        """Read a pattern to its end.

        Raises:
            InvalidLogPattern: CloudWatch Logs would refuse it.
        """
        return _PatternReader(reader).read()

    def matches(self, message: str) -> bool:
        """Whether the pattern wants this log event."""
        values = fields_of(message)
        if self.behind is None:
            open_ended = self.before[-1].holds is None
            fits = len(values) >= len(self.before) if open_ended else len(values) == len(self.before)
            return fits and _all_take(self.before, values)
        if len(values) < len(self.before) + len(self.behind):
            return False
        return _all_take(self.before, values) and _all_take(self.behind, values[len(values) - len(self.behind) :])


def fields_of(message: str) -> list[Value]:
    """The fields of a log event; what stands in square brackets or in double quotes is one field."""
    return [Value.spelled(str(found[str(found.lastgroup)])) for found in _FIELDS.finditer(message)]


def _all_take(fields: tuple[Field, ...], values: list[Value]) -> bool:
    return all(field.takes(value) for field, value in zip(fields, values, strict=False))


class _PatternReader:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._names: set[str] = set()

    def read(self) -> FieldsLogPattern:
        reader = self._reader
        reader.expect("[")
        if reader.sees("]"):
            reader.refuse("the name of a field, or ...")
        parts: list[list[Field]] = [[]]
        while True:
            if not reader.take("..."):
                parts[-1].append(self._field())
            elif len(parts) == 2:
                raise InvalidLogPattern("needs one ... at most: with two nobody can tell which field is which")
            else:
                parts.append([])
            if not reader.take(","):
                break
        reader.expect("]", "a comma, && or || with a condition on the same field, or ]")
        if not reader.ended():
            reader.refuse("nothing after the ]")
        return FieldsLogPattern(tuple(parts[0]), tuple(parts[1]) if len(parts) == 2 else None)

    def _field(self) -> Field:
        """A field; one without a name is like one without a condition."""
        if not self._reader.comes(_CONDITIONED):
            self._reader.match(_NAME)
            return Field()
        self._names.clear()
        return Field(self._reader.expression(self._condition))

    def _condition(self) -> Holds[Value]:
        name = self._reader.match(_NAME)
        if name is None:
            self._reader.refuse("the name of a field")
        self._names.add(name)
        if len(self._names) > 1:
            named = " and ".join(sorted(self._names))
            raise InvalidLogPattern(f"has a condition on {named}, and a field takes conditions on itself only")
        return Compared(self._reader.comparison(name))
