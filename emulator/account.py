"""One AWS account on this machine: moto keeps its things, and the account its time, its rights and its events.

    with Account(account_id="111111111111", region="eu-west-1") as account:
        deployment = deploy(account, root, "dev")
        account.client("s3").put_object(Bucket=..., Key=..., Body=...)
        account.settle()

Only one account can be open in a process at a time: moto, the clock and the handlers' environments are process-wide.
Nothing leaves the machine.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Protocol, Self

import emulator.delivery
from emulator.calls import Calls
from emulator.clock import Clock
from emulator.code import Code
from emulator.identity import ADMINISTRATOR, Identities, Identity
from emulator.journal import Chains, Journal
from emulator.names import Names
from emulator.rights import Rights
from emulator.runtime import Runtime
from emulator.storage import Storage
from emulator.tally import Tally

PARTITION = "aws"


class Delivery(Protocol):
    """How one service's events travel: one class named `Delivery` in each file of `emulator/delivery/`."""

    def __init__(self, account: Account) -> None: ...

    def open(self) -> None:
        """Take the place of moto's own wiring."""

    def close(self) -> None:
        """Leave moto as it was."""

    def deliver(self) -> bool:
        """Do everything that is due now. True when anything was done."""

    def next_due(self) -> datetime | None:
        """When there will be something to do, if time alone brings it."""


class NeverRests(Exception):
    """Events go round and round: the account did not come to rest."""


class Account:
    """An open account. Its parts: `clock`, `journal`, `chains`, `tally`, `names`, `identities`, `rights`, `runtime`,
    and `deliveries`, one for each service that carries events."""

    def __init__(self, account_id: str, region: str) -> None:
        self.account_id = account_id
        self.region = region
        self.partition = PARTITION
        self.clock = Clock()
        self.journal = Journal()
        self.chains = Chains()
        self.tally = Tally()
        self.names = Names()
        self.storage = Storage(account_id, region)
        self.identities = Identities(account_id, region)
        self.rights = Rights(self)
        self.calls = Calls(self.identities, self.storage)
        self.code: dict[str, Code] = {}
        """The archives of functions by their ARN, with the files of this machine they were made from."""
        self.runtime = Runtime(self)
        self.deliveries: dict[str, Delivery] = {
            name: importlib.import_module(f"emulator.delivery.{name}").Delivery(self)
            for name in sorted(module.name for module in pkgutil.iter_modules(emulator.delivery.__path__))
        }
        self.time_given: datetime | None = None
        """The end of the time that somebody let pass: what time alone sets off, a schedule's run, begins no later."""
        self._actor = ADMINISTRATOR
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self.clock.start()
            opening.callback(self.clock.stop)
            opening.enter_context(self.storage)
            opening.enter_context(self.identities)
            opening.enter_context(self.rights)
            opening.enter_context(self.calls)
            self.runtime.open()
            opening.callback(self.runtime.close)
            for delivery in self.deliveries.values():
                delivery.open()
                opening.callback(delivery.close)
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def client(self, service: str, identity: Identity | None = None) -> Any:
        """A boto3 client that acts as `identity`, or as whoever acts now; the administrator is never refused."""
        return self.identities.client(service, identity or self._actor)

    @contextmanager
    def acting(self, identity: Identity) -> Iterator[None]:
        """Inside, clients act as `identity` where nobody else is named; outside of any, as the administrator."""
        before, self._actor = self._actor, identity
        try:
            yield
        finally:
            self._actor = before

    def settle(self, most_rounds: int = 100_000) -> None:
        """Let every event travel to its end, moving time on whenever only waiting is left.

        A schedule's next run is no event on its way: it takes time that somebody lets pass.

        Raises:
            NeverRests: there was still something to do after `most_rounds` rounds.
        """
        for _ in range(most_rounds):
            if any(delivery.deliver() for delivery in self.deliveries.values()):
                continue
            waiting = [due for delivery in self.deliveries.values() if (due := delivery.next_due()) is not None]
            if not waiting:
                return
            self.clock.advance_to(min(waiting))
        raise NeverRests(f"events were still travelling after {most_rounds} rounds: a function probably wakes itself")

    def let_pass(self, seconds: float, most_rounds: int = 100_000) -> None:
        """Let time pass, and all that falls into it happen in its order: schedules run, events travel, tries come due.
        What is still on its way then stays so.

        Raises:
            NeverRests: at one moment there was still something to do after `most_rounds` rounds.
        """
        self.time_given = end = self.clock.now + timedelta(seconds=seconds)
        rounds = 0
        while rounds < most_rounds:
            rounds += 1
            if any(delivery.deliver() for delivery in self.deliveries.values()):
                continue
            if self.clock.now >= end:
                return
            waiting = [due for delivery in self.deliveries.values() if (due := delivery.next_due()) is not None]
            before = self.clock.now
            self.clock.advance_to(min([*waiting, end]))
            rounds = 0 if self.clock.now > before else rounds
        raise NeverRests(f"events still travelled after {most_rounds} rounds: a function probably wakes itself")
