"""An event that somebody wrote: read from a file or from standard input, and held against the trigger's example."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from components.problems import ConfigError, Problem, shown
from emulator.waking.stack_triggers import StackTrigger

STANDARD_INPUT = Path("-")


def name_of(path: Path) -> str:
    """What people call the place that an event is read from."""
    return "standard input" if path == STANDARD_INPUT else str(path)


def read_event(path: Path) -> Any:
    """Read an event, a JSON text.

    Args:
        path: the file; `-` is standard input.

    Raises:
        ConfigError: it cannot be read, or is no JSON.
    """
    name = name_of(path)
    try:
        content = sys.stdin.buffer.read() if path == STANDARD_INPUT else path.read_bytes()
    except OSError as error:
        raise _refusal(name, f"cannot be read: {error.strerror}") from None
    try:
        event = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
        json.dumps(event, ensure_ascii=False).encode()
        return event
    except UnicodeDecodeError as error:
        raise _refusal(name, f"needs UTF-8 text: {error.reason} at byte {error.start}") from None
    except UnicodeEncodeError:
        raise _refusal(name, "holds half a surrogate pair, which is no character: no service could send it") from None
    except json.JSONDecodeError as error:
        given = f"got {shown(error.doc.strip())}" if error.doc.strip() else "got nothing"
        raise _refusal(name, f"needs JSON, {given}: {error.msg} at column {error.colno}", error.lineno) from None
    except ValueError as error:
        raise _refusal(name, f"needs JSON: {error}") from None
    except RecursionError:
        raise _refusal(name, "is nested too deeply") from None


def shape_problems(name: str, event: Any, trigger: StackTrigger) -> list[Problem]:
    """What an event lacks that every event of the trigger has, each with its place.

    Args:
        name: what people call the place it was read from.
    """
    return [Problem(name, None, path, sentence) for path, sentence in _faults(event, trigger)]


def _faults(event: Any, trigger: StackTrigger) -> Iterator[tuple[str, str]]:
    if not isinstance(trigger.example, dict):
        return
    yield from _lacks(event, trigger.example, "", trigger)
    if "Records" not in trigger.example or not isinstance(event, dict) or "Records" not in event:
        return
    records = event["Records"]
    if not isinstance(records, list) or not records:
        yield "Records", f"needs a list of one record or more, got {shown(records)}"
        return
    for number, record in enumerate(records):
        yield from _lacks(record, trigger.example["Records"][0], f"Records[{number}]", trigger)


def _lacks(value: Any, example: dict[str, Any], path: str, trigger: StackTrigger) -> Iterator[tuple[str, str]]:
    why = f"{trigger.name} hands over nothing without ({trigger.kind}; --print shows an event that is whole)"
    if not isinstance(value, dict):
        yield path, f"needs an object with {', '.join(example)}, got {shown(value)}: {why}"
        return
    missing = [key for key in example if key not in value]
    if missing:
        yield path, f"has {', '.join(value) or 'no keys'} and lacks {', '.join(missing)}: {why}"


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no value of it")


def _refusal(name: str, message: str, line: int | None = None) -> ConfigError:
    return ConfigError([Problem(name, line, "", message)])
