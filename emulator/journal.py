"""The journal: what happened in the account, in order, told to whoever listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How one hop of an event ended."""

    DELIVERED = "delivered"
    FAILED = "failed"
    DENIED = "denied"
    FILTERED = "filtered"
    DEAD = "dead"
    LOST = "lost"


@dataclass(frozen=True)
class Hop:
    """One try to bring an event, or a batch of them, from one thing to the next."""

    at: datetime
    chain: str
    """The causal chain it belongs to: all that follows from one event sent."""
    what: str
    """The event in a few words: `ObjectCreated:Put incoming/a.geojson`, `10 messages`, `Strong Quake`."""
    source: str
    target: str
    outcome: Outcome
    attempt: int = 1
    attempts_allowed: int | None = None
    size: int = 1
    """How many events travelled together."""
    cause: str | None = None
    fix: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    """For programs: payload, result, request id, log lines."""


@dataclass(frozen=True)
class Denial:
    """A right that somebody needed and did not have."""

    at: datetime
    chain: str
    principal: str
    """ARN of the role session, or the service."""
    action: str
    resource: str
    layer: str
    policy: str | None
    """Name of the policy that denied, or that fell short."""
    reason: str
    explicit: bool
    caller: str
    """Name of who was at work: the function, the trigger."""
    missing: str | None = None
    """The key of an object that is not there, where the right was only to be told so: S3 answers 403 and not 404 to
    whoever may not list the bucket."""


Entry = Hop | Denial


class Journal:
    """What happened, in order. Listeners hear each entry as it is written."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._listeners: list[Callable[[Entry], None]] = []
        self._aside: list[Denial] | None = None

    def listen(self, listener: Callable[[Entry], None]) -> None:
        self._listeners.append(listener)

    def write(self, entry: Entry) -> None:
        if self._aside is not None and isinstance(entry, Denial):
            self._aside.append(entry)
            return
        self.entries.append(entry)
        for listener in self._listeners:
            listener(entry)

    @contextmanager
    def set_aside(self) -> Iterator[list[Denial]]:
        """Inside, denials are handed to the caller, and nobody else hears of them."""
        before, denials = self._aside, list[Denial]()
        self._aside = denials
        try:
            yield denials
        finally:
            self._aside = before

    @property
    def hops(self) -> list[Hop]:
        return [entry for entry in self.entries if isinstance(entry, Hop)]

    @property
    def denials(self) -> list[Denial]:
        return [entry for entry in self.entries if isinstance(entry, Denial)]


class Chains:
    """Which causal chain is at work now, and to which chain each event on its way belongs."""

    def __init__(self) -> None:
        self._count = 0
        self._current: str | None = ""
        self._of: dict[str, str] = {}

    def begin(self) -> str:
        """A new chain's id: `c1`, `c2`, ..."""
        self._count += 1
        return f"c{self._count}"

    @property
    def current(self) -> str:
        """The chain at work; empty outside of one."""
        if self._current is None:
            self._current = self.begin()
        return self._current

    @contextmanager
    def within(self, chain: str | None) -> Iterator[None]:
        """All that happens inside belongs to `chain`; None is a new one, which begins when something does happen."""
        before, self._current = self._current, chain
        try:
            yield
        finally:
            self._current = before

    def remember(self, event_id: str) -> None:
        """`event_id` belongs to the chain at work."""
        self._of[event_id] = self.current

    def of(self, *event_ids: str) -> str:
        """The chain of these events; `c1+c2` where a batch joins several."""
        return "+".join(dict.fromkeys(self._of.get(event_id, "") for event_id in event_ids))
