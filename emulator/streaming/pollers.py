"""The pollers of one service's streams: one for each event source mapping that reads one of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from moto.awslambda.models import EventSourceMapping

from emulator.streaming.poller import Poller
from emulator.streaming.stream import Streams

if TYPE_CHECKING:
    from emulator.account import Account


class Pollers:
    """Knows the pollers, and lets each know of what comes into its stream."""

    def __init__(self, account: Account, streams: Streams) -> None:
        self._account = account
        self._streams = streams
        self._pollers: dict[str, Poller] = {}
        streams.listen(self)

    def deliver(self) -> bool:
        worked = [poller.poll() for poller in self._at_work()]
        return any(worked)

    def next_due(self) -> datetime | None:
        return min((due for poller in self._at_work() if (due := poller.next_due()) is not None), default=None)

    def entering(self, stream_arn: str) -> None:
        """Something is about to come into a stream: a mapping that starts at its end starts here."""
        self._at_work()

    def entered(self, stream_arn: str, event_id: str) -> None:
        """A record came into a stream; each function that is fed from it is sent it."""
        chains = self._account.chains
        if not chains.of(event_id):
            chains.remember(event_id)
        for mapping in self._mappings():
            if self._streams.named_by(mapping.event_source_arn) == self._streams.named_by(stream_arn):
                self._pollers[mapping.uuid].entered(event_id)

    def _at_work(self) -> list[Poller]:
        mappings = {mapping.uuid: mapping for mapping in self._mappings()}
        self._pollers = {
            uuid: self._pollers.get(uuid) or Poller(self._account, self._streams, mapping)
            for uuid, mapping in mappings.items()
        }
        return list(self._pollers.values())

    def _mappings(self) -> list[EventSourceMapping]:
        kept = self._account.storage.backend("lambda")._event_source_mappings.values()
        return [mapping for mapping in kept if mapping.event_source_arn.split(":")[2] == self._streams.kind.service]
