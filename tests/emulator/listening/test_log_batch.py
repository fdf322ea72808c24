"""A batch knows its lane, and when it is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.clock import START
from emulator.listening.log_batch import LogBatch
from emulator.tally import Edge


def batch(*messages: str, attempts: int = 0) -> LogBatch:
    return LogBatch(
        event={},
        messages=messages,
        log_group_arn="arn:aws:logs:eu-west-1:111111111111:log-group:a",
        log_stream="one",
        filter_name="errors",
        function_arn="arn:aws:lambda:eu-west-1:111111111111:function:warn",
        edge=Edge("a", "warn"),
        event_id="a batch 1",
        began=START,
        due=START,
        attempts=attempts,
    )


def test_it_is_told_by_the_number_of_its_lines() -> None:
    assert (batch("a").what, batch("a", "b").what) == ("1 log line", "2 log lines")


def test_a_lane_is_a_stream_as_one_filter_hears_it() -> None:
    assert batch("a").lane == ("arn:aws:logs:eu-west-1:111111111111:log-group:a", "errors", "one")


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (8, 128), (9, 256), (10, 300), (500, 300)])
def test_pauses_grow_up_to_five_minutes(attempts: int, seconds: int) -> None:
    waiting = batch("a", attempts=attempts)

    assert waiting.wait(START)
    assert waiting.due == START + timedelta(seconds=seconds)


def test_the_last_try_is_when_the_day_is_over() -> None:
    waiting = batch("a", attempts=300)

    assert waiting.wait(START + timedelta(hours=23, minutes=59))
    assert waiting.due == START + timedelta(hours=24)
    assert not waiting.wait(waiting.due)
