"""JSON as a comparison needs it: numbers keep their value or, where no double holds it, their spelling."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Number:
    """A JSON number, never equal to a boolean."""

    key: float | str
    """Its value, so that 300 equals 3.0e2; its spelling where a double would round it (1E309, 0.1234567890123456789).

    That is how AWS's engine compares them (github.com/aws/event-ruler, "Numeric matching": the precision and range of
    a double); the EventBridge guide still says that numbers compare as text.
    """

    @classmethod
    def spelled(cls, text: str) -> Number:
        """The number that a JSON text spells so."""
        value = float(text)
        try:
            exact = math.isfinite(value) and Decimal(repr(value)) == Decimal(text)
        except ArithmeticError:  # an exponent beyond what Decimal can hold
            exact = False
        return cls(value if exact else text)

    @property
    def value(self) -> float | None:
        """The value, or None where only the spelling is known."""
        return self.key if isinstance(self.key, float) else None

    def __str__(self) -> str:
        return str(self.key).removesuffix(".0")


Scalar = str | Number | bool | None
"""What a leaf of a JSON text holds."""


def read(text: str) -> Any:
    """Read JSON text; of a key given twice the last one counts, at its place.

    Returns:
        Dicts, lists and scalars, every number as a `Number`.

    Raises:
        ValueError: the text is not JSON; the message says where, in one line.
    """
    try:
        return json.loads(
            text,
            parse_int=Number.spelled,
            parse_float=Number.spelled,
            parse_constant=_refuse_constant,
            object_pairs_hook=_last_wins,
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def scalar(value: object) -> Scalar:
    """A value of a parsed text or page as a leaf.

    Raises:
        TypeError: JSON has no such scalar; the message names the type.
    """
    if value is None or isinstance(value, str | bool | Number):
        return value
    if isinstance(value, int) or (isinstance(value, float | Decimal) and math.isfinite(value)):
        return Number.spelled(str(value))
    raise TypeError(type(value).__name__)


def shown(value: object) -> str:
    """A JSON value as a sentence shows it: as JSON, cut to 80 characters."""
    text = _as_json(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _as_json(value: object) -> str:
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_as_json(str(key))}: {_as_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_as_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False, default=str)


def _last_wins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        found.pop(key, None)
        found[key] = value
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
