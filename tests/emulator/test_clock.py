"""Virtual time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from emulator.clock import START, Clock


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    clock.start()
    yield clock
    clock.stop()


def test_time_stands_still_until_it_is_moved(clock: Clock) -> None:
    assert datetime.now(UTC) == START
    assert datetime.now(UTC) == START


def test_the_whole_process_sees_time_move(clock: Clock) -> None:
    clock.advance(90)

    assert clock.now == START + timedelta(seconds=90)
    assert datetime.now(UTC) == clock.now
    assert time.time() == clock.now.timestamp()


def test_time_never_goes_back(clock: Clock) -> None:
    clock.advance(90)
    clock.advance_to(START)

    assert clock.now == START + timedelta(seconds=90)


def test_the_processes_own_time_is_given_back() -> None:
    clock = Clock()
    clock.start()
    clock.stop()

    assert datetime.now(UTC) != START


def test_how_long_something_really_takes_can_still_be_measured(clock: Clock) -> None:
    before = time.perf_counter()
    clock.advance(3_600)

    assert 0 <= time.perf_counter() - before < 60
