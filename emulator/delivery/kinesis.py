"""Kinesis: streams keep records in order, and Lambda's pollers bring them to functions."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING

from emulator.streaming.data_streams import DataStreams
from emulator.streaming.pollers import Pollers

if TYPE_CHECKING:
    from emulator.account import Account


class Delivery:
    """Every data stream, and one poller for each event source mapping that reads one."""

    def __init__(self, account: Account) -> None:
        self._streams = DataStreams(account)
        self._pollers = Pollers(account, self._streams)
        self._open = ExitStack()

    def open(self) -> None:
        self._open.enter_context(self._streams)

    def close(self) -> None:
        self._open.close()

    def deliver(self) -> bool:
        return self._pollers.deliver()

    def next_due(self) -> datetime | None:
        return self._pollers.next_due()
