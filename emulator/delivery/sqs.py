"""SQS: queues keep messages, and Lambda's pollers bring them to functions."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING

from moto.awslambda.models import EventSourceMapping

from emulator.queueing.message_fates import MessageFates
from emulator.queueing.poller import Poller
from emulator.queueing.queues import Queues

if TYPE_CHECKING:
    from emulator.account import Account


class Delivery:
    """Every queue of the account, and one poller for each event source mapping that reads one."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._fates = MessageFates(account, self._feeding)
        self._queues = Queues(account.calls.principal_id, self._fates)
        self._pollers: dict[str, Poller] = {}
        self._open = ExitStack()

    def open(self) -> None:
        self._open.enter_context(self._queues)

    def close(self) -> None:
        self._open.close()

    def deliver(self) -> bool:
        worked = [poller.poll() for poller in self._at_work()]
        return any(worked)

    def next_due(self) -> datetime | None:
        return min((due for poller in self._at_work() if (due := poller.next_due()) is not None), default=None)

    def _at_work(self) -> list[Poller]:
        mappings = {mapping.uuid: mapping for mapping in self._mappings()}
        self._pollers = {
            uuid: self._pollers.get(uuid) or Poller(self._account, mapping, self._queues, self._fates)
            for uuid, mapping in mappings.items()
        }
        return list(self._pollers.values())

    def _mappings(self) -> list[EventSourceMapping]:
        kept = self._account.storage.backend("lambda")._event_source_mappings.values()
        return [mapping for mapping in kept if mapping.event_source_arn.split(":")[2] == "sqs"]

    def _feeding(self, queue_arn: str) -> list[EventSourceMapping]:
        return [mapping for mapping in self._mappings() if mapping.event_source_arn == queue_arn and mapping.enabled]
