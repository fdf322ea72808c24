"""The desk: one thread does all the work in the account, and whoever wants something done hands it in.

Moto, the clock and the guard on endless handlers belong to one thread of a process, the main one. Servers answer from
threads of their own, so they leave their work here and wait for what comes of it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

_LOOK_UP_SECONDS = 0.05
"""How often the desk looks whether it is still wanted, while nothing is handed in."""


class Do(Protocol):
    """Has work done where it belongs, and gives what comes of it."""

    def __call__(self, work: Callable[[], T], /) -> T: ...


class DeskClosed(Exception):
    """Nobody works at the desk any more."""


class Desk:
    """Takes work from any thread, and does it in the order it came, on the thread that attends.

    Args:
        between: is done whenever nothing more is waiting; what is handed in meanwhile waits for it.
    """

    def __init__(self, between: Callable[[], None] = lambda: None) -> None:
        self._between = between
        self._waiting: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = queue.SimpleQueue()
        self._attending: int | None = None
        self._closed = False
        self._gate = threading.Lock()

    def do(self, work: Callable[[], T]) -> T:
        """Have something done; returns what it returns and raises what it raises.

        Raises:
            DeskClosed: nobody will do it.
        """
        if threading.get_ident() == self._attending:
            return work()
        done: Future[T] = Future()
        with self._gate:
            if self._closed:
                raise DeskClosed
            self._waiting.put((work, done))
        return done.result()

    def attend(self, until: Callable[[], bool]) -> None:
        """Do what is handed in, on this thread, until there is no more reason to."""
        self._attending = threading.get_ident()
        try:
            while not until():
                try:
                    work, done = self._waiting.get(timeout=_LOOK_UP_SECONDS)
                except queue.Empty:
                    continue
                _do(work, done)
                if self._waiting.empty():
                    self._between()
        finally:
            self._attending = None

    def close(self) -> None:
        """Refuse what is still waiting, and whatever comes from now on."""
        with self._gate:
            self._closed = True
            while not self._waiting.empty():
                self._waiting.get()[1].set_exception(DeskClosed())


def _do(work: Callable[[], Any], done: Future[Any]) -> None:
    try:
        answer = work()
    except Exception as error:
        done.set_exception(error)
    except BaseException:
        # Ctrl-C is for whoever attends; the one who waits is told too, or it would wait for ever.
        done.set_exception(DeskClosed())
        raise
    else:
        done.set_result(answer)
