"""Numbers to try where one within bounds is wanted."""

from __future__ import annotations

import json
import math

import pytest

from components.example_numbers import as_written, numbers_about


def test_the_bounds_come_first_then_what_lies_between_and_then_what_is_beside() -> None:
    assert list(numbers_about([4.5])) == [4.5, 5.5, 3.5, math.nextafter(4.5, 5), math.nextafter(4.5, 4)]
    assert list(numbers_about([10.0, 0.0]))[:3] == [0, 10, 5]


def test_without_bounds_there_is_nothing_to_try() -> None:
    assert list(numbers_about([])) == []


def test_no_number_is_beyond_what_json_has() -> None:
    assert all(map(math.isfinite, numbers_about([math.inf, 1.7976931348623157e308, -1.7976931348623157e308])))


@pytest.mark.parametrize(("number", "written"), [(70.0, "70"), (-3.0, "-3"), (4.5, "4.5"), (1e300, "1e+300")])
def test_whole_numbers_are_written_as_such(number: float, written: str) -> None:
    assert json.dumps(as_written(number)) == written
