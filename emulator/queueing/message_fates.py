"""What becomes of each message of a queue that feeds a function: where it goes, why it failed, how it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from moto.awslambda.models import EventSourceMapping
from moto.sqs.models import Message, Queue

from emulator.journal import Hop, Outcome
from emulator.tally import Edge, Ending

if TYPE_CHECKING:
    from emulator.account import Account


class MessageFates:
    """Writes the fate of messages into the tally and the journal.

    Args:
        feeding: the enabled mappings of a queue, by its ARN, the oldest first.
    """

    def __init__(self, account: Account, feeding: Callable[[str], list[EventSourceMapping]]) -> None:
        self._account = account
        self._feeding = feeding
        self._edges: dict[str, Edge] = {}
        self._last_failure: dict[str, str] = {}

    def sent(self, queue: Queue, message: Message) -> None:
        """It entered a queue. Where several functions compete for the queue, it counts as sent to the first."""
        if not self._account.chains.of(message.id):
            self._account.chains.remember(message.id)
        for mapping in self._feeding(queue.queue_arn)[:1]:
            self._on_its_way(self._edge(queue.queue_arn, mapping), message.id)

    def received(self, mapping: EventSourceMapping, message_id: str) -> None:
        """A poller got it; one that was sent before there was a mapping counts as sent now."""
        if message_id not in self._edges:
            self._on_its_way(self._edge(mapping.event_source_arn, mapping), message_id)

    def failed(self, message_id: str, cause: str) -> None:
        """It was not processed, and stays in its queue."""
        self._last_failure[message_id] = cause

    def ended(self, message_id: str, ending: Ending) -> None:
        """It left its queue for good."""
        self._last_failure.pop(message_id, None)
        edge = self._edges.pop(message_id, None)
        if edge is not None:
            self._account.tally.ended(edge, message_id, ending)

    def dead(self, queue: Queue, message: Message, dead_letters: Queue) -> None:
        """It was received as often as it may be, and moves to the dead-letter queue."""
        place = self._account.names.of(dead_letters.queue_arn)
        self._account.journal.write(
            self._hop(
                queue,
                message,
                Outcome.DEAD,
                target=place,
                cause=self._last_failure.get(message.id) or "received, and never deleted",
                fix=f"look at the message in {place}, mend what failed, and move it back (StartMessageMoveTask)",
            )
        )
        self.ended(message.id, Ending.DEAD_LETTERED)

    def expired(self, queue: Queue, message: Message) -> None:
        """It grew too old for its queue and is gone; in the tally it stays open, as what was lost does."""
        edge = self._edges.pop(message.id, None)
        if edge is None:
            return
        days = int(queue.message_retention_period) / 86_400  # type: ignore[attr-defined]
        cause = self._last_failure.pop(message.id, None) or "nobody received it"
        self._account.journal.write(
            self._hop(
                queue,
                message,
                Outcome.LOST,
                target=edge.target,
                cause=f"the queue keeps a message for {days:g} days; {cause}",
                fix="a dead-letter queue would have kept it" if queue.dead_letter_queue is None else None,
            )
        )

    def _on_its_way(self, edge: Edge, message_id: str) -> None:
        self._edges[message_id] = edge
        self._account.tally.sent(edge, message_id)

    def _edge(self, queue_arn: str, mapping: EventSourceMapping) -> Edge:
        return Edge(self._account.names.of(queue_arn), self._account.names.of(mapping.function_arn))

    def _hop(
        self, queue: Queue, message: Message, outcome: Outcome, *, target: str, cause: str, fix: str | None
    ) -> Hop:
        policy = queue.redrive_policy
        return Hop(
            at=self._account.clock.now,
            chain=self._account.chains.of(message.id),
            what="1 message",
            source=self._account.names.of(queue.queue_arn),
            target=target,
            outcome=outcome,
            attempt=message.approximate_receive_count,
            attempts_allowed=policy["maxReceiveCount"] if policy else None,
            cause=cause,
            fix=fix,
            details={"message_id": message.id, "body": message.body},
        )
