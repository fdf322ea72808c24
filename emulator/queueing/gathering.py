"""A batch as it fills: until it is full, has waited for its window, or weighs what one invocation may carry."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

LARGEST_PAYLOAD_BYTES = 6 * 1024 * 1024
"""What one invocation may carry (Lambda Developer Guide, "Lambda quotas")."""


class BatchLimits(Protocol):
    """An event source mapping, as far as a batch is concerned."""

    batch_size: int
    max_batch_window: int | None
    """In seconds. None: nothing is waited for."""


class Gathering:
    """The messages of the next batch (Lambda Developer Guide, "Batching behavior")."""

    def __init__(self, limits: BatchLimits) -> None:
        self._limits = limits
        self._messages: dict[str, dict[str, Any]] = {}
        self._bytes = 0
        self._since: datetime | None = None

    @property
    def room(self) -> int:
        """How many messages it takes until it is full."""
        return self._limits.batch_size - len(self._messages)

    def fits(self, record_bytes: int) -> bool:
        """Whether a record of this size may still be added; the first one always may."""
        return not self._messages or self._bytes + record_bytes <= LARGEST_PAYLOAD_BYTES

    def add(self, message: dict[str, Any], record_bytes: int, now: datetime) -> None:
        """Take a message in. One that comes again, visible anew while it waited, stands there once."""
        self._since = self._since or now
        self._messages[message["MessageId"]] = message
        self._bytes += record_bytes

    @property
    def due(self) -> datetime | None:
        """When it has waited long enough; None while it is empty."""
        if self._since is None:
            return None
        return self._since + timedelta(seconds=self._limits.max_batch_window or 0)

    def is_complete(self, now: datetime) -> bool:
        """Whether the function is to run for it now."""
        return self.due is not None and (self.room <= 0 or now >= self.due)

    def take(self) -> list[dict[str, Any]]:
        """The batch, in the order in which it came; a new one begins empty."""
        messages = list(self._messages.values())
        self._messages, self._bytes, self._since = {}, 0, None
        return messages
