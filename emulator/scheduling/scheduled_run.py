"""One run of a schedule on its way to its function: what is handed over, and what a dead letter tells of it."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from moto.scheduler.models import Schedule

from components import schedule_input
from emulator.eventing.retried_push import RetriedPush
from emulator.eventing.target_delivery import Failure

RETRYABLE = frozenset({"AWS.Scheduler.InternalServerError", "ServiceException", "TooManyRequestsException"})
"""Error codes after which a run is tried again. The guide tells apart what can be retried and what is permanent, and
names neither; these are Lambda's errors that pass (Lambda API reference, `Invoke`)."""


@dataclass(kw_only=True)
class ScheduledRun(RetriedPush):
    """A run."""

    schedule_arn: str
    group_name: str
    scheduled: datetime
    """When it was to be; with a flexible window it begins later."""

    @property
    def what(self) -> str:
        return f"run of {_told(self.scheduled)}"

    @property
    def execution_id(self) -> str:
        """Another one for each try."""
        return hashlib.sha256(f"{self.event_id} try {self.attempts}".encode()).hexdigest()[:16]

    def text(self, account_id: str, region: str) -> str:
        """What this try hands over, as JSON text."""
        given = self.target.get("Input")
        if given:
            values = (self.schedule_arn, _told(self.scheduled), self.execution_id, str(self.attempts))
            return schedule_input.filled(given, dict(zip(schedule_input.ATTRIBUTES, values, strict=True)))
        digest = hashlib.sha256(self.event_id.encode()).digest()
        told = schedule_input.notification(
            event_id=str(uuid.UUID(bytes=digest[:16], version=4)),
            schedule_arn=self.schedule_arn,
            account_id=account_id,
            region=region,
            at=self.began,
        )
        return json.dumps(told, separators=(",", ":"))

    def dead_letter_attributes(self, failure: Failure, exhausted: str | None) -> dict[str, Any]:
        """Message attributes of its dead letter (Scheduler guide, "Configuring a dead-letter queue"): only one that
        was given up tells of a limit."""
        values = {
            "ERROR_CODE": failure.code,
            "ERROR_MESSAGE": failure.message,
            "EXECUTION_ID": self.execution_id,
            "IS_PAYLOAD_TRUNCATED": "false",
            "RETRY_ATTEMPTS": str(self.attempts - 1),
            "SCHEDULED_TIME": _told(self.scheduled),
            "SCHEDULE_ARN": self.schedule_arn,
            "TARGET_ARN": self.target["Arn"],
            **({"EXHAUSTED_RETRY_CONDITION": exhausted} if exhausted else {}),
        }
        return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}


def delay(schedule: Schedule, scheduled: datetime) -> timedelta:
    """How long after its time a run begins: somewhere in the flexible window, always at the same place."""
    minutes = schedule.flexible_time_window.get("MaximumWindowInMinutes") or 0
    digest = hashlib.sha256(f"{schedule.arn} {scheduled.isoformat()}".encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:4]) % (minutes * 60)) if minutes else timedelta()


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
