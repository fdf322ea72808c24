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


def test_time_that_was_moved_stands_where_it_was_after_a_pause() -> None:
    clock = Clock()
    clock.advance(90)
    for _ in range(2):
        clock.start()
        assert datetime.now(UTC) == clock.now
        clock.advance(90)
        clock.stop()

    assert clock.now == START + timedelta(seconds=270)


def test_whoever_is_away_has_real_time_and_comes_back_to_virtual_time(clock: Clock) -> None:
    clock.advance(90)

    with clock.away():
        assert datetime.now(UTC) != clock.now
        assert clock.now == START + timedelta(seconds=90)

    assert datetime.now(UTC) == START + timedelta(seconds=90)
    clock.advance(90)
    assert datetime.now(UTC) == START + timedelta(seconds=180)


def test_time_that_is_moved_meanwhile_has_moved_on_return(clock: Clock) -> None:
    with clock.away():
        clock.advance(90)
        assert datetime.now(UTC) != clock.now

    assert datetime.now(UTC) == clock.now == START + timedelta(seconds=90)


def test_virtual_time_comes_back_even_where_something_fails(clock: Clock) -> None:
    with pytest.raises(TimeoutError), clock.away():
        raise TimeoutError

    assert datetime.now(UTC) == START


def test_who_is_away_twice_comes_back_at_the_end(clock: Clock) -> None:
    with clock.away():
        with clock.away():
            pass
        assert datetime.now(UTC) != clock.now

    assert datetime.now(UTC) == START


def test_a_clock_that_does_not_run_stays_stopped() -> None:
    clock = Clock()

    with clock.away():
        assert datetime.now(UTC) != clock.now

    assert datetime.now(UTC) != clock.now
