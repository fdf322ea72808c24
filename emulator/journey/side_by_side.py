"""Journeys side by side: as many at once as there are processors, and told one after the other in their own order.

Each has an account of its own, so nothing that one does can reach another. A run takes as long as its longest journey.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from emulator.journal import Hop
from emulator.journey.advice import ExplainedDenial
from emulator.journey.pages import Journey
from emulator.journey.result import JourneyResult
from emulator.journey.run import Audience, DeployedStack, nobody, run_journey

Entry = Hop | ExplainedDenial | JourneyResult
"""What is told of a journey: each hop and denial, and at its end the result."""

Run = Callable[..., JourneyResult]
"""Runs one journey, as `run_journey` does."""


class JourneyBroke(RuntimeError):
    """A journey ended by an error of this program, or its process died; the text says where."""


@dataclass(frozen=True)
class _Failure:
    text: str


def processors() -> int:
    """How many journeys may run at once here: 1 where a process cannot be forked safely, as with several threads."""
    return (os.cpu_count() or 1) if sys.platform == "linux" and threading.active_count() == 1 else 1


def run_journeys(
    stack: DeployedStack,
    journeys: Sequence[Journey],
    *,
    begins: Callable[[Journey], None] = lambda journey: None,
    hears: Audience = nobody,
    at_once: int | None = None,
    run: Run = run_journey,
) -> Iterator[JourneyResult]:
    """Send journeys, each through a fresh account.

    Args:
        begins: is told of each journey before it is told what happens in it, in the order given.
        hears: is told each hop and denial, while it happens or when the journeys before have been told.
        at_once: how many processes; as many as there are processors where nobody says. With 1 all happens in this one,
            and a breakpoint of a handler works.

    Yields:
        What each journey led to, in the order given.

    Raises:
        JourneyBroke: a journey could not be run.
    """
    count = min(at_once or processors(), len(journeys))
    if count <= 1:
        for journey in journeys:
            begins(journey)
            yield run(stack, journey, audience=hears)
        return
    with _Workers(stack, journeys, count, run) as workers:
        for index, journey in enumerate(journeys):
            begins(journey)
            yield workers.result_of(index, hears)


def weight(journey: Journey) -> int:
    """How much a journey sends, in bytes: the heavy ones begin first, so that none of them is left to the end."""
    files = [journey.folder / file for step in journey.send if (file := getattr(step, "file", None)) is not None]
    return sum(file.stat().st_size for file in files)


class _Workers:
    """Processes that share the journeys, while it is open."""

    def __init__(self, stack: DeployedStack, journeys: Sequence[Journey], count: int, run: Run) -> None:
        forking = multiprocessing.get_context("fork")
        order = sorted(range(len(journeys)), key=lambda index: -weight(journeys[index]))
        self._heard: dict[int, deque[Entry | _Failure]] = {index: deque() for index in order}
        self._taken = forking.Value("i", 0)
        self._pipes: list[Connection] = []
        self._processes = []
        for _ in range(count):
            ours, theirs = forking.Pipe(duplex=False)
            process = forking.Process(
                target=_work, args=(stack, journeys, order, self._taken, theirs, run), daemon=True
            )
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *error: object) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()
            process.close()
        for pipe in self._pipes:
            pipe.close()

    def result_of(self, index: int, hears: Audience) -> JourneyResult:
        """The result of one journey, after everything that is told of it."""
        heard = self._heard[index]
        while True:
            while not heard:
                self._listen()
            entry = heard.popleft()
            if isinstance(entry, _Failure):
                raise JourneyBroke(entry.text)
            if isinstance(entry, JourneyResult):
                return entry
            hears(entry)

    def _listen(self) -> None:
        if not self._pipes:
            raise JourneyBroke("every process that ran journeys has died")
        ready = wait(self._pipes)
        for pipe in [pipe for pipe in self._pipes if pipe in ready]:
            try:
                index, entry = pipe.recv()
            except EOFError:
                pipe.close()
                self._pipes.remove(pipe)
            else:
                self._heard[index].append(entry)


def _work(
    stack: DeployedStack, journeys: Sequence[Journey], order: Sequence[int], taken: Any, pipe: Connection, run: Run
) -> None:
    """Take one journey after the other until none is left."""
    # An interrupted run ends in one process, which ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        with taken.get_lock():
            place = taken.value
            taken.value += 1
        if place >= len(order):
            return
        index = order[place]

        def tell(entry: Entry, index: int = index) -> None:
            pipe.send((index, entry))

        try:
            tell(run(stack, journeys[index], audience=tell))
        except Exception:  # whatever it is, the process that shows the run has to tell it
            pipe.send((index, _Failure(f"{journeys[index].full_name}: {traceback.format_exc()}")))
