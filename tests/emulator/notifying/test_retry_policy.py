"""How often SNS tries again, and when."""

from __future__ import annotations

import pytest

from emulator.notifying.retry_policy import RETRIES, pause_before


def seconds(retry: int) -> float:
    pause = pause_before(retry)
    assert pause is not None
    return pause.total_seconds()


@pytest.mark.parametrize(
    ("retry", "pause"),
    [(1, 0), (3, 0), (4, 1), (5, 1), (6, 1), (7, 1.395), (10, 3.786), (15, 20), (16, 20), (100_015, 20)],
)
def test_pauses_grow_in_four_phases(retry: int, pause: float) -> None:
    assert seconds(retry) == pause


def test_there_are_100015_retries() -> None:
    assert RETRIES == 100_015
    assert pause_before(RETRIES) is not None
    assert pause_before(RETRIES + 1) is None


def test_they_take_23_days() -> None:
    assert sum(map(seconds, range(1, RETRIES + 1))) // 86_400 == 23


def test_each_pause_of_the_third_phase_is_longer_than_the_one_before() -> None:
    pauses = [seconds(retry) for retry in range(6, 16)]

    assert pauses == sorted(set(pauses))
    assert (pauses[0], pauses[-1]) == (1, 20)
