"""A trigger of an open account that is about to be used by hand: what it is made of there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.awslambda.models import EventSourceMapping

from components.ledger import Handshake
from emulator.account import Account
from emulator.journal import Hop, Outcome
from emulator.journey.address_book import AddressBook
from emulator.tally import Edge, Ending
from emulator.waking.hand import Hand


@dataclass(frozen=True)
class Waking:
    """One trigger in one account."""

    account: Account
    book: AddressBook
    line: Handshake
    """The trigger in the ledger."""
    hand: Hand

    @property
    def edge(self) -> Edge:
        return Edge(self.line.waker, self.line.woken)

    @property
    def event_id(self) -> str:
        """Of the event that is handed over, where it brings no id of its own."""
        return f"{self.line.name} by hand"

    @property
    def function_arn(self) -> str:
        return self.book.things[self.line.woken].arn

    @property
    def source_arn(self) -> str:
        """Of what events come from, where the pages declare it."""
        return self.book.things[self.line.waker].arn

    @property
    def own_arn(self) -> str:
        """Of what the trigger made to do its work: its rule, its subscription, its schedule."""
        return self.book.things[self.line.name].arn

    def reads_alone(self, event: Any, word: str) -> bool:
        """Let nobody read the source from now on but the function's own mapping, and say whether that does.

        Where it is switched off the event ends as filtered.

        Args:
            word: what one record is called there.
        """
        for other in self._other_readers:
            other.enabled = False
        (mapping,) = [each for each in self._readers if each.function_arn == self.function_arn]
        if not mapping.enabled:
            count = len(event["Records"])
            what = f"1 {word}" if count == 1 else f"{count} {word}s"
            self.pass_over(what, event, "the event source mapping is switched off: what comes in would wait there")
        return bool(mapping.enabled)

    def told_of_other_readers(self) -> Iterator[str]:
        """That others read the source as well, and do not hear of the event."""
        for other in self._other_readers:
            yield f"{self.account.names.of(other.function_arn)} reads {self.line.waker} too, and does not hear of it"

    def pass_over(self, what: str, event: Any, cause: str) -> None:
        """The source would not hand the event over: it ends as filtered."""
        self.account.tally.sent(self.edge, self.event_id)
        self.account.tally.ended(self.edge, self.event_id, Ending.FILTERED)
        self.account.journal.write(
            Hop(
                at=self.account.clock.now,
                chain=self.account.chains.current,
                what=what,
                source=self.edge.source,
                target=self.edge.target,
                outcome=Outcome.FILTERED,
                cause=cause,
                details={"payload": event},
            )
        )

    @property
    def _other_readers(self) -> list[EventSourceMapping]:
        return [each for each in self._readers if each.function_arn != self.function_arn]

    @property
    def _readers(self) -> list[EventSourceMapping]:
        """The mappings of the source: the ARNs of a table's stream and of a stream's consumer begin with its own."""
        kept = self.account.storage.backend("lambda")._event_source_mappings.values()
        arn = self.source_arn
        return [each for each in kept if each.event_source_arn == arn or each.event_source_arn.startswith(f"{arn}/")]
