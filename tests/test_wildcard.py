"""Text with stars, and how much work it makes."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.wildcard import COMPLEXITY_LIMIT, Wildcard

PIECES = st.lists(st.text("ab.\n", max_size=3), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("abc", ("abc",)),
        ("", ("",)),
        ("*", ("", "")),
        ("a*b*", ("a", "b", "")),
        (r"a\*b", ("a*b",)),
        (r"a\\*", ("a\\", "")),
        (r"a\**", ("a*", "")),
    ],
)
def test_a_wildcard_is_cut_at_the_stars_that_no_backslash_escapes(text: str, pieces: Any) -> None:
    assert Wildcard.parse(text).pieces == pieces


@pytest.mark.parametrize("text", ["**", "a**b", "a**"])
def test_two_stars_in_a_row_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^has two stars in a row, where one already matches everything$"):
        Wildcard.parse(text)


@pytest.mark.parametrize("text", ["a\\", r"a\x", r"\\\ ", r"*\n"])
def test_a_backslash_escapes_only_a_star_or_a_backslash(text: str) -> None:
    with pytest.raises(ValueError, match=r"^has a backslash that escapes neither a star nor a backslash$"):
        Wildcard.parse(text)


@settings(deadline=None, derandomize=True)
@given(PIECES, st.text("ab.\n", max_size=12))
def test_a_wildcard_matches_what_the_regular_expression_of_its_pieces_matches(pieces: Any, text: str) -> None:
    expression = ".*".join(map(re.escape, pieces))

    assert Wildcard(tuple(pieces)).matches(text) == bool(re.fullmatch(expression, text, re.DOTALL))


def test_the_same_characters_are_not_used_for_the_beginning_and_the_end() -> None:
    wildcard = Wildcard.parse("aba*ba")

    assert not wildcard.matches("aba")
    assert wildcard.matches("ababa")


def test_matching_long_text_against_many_stars_takes_no_backtracking() -> None:
    wildcard = Wildcard.parse("*a" * 200 + "*b")

    assert not wildcard.matches("a" * 200_000)


@pytest.mark.parametrize(
    ("text", "beginnings"),
    [
        ("abc", 1),
        ("*", 1),
        ("*ab", 2),
        ("*aa", 3),
        ("aa*", 2),
        ("a*bcb", 3),
        ("a*bbb", 4),
        ("*ab*ad", 4),
        ("a*b*bb", 5),
        ("*ab*b*b*", 7),
        (r"\**\*", 2),
        ("/data/*/dir/dir/dir/dir/dir/doc.txt", 7),
    ],
)
def test_complexity_is_the_number_of_beginnings_one_value_matches_at_once(text: str, beginnings: int) -> None:
    assert Wildcard.parse(text).complexity() == beginnings


@pytest.mark.parametrize("text", ["*:*:*:*:*:event-bus/*", "*a*a*a*a*a*a*a*a*", "*" + "a" * 4000])
def test_what_aws_calls_too_complex_is_above_the_limit(text: str) -> None:
    assert Wildcard.parse(text).complexity() > COMPLEXITY_LIMIT
