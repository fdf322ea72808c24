"""When a batch is complete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from emulator.clock import START
from emulator.queueing.gathering import LARGEST_PAYLOAD_BYTES, Gathering


@dataclass
class Limits:
    batch_size: int = 3
    max_batch_window: int | None = None


def gathered(gathering: Gathering, *ids: str) -> Gathering:
    for message_id in ids:
        gathering.add({"MessageId": message_id}, 100, START)
    return gathering


def test_an_empty_batch_is_never_complete() -> None:
    gathering = Gathering(Limits())

    assert gathering.due is None
    assert not gathering.is_complete(START + timedelta(days=1))


def test_without_a_window_one_message_completes_it() -> None:
    assert gathered(Gathering(Limits()), "1").is_complete(START)


@pytest.mark.parametrize(("seconds", "complete"), [(0, False), (19.999, False), (20, True)])
def test_with_a_window_it_waits_from_its_first_message_on(seconds: float, complete: bool) -> None:
    gathering = gathered(Gathering(Limits(max_batch_window=20)), "1")
    gathering.add({"MessageId": "2"}, 100, START + timedelta(seconds=10))

    assert gathering.due == START + timedelta(seconds=20)
    assert gathering.is_complete(START + timedelta(seconds=seconds)) is complete


def test_a_full_batch_waits_for_nothing() -> None:
    gathering = gathered(Gathering(Limits(max_batch_window=20)), "1", "2", "3")

    assert gathering.room == 0
    assert gathering.is_complete(START)


def test_a_message_that_comes_again_stands_there_once() -> None:
    assert gathered(Gathering(Limits()), "1", "1").room == 2


def test_what_is_taken_begins_anew() -> None:
    gathering = gathered(Gathering(Limits(max_batch_window=20)), "1", "2")

    assert gathering.take() == [{"MessageId": "1"}, {"MessageId": "2"}]
    assert (gathering.room, gathering.due, gathering.take()) == (3, None, [])


def test_weight_limits_a_batch_and_one_message_always_fits() -> None:
    gathering = Gathering(Limits())

    assert gathering.fits(LARGEST_PAYLOAD_BYTES + 1)
    gathering.add({"MessageId": "1"}, LARGEST_PAYLOAD_BYTES - 100, START)
    assert gathering.fits(100)
    assert not gathering.fits(101)
