"""What becomes of the records of a stream that feeds a function: how each ends, and what people are told of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from moto.awslambda.models import EventSourceMapping

from emulator.journal import Hop, Outcome
from emulator.streaming.stream import Streams
from emulator.tally import Edge, Ending

if TYPE_CHECKING:
    from emulator.account import Account


class RecordFates:
    """Writes the fate of one mapping's records into the tally and the journal."""

    def __init__(self, account: Account, streams: Streams, mapping: EventSourceMapping) -> None:
        self._account = account
        self._streams = streams
        self._mapping = mapping

    @property
    def _edge(self) -> Edge:
        names = self._account.names
        source_arn = self._streams.named_by(self._mapping.event_source_arn)
        return Edge(names.of(source_arn), names.of(self._mapping.function_arn))

    def sent(self, event_id: str) -> None:
        """It is in the stream, in front of this mapping. To say so twice changes nothing."""
        self._account.tally.sent(self._edge, event_id)

    def ended(self, event_ids: Iterable[str], ending: Ending) -> None:
        edge = self._edge
        for event_id in event_ids:
            self._account.tally.ended(edge, event_id, ending)

    def tell(
        self,
        event_ids: Sequence[str],
        outcome: Outcome,
        *,
        what: str | None = None,
        of: int | None = None,
        target: str | None = None,
        attempt: int = 1,
        attempts_allowed: int | None = None,
        cause: str | None = None,
        fix: str | None = None,
        details: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Write a hop.

        Args:
            event_ids: of the records it is about.
            what: what travelled, in words; else the records are counted.
            of: how many the whole batch had.
            target: where they went instead of the function.
        """
        edge = self._edge
        self._account.journal.write(
            Hop(
                at=self._account.clock.now,
                chain=self._account.chains.of(*event_ids) if event_ids else self._account.chains.current,
                what=what or _counted(len(event_ids), of),
                source=edge.source,
                target=target or edge.target,
                outcome=outcome,
                attempt=attempt,
                attempts_allowed=attempts_allowed,
                size=len(event_ids),
                cause=cause,
                fix=fix,
                details=details,
            )
        )


def _counted(count: int, of: int | None) -> str:
    if of is not None and of != count:
        return f"{count} of {of} records"
    return "1 record" if count == 1 else f"{count} records"
