"""A tumbling window: the records of one stretch of time, and the state that a function builds up over them.

Source: Lambda Developer Guide, "Implementing stateful DynamoDB stream processing in Lambda".
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.execution.payload import as_json

LARGEST_STATE_BYTES = 1024 * 1024
"""The largest state of a shard; a larger one ends the window early."""


@dataclass
class TumblingWindow:
    """A window that records have come for."""

    start: datetime
    end: datetime
    state: dict[str, Any] = field(default_factory=dict)
    """What the function returned last; empty before."""
    attempts: int = 0
    """How often its last invocation was tried."""
    retry_at: datetime | None = None

    @property
    def is_too_large(self) -> bool:
        return len(as_json(self.state).encode()) > LARGEST_STATE_BYTES

    def fields(self, shard_id: str, event_source_arn: str, *, final: bool, early: bool) -> dict[str, Any]:
        """What an event holds beside its records."""
        return {
            "window": {"start": f"{self.start:%Y-%m-%dT%H:%M:%SZ}", "end": f"{self.end:%Y-%m-%dT%H:%M:%SZ}"},
            "state": self.state,
            "shardId": shard_id,
            "eventSourceARN": event_source_arn,
            "isFinalInvokeForWindow": final,
            "isWindowTerminatedEarly": early,
        }


def window_of(arrived: datetime, length: timedelta) -> TumblingWindow:
    """The window that a moment is in. Windows follow each other without a gap, from the beginning of the epoch."""
    number = math.floor(arrived.timestamp() / length.total_seconds())
    start = datetime.fromtimestamp(0, UTC) + number * length
    return TumblingWindow(start, start + length)
