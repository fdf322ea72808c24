"""Messages on their way to a queue: few calls, within SQS's limits, and none that fails unseen."""

from __future__ import annotations

import logging
from typing import Any

MOST_MESSAGES = 10
"""Messages of one call (SQS API reference, SendMessageBatch)."""

MOST_BYTES = 1_048_576
"""UTF-8 bytes of one message, and of all messages of one call together (SQS API reference, SendMessageBatch)."""

TRIES = 3

log = logging.getLogger(__name__)


class NotAllSent(Exception):
    """Some messages could not be sent; all others were."""


class Outbox:
    """Collects messages and sends them in batches.

    Args:
        sqs: a boto3 client.
        queue_url: where they go.

    Attributes:
        sent: how many the queue has taken.
    """

    def __init__(self, sqs: Any, queue_url: str) -> None:
        self.sent = 0
        self._sqs = sqs
        self._queue_url = queue_url
        self._waiting: list[str] = []
        self._waiting_bytes = 0
        self._unsent = 0

    def put(self, body: str) -> None:
        """Add a message; earlier ones leave when it does not fit beside them."""
        size = len(body.encode())
        if size > MOST_BYTES:
            self._give_up([f"{size} bytes, {MOST_BYTES} are allowed: {body[:80]}"])
            return
        if len(self._waiting) == MOST_MESSAGES or self._waiting_bytes + size > MOST_BYTES:
            self.flush()
        self._waiting.append(body)
        self._waiting_bytes += size

    def flush(self) -> None:
        """Send what waits. The queue may take some messages of a call and refuse others: those are tried again."""
        bodies = {str(number): body for number, body in enumerate(self._waiting)}
        self._waiting, self._waiting_bytes = [], 0
        refusals: list[dict[str, Any]] = []
        for _ in range(TRIES):
            if not bodies:
                return
            entries = [{"Id": number, "MessageBody": body} for number, body in bodies.items()]
            answer = self._sqs.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
            refusals = answer.get("Failed", [])
            self.sent += len(bodies) - len(refusals)
            bodies = {refusal["Id"]: bodies[refusal["Id"]] for refusal in refusals}
        self._give_up([f"{refusal['Code']} {refusal.get('Message', '')}" for refusal in refusals])

    def close(self) -> None:
        """Send what waits.

        Raises:
            NotAllSent: a message, now or earlier, was too large or was refused again and again.
        """
        self.flush()
        if self._unsent:
            raise NotAllSent(f"{self._unsent} messages could not be sent, {self.sent} were")

    def _give_up(self, reasons: list[str]) -> None:
        self._unsent += len(reasons)
        for reason in reasons:
            log.error("message not sent", extra={"reason": reason})
