"""A value as DynamoDB writes it, with its type: `{"N": "4.5"}` (DynamoDB API reference, `AttributeValue`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from components.problems import shown
from emulator.waking.shape import Fault, decoded

_WORDS = {
    "S": "text",
    "N": "a number written as text",
    "B": "base64",
    "BOOL": "true or false",
    "NULL": "true",
    "SS": "a list of texts",
    "NS": "a list of numbers written as texts",
    "BS": "a list of base64 texts",
    "L": "a list of values with their types",
    "M": "an object of values with their types",
}


def image_faults(image: Any, path: str) -> Iterator[Fault]:
    """What is wrong with the attributes of an item; nothing, where it is no object at all."""
    for name, value in image.items() if isinstance(image, dict) else ():
        yield from _faults(value, f"{path}.{name}")


def _faults(value: Any, path: str) -> Iterator[Fault]:
    kind = next(iter(value), None) if isinstance(value, dict) and len(value) == 1 else None
    if kind not in _WORDS:
        yield path, f'needs a value with its type, like {{"S": "text"}}, got {shown(value)}'
    elif not _HOLDS[kind](value[kind]):
        yield f"{path}.{kind}", f"needs {_WORDS[kind]}, got {shown(value[kind])}"
    elif kind == "L":
        for number, inner in enumerate(value[kind]):
            yield from _faults(inner, f"{path}.L[{number}]")
    elif kind == "M":
        yield from image_faults(value[kind], f"{path}.M")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    try:
        return isinstance(value, str) and Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _is_binary(value: Any) -> bool:
    return isinstance(value, str) and decoded(value) is not None


def _all(holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda values: isinstance(values, list) and bool(values) and all(map(holds, values))


_HOLDS: dict[str, Callable[[Any], bool]] = {
    "S": _is_text,
    "N": _is_number,
    "B": _is_binary,
    "BOOL": lambda value: isinstance(value, bool),
    "NULL": lambda value: value is True,
    "SS": _all(_is_text),
    "NS": _all(_is_number),
    "BS": _all(_is_binary),
    "L": lambda value: isinstance(value, list),
    "M": lambda value: isinstance(value, dict),
}
