"""Records and their order."""

from __future__ import annotations

import json

import pytest

from emulator.clock import START
from emulator.streaming.stream import StreamRecord, comes_after


@pytest.mark.parametrize(
    ("number", "other", "after"),
    [
        ("2", "1", True),
        ("10", "9", True),
        ("1", "1", False),
        ("9", "10", False),
        ("1", None, True),
        (None, None, False),
    ],
)
def test_sequence_numbers_are_compared_as_numbers(number: str | None, other: str | None, after: bool) -> None:
    assert comes_after(number, other) is after


def test_a_record_weighs_what_its_event_does() -> None:
    record = StreamRecord("e1", "1", "a", START, {"kinesis": {"data": "x" * 100}})

    assert record.size_bytes == len(json.dumps(record.event))
