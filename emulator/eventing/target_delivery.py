"""One event on its way to one target of a rule, and what a dead letter tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.eventing.retried_push import RetriedPush

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


@dataclass(kw_only=True)
class TargetDelivery(RetriedPush):
    """An event for one target."""

    event: dict[str, Any]
    rule_arn: str

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
