"""The account of every event."""

from __future__ import annotations

import pytest

from emulator.tally import Edge, Ending, Tally

EDGE = Edge("feeds.readings", "feeds.record")


def test_an_event_that_nobody_closes_is_lost() -> None:
    tally = Tally()
    for event in ("a", "b", "c", "d"):
        tally.sent(EDGE, event)
    tally.ended(EDGE, "a", Ending.PROCESSED)
    tally.ended(EDGE, "b", Ending.DEAD_LETTERED)
    tally.ended(EDGE, "c", Ending.FILTERED)

    [row] = tally.rows()

    assert (row.sent, row.processed, row.dead_lettered, row.filtered, row.lost) == (4, 1, 1, 1, 1)
    assert tally.open() == [(EDGE, "d")]


def test_the_last_word_on_an_event_counts() -> None:
    tally = Tally()
    tally.sent(EDGE, "a")
    tally.ended(EDGE, "a", Ending.DEAD_LETTERED)
    tally.ended(EDGE, "a", Ending.PROCESSED)

    [row] = tally.rows()

    assert (row.processed, row.dead_lettered, row.lost) == (1, 0, 0)


def test_an_event_that_is_sent_again_counts_once() -> None:
    tally = Tally()
    tally.sent(EDGE, "a")
    tally.ended(EDGE, "a", Ending.PROCESSED)
    tally.sent(EDGE, "a")

    [row] = tally.rows()

    assert (row.sent, row.lost) == (1, 0)


def test_what_was_never_sent_cannot_end() -> None:
    with pytest.raises(KeyError, match="was never sent there"):
        Tally().ended(EDGE, "a", Ending.PROCESSED)


def test_rows_are_sorted_by_source_and_target() -> None:
    tally = Tally()
    for source, target in (("b", "x"), ("a", "z"), ("a", "y")):
        tally.sent(Edge(source, target), "1")

    assert [str(row.edge) for row in tally.rows()] == ["a -> y", "a -> z", "b -> x"]
