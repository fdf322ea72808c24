"""A push that is tried again by a retry policy: when, how often, and when it is given up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from emulator.tally import Edge

# EventBridge and Scheduler do not publish their pauses, only that they grow and, of EventBridge, that they vary
# ("How EventBridge retries delivering events"; Scheduler API reference, `RetryPolicy`).
_LONGEST_PAUSE_SECONDS = 600


@dataclass(kw_only=True)
class RetriedPush:
    """One event on its way to one target."""

    target: Mapping[str, Any]
    """As the service's API took it."""
    edge: Edge
    event_id: str
    """Of this event on this edge, in the tally."""
    began: datetime
    due: datetime
    attempts: int = 0

    @property
    def most_retries(self) -> int:
        return int(self._retry_policy.get("MaximumRetryAttempts", 185))

    @property
    def expires(self) -> datetime:
        """When the event is too old to be tried again."""
        return self.began + timedelta(seconds=int(self._retry_policy.get("MaximumEventAgeInSeconds", 86_400)))

    @property
    def dead_letter_arn(self) -> str | None:
        return (self.target.get("DeadLetterConfig") or {}).get("Arn")

    def exhausted(self, now: datetime) -> str | None:
        """Which limit of the retry policy is met; None if there is another try."""
        if self.attempts > self.most_retries:
            return "MaximumRetryAttempts"
        return "MaximumEventAgeInSeconds" if now >= self.expires else None

    def wait(self, now: datetime) -> None:
        """Set the moment of the next try: exponentially later each time, up to half as much earlier, no try after the
        event's greatest age."""
        longest_ms = min(2 ** (self.attempts - 1), _LONGEST_PAUSE_SECONDS) * 1000
        digest = hashlib.sha256(f"{self.event_id} {self.attempts}".encode()).digest()
        earlier_ms = int.from_bytes(digest[:4]) % (longest_ms // 2)
        self.due = min(now + timedelta(milliseconds=longest_ms - earlier_ms), self.expires)

    @property
    def _retry_policy(self) -> Mapping[str, Any]:
        return self.target.get("RetryPolicy") or {}
