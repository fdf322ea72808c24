"""Lambda's poller of one stream: it reads every shard as the function's role, in order, and works on its lanes.

It reads whatever is there at once and keeps it, where Lambda reads a batch at a time; a filter is asked as soon as a
record is read. The lanes of a shard are worked on one after the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import EventSourceMapping

from components.event_filter import FilterCriteria
from emulator.identity import Identity
from emulator.journal import Outcome
from emulator.streaming.lane import Lane
from emulator.streaming.lane_work import LaneWork
from emulator.streaming.record_fates import RecordFates
from emulator.streaming.settings import StreamSettings, read_settings
from emulator.streaming.stream import Shard, Stream, StreamRecord, Streams, Unread, comes_after
from emulator.tally import Ending

if TYPE_CHECKING:
    from emulator.account import Account

# Lambda tries again without end; while nothing else happens, trying more often would tell nothing new.
_REFUSED_PAUSE = timedelta(minutes=1)

_criteria = lru_cache(maxsize=256)(FilterCriteria.parse)


class _Reading:
    """How far one shard was read, and what is left to do of it."""

    def __init__(self, after: str | None) -> None:
        self.after = after
        self.lanes: list[Lane] = []

    @property
    def is_idle(self) -> bool:
        return all(lane.is_idle for lane in self.lanes)

    def take(self, records: Sequence[StreamRecord], lanes: int, now: datetime) -> None:
        """Put records into the lanes of their keys, of which there are to be so many."""
        if len(self.lanes) != lanes:
            held = [record for lane in self.lanes for record in lane.take_all()]
            records = sorted([*held, *records], key=lambda record: int(record.sequence_number))
            self.lanes = [Lane() for _ in range(lanes)]
        for record in records:
            digest = hashlib.sha256(record.partition_key.encode()).digest()
            self.lanes[int.from_bytes(digest[:8]) % lanes].add(record, now)


class Poller:
    """One event source mapping at work. It starts where its stream is when it is made."""

    def __init__(self, account: Account, streams: Streams, mapping: EventSourceMapping) -> None:
        self._account = account
        self._streams = streams
        self._mapping = mapping
        self._fates = RecordFates(account, streams, mapping)
        self._readings: dict[str, _Reading] = {}
        self._refused_for: dict[str, str | None] = {}
        self._refused_at = account.clock.now
        stream = self._stream()
        if stream is not None:
            self._readings = {shard.shard_id: self._begin(stream, shard) for shard in stream.shards()}

    def entered(self, event_id: str) -> None:
        """A record came into the stream."""
        if self._mapping.enabled:
            self._fates.sent(event_id)

    def poll(self) -> bool:
        """Read what can be read now, and run the function for each batch that is due.

        Returns:
            Whether anything was done.
        """
        stream = self._stream()
        if stream is None or not self._mapping.enabled:
            return False
        settings = read_settings(self._mapping)
        read = self._read_all(stream, settings)
        worked = [self._work(stream, settings, shard) for shard in stream.shards()]
        return read or any(worked)

    def next_due(self) -> datetime | None:
        """When a batch or a window is due, or an unread record is thrown away."""
        stream = self._stream()
        if stream is None or not self._mapping.enabled:
            return None
        settings = read_settings(self._mapping)
        lanes = [lane for reading in self._readings.values() for lane in reading.lanes]
        dues = [due for lane in lanes if (due := lane.next_due(settings)) is not None]
        for shard_id in self._refused_for:
            dues += [unread.arrived + stream.retention for unread in self._unread(stream, shard_id)[:1]]
        return min(dues, default=None)

    def _begin(self, stream: Stream, shard: Shard) -> _Reading:
        after = stream.start(shard.shard_id, self._mapping)
        for unread in stream.unread(shard.shard_id, after):
            if unread.arrived + stream.retention > self._account.clock.now:
                break
            after = unread.sequence_number  # It is no longer in the stream, though moto still has it.
        return _Reading(after)

    def _stream(self) -> Stream | None:
        return self._streams.find(self._mapping.event_source_arn)

    def _reading(self, shard: Shard) -> _Reading:
        # A shard that came later is read from its beginning.
        return self._readings.setdefault(shard.shard_id, _Reading(None))

    def _unread(self, stream: Stream, shard_id: str) -> Sequence[Unread]:
        reading = self._readings.get(shard_id)
        return stream.unread(shard_id, reading.after if reading else None)

    def _behind(self, stream: Stream) -> list[Shard]:
        """The shards with something to read, but for those whose parents are not done with."""
        shards = {shard.shard_id: shard for shard in stream.shards()}
        return [
            shard
            for shard in shards.values()
            if self._is_behind(shard)
            and not any(self._holds_up(shards[parent]) for parent in shard.parents if parent in shards)
        ]

    def _is_behind(self, shard: Shard) -> bool:
        return comes_after(shard.last, self._reading(shard).after)

    def _holds_up(self, parent: Shard) -> bool:
        return self._is_behind(parent) or not self._reading(parent).is_idle

    def _read_all(self, stream: Stream, settings: StreamSettings) -> bool:
        read = False
        for shard in self._behind(stream):
            self._drop_what_is_gone(stream, shard)
            if self._is_behind(shard) and not self._is_refused(shard):
                self._read(stream, settings, shard)
                read = True
        return read

    def _is_refused(self, shard: Shard) -> bool:
        recent = self._account.clock.now < self._refused_at + _REFUSED_PAUSE
        return recent and self._refused_for.get(shard.shard_id) == shard.last

    def _drop_what_is_gone(self, stream: Stream, shard: Shard) -> None:
        now = self._account.clock.now
        gone = [each for each in self._unread(stream, shard.shard_id) if each.arrived + stream.retention <= now]
        if not gone:
            return
        self._reading(shard).after = gone[-1].sequence_number
        self._refused_for.pop(shard.shard_id, None)
        for each in gone:
            self._fates.sent(each.event_id)
        hours = stream.retention.total_seconds() / 3600
        self._fates.tell(
            [each.event_id for each in gone],
            Outcome.LOST,
            cause=f"the stream keeps a record for {hours:g} hours, and nobody read it",
        )

    def _read(self, stream: Stream, settings: StreamSettings, shard: Shard) -> None:
        waiting = [each.event_id for each in self._unread(stream, shard.shard_id)]
        with self._account.chains.within(self._account.chains.of(*waiting[:1])):
            reading = self._reading(shard)
            try:
                records = stream.read(self._identity(), shard.shard_id, reading.after)
            except (ClientError, UnknownFunctionException) as error:
                self._refuse(shard, waiting, str(error))
                return
            self._refused_for.pop(shard.shard_id, None)
            reading.after = records[-1].sequence_number if records else shard.last
            for record in records:
                self._fates.sent(record.event_id)
            wanted = self._filtered(records, settings)
            reading.take(wanted, settings.lanes, self._account.clock.now)

    def _refuse(self, shard: Shard, waiting: Sequence[str], cause: str) -> None:
        self._refused_for[shard.shard_id] = shard.last
        self._refused_at = self._account.clock.now
        for event_id in waiting:
            self._fates.sent(event_id)
        self._fates.tell(waiting, Outcome.DENIED, cause=cause)

    def _identity(self) -> Identity:
        """The function's role; its session bears the function's name."""
        function = self._account.storage.backend("lambda").get_function(self._mapping.function_arn)
        return self._account.identities.role_session(
            function.role, function.function_name, self._account.names.of(self._mapping.function_arn)
        )

    def _filtered(self, records: Sequence[StreamRecord], settings: StreamSettings) -> list[StreamRecord]:
        criteria = _criteria(settings.patterns, self._streams.kind.filtered)
        wanted = [record for record in records if criteria.wants(record.event)]
        kept = {record.event_id for record in wanted}
        unwanted = [record.event_id for record in records if record.event_id not in kept]
        if unwanted:
            self._fates.ended(unwanted, Ending.FILTERED)
            self._fates.tell(
                unwanted, Outcome.FILTERED, cause="the filter of the event source mapping does not want it"
            )
        return wanted

    def _work(self, stream: Stream, settings: StreamSettings, shard: Shard) -> bool:
        reading = self._reading(shard)
        if reading.lanes and len(reading.lanes) != settings.lanes:
            reading.take((), settings.lanes, self._account.clock.now)
        worked = [
            LaneWork(
                self._account,
                self._mapping,
                self._streams.kind,
                settings,
                self._fates,
                shard_id=shard.shard_id,
                lane=lane,
                retention=stream.retention,
                identity=self._identity,
            ).go()
            for lane in reading.lanes
            if not lane.is_idle or lane.window is not None
        ]
        return any(worked)
