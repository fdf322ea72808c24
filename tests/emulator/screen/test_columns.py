"""Columns fit their width, lose nothing, and break names where a reader would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.screen.columns import columns, wrapped


def test_a_table_that_fits_is_laid_out_as_wide_as_its_words() -> None:
    lines = columns(("edge", "sent"), [("feed -> split", "1"), ("total", "12")], 80, numbers=("sent",))

    assert lines == [
        "edge           sent",
        "-------------  ----",
        "feed -> split     1",
        "total            12",
    ]


def test_a_narrow_table_breaks_names_at_their_joints_and_parts_the_rows() -> None:
    rows = [("alerts.announcements", "lambda:InvokeFunction"), ("feeds.feed", "x")]

    lines = columns(("waker", "right"), rows, 32)

    assert lines == [
        "waker            right",
        "---------------  ---------------",
        "alerts.          lambda:",
        "announcements    InvokeFunction",
        "",
        "feeds.feed       x",
    ]


def test_of_two_columns_as_wide_as_each_other_the_last_gives_way() -> None:
    assert columns(("a", "b"), [("one two", "one two")], 15) == [
        "a        b",
        "-------  ------",
        "one two  one",
        "         two",
    ]


def test_a_line_break_in_a_cell_begins_a_new_line() -> None:
    assert columns(("a", "b"), [("one\ntwo", "x")], 80) == ["a    b", "---  -", "one  x", "two"]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("a right is missing", 80, ["a right is missing"]),
        ("a right is missing", 10, ["a right is", "missing"]),
        ("feeds.readings.dead-letters", 20, ["feeds.readings.dead-", "letters"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("  if it fails twice", 12, ["  if it", "  fails", "  twice"]),
        ("", 5, [""]),
    ],
)
def test_text_is_broken_at_spaces_then_at_joints_then_anywhere(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


@given(st.text(alphabet="ab .:-/,", max_size=60), st.integers(min_value=2, max_value=30))
def test_no_wrapped_line_is_too_wide_and_no_letter_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width)

    assert all(len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


_SENTENCES = st.lists(st.tuples(st.text("ab", max_size=8), st.sampled_from(" .:-\n")), max_size=8).map(
    lambda words: "".join(word + joint for word, joint in words)
)


@given(st.lists(st.tuples(_SENTENCES, _SENTENCES, _SENTENCES), max_size=5), st.integers(min_value=31, max_value=120))
def test_a_table_is_never_wider_than_asked_while_its_names_can_break(
    rows: list[tuple[str, str, str]], width: int
) -> None:
    lines = columns(("one", "two", "three"), rows, width)

    assert max(map(len, lines)) <= width
