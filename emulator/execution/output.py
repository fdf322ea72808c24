"""What a handler prints and logs goes to its own log: standard output, standard error and the `logging` module.

Left out is what the AWS SDK says of itself at DEBUG, some dozens of records for each call: they name objects of this
process by their addresses, so no two runs would be alike. Code that sets the SDK's own loggers to DEBUG gets them.
"""

from __future__ import annotations

import io
import json
import logging
import pdb
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO
from unittest.mock import patch

from emulator.execution.logs import LambdaLog, timestamp

Trace = Callable[[TracebackType | None], tuple[str, ...]]
"""Formats a traceback as Lambda shows it."""

_NEVER = logging.CRITICAL + 1
_LEVELS = {
    **dict.fromkeys(("boto3", "botocore", "s3transfer", "urllib3"), logging.INFO),
    **dict.fromkeys(("emulator", "moto", "responses", "werkzeug"), _NEVER),
}
"""From which level on the loggers of the SDK, and those of the embedded account, are heard in an environment."""

_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class LambdaHandler(logging.Handler):
    """The handler that Lambda's runtime puts on the root logger: formats records as the function's log format says."""

    def __init__(self, show_file: Callable[[str], str], show_trace: Trace) -> None:
        super().__init__()
        self.log: LambdaLog | None = None
        self.request_id = ""
        self._show_file = show_file
        self._show_trace = show_trace

    def emit(self, record: logging.LogRecord) -> None:
        log = self.log
        if log is None:  # Something logs between two invocations: nobody would see it on Lambda either.
            return
        try:
            log.flush()
            log.record(_rounded(record.levelno), self._json(record) if log.is_json else self._text(record))
        except Exception:
            self.handleError(record)

    def _text(self, record: logging.LogRecord) -> str:
        lines = [f"[{record.levelname}]\t{_time(record)}\t{self.request_id}\t{record.getMessage()}\n"]
        if record.exc_info and record.exc_info[0]:
            trace = "".join(self._show_trace(record.exc_info[2]))
            lines.append(
                f"Traceback (most recent call last):\n{trace}{record.exc_info[0].__name__}: {record.exc_info[1]}"
            )
        return "".join(lines)

    def _json(self, record: logging.LogRecord) -> str:
        known: dict[str, Any] = {
            "timestamp": _time(record),
            "level": logging.getLevelName(_rounded_number(record.levelno)),
            "message": record.getMessage(),
            "logger": record.name,
        }
        if record.exc_info and record.exc_info[0]:
            known["stackTrace"] = list(self._show_trace(record.exc_info[2]))
            known["errorType"] = record.exc_info[0].__name__
            known["errorMessage"] = str(record.exc_info[1])
        known["requestId"] = self.request_id
        if record.exc_info and record.exc_info[0]:
            known["location"] = f"{self._show_file(record.pathname)}:{record.funcName}:{record.lineno}"
        extra = {
            name: value
            for name, value in vars(record).items()
            if name not in _STANDARD_FIELDS and name not in known and value is not None
        }
        return json.dumps({**known, **extra}, ensure_ascii=False)


class _Bytes(io.BufferedIOBase):
    """Takes what is printed and gives it to the log at work."""

    name = "<stdout>"
    log: LambdaLog | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self.log is not None:
            self.log.print(bytes(data).decode("utf-8", "replace"))
        return len(data)


class LambdaOutput:
    """The standard output and the root logger of one environment.

    They live as long as the environment, so that a stream handler made at import time still reaches the log of the
    invocation at work, and a level set by the handler stays set.
    """

    def __init__(self, level: str | None, show_file: Callable[[str], str], show_trace: Trace) -> None:
        self._bytes = _Bytes()
        self._stream = io.TextIOWrapper(self._bytes, encoding="utf-8", newline="\n", write_through=True)
        self._handler = LambdaHandler(show_file, show_trace)
        self._state = _Loggers(logging.getLevelName(level) if level else logging.WARNING, [self._handler])

    @contextmanager
    def into(self, log: LambdaLog, request_id: str) -> Iterator[None]:
        """Inside, all that is printed or logged goes to `log`; a breakpoint still talks to the terminal."""
        terminal_in, terminal_out, before = sys.stdin, sys.stdout, _Loggers.now()
        self._state.apply()
        self._bytes.log = self._handler.log = log
        self._handler.request_id = request_id
        with (
            patch.object(sys, "stdout", self._stream),
            patch.object(sys, "stderr", self._stream),
            _breakpoints(terminal_in, terminal_out),
        ):
            try:
                yield
            finally:
                self._bytes.log = self._handler.log = None
                self._state = _Loggers.now()
                before.apply()
                log.flush()


@dataclass(frozen=True)
class _Loggers:
    """How the root logger is set up, and those that are not the handler's own."""

    level: int
    handlers: list[logging.Handler]
    filters: list[Any] = field(default_factory=list)
    levels: Mapping[str, int] = field(default_factory=lambda: _LEVELS)

    @classmethod
    def now(cls) -> _Loggers:
        root = logging.getLogger()
        levels = {name: logging.getLogger(name).level for name in _LEVELS}
        return cls(root.level, root.handlers[:], root.filters[:], levels)

    def apply(self) -> None:
        for name, level in self.levels.items():
            logging.getLogger(name).level = level  # `setLevel` would forget what is cached, once for each.
        root = logging.getLogger()
        root.handlers[:] = self.handlers
        root.filters[:] = self.filters
        root.setLevel(self.level)


@contextmanager
def _breakpoints(terminal_in: TextIO, terminal_out: TextIO) -> Iterator[None]:
    """`breakpoint()` opens Python's debugger on the terminal, unless an editor has put its own in place."""
    if sys.breakpointhook is not sys.__breakpointhook__:
        yield
        return

    def hold(*_: object, **__: object) -> None:
        pdb.Pdb(stdin=terminal_in, stdout=terminal_out).set_trace(sys._getframe(1))

    with patch.object(sys, "breakpointhook", hold):
        yield


def _time(record: logging.LogRecord) -> str:
    return timestamp(datetime.fromtimestamp(record.created, tz=UTC))


def _rounded_number(level: int) -> int:
    return min(50, max(0, level)) // 10 * 10


def _rounded(level: int) -> str:
    name: Mapping[int, str] = {0: "TRACE", 10: "DEBUG", 20: "INFO", 30: "WARN", 40: "ERROR", 50: "FATAL"}
    return name[_rounded_number(level)]
