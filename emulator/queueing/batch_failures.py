"""Which messages of a batch failed, and why, as far as the function said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from emulator.execution.invocation import Invocation
from emulator.queueing.batch_answers import AnswerError, failed_ids

UNSAID = "the function returned it as a failed item"
"""The reason where its log has no line about the message."""

_LONGEST = 200

# What every line of a function's JSON log holds (Lambda Developer Guide, "Log and monitor Python Lambda functions").
_COMMON = ("timestamp", "level", "logger", "location", "stackTrace", "requestId")


def failures(invocation: Invocation, message_ids: Sequence[str], *, reports: bool) -> dict[str, str]:
    """Each message that failed, with the reason.

    Args:
        reports: whether the mapping takes partial batch responses; else a function fails on all or on none.
    """
    if invocation.error is not None:
        return dict.fromkeys(message_ids, str(invocation.error))
    if not reports:
        return {}
    try:
        failed = failed_ids(invocation.result, message_ids)
    except AnswerError as error:
        return dict.fromkeys(message_ids, str(error))
    return {each: _said_of(each, invocation.log_lines) or UNSAID for each in message_ids if each in failed}


def joined(reasons: Iterable[str]) -> str:
    """The reasons of several messages on one line."""
    different = list(dict.fromkeys(reasons))
    return different[0] if len(different) == 1 else f"{len(different)} reasons, the first: {different[0]}"


def _said_of(message_id: str, log_lines: Sequence[str]) -> str | None:
    """The last thing the function logged with this message's id."""
    for line in reversed(log_lines):
        if message_id in line:
            said = _read(line, message_id)
            return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 3]}..."
    return None


def _read(line: str, message_id: str) -> str:
    try:
        entry: Any = json.loads(line)
    except ValueError:
        entry = None
    if not isinstance(entry, dict):
        return line.strip().rsplit("\t", 1)[-1]  # a line of the text format ends with what was said
    told = [str(value) for name, value in entry.items() if name not in _COMMON and value != message_id]
    return ": ".join(told)
