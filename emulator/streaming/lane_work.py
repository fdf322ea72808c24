"""Work on a lane: run the function for each batch that is due, and see that every record comes to its end.

A batch that failed is split in two where the mapping says so, and that counts for no limit; else it is tried again,
until its retries or its records' age end it and its record goes to the on-failure destination. Where a partial response
names the very first record, nothing lies before the cut, so the batch is halved: Lambda does not document what it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import EventSourceMapping

from emulator.execution.destinations import DestinationError
from emulator.execution.invocation import Invocation
from emulator.identity import Identity
from emulator.journal import Outcome
from emulator.streaming.batch_outcome import BatchOutcome, outcome_of
from emulator.streaming.failed_batches import Condition, failure_record, send_failure
from emulator.streaming.lane import Batch, Lane, pause_after
from emulator.streaming.record_fates import RecordFates
from emulator.streaming.settings import StreamSettings
from emulator.streaming.stream import StreamKind, StreamRecord
from emulator.streaming.tumbling_window import TumblingWindow
from emulator.tally import Ending

if TYPE_CHECKING:
    from emulator.account import Account


class LaneWork:
    """A mapping at work on one lane of one shard.

    Args:
        retention: how long the stream keeps a record.
        identity: makes the identity of the function's role, for what it sends away.
    """

    def __init__(
        self,
        account: Account,
        mapping: EventSourceMapping,
        kind: StreamKind,
        settings: StreamSettings,
        fates: RecordFates,
        *,
        shard_id: str,
        lane: Lane,
        retention: timedelta,
        identity: Callable[[], Identity],
    ) -> None:
        self._account = account
        self._mapping = mapping
        self._kind = kind
        self._settings = settings
        self._fates = fates
        self._shard_id = shard_id
        self._lane = lane
        self._retention = retention
        self._identity = identity

    def go(self) -> bool:
        """Do all that is due now. True when anything was done."""
        worked = False
        while True:
            window = self._lane.closing(self._settings, self._now)
            if window is not None:
                self._close(window)
            else:
                batch = self._lane.next_batch(self._settings, self._now)
                if batch is None:
                    return worked
                with self._account.chains.within(self._account.chains.of(*_ids(batch.records))):
                    self._try(batch)
            worked = True

    @property
    def _now(self) -> datetime:
        return self._account.clock.now

    @property
    def _attempts_allowed(self) -> int | None:
        most = self._settings.max_retries
        return None if most is None else most + 1

    def _try(self, batch: Batch) -> None:
        self._drop_what_is_gone(batch)
        self._give_up_what_is_too_old(batch)
        if not batch.records:
            self._lane.done(self._now)
            return
        window = self._lane.opened_for(batch.records, self._settings)
        invocation = self._invoke(batch.records, self._fields(window, final=False, early=False))
        batch.last = invocation
        if not invocation.ran:
            self._refused(batch, invocation)
            return
        batch.runs += 1
        outcome = outcome_of(
            invocation,
            [record.sequence_number for record in batch.records],
            reports=self._settings.reports_failures,
            windowed=window is not None,
        )
        if window is not None and invocation.error is None and outcome.done:
            window.state = invocation.result["state"]
        self._tell(batch, outcome, invocation)
        self._settle(batch, outcome)

    def _invoke(self, records: Sequence[StreamRecord], fields: Mapping[str, Any]) -> Invocation:
        event = {"Records": [record.event for record in records], **fields}
        return self._account.runtime.invoke(self._mapping.function_arn, event)

    def _fields(self, window: TumblingWindow | None, *, final: bool, early: bool) -> dict[str, Any]:
        if window is None:
            return {}
        return window.fields(self._shard_id, self._mapping.event_source_arn, final=final, early=early)

    def _refused(self, batch: Batch, invocation: Invocation) -> None:
        """Lambda could not run the function: it tries again for as long as the records live."""
        batch.refusals += 1
        batch.wait(self._now, self._end_of(batch))
        self._fates.tell(
            _ids(batch.records), Outcome.FAILED, attempt=batch.refusals, cause=str(invocation.error), fix=invocation.fix
        )

    def _tell(self, batch: Batch, outcome: BatchOutcome, invocation: Invocation) -> None:
        ids = _ids(batch.records)
        # One invocation is told in full once, however its records fared.
        details = invocation.details()
        if outcome.done:
            done = ids[: outcome.done]
            self._fates.ended(done, Ending.PROCESSED)
            self._fates.tell(
                done,
                Outcome.DELIVERED,
                of=len(ids),
                attempt=batch.attempts + 1,
                attempts_allowed=self._attempts_allowed,
                details=details,
            )
            details = {}
        if outcome.done < len(ids):
            self._fates.tell(
                ids[outcome.done :],
                Outcome.FAILED,
                of=len(ids),
                attempt=batch.attempts + 1,
                attempts_allowed=self._attempts_allowed,
                cause=outcome.cause,
                fix=invocation.fix,
                details=details,
            )

    def _settle(self, batch: Batch, outcome: BatchOutcome) -> None:
        left = batch.records[outcome.done :]
        if not left:
            self._lane.done(self._now)
        elif self._settings.bisects and outcome.done:
            self._lane.replace(left)
        elif self._settings.bisects and len(left) > 1:
            middle = len(left) // 2
            self._lane.replace(left[:middle], left[middle:])
        else:
            batch.records = left
            batch.attempts += 1
            if self._settings.max_retries is not None and batch.attempts > self._settings.max_retries:
                self._give_up(batch, left, "RetryAttemptsExhausted", outcome.cause)
                self._lane.done(self._now)
            else:
                batch.wait(self._now, self._end_of(batch))

    def _end_of(self, batch: Batch) -> datetime:
        """When the oldest record of a batch is too old, or gone from the stream."""
        age = self._settings.max_record_age
        return batch.records[0].arrived + (self._retention if age is None else min(age, self._retention))

    def _drop_what_is_gone(self, batch: Batch) -> None:
        gone = [record for record in batch.records if record.arrived + self._retention <= self._now]
        if gone:
            batch.records = batch.records[len(gone) :]
            self._fates.tell(
                _ids(gone),
                Outcome.LOST,
                attempt=max(batch.attempts + batch.refusals, 1),
                cause=f"the stream keeps a record for {self._retention.total_seconds() / 3600:g} hours",
                fix="give the trigger a greatest record age that is shorter, and a place for what fails",
            )

    def _give_up_what_is_too_old(self, batch: Batch) -> None:
        age = self._settings.max_record_age
        old = [record for record in batch.records if age is not None and record.arrived + age <= self._now]
        if age is not None and old:
            self._give_up(batch, old, "RecordAgeExceeded", f"older than {age.total_seconds():g} seconds")
            batch.records = batch.records[len(old) :]

    def _give_up(self, batch: Batch, records: Sequence[StreamRecord], condition: Condition, cause: str | None) -> None:
        ids = _ids(records)
        attempt, allowed = max(batch.attempts, 1), self._attempts_allowed
        place = self._settings.destination_arn
        if place is None:
            why = f"{condition}: {cause}; the mapping has no on-failure destination"
            self._fates.tell(
                ids, Outcome.LOST, attempt=attempt, attempts_allowed=allowed, cause=why, fix="give it a destination"
            )
            return
        told = failure_record(self._mapping, self._kind, self._shard_id, batch, records, condition, self._now)
        try:
            send_failure(self._account, self._identity(), self._mapping, place, self._shard_id, told, records)
        except (DestinationError, UnknownFunctionException) as error:
            why = f"{condition}: {cause}; and its on-failure destination: {error}"
            self._fates.tell(ids, Outcome.LOST, attempt=attempt, attempts_allowed=allowed, cause=why)
            return
        self._fates.ended(ids, Ending.DEAD_LETTERED)
        name = self._account.names.of(place)
        self._fates.tell(
            ids,
            Outcome.DEAD,
            target=name,
            attempt=attempt,
            attempts_allowed=allowed,
            cause=f"{condition}: {cause}",
            fix=f"mend the cause, then take the records from {name}",
            details={"failure": told},
        )

    def _close(self, window: TumblingWindow) -> None:
        """Give the function the state of a window that is over, or that has grown too large to go on with."""
        early = window.is_too_large
        invocation = self._invoke([], self._fields(window, final=not early, early=early))
        cause = str(invocation.error) if invocation.error else None
        window.attempts += 1
        most = self._settings.max_retries
        exhausted = invocation.ran and most is not None and window.attempts > most
        self._fates.tell(
            [],
            Outcome.DELIVERED if cause is None else Outcome.LOST if exhausted else Outcome.FAILED,
            what=f"window {'cut short at' if early else 'to'} {window.end:%H:%M:%S}",
            attempt=window.attempts,
            attempts_allowed=self._attempts_allowed,
            cause=f"{cause}; what was counted in the window is gone" if exhausted and cause else cause,
            fix=invocation.fix,
            details=invocation.details(),
        )
        if cause is not None and not exhausted:
            window.retry_at = self._now + pause_after(window.attempts)
        elif early and cause is None:
            window.state, window.attempts, window.retry_at = {}, 0, None
        else:
            self._lane.window = None


def _ids(records: Sequence[StreamRecord]) -> list[str]:
    return [record.event_id for record in records]
