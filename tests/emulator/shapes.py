"""Compares an event with its recorded shape: the same keys, the same JSON types, the same formats, and nothing more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SHAPES = Path(__file__).parent.parent / "data" / "shapes"
INDEX = {entry["file"]: entry for entry in json.loads((SHAPES / "index.json").read_text())}

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_FORMATS = {
    "eventTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "id": _UUID,
    "logEvents[].id": r"\d{56}",
    "messageId": _UUID,
    "eventName": r"[A-Z][A-Za-z]+:[A-Z][A-Za-z]+|INSERT|MODIFY|REMOVE|aws:kinesis:record",
    "eTag": r"[0-9a-f]{32}(-\d+)?",
    "etag": r"[0-9a-f]{32}(-\d+)?",
    "sequencer": r"[0-9A-F]{18}",
    "x-amz-request-id": r"[0-9A-F]{16}",
    "request-id": r"[0-9A-F]{16}",
    "SentTimestamp": r"\d{13}",
    "ApproximateFirstReceiveTimestamp": r"\d{13}",
    "ApproximateReceiveCount": r"\d+",
    "SequenceNumber": r"\d{20,22}",
    "sequenceNumber": r"\d{56}",
    "md5OfBody": r"[0-9a-f]{32}",
    "md5OfMessageAttributes": r"[0-9a-f]{32}",
    "account": r"\d{12}",
}
"""How the text under a key looks, wherever the key stands; under a path only there."""


def differences(value: Any, file: str, *, free: str | None = None) -> list[str]:
    """What sets an event apart from a shape; nothing, if it fits.

    Args:
        file: the shape's name in the index.
        free: a path below which everything may stand, as in the `detail` of somebody's own event.
    """
    entry = INDEX[file]
    optional = {path for text in entry["optional"] for path in _paths(text)}
    asked = {path: kind for path, kind in entry["key_types"].items() if not _below(path, free)}
    found = {path: (kind, text) for path, kind, text in _walk(value, "") if not _below(path, free)}
    problems = [f"{path} is missing" for path in asked if path not in found and path not in optional]
    for path, (kind, text) in found.items():
        if path not in asked and path not in optional:
            problems.append(f"{path} should not be there")
        elif path in asked and asked[path] != kind:
            problems.append(f"{path} is of type {kind}, not {asked[path]}")
        wanted = _FORMATS.get(path) or _FORMATS.get(path.rsplit(".", 1)[-1])
        if wanted is not None and isinstance(text, str) and not re.fullmatch(wanted, text):
            problems.append(f"{path} is {text!r}, not like {wanted}")
    return problems


def _below(path: str, free: str | None) -> bool:
    return free is not None and path.startswith(f"{free}.")


def _paths(text: str) -> list[str]:
    """The paths an optional entry of the index names: `Records[].a.b / c (when)`, `detail.x / y`."""
    words = text.split(" (")[0].split(" / ")
    first = words[0].split(" ")[0]
    parent = first.rpartition(".")[0]
    return [first, *(f"{parent}.{word.split(' ')[0]}" for word in words[1:])]


def _walk(value: Any, path: str) -> Iterator[tuple[str, str, Any]]:
    if path:
        yield path, _kind(value), value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(inner, f"{path}.{key}" if path else key)
    if isinstance(value, list):
        for inner in value:
            yield from _walk(inner, f"{path}[]")


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "boolean"),
        (dict, "object"),
        (list, "array"),
        (str, "string"),
        (int, "number"),
        (float, "number"),
    )
    return next(name for kind, name in kinds if isinstance(value, kind))
