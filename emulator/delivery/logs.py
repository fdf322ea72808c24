"""CloudWatch Logs: lines of a log that a subscription filter wants are handed to its function, and tried again.

An event here is a batch: the lines of one stream that one filter wants, of those that came in one call, which is how a
function's environment writes the log of one invocation. What a filter does not want is no event and is counted nowhere:
every invocation writes lines of Lambda's own, and no tally could be read beside them.

Emulated are subscription filters of log groups and, as destinations, functions. Policies of the account, streams,
other accounts and transformed logs are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from moto.logs.models import LogStream

from components.log_batch import batch_event, log_event_id
from components.log_pattern import LogPattern
from emulator.listening import filter_checks
from emulator.listening.log_batch import LogBatch
from emulator.listening.log_batch_attempt import LogBatchAttempt
from emulator.tally import Edge

if TYPE_CHECKING:
    from emulator.account import Account

OFF_FOR = timedelta(minutes=10)
"""How long a filter is off whose function refused. The guide says up to that long ("Real-time processing of log data
with subscriptions")."""

_pattern = lru_cache(maxsize=1024)(LogPattern.parse)


class Delivery:
    """Every log group of the account and its subscription filters."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._waiting: list[LogBatch] = []
        self._off_until: dict[tuple[str, str], datetime] = {}
        """Filters whose function refused, by group and name."""
        self._faults: dict[str, list[str]] = {}
        self._log_events = 0
        self._batches = 0
        self._open = ExitStack()

    def open(self) -> None:
        self._open.enter_context(filter_checks.checked(self._account))
        self._open.enter_context(patch.object(LogStream, "_send_log_events", self._sending()))

    def close(self) -> None:
        self._open.close()
        self._waiting.clear()

    def refuse(self, function_arn: str, error: str, times: int) -> None:
        """Let Lambda answer the next tries for a function with an error of the server's side, as it does when it is
        overloaded.

        Args:
            error: as Lambda would name it: `TooManyRequestsException`.
            times: how many tries.
        """
        self._faults.setdefault(function_arn, []).extend([error] * times)

    def deliver(self) -> bool:
        now = self._account.clock.now
        due = sorted((batch for batch in self._first_of_lanes() if batch.due <= now), key=lambda batch: batch.due)
        over = {id(batch) for batch in due if not self._try(batch)}
        self._waiting = [batch for batch in self._waiting if id(batch) not in over]
        return bool(due)

    def next_due(self) -> datetime | None:
        return min((batch.due for batch in self._first_of_lanes()), default=None)

    def _first_of_lanes(self) -> Iterator[LogBatch]:
        """What can be tried: lines of one stream wait for those before them."""
        taken = set()
        for batch in self._waiting:
            if batch.lane not in taken:
                taken.add(batch.lane)
                yield batch

    def _try(self, batch: LogBatch) -> bool:
        """Whether there will be another try."""
        attempt = LogBatchAttempt(self._account, batch)
        off_until = self._off_until.get(batch.filter)
        faults = self._faults.get(batch.function_arn)
        with self._account.chains.within(self._account.chains.of(batch.event_id)):
            if off_until is not None and off_until - OFF_FOR <= batch.began < off_until:
                attempt.skip(
                    f"{batch.filter_name} is off until {off_until:%H:%M:%S} because Lambda refused: "
                    "CloudWatch Logs skips what is logged before"
                )
                return False
            again = attempt.make(faults.pop(0) if faults else None)
        if attempt.refused:
            self._off_until[batch.filter] = self._account.clock.now + OFF_FOR
        return again

    def _sending(self) -> Callable[..., None]:
        def send_log_events(
            stream: LogStream, service: str, destination_arn: str, filter_name: str, log_events: list[dict[str, Any]]
        ) -> None:
            pattern = _pattern(stream.log_group.subscription_filters[filter_name].filter_pattern)
            wanted = [event for event in log_events if pattern.matches(event["message"])]
            if wanted:
                self._send(stream, destination_arn, filter_name, wanted)

        return send_log_events

    def _send(
        self, stream: LogStream, function_arn: str, filter_name: str, log_events: Sequence[dict[str, Any]]
    ) -> None:
        now, names, group = self._account.clock.now, self._account.names, stream.log_group
        self._batches += 1
        batch = LogBatch(
            event=batch_event(
                owner=self._account.account_id,
                log_group=group.name,
                log_stream=stream.log_stream_name,
                subscription_filter=filter_name,
                log_events=[self._with_id(event) for event in log_events],
            ),
            messages=tuple(event["message"] for event in log_events),
            log_group_arn=group.arn,
            log_stream=stream.log_stream_name,
            filter_name=filter_name,
            function_arn=function_arn,
            edge=Edge(names.of(group.arn), names.of(function_arn)),
            event_id=f"{group.arn} batch {self._batches}",
            began=now,
            due=now,
        )
        self._account.chains.remember(batch.event_id)
        self._account.tally.sent(batch.edge, batch.event_id)
        self._waiting.append(batch)

    def _with_id(self, log_event: dict[str, Any]) -> dict[str, Any]:
        """Moto counts log events of the whole process."""
        self._log_events += 1
        return {**log_event, "id": log_event_id(log_event["timestamp"], self._log_events)}
