"""The log lines of one invocation, in Lambda's two formats: plain text, and JSON with levels to filter by.

Sources: Lambda Developer Guide, "Configuring JSON and plain text log formats", "Log-level filtering" and "Lambda
Telemetry API Event schema reference". Durations are virtual: what a handler computes takes no time here. Left out are
the runtime's version ARN (`INIT_START`) and X-Ray: neither exists here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from emulator.clock import Clock
from emulator.execution.function_error import FunctionError
from emulator.execution.settings import LambdaSettings

Status = Literal["success", "error", "timeout"]

_LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
_ALIASES = {"WARNING": "WARN", "CRITICAL": "FATAL"}
_NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True)
class LogLine:
    """One log event: what CloudWatch Logs keeps as a line of its own."""

    timestamp_ms: int
    message: str


@dataclass(frozen=True)
class Report:
    """What Lambda reports at the end of an invocation."""

    duration_ms: float
    memory_used_mb: int
    init_duration_ms: float | None
    """Only where the environment was started for this invocation."""
    error: FunctionError | None

    @property
    def status(self) -> Status:
        if self.error is None:
            return "success"
        return "timeout" if self.error.type == "Sandbox.Timedout" else "error"


class LambdaLog:
    """Takes what an invocation and Lambda itself have to say, and keeps what the function's log level lets through."""

    def __init__(self, settings: LambdaSettings, clock: Clock) -> None:
        self.lines: list[LogLine] = []
        self._settings = settings
        self._clock = clock
        self._unfinished = ""

    @property
    def is_json(self) -> bool:
        return self._settings.log_format == "JSON"

    def print(self, text: str) -> None:
        """Take a part of standard output: each line of it becomes one of the log (Lambda Developer Guide, "Log and
        monitor Python Lambda functions": printed lines stay plain text in both formats)."""
        *finished, self._unfinished = (self._unfinished + text).split("\n")
        for line in finished:
            self._add_printed(line)

    def flush(self) -> None:
        """End the last printed line."""
        if self._unfinished:
            self._add_printed(self._unfinished)
            self._unfinished = ""

    def record(self, level: str, message: str) -> None:
        """Take a record of the `logging` module, formatted."""
        if self._passes(level, self._settings.application_log_level):
            self._add(message.rstrip("\n"))

    def error(self, error: FunctionError) -> None:
        """Take the error a function failed with."""
        if error.request_id is None:
            self._add_ending(error)
        elif self.is_json:
            self.record(
                "ERROR", json.dumps({"timestamp": timestamp(self._clock.now), "level": "ERROR", **error.to_json()})
            )
        else:
            trace = [
                line.replace(" ", _NO_BREAK_SPACE, _indent(line)) for line in "".join(error.stack_trace).splitlines()
            ]
            first = f"[ERROR] {error.type}: {error.message}" if error.message else f"[ERROR] {error.type}"
            self._add("\n".join([first, "Traceback (most recent call last):", *trace]))

    def start(self, request_id: str) -> None:
        """Say that an invocation starts."""
        if not self.is_json:
            self._add(f"START RequestId: {request_id} Version: $LATEST")
            return
        record = {"requestId": request_id, "functionArn": self._settings.arn, "version": "$LATEST"}
        self._add_platform_event("platform.start", record, "INFO")

    def report(self, request_id: str, report: Report) -> None:
        """Say how an invocation ended."""
        billed_ms = math.ceil(report.duration_ms + (report.init_duration_ms or 0))
        if self.is_json:
            metrics = {
                "durationMs": round(report.duration_ms, 3),
                "billedDurationMs": billed_ms,
                "memorySizeMB": self._settings.memory_mb,
                "maxMemoryUsedMB": report.memory_used_mb,
            }
            if report.init_duration_ms is not None:
                metrics["initDurationMs"] = round(report.init_duration_ms, 3)
            record: dict[str, Any] = {"requestId": request_id, "metrics": metrics, "status": report.status}
            if report.status == "error" and report.error is not None:
                record["errorType"] = report.error.type
            self._add_platform_event("platform.report", record, "INFO" if report.error is None else "WARN")
            return
        self._add(f"END RequestId: {request_id}")
        parts = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {report.duration_ms:.2f} ms",
            f"Billed Duration: {billed_ms} ms",
            f"Memory Size: {self._settings.memory_mb} MB",
            f"Max Memory Used: {report.memory_used_mb} MB",
        ]
        if report.init_duration_ms is not None:
            parts.append(f"Init Duration: {report.init_duration_ms:.2f} ms")
        if report.error is not None and report.error.ends_environment:
            parts.append(f"Status: {report.status}")
            parts += [f"Error Type: {report.error.type}"] if report.status == "error" else []
        self._add("\t".join(parts))

    def _add_ending(self, error: FunctionError) -> None:
        """In JSON the report alone says that an environment ended."""
        if self.is_json:
            return
        if error.type == "Sandbox.Timedout":
            request_id, _, what = error.message.removeprefix("RequestId: ").partition(" Error: ")
            self._add(f"{timestamp(self._clock.now)} {request_id} {what}")
        else:
            self._add(f"{error.message}\n{error.type}")

    def _add_printed(self, line: str) -> None:
        level = _level_of(line) if self.is_json else "INFO"
        if not self.is_json or self._passes(level, self._settings.application_log_level):
            self._add(line)

    def _add_platform_event(self, kind: str, record: Mapping[str, Any], level: str) -> None:
        if self._passes(level, self._settings.system_log_level):
            event = {"time": timestamp(self._clock.now), "type": kind, "record": record}
            self._add(json.dumps(event, separators=(",", ":")))

    def _passes(self, level: str, least: str) -> bool:
        return not self.is_json or _rank(level) >= _rank(least)

    def _add(self, message: str) -> None:
        # CloudWatch Logs keeps no empty event (PutLogEvents: a message has at least one character).
        if message:
            self.lines.append(LogLine(round(self._clock.now.timestamp() * 1000), message))


def timestamp(moment: datetime) -> str:
    """A moment as Lambda's log lines write it, in UTC with milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _level_of(line: str) -> str:
    """The level a printed line gives itself, if it is a JSON object; INFO else."""
    try:
        value = json.loads(line) if line.startswith("{") else None
    except ValueError:
        value = None
    level = value.get("level") if isinstance(value, dict) else None
    return level if isinstance(level, str) else "INFO"


def _rank(level: str) -> int:
    name = _ALIASES.get(level.upper(), level.upper())
    return _LEVELS.index(name if name in _LEVELS else "INFO")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
