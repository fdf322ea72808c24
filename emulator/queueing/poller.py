"""Lambda's poller of one queue: it receives as the function's role, gathers a batch, runs the function, and deletes
what succeeded. What failed stays, and is seen again after the queue's visibility timeout.

Invocations run one after the other, so a maximum concurrency is never reached.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import EventSourceMapping
from moto.sqs.models import Queue

from components.event_filter import FilterCriteria
from emulator.execution.invocation import Invocation
from emulator.journal import Hop, Outcome
from emulator.queueing.batch_answers import REPORTS_FAILURES
from emulator.queueing.batch_failures import failures, joined
from emulator.queueing.gathering import Gathering
from emulator.queueing.message_fates import MessageFates
from emulator.queueing.queue_records import queue_event, queue_record
from emulator.queueing.queues import Queues
from emulator.tally import Ending

if TYPE_CHECKING:
    from emulator.account import Account

MOST_PER_CALL = 10
"""Messages of one `ReceiveMessage` or `DeleteMessageBatch` (SQS API reference)."""

# Lambda tries again without end; while nothing else happens, trying more often would tell nothing new.
_REFUSED_PAUSE = timedelta(minutes=1)

_criteria = lru_cache(maxsize=256)(FilterCriteria.parse)

_Message = dict[str, Any]


class Poller:
    """One event source mapping at work."""

    def __init__(self, account: Account, mapping: EventSourceMapping, queues: Queues, fates: MessageFates) -> None:
        self._account = account
        self._mapping = mapping
        self._queues = queues
        self._fates = fates
        self._gathering = Gathering(mapping)
        self._refused_for: frozenset[str] = frozenset()
        self._refused_at = account.clock.now

    def poll(self) -> bool:
        """Receive what can be received now, and run the function for each batch that is complete.

        Returns:
            Whether anything was done.
        """
        queue = self._queue()
        if queue is None or not self._mapping.enabled:
            return False
        self._queues.expire(queue)
        waiting = [message.id for message in self._queues.receivable(queue)]
        polls = bool(waiting) and not self._is_refused(waiting)
        if polls:
            with self._account.chains.within(self._account.chains.of(waiting[0])):
                self._receive(queue, waiting)
        return self._run_when_due() or polls

    def next_due(self) -> datetime | None:
        """When a message can be received again, a gathered batch has waited long enough, or one expires unseen."""
        queue = self._queue()
        if queue is None or not self._mapping.enabled:
            return None
        moments = [self._queues.next_receivable_at(queue)]
        if self._refused_for:
            moments.append(self._queues.next_expiry_at(queue))
        dues = [datetime.fromtimestamp(moment / 1000, UTC) for moment in moments if moment is not None]
        if self._gathering.due is not None:
            dues.append(self._gathering.due)
        return min(dues, default=None)

    def _queue(self) -> Queue | None:
        queue_arn = self._mapping.event_source_arn
        queue = self._account.storage.backend("sqs").queues.get(queue_arn.rsplit(":", 1)[-1])
        return queue if queue is not None and queue.queue_arn == queue_arn else None

    def _is_refused(self, waiting: Iterable[str]) -> bool:
        return self._refused_for.issuperset(waiting) and self._account.clock.now < self._refused_at + _REFUSED_PAUSE

    def _receive(self, queue: Queue, waiting: Sequence[str]) -> None:
        try:
            sqs = self._client()
            sqs.get_queue_attributes(QueueUrl=queue.physical_resource_id, AttributeNames=["VisibilityTimeout"])
            self._refused_for = frozenset()
            for _ in waiting:
                answer = sqs.receive_message(
                    QueueUrl=queue.physical_resource_id,
                    MaxNumberOfMessages=min(MOST_PER_CALL, self._gathering.room),
                    MessageAttributeNames=["All"],
                    MessageSystemAttributeNames=["All"],
                )
                if not answer.get("Messages"):
                    return
                self._gather(answer["Messages"])
        except (ClientError, UnknownFunctionException) as error:
            self._refuse(waiting, str(error))

    def _client(self) -> Any:
        """SQS as the function's role; its session bears the function's name."""
        function = self._account.storage.backend("lambda").get_function(self._mapping.function_arn)
        identity = self._account.identities.role_session(
            function.role, function.function_name, self._account.names.of(self._mapping.function_arn)
        )
        return self._account.client("sqs", identity)

    def _refuse(self, waiting: Sequence[str], cause: str) -> None:
        self._refused_for, self._refused_at = frozenset(waiting), self._account.clock.now
        for message_id in waiting:
            self._fates.received(self._mapping, message_id)
            self._fates.failed(message_id, cause)
        self._tell(waiting, Outcome.DENIED, cause=cause)

    def _gather(self, messages: Sequence[_Message]) -> None:
        unwanted = []
        for message in messages:
            self._fates.received(self._mapping, message["MessageId"])
            record = queue_record(message, self._mapping.event_source_arn)
            if not self._wants(record):
                unwanted.append(message)
                continue
            size = len(json.dumps(record))
            if not self._gathering.fits(size):
                self._run()
            self._gathering.add(message, size, self._account.clock.now)
        self._drop(unwanted)
        self._run_when_due()

    def _wants(self, record: dict[str, Any]) -> bool:
        filters = (self._mapping.filter_criteria or {}).get("Filters", ())
        return _criteria(tuple(each["Pattern"] for each in filters)).wants(record)

    def _drop(self, messages: Sequence[_Message]) -> None:
        """What the filter does not want is deleted (Lambda Developer Guide, "Using event filtering with an Amazon SQS
        event source")."""
        if not messages:
            return
        ids = [message["MessageId"] for message in messages]
        kept = self._delete(messages)
        for message_id in ids:
            if message_id not in kept:
                self._fates.ended(message_id, Ending.FILTERED)
        self._tell(ids, Outcome.FILTERED, cause="the filter of the event source mapping does not want it")

    def _run_when_due(self) -> bool:
        complete = self._gathering.is_complete(self._account.clock.now)
        if complete:
            self._run()
        return complete

    def _run(self) -> None:
        messages = self._gathering.take()
        with self._account.chains.within(self._account.chains.of(*(message["MessageId"] for message in messages))):
            event = queue_event(messages, self._mapping.event_source_arn)
            invocation = self._account.runtime.invoke(self._mapping.function_arn, event)
            reports = REPORTS_FAILURES in (self._mapping.function_response_types or ())
            failed = failures(invocation, [message["MessageId"] for message in messages], reports=reports)
            succeeded = [message for message in messages if message["MessageId"] not in failed]
            failed |= self._delete(succeeded)
            self._settle(messages, failed, invocation)

    def _delete(self, messages: Sequence[_Message]) -> dict[str, str]:
        """Delete messages as the role; returns those that stayed, with the cause."""
        queue = self._queue()
        stayed: dict[str, str] = {}
        for start in range(0, len(messages), MOST_PER_CALL):
            part = messages[start : start + MOST_PER_CALL]
            entries = [{"Id": str(at), "ReceiptHandle": message["ReceiptHandle"]} for at, message in enumerate(part)]
            try:
                if queue is not None:
                    self._client().delete_message_batch(QueueUrl=queue.physical_resource_id, Entries=entries)
            except ClientError as error:
                stayed |= {message["MessageId"]: f"done, but not deleted: {error}" for message in part}
        return stayed

    def _settle(self, messages: Sequence[_Message], failed: dict[str, str], invocation: Invocation) -> None:
        ids = [message["MessageId"] for message in messages]
        done = [message_id for message_id in ids if message_id not in failed]
        for message_id in done:
            self._fates.ended(message_id, Ending.PROCESSED)
        for message_id, reason in failed.items():
            self._fates.failed(message_id, reason)
        attempt = max(int(message["Attributes"]["ApproximateReceiveCount"]) for message in messages)
        # One invocation is told in full once, however its messages fared.
        details = invocation.details()
        if done:
            self._tell(done, Outcome.DELIVERED, of=len(ids), attempt=attempt, details=details)
            details = {}
        if failed:
            cause = joined(failed.values())
            self._tell(
                list(failed),
                Outcome.FAILED,
                cause=cause,
                fix=invocation.fix,
                of=len(ids),
                attempt=attempt,
                details=details,
            )

    def _tell(
        self,
        message_ids: Sequence[str],
        outcome: Outcome,
        *,
        cause: str | None = None,
        fix: str | None = None,
        of: int | None = None,
        attempt: int = 1,
        details: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        queue = self._queue()
        policy = queue.redrive_policy if queue is not None else None
        self._account.journal.write(
            Hop(
                at=self._account.clock.now,
                chain=self._account.chains.of(*message_ids),
                what=_what(len(message_ids), of),
                source=self._account.names.of(self._mapping.event_source_arn),
                target=self._account.names.of(self._mapping.function_arn),
                outcome=outcome,
                attempt=attempt,
                attempts_allowed=policy["maxReceiveCount"] if policy else None,
                size=len(message_ids),
                cause=cause,
                fix=fix,
                details=details,
            )
        )


def _what(count: int, of: int | None) -> str:
    if of is not None and of != count:
        return f"{count} of {of} messages"
    return "1 message" if count == 1 else f"{count} messages"
