"""An event loop that gives a Pulumi program its answers one after the other, in the same order in every run."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Later:
    """An answer of the monitor that takes its turn, by a key that is the same in every run."""

    key: str
    make: Callable[[], Any]


class OrderlyLoop(asyncio.SelectorEventLoop):
    """Answers the program on its own thread, one request after the other and in the same order in every run.

    What the SDK asks at the same time it asks in an order that hangs on memory addresses. So answers that take turns
    wait until the program has nothing else to do, and then they are given in the order of their keys.
    """

    def __init__(self) -> None:
        super().__init__(_Selector(self._answer_waiting))
        self._waiting: list[tuple[Later, asyncio.Future[Any]]] = []
        # Futures of resources that were never made hold errors that nobody asks for; they were told already.
        self.set_exception_handler(lambda loop, context: None)

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, function: Callable[..., Any], *arguments: Any
    ) -> asyncio.Future[Any]:
        future = self.create_future()
        self._answer(future, lambda: function(*arguments))
        return future

    def _answer(self, future: asyncio.Future[Any], make: Callable[[], Any]) -> None:
        try:
            answer = make()
        except Exception as error:
            future.set_exception(error)
            return
        if isinstance(answer, Later):
            self._waiting.append((answer, future))
        else:
            future.set_result(answer)

    def _answer_waiting(self) -> bool:
        """Give the answers that wait, in the order of their keys, if there are any."""
        waiting, self._waiting = self._waiting, []
        for later, future in sorted(waiting, key=lambda each: each[0].key):
            self.call_soon(self._answer, future, later.make)
        return bool(waiting)


class _Selector(selectors.DefaultSelector):
    """Tells when a loop has nothing to do but wait.

    Args:
        when_idle: is called then; returns whether there is something to do now.
    """

    def __init__(self, when_idle: Callable[[], bool]) -> None:
        super().__init__()
        self._when_idle = when_idle

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        idle = timeout is None or timeout > 0
        return super().select(0 if idle and self._when_idle() else timeout)
