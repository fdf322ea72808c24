"""A lane: the records of some keys of a shard, in order, and the batches that are made of them one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.execution.invocation import Invocation
from emulator.queueing.gathering import LARGEST_PAYLOAD_BYTES
from emulator.streaming.settings import StreamSettings
from emulator.streaming.stream import StreamRecord
from emulator.streaming.tumbling_window import TumblingWindow, window_of

# Lambda waits longer after each try and does not publish how long.
_FIRST_PAUSE_SECONDS = 1
_LONGEST_PAUSE_SECONDS = 300


@dataclass
class Batch:
    """Records that a function receives together, and how it went so far."""

    records: list[StreamRecord]
    attempts: int = 0
    """How often the function failed on exactly these."""
    refusals: int = 0
    """How often Lambda could not run the function: these count for no limit of retries."""
    runs: int = 0
    retry_at: datetime | None = None
    last: Invocation | None = None

    def wait(self, now: datetime, latest: datetime | None) -> None:
        """Set when it is tried again: at `latest`, where something else becomes of it then."""
        due = now + pause_after(self.attempts + self.refusals)
        self.retry_at = due if latest is None else min(due, latest)


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries that came to nothing: 1 second, 2, 4, and at most 5 minutes."""
    return timedelta(seconds=min(_FIRST_PAUSE_SECONDS * 2 ** min(tries - 1, 16), _LONGEST_PAUSE_SECONDS))


class Lane:
    """Holds up everything behind a batch until that batch has come to its end, so that an order is kept."""

    def __init__(self) -> None:
        self.waiting: deque[StreamRecord] = deque()
        self.trying: deque[Batch] = deque()
        """Batches that were begun: the first is the one at work."""
        self.window: TumblingWindow | None = None
        self._since: datetime | None = None

    @property
    def is_idle(self) -> bool:
        return not self.waiting and not self.trying

    def add(self, record: StreamRecord, now: datetime) -> None:
        self._since = self._since or now
        self.waiting.append(record)

    def take_all(self) -> list[StreamRecord]:
        """Empty it; what was begun begins anew elsewhere."""
        records = [record for batch in self.trying for record in batch.records] + list(self.waiting)
        self.trying.clear()
        self.waiting.clear()
        return records

    def next_batch(self, settings: StreamSettings, now: datetime) -> Batch | None:
        """The batch to work on now, if any."""
        if self.trying:
            first = self.trying[0]
            return first if first.retry_at is None or first.retry_at <= now else None
        due = self._due(settings)
        if due is None or due > now or self._is_held_up:
            return None
        batch = Batch([self.waiting.popleft() for _ in range(len(self._gathered(settings)))])
        self.trying.append(batch)
        return batch

    def replace(self, *parts: Sequence[StreamRecord]) -> None:
        """Put smaller batches in the place of the one at work, in their order."""
        self.trying.popleft()
        self.trying.extendleft(Batch(list(part)) for part in reversed(parts) if part)

    def done(self, now: datetime) -> None:
        """The batch at work has come to its end. The time to gather the next one begins."""
        self.trying.popleft()
        self._since = now if self.waiting else None

    def next_due(self, settings: StreamSettings) -> datetime | None:
        """When there will be something to do. A moment that has passed means now."""
        if self.trying:
            return self.trying[0].retry_at
        if self.window is None:
            return self._due(settings)
        if self.window.retry_at is not None:
            return self.window.retry_at
        due = self._due(settings)
        return self.window.end if due is None else min(due, self.window.end)

    def closing(self, settings: StreamSettings, now: datetime) -> TumblingWindow | None:
        """The window that is over and has had all its records; None while there is none."""
        window = self.window
        if window is None or self.trying or (window.retry_at is not None and window.retry_at > now):
            return None
        if window.retry_at is not None or window.is_too_large:
            return window
        has_more = bool(self.waiting) and self.waiting[0].arrived < window.end
        return None if has_more or now < window.end else window

    @property
    def _is_held_up(self) -> bool:
        """Whether a window cannot be closed: nothing goes on until it is."""
        return self.window is not None and self.window.retry_at is not None

    def opened_for(self, records: Sequence[StreamRecord], settings: StreamSettings) -> TumblingWindow | None:
        """The window these records belong to; None where the mapping has none."""
        if settings.tumbling_window is None:
            self.window = None
            return None
        if self.window is None:
            self.window = window_of(records[0].arrived, settings.tumbling_window)
        return self.window

    def _due(self, settings: StreamSettings) -> datetime | None:
        """When the next batch has waited long enough, or is full."""
        if self._since is None or not self.waiting:
            return None
        gathered = self._gathered(settings)
        if len(gathered) >= settings.batch_size or len(gathered) < len(self.waiting):
            return self._since
        due = self._since + settings.batch_window
        if settings.tumbling_window is not None:
            due = min(due, window_of(gathered[0].arrived, settings.tumbling_window).end)
        return due

    def _gathered(self, settings: StreamSettings) -> list[StreamRecord]:
        """The next batch as far as it is here: so many records, of one window, and no more than one may carry."""
        gathered: list[StreamRecord] = []
        size = 0
        end = None
        if settings.tumbling_window is not None:
            end = window_of(self.waiting[0].arrived, settings.tumbling_window).end
        for record in self.waiting:
            size += record.size_bytes
            outside = end is not None and record.arrived >= end
            if len(gathered) == settings.batch_size or outside or (gathered and size > LARGEST_PAYLOAD_BYTES):
                break
            gathered.append(record)
        return gathered
