"""Virtual time: it stands still until somebody moves it, and the whole process sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import time_machine

START = datetime(2030, 1, 1, 12, 0, 0, tzinfo=UTC)


class Clock:
    """The account's time, from `START` on, in UTC.

    While it runs, `datetime.now`, `time.time` and moto's own time stamps follow it; `time.monotonic` and
    `time.perf_counter` stay real, so progress and durations of this machine can still be measured.
    """

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._travel: time_machine.travel
        self._traveller: time_machine.Traveller | None = None

    def start(self) -> None:
        """Let the process see virtual time, as far as it has moved."""
        self._travel = time_machine.travel(self._now, tick=False)
        self._traveller = self._travel.start()

    def stop(self) -> None:
        """Give the process its real time back."""
        self._travel.stop()
        self._traveller = None

    @contextmanager
    def away(self) -> Iterator[None]:
        """Inside, the process has its real time, for a library that counts its waiting by it."""
        if self._traveller is None:
            yield
            return
        self.stop()
        try:
            yield
        finally:
            self.start()

    @property
    def now(self) -> datetime:
        return self._now

    def advance_to(self, moment: datetime) -> None:
        """Move on to `moment`; a moment that has passed changes nothing."""
        if moment <= self._now:
            return
        self._now = moment
        if self._traveller is not None:
            self._traveller.move_to(moment)

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`."""
        self.advance_to(self._now + timedelta(seconds=seconds))
