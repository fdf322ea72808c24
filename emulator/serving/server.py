"""The server: an account on loopback, for clients of AWS and for Pulumi engines, as long as somebody attends to it."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from emulator.account import Account
from emulator.serving import http_door, plugin
from emulator.serving.aws_api import AwsApi
from emulator.serving.desk import Desk
from emulator.serving.register import Register
from emulator.serving.workshop import Workshop

T = TypeVar("T")


@dataclass(frozen=True)
class Ports:
    """Where the server listens on loopback; 0 is any port that is free."""

    aws: int = 0
    provider: int = 0


class PortTaken(Exception):
    """A port cannot be listened at, most often because another program does; the text says which."""


@dataclass(frozen=True)
class Server:
    """An account that answers."""

    account: Account
    register: Register
    """What Pulumi engines have made."""
    desk: Desk
    ports: Ports
    """Where it listens in fact."""

    @property
    def url(self) -> str:
        """The endpoint for clients of any AWS API."""
        return f"http://{http_door.ADDRESS}:{self.ports.aws}"

    def attend(self, until: Callable[[], bool]) -> None:
        """Answer, on this thread, until there is no more reason to."""
        self.desk.attend(until)

    def attend_while(self, work: Callable[[], T]) -> T:
        """Answer while work goes on in another thread; returns what it returns and raises what it raises."""
        with ThreadPoolExecutor(max_workers=1) as elsewhere:
            done = elsewhere.submit(work)
            try:
                self.attend(done.done)
            except BaseException:
                # Nobody attends any more: work that waits for an answer would wait for ever.
                self.desk.close()
                raise
            return done.result()


@contextmanager
def serving(
    account: Account,
    register: Register | None = None,
    ports: Ports | None = None,
    between: Callable[[], None] = lambda: None,
) -> Iterator[Server]:
    """Listen for as long as the context lasts. Nothing is answered but while somebody attends.

    Args:
        account: open.
        register: what engines made in it before.
        between: is done on the thread that attends, whenever nothing is waiting to be answered.

    Raises:
        PortTaken: one of the ports cannot be listened at.
    """
    wanted, register = ports or Ports(), register or Register()
    desk = Desk(between)
    engines = plugin.Plugin(Workshop(account, register), desk.do)
    with ExitStack() as doors:
        bound = Ports(
            aws=_opened(doors, http_door.listening(AwsApi(account), desk.do, wanted.aws), wanted.aws),
            provider=_opened(doors, plugin.listening(engines, account.clock, wanted.provider), wanted.provider),
        )
        # The first to close: whoever still waits for an answer is told that there will be none.
        doors.callback(desk.close)
        yield Server(account, register, desk, bound)


def _opened(doors: ExitStack, door: AbstractContextManager[int], port: int) -> int:
    try:
        return doors.enter_context(door)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "is taken: another program listens there" if taken else f"is not to be had: {error.strerror}"
        raise PortTaken(f"port {port} of {http_door.ADDRESS} {why}") from error
