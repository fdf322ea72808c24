"""Deadlines in virtual and in real time."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from emulator.clock import START, Clock
from emulator.execution.deadline import Deadline, TimedOut, guarded


def test_sleeping_moves_virtual_time() -> None:
    clock = Clock()
    deadline = Deadline(clock, 3)

    deadline.sleep(1.25)

    assert clock.now == START + timedelta(seconds=1.25)
    assert deadline.remaining_ms() == 1750


@pytest.mark.parametrize("seconds", [3, 100])
def test_sleeping_up_to_the_deadline_ends_there(seconds: float) -> None:
    clock = Clock()

    with pytest.raises(TimedOut):
        Deadline(clock, 3).sleep(seconds)

    assert clock.now == START + timedelta(seconds=3)


def test_a_deadline_that_passed_meanwhile_is_noticed() -> None:
    clock = Clock()
    deadline = Deadline(clock, 3)
    deadline.check()
    clock.advance(4)

    assert deadline.remaining_ms() == 0
    with pytest.raises(TimedOut):
        deadline.check()


def test_nobody_sleeps_backwards() -> None:
    with pytest.raises(ValueError, match="must be non-negative"):
        Deadline(Clock(), 3).sleep(-1)


def test_what_was_stopped_took_all_its_time() -> None:
    clock = Clock()

    Deadline(clock, 3).run_out()

    assert clock.now == START + timedelta(seconds=3)


def loop() -> None:
    while True:
        pass


def loop_and_catch_everything() -> None:
    while True:
        with suppress(Exception):
            loop()


@pytest.mark.parametrize("work", [loop, loop_and_catch_everything])
def test_an_endless_loop_is_interrupted(work: Callable[[], None]) -> None:
    with pytest.raises(TimedOut), guarded(0.02):
        work()


def test_the_guard_leaves_nothing_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)

    with guarded(5):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0

    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_a_guard_inside_of_another_gives_it_back() -> None:
    def work() -> None:
        with guarded(5):
            pass
        loop()

    with pytest.raises(TimedOut), guarded(0.05):
        work()


def test_a_debugger_switches_the_guard_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pydevd", sys)
    until = time.perf_counter() + 0.05

    with guarded(0.01):
        while time.perf_counter() < until:
            pass

    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_another_thread_is_not_guarded() -> None:
    timers = []

    def work() -> None:
        with guarded(5):
            timers.append(signal.getitimer(signal.ITIMER_REAL))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert timers == [(0.0, 0.0)]
