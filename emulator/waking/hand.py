"""The hand that sends: it tries each push that was begun by hand when it is due, as the service's own delivery does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from emulator.tally import Edge

if TYPE_CHECKING:
    from emulator.account import Account


class Push(Protocol):
    """An event on its way to a function."""

    edge: Edge
    event_id: str
    """Of this event on this edge, in the tally."""
    due: datetime


class Hand:
    """What was begun by hand in an account. It stands among the account's deliveries, so the account waits for it."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._begun: list[tuple[Push, Callable[[], bool]]] = []

    def open(self) -> None:
        """There is nothing of moto's to take the place of."""

    def close(self) -> None:
        self._begun.clear()

    def begin(self, push: Push, attempt: Callable[[], bool]) -> None:
        """Begin a push in the chain at work.

        Args:
            attempt: makes one try, and says whether there will be another one.
        """
        self._account.chains.remember(push.event_id)
        self._account.tally.sent(push.edge, push.event_id)
        self._begun.append((push, attempt))

    def deliver(self) -> bool:
        now = self._account.clock.now
        due = [each for each in self._begun if each[0].due <= now]
        self._begun = [each for each in self._begun if each[0].due > now]
        for push, attempt in sorted(due, key=lambda each: each[0].due):
            with self._account.chains.within(self._account.chains.of(push.event_id)):
                if attempt():
                    self._begun.append((push, attempt))
        return bool(due)

    def next_due(self) -> datetime | None:
        return min((push.due for push, _ in self._begun), default=None)
