"""The account of every event: what was sent over an edge, and how each of them ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ending(StrEnum):
    """How an event's way over one edge ended for good."""

    PROCESSED = "processed"
    DEAD_LETTERED = "dead-lettered"
    FILTERED = "filtered"


@dataclass(frozen=True, order=True)
class Edge:
    """One way an event travels: from a source to what it wakes, by their names."""

    source: str
    target: str

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"


@dataclass(frozen=True)
class Row:
    """The account of one edge, in events."""

    edge: Edge
    sent: int
    processed: int
    dead_lettered: int
    filtered: int

    @property
    def lost(self) -> int:
        return self.sent - self.processed - self.dead_lettered - self.filtered


class Tally:
    """Every event by its id: entered once where it is sent, closed where it ends.

    The two sides are written by different hands (the source counts what it sends, the far end what arrived), so an
    event that nobody closes stays open and shows as lost.
    """

    def __init__(self) -> None:
        self._sent: dict[Edge, dict[str, Ending | None]] = {}

    def sent(self, edge: Edge, event_id: str) -> None:
        self._sent.setdefault(edge, {}).setdefault(event_id, None)

    def ended(self, edge: Edge, event_id: str, ending: Ending) -> None:
        """Close an event. The last word counts: a dead letter that is sent again and processed ends as processed.

        Raises:
            KeyError: the event was never sent over this edge.
        """
        if event_id not in self._sent.get(edge, {}):
            raise KeyError(f"{event_id} ended on {edge} as {ending} and was never sent there")
        self._sent[edge][event_id] = ending

    def rows(self) -> list[Row]:
        """One row for each edge, sorted."""
        rows = []
        for edge, events in sorted(self._sent.items()):
            endings = list(events.values())
            rows.append(
                Row(
                    edge,
                    sent=len(endings),
                    processed=endings.count(Ending.PROCESSED),
                    dead_lettered=endings.count(Ending.DEAD_LETTERED),
                    filtered=endings.count(Ending.FILTERED),
                )
            )
        return rows

    def open(self) -> list[tuple[Edge, str]]:
        """Events that were sent and have not ended."""
        return [
            (edge, event_id)
            for edge, events in sorted(self._sent.items())
            for event_id, ending in events.items()
            if ending is None
        ]
