"""One message on its way to one subscriber: how often it was tried, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from emulator.notifying.message import Message
from emulator.notifying.retry_policy import pause_before
from emulator.tally import Edge


@dataclass
class SubscriptionDelivery:
    """A message for one subscription, as that stood when the message was published."""

    message: Message
    subscription_arn: str
    protocol: Literal["lambda", "sqs"]
    endpoint: str
    """ARN of the function or queue."""
    raw: bool
    dead_letter_arn: str | None
    edge: Edge
    event_id: str
    """Of this message on this edge, in the tally."""
    due: datetime
    attempts: int = 0

    @property
    def lane(self) -> tuple[str, str] | None:
        """What keeps its order: a group of a FIFO topic on its way to one subscriber. None: nothing does."""
        if self.message.sequence_number is None:
            return None
        return self.subscription_arn, self.message.group_id or ""

    def wait(self, now: datetime) -> bool:
        """Set the moment of the next try; False: there is none any more."""
        pause = pause_before(self.attempts)
        if pause is None:
            return False
        self.due = now + pause
        return True
