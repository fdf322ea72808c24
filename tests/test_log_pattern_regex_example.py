"""A text that a regular expression of a filter pattern finds."""

from __future__ import annotations

import pytest

from components.log_pattern_regex import Regex
from components.log_pattern_regex_example import MOST_REPEATS, wanted_text


@pytest.mark.parametrize(
    ("regex", "text"),
    [
        ("ERROR", "ERROR"),
        ("4[0-9]{2}", "400"),
        ("^time.?out$", "timeout"),
        ("a|b", "a"),
        (r"\d+\.\d{1,3}", "0.0"),
        (r"[^a-z]x*y+", "Ay"),
        (r"\x28\w\x29", "(a)"),
        (r"\s\S\W", " a!"),
        ("a{,3}b", "b"),
        (r"\[\]", "[]"),
        ("^$", ""),
    ],
)
def test_every_part_is_written_as_short_as_it_may_be(regex: str, text: str) -> None:
    assert wanted_text(Regex.parse(regex)) == text
    assert Regex.parse(regex).found_in(text)


@pytest.mark.parametrize("regex", ["b^a", f"a{{{MOST_REPEATS + 1}}}", "a{4000000000}"])
def test_what_nothing_is_like_or_nobody_would_read_has_no_text(regex: str) -> None:
    assert wanted_text(Regex.parse(regex)) is None
