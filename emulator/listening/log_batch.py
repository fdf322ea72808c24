"""One batch of log events on its way to one function: how often it was tried, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from emulator.tally import Edge

TRIED_FOR = timedelta(hours=24)
"""CloudWatch Logs user guide, "Real-time processing of log data with subscriptions"."""

# The guide says how long it is tried, and not how often.
_LONGEST_PAUSE_SECONDS = 300


@dataclass(kw_only=True)
class LogBatch:
    """Log events of one stream that one filter wanted, as they came in one call."""

    event: dict[str, Any]
    """What the function receives."""
    messages: tuple[str, ...]
    """The lines, for people."""
    log_group_arn: str
    log_stream: str
    filter_name: str
    function_arn: str
    edge: Edge
    event_id: str
    """Of this batch on this edge, in the tally."""
    began: datetime
    due: datetime
    attempts: int = 0

    @property
    def filter(self) -> tuple[str, str]:
        """The filter that wanted it."""
        return self.log_group_arn, self.filter_name

    @property
    def lane(self) -> tuple[str, str, str]:
        """What keeps its order: a stream, as one filter hears it."""
        return (*self.filter, self.log_stream)

    @property
    def what(self) -> str:
        return "1 log line" if len(self.messages) == 1 else f"{len(self.messages)} log lines"

    def wait(self, now: datetime) -> bool:
        """Set the moment of the next try; False: it is too old for another one."""
        expires = self.began + TRIED_FOR
        if now >= expires:
            return False
        pause = timedelta(seconds=min(2 ** (self.attempts - 1), _LONGEST_PAUSE_SECONDS))
        self.due = min(now + pause, expires)
        return True
