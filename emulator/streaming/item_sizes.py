"""How large DynamoDB takes an item to be (DynamoDB Developer Guide, "DynamoDB item sizes and formats")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NESTING_BYTES = 3
"""Of a list or a map, beside what is in it."""
_ELEMENT_BYTES = 1
"""Of each element of a list or a map."""


def item_bytes(item: Mapping[str, Mapping[str, Any]]) -> int:
    """The size of attributes by name, each a value with its type, binary values as bytes: `{"id": {"S": "a"}}`."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(typed: Mapping[str, Any]) -> int:
    ((kind, value),) = typed.items()
    if kind == "M":
        return _NESTING_BYTES + len(value) * _ELEMENT_BYTES + item_bytes(value)
    if kind == "L":
        return _NESTING_BYTES + sum(_ELEMENT_BYTES + _value_bytes(element) for element in value)
    if kind in ("SS", "NS", "BS"):
        return sum(_scalar_bytes(kind[0], element) for element in value)
    return _scalar_bytes(kind, value)


def _scalar_bytes(kind: str, value: Any) -> int:
    if kind in ("BOOL", "NULL"):
        return 1
    if kind == "N":
        digits = str(value).lower().partition("e")[0].lstrip("-").replace(".", "").strip("0")
        return 1 + (len(digits) + 1) // 2
    return len(value.encode() if isinstance(value, str) else value)
