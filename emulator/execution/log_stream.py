"""Where log lines end up: the function's log group, written by Lambda with the function's own role.

A role that may not write loses the lines and nothing else; the denial stands in the journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from emulator.execution.logs import LogLine

MOST_EVENTS = 10_000
MOST_BYTES = 1_048_576
EVENT_OVERHEAD_BYTES = 26
"""Limits of one `PutLogEvents` call (CloudWatch Logs API reference, PutLogEvents)."""


class LogStream:
    """The log stream of one environment.

    Args:
        group: the log group's name. It is created if it is not there and the role may create it.
        name: the stream's name.
    """

    def __init__(self, group: str, name: str) -> None:
        self._group = group
        self._name = name
        self._exists = False

    def write(self, logs: Any, lines: Sequence[LogLine]) -> None:
        """Write lines, as far as the role may.

        Args:
            logs: a CloudWatch Logs client that acts as the function's role.
            lines: what is to be written, oldest first.
        """
        try:
            if not self._exists:
                self._create(logs)
            for part in _parts(lines):
                events = [{"timestamp": line.timestamp_ms, "message": line.message} for line in part]
                logs.put_log_events(logGroupName=self._group, logStreamName=self._name, logEvents=events)
        except ClientError:
            return

    def _create(self, logs: Any) -> None:
        try:
            logs.create_log_stream(logGroupName=self._group, logStreamName=self._name)
        except logs.exceptions.ResourceNotFoundException:
            logs.create_log_group(logGroupName=self._group)
            logs.create_log_stream(logGroupName=self._group, logStreamName=self._name)
        self._exists = True


def _parts(lines: Sequence[LogLine]) -> Iterator[list[LogLine]]:
    part: list[LogLine] = []
    size = 0
    for line in lines:
        line_bytes = len(line.message.encode()) + EVENT_OVERHEAD_BYTES
        if part and (len(part) == MOST_EVENTS or size + line_bytes > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(line)
        size += line_bytes
    if part:
        yield part
