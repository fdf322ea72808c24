"""Batches are made of a lane's records, in order, one after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from emulator.clock import START
from emulator.streaming.lane import Batch, Lane, pause_after
from emulator.streaming.settings import StreamSettings
from emulator.streaming.stream import StreamRecord

SETTINGS = StreamSettings(
    batch_size=2,
    batch_window=timedelta(seconds=20),
    max_retries=None,
    max_record_age=None,
    bisects=False,
    reports_failures=False,
    lanes=1,
    tumbling_window=None,
    destination_arn=None,
    patterns=(),
)
MINUTES = replace(SETTINGS, tumbling_window=timedelta(minutes=1))


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def record(number: int, arrived: datetime = START, data: str = "") -> StreamRecord:
    return StreamRecord(f"e{number}", str(number), "a", arrived, {"data": data})


def lane(*records: StreamRecord) -> Lane:
    filled = Lane()
    for each in records:
        filled.add(each, each.arrived)
    return filled


def numbers(batch: Batch | None) -> list[str]:
    return [each.sequence_number for each in batch.records] if batch else []


def test_a_full_batch_goes_at_once_and_one_that_is_not_waits_for_its_window() -> None:
    filled = lane(record(1), record(2), record(3))

    assert numbers(filled.next_batch(SETTINGS, START)) == ["1", "2"]
    filled.done(START)
    assert filled.next_batch(SETTINGS, after(19.9)) is None
    assert filled.next_due(SETTINGS) == after(20)
    assert numbers(filled.next_batch(SETTINGS, after(20))) == ["3"]


def test_the_next_window_begins_when_the_batch_before_has_ended() -> None:
    filled = lane(record(1), record(2), record(3))
    filled.next_batch(SETTINGS, START)

    filled.done(after(7))

    assert filled.next_due(SETTINGS) == after(27)


def test_a_batch_weighs_no_more_than_an_invocation_may_carry() -> None:
    filled = lane(*(record(number, data="x" * 2_500_000) for number in range(3)))

    batch = filled.next_batch(replace(SETTINGS, batch_size=100), START)

    assert numbers(batch) == ["0", "1"]


def test_one_batch_is_at_work_at_a_time() -> None:
    filled = lane(record(1), record(2), record(3), record(4))
    first = filled.next_batch(SETTINGS, START)

    assert filled.next_batch(SETTINGS, START) is first
    assert first is not None
    first.attempts = 1
    first.wait(START, None)
    assert filled.next_batch(SETTINGS, START) is None
    assert filled.next_due(SETTINGS) == after(1)
    assert filled.next_batch(SETTINGS, after(1)) is first


def test_smaller_batches_take_the_place_of_the_one_at_work() -> None:
    filled = lane(record(1), record(2), record(3))
    batch = filled.next_batch(SETTINGS, START)
    assert batch is not None

    filled.replace(batch.records[:1], batch.records[1:])

    assert numbers(filled.next_batch(SETTINGS, START)) == ["1"]
    filled.done(START)
    assert numbers(filled.next_batch(SETTINGS, START)) == ["2"]
    filled.done(START)
    assert numbers(filled.next_batch(SETTINGS, after(20))) == ["3"]


def test_what_it_holds_can_be_put_elsewhere() -> None:
    filled = lane(record(1), record(2), record(3))
    filled.next_batch(SETTINGS, START)

    assert [each.sequence_number for each in filled.take_all()] == ["1", "2", "3"]
    assert filled.is_idle


@pytest.mark.parametrize(("tries", "seconds"), [(1, 1), (2, 2), (5, 16), (9, 256), (10, 300), (10_000, 300)])
def test_the_pause_doubles_up_to_five_minutes(tries: int, seconds: int) -> None:
    assert pause_after(tries) == timedelta(seconds=seconds)


def test_a_batch_waits_no_longer_than_its_records_live() -> None:
    batch = Batch([record(1)], attempts=4)

    batch.wait(START, after(5))

    assert batch.retry_at == after(5)


class TestWindows:
    def test_a_batch_is_of_one_window(self) -> None:
        filled = lane(record(1, after(58)), record(2, after(59)), record(3, after(60)))

        batch = filled.next_batch(replace(MINUTES, batch_size=100), after(60))

        assert numbers(batch) == ["1", "2"]

    def test_a_batch_does_not_wait_beyond_its_window(self) -> None:
        filled = lane(record(1, after(50)))

        assert filled.next_due(MINUTES) == after(60)

    def test_a_window_closes_when_it_is_over_and_all_of_it_was_seen(self) -> None:
        filled = lane(record(1, after(10)), record(2, after(20)), record(3, after(30)))
        batch = filled.next_batch(MINUTES, after(30))
        assert batch is not None
        window = filled.opened_for(batch.records, MINUTES)

        assert filled.closing(MINUTES, after(60)) is None, "a batch is at work"
        filled.done(after(60))
        assert filled.closing(MINUTES, after(60)) is None, "a record is left"
        filled.next_batch(MINUTES, after(60))
        filled.done(after(60))
        assert filled.closing(MINUTES, after(59.9)) is None
        assert filled.closing(MINUTES, after(60)) is window

    def test_a_window_that_could_not_be_closed_holds_up_everything(self) -> None:
        filled = lane(record(1, after(10)))
        filled.opened_for([record(1, after(10))], MINUTES)
        assert filled.window is not None
        filled.window.retry_at = after(100)

        assert filled.next_batch(MINUTES, after(99)) is None
        assert filled.next_due(MINUTES) == after(100)

    def test_without_windows_there_is_none(self) -> None:
        filled = lane(record(1))

        assert filled.opened_for([record(1)], SETTINGS) is None
        assert filled.closing(SETTINGS, after(1_000)) is None
