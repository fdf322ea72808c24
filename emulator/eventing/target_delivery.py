"""One event on its way to one target of a rule: how often it was tried, when it is tried again, when it is given up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from emulator.tally import Edge

# EventBridge does not publish its pauses, only that they grow and vary ("How EventBridge retries delivering events").
_LONGEST_PAUSE_SECONDS = 600

RETRYABLE = frozenset(
    {"CONNECTION_FAILURE", "INTERNAL_ERROR", "RESOURCE_LIMIT_EXCEEDED", "SDK_CLIENT_ERROR", "THROTTLING", "TIMEOUT"}
)
"""Error codes after which EventBridge tries again (EventBridge User Guide, "Using dead-letter queues")."""


@dataclass(frozen=True)
class Failure:
    """Why one try came to nothing."""

    code: str
    """As a dead letter names it: `NO_PERMISSIONS`, `NO_RESOURCE`, `THROTTLING`."""
    message: str
    denied: bool = False


@dataclass
class TargetDelivery:
    """An event for one target."""

    event: dict[str, Any]
    rule_arn: str
    target: Mapping[str, Any]
    """As `PutTargets` took it."""
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

    def dead_letter_attributes(self, failure: Failure, exhausted: str | None) -> dict[str, Any]:
        """Message attributes of its dead letter (EventBridge User Guide, "Using dead-letter queues"). Of retries only a
        dead letter tells that was retried."""
        values = {
            "RULE_ARN": self.rule_arn,
            "TARGET_ARN": self.target["Arn"],
            "ERROR_CODE": failure.code,
            "ERROR_MESSAGE": failure.message,
        }
        if exhausted is not None:
            values |= {"EXHAUSTED_RETRY_CONDITION": exhausted, "RETRY_ATTEMPTS": str(self.attempts - 1)}
        return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}

    @property
    def _retry_policy(self) -> Mapping[str, Any]:
        return self.target.get("RetryPolicy") or {}
