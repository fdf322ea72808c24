"""Windows follow each other without a gap."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.clock import START
from emulator.streaming.tumbling_window import LARGEST_STATE_BYTES, TumblingWindow, window_of

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("seconds", "begins"), [(0, 0), (59.999, 0), (60, 60), (119, 60), (-1, -60)])
def test_a_moment_is_in_one_window(seconds: float, begins: int) -> None:
    window = window_of(START + timedelta(seconds=seconds), MINUTE)

    assert (window.start - START, window.end - START) == (
        timedelta(seconds=begins),
        timedelta(seconds=begins + 60),
    )


def test_windows_begin_with_the_epoch_whatever_their_length() -> None:
    window = window_of(START, timedelta(seconds=7))

    assert window.start.timestamp() % 7 == 0
    assert window.start <= START < window.end


def test_an_event_tells_of_its_window() -> None:
    window = TumblingWindow(START, START + MINUTE, state={"sum": 3})

    assert window.fields("shardId-0", "arn:stream", final=True, early=False) == {
        "window": {"start": "2030-01-01T12:00:00Z", "end": "2030-01-01T12:01:00Z"},
        "state": {"sum": 3},
        "shardId": "shardId-0",
        "eventSourceARN": "arn:stream",
        "isFinalInvokeForWindow": True,
        "isWindowTerminatedEarly": False,
    }


def test_a_state_of_more_than_a_megabyte_is_too_large() -> None:
    around = len('{"x":""}')

    fits = TumblingWindow(START, START + MINUTE, state={"x": "a" * (LARGEST_STATE_BYTES - around)})
    larger = TumblingWindow(START, START + MINUTE, state={"x": "a" * (LARGEST_STATE_BYTES - around + 1)})

    assert not fits.is_too_large
    assert larger.is_too_large
