"""What is wrong with a page, told so that a person can mend it: all of it at once, each with file, line and path."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: where it stands, and a sentence that says what was given, what is needed and why."""

    file: str
    line: int | None
    path: str
    message: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}  {self.path}: {self.message}" if self.path else f"{where}  {self.message}"


class ConfigError(Exception):
    """Every problem of the pages that were read. Its text is one line for each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems), key=lambda problem: (problem.file, problem.line or 0, problem.path))
        super().__init__("\n".join(map(str, self.problems)))


def dotted(path: Path) -> str:
    """A path as people write it: `functions.split.triggers[0].prefix`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


ALIASES = {
    "dlq": "dead_letters",
    "memory": "memory_mb",
    "memory_size": "memory_mb",
    "schedule_expression": "schedule",
    "timeout": "timeout_seconds",
    "type": "kind",
    "bus": "event_bus",
    "env": "environment",
    "retention": "log_retention_days",
    "concurrency": "reserved_concurrency",
}
"""Words that people know from other tools, and how they are called here."""


def nearest(given: str, known: Iterable[str]) -> str | None:
    """The known name that somebody who wrote `given` probably meant."""
    names = sorted(known)
    alias = ALIASES.get(given.lower())
    if alias in names:
        return alias
    unit = [name for name in names if name.startswith(f"{given}_")]
    close = difflib.get_close_matches(given, names, n=1, cutoff=0.6)
    return unit[0] if unit else close[0] if close else None


def unknown(what: str, given: str, known: Sequence[str]) -> str:
    """The sentence for a name that nothing has: `unknown key 'timeout': did you mean timeout_seconds?`"""
    meant = nearest(given, known)
    hint = f"did you mean {meant}? " if meant else ""
    return f"unknown {what} {given!r}: {hint}known are {', '.join(sorted(known)) or 'none'}"


def shown(value: Any) -> str:
    """A value as an error shows it: short, and with its type visible."""
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
