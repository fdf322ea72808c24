"""The shape of an event: what a way to hand it over cannot do without, told with its path."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from components.problems import shown

Fault = tuple[str, str]
"""A path inside the event, and a sentence that says what is wrong there."""

_WORDS: dict[type, str] = {str: "text", dict: "an object", list: "a list"}


def records_of(event: Any) -> list[tuple[str, dict[str, Any]]]:
    """The records of an event with their paths; an event that is no batch is its own and only one."""
    if "Records" not in event:
        return [("", event)]
    return [(f"Records[{number}]", record) for number, record in enumerate(event["Records"])]


def lacking(event: Any, needed: Mapping[str, type]) -> Iterator[Fault]:
    """What the records of an event lack.

    Args:
        needed: the type of what has to stand in each record, by its dotted path.
    """
    for path, record in records_of(event):
        for inside, kind in needed.items():
            yield from wrong(part(record, inside), kind, below(path, inside))


def wrong(value: Any, kind: type, path: str) -> Iterator[Fault]:
    """What is wrong with one value; nothing, where it is of the type."""
    if not isinstance(value, kind):
        yield path, f"needs {_WORDS[kind]}, got {'nothing' if value is None else shown(value)}"


def part(record: Mapping[str, Any], path: str) -> Any:
    """What stands at a dotted path; None where nothing does."""
    value: Any = record
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def below(path: str, name: str) -> str:
    """The path of what stands under a name."""
    return f"{path}.{name}" if path else name


def not_base64(value: Any, path: str) -> Iterator[Fault]:
    """What is wrong with bytes, which JSON can only hold encoded."""
    if decoded(value) is None:
        yield path, f"needs base64, got {'nothing' if value is None else shown(value)}: bytes travel so"


def decoded(value: Any) -> bytes | None:
    """The bytes of a base64 text; None where it is none."""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError):
        return None
