"""Lambda's asynchronous queue: it takes events over from whoever pushes them, and tries each when it is due."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from emulator.execution.asynchronous_event import Attempt, Event
from emulator.execution.invoke_api import InvokeApi
from emulator.tally import Edge

if TYPE_CHECKING:
    from emulator.account import Account


class Delivery:
    """The queue of every function of the account, and the Invoke API in front of it."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._events: list[Event] = []
        self._count = 0
        self._api = InvokeApi(account, self.accept)

    def open(self) -> None:
        self._api.open()

    def close(self) -> None:
        self._api.close()
        self._events.clear()

    def accept(
        self, function_arn: str, payload: Any, *, edge: Edge, event_id: str, what: str, request_id: str | None = None
    ) -> None:
        """Take an event over: from now on it is Lambda's.

        Args:
            function_arn: whom it wakes.
            payload: the event.
            edge: the way it came; it was entered there in the tally as sent.
            event_id: its id there.
            what: the event in a few words, for people.
            request_id: the id of every invocation it causes, where somebody was told already. None makes a new one.
        """
        now = self._account.clock.now
        self._count += 1
        self._events.append(
            Event(
                number=self._count,
                function_arn=function_arn,
                payload=payload,
                edge=edge,
                event_id=event_id,
                what=what,
                request_id=request_id or self._account.runtime.new_request_id(function_arn),
                accepted_at=now,
                due=now,
            )
        )

    def deliver(self) -> bool:
        """Try every event that is due, in the order they became due."""
        now = self._account.clock.now
        due = [event for event in self._events if event.due <= now]
        self._events = [event for event in self._events if event.due > now]
        for event in sorted(due, key=lambda event: (event.due, event.number)):
            with self._account.chains.within(self._account.chains.of(event.event_id)):
                again = Attempt(self._account, event).make()
            if again:
                self._events.append(event)
        return bool(due)

    def next_due(self) -> datetime | None:
        return min((event.due for event in self._events), default=None)
