"""What a function received, held against the event that was given: the source tells some of it in its own way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MOST_PATHS = 8


def told_otherwise(given: Any, received: Any) -> str | None:
    """One sentence on what the function received otherwise than it was given; None where it is the same."""
    if given == received:
        return None
    sizes = [_records(event) for event in (received, given)]
    if None not in sizes and sizes[0] != sizes[1]:
        return f"the first invocation received {sizes[0]} of the {sizes[1]} records"
    paths = list(dict.fromkeys(_differences(given, received, "")))
    if "" in paths or not isinstance(given, dict) or not set(given) & set(received):
        return "the function received something else, which its source made of the event"
    more = f" and {len(paths) - MOST_PATHS} more" if len(paths) > MOST_PATHS else ""
    return f"the source itself told {', '.join(paths[:MOST_PATHS])}{more}"


def _records(event: Any) -> int | None:
    records = event.get("Records") if isinstance(event, dict) else None
    return len(records) if isinstance(records, list) else None


def _differences(given: Any, received: Any, path: str) -> Iterator[str]:
    """The paths of what is not the same, with all elements of a list under one path."""
    if isinstance(given, dict) and isinstance(received, dict):
        for name in dict.fromkeys([*given, *received]):
            inside = f"{path}.{name}" if path else name
            if name not in given or name not in received:
                yield inside
            else:
                yield from _differences(given[name], received[name], inside)
    elif isinstance(given, list) and isinstance(received, list) and len(given) == len(received):
        for one, other in zip(given, received, strict=True):
            yield from _differences(one, other, f"{path}[]")
    elif given != received:
        yield path
