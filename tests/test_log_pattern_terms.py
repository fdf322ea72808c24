"""Patterns for plain text: the guide's examples, and what the guide refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.log_pattern import InvalidLogPattern, LogPattern

MESSAGES = (
    "[ERROR 400] BAD REQUEST",
    "[ERROR 401] UNAUTHORIZED REQUEST",
    "[ERROR 419] MISSING ARGUMENTS",
    "[ERROR 420] INVALID ARGUMENTS",
    "[ERROR 500] INTERNAL SERVER ERROR",
    "[INFO] REQUEST FAILED",
    "[WARN] UNAUTHORIZED REQUEST",
    "Exiting with ERRORCODE: -1",
)
"""CloudWatch Logs user guide, "Using filter patterns to match terms in unstructured log events"."""

EVERY = list(range(len(MESSAGES)))


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("ERROR", [0, 1, 2, 3, 4, 7]),
        ("error", []),
        ("ERROR ARGUMENTS", [2, 3]),
        ("?ERROR ?ARGUMENTS", [0, 1, 2, 3, 4, 7]),
        ("?BAD ?MISSING", [0, 2]),
        ("?ERROR ?ARGUMENTS REQUEST", [0, 1, 5, 6]),
        ('"INTERNAL SERVER ERROR"', [4]),
        ("ERROR -ARGUMENTS", [0, 1, 4, 7]),
        ('"ERROR" - "Exiting"', [0, 1, 2, 3, 4]),
        ("-ERROR", [5, 6]),
        ('" "', EVERY),
        ("", EVERY),
        ("  ", EVERY),
        ("%AUTHORIZED%", [1, 6]),
        (r"%^\[ERROR 4\d0\]%", [0, 3]),
        ('"-1"', [7]),
        ("ERRORCODE", [7]),
    ],
)
def test_the_guides_messages(pattern: str, wanted: list[int]) -> None:
    parsed = LogPattern.parse(pattern)

    assert [index for index, message in enumerate(MESSAGES) if parsed.matches(message)] == wanted


def test_everything_is_a_message_without_a_space_too() -> None:
    assert LogPattern.parse('" "').matches("ERROR")


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("foo-bar", "needs a term of A-Z a-z 0-9 _, or any text in double quotes, got foo-bar"),
        ("ERROR 50%", "needs a term of A-Z a-z 0-9 _, or any text in double quotes, got 50%"),
        ("größe", "needs a term of A-Z a-z 0-9 _, or any text in double quotes, got größe"),
        ("ERROR -", "needs a term of A-Z a-z 0-9 _, or any text in double quotes, and the pattern ends there"),
        ("?-a", "needs a term of A-Z a-z 0-9 _, or any text in double quotes, got -a"),
        ('ERROR "open', 'needs a second double quote, got "open'),
        ("%a% ERROR", "needs nothing beside a regex that stands alone, got ERROR"),
        ("ERROR %a%", "needs a term of A-Z a-z 0-9 _, or any text in double quotes, got %a%"),
        ("%a", "needs a second %, got %a"),
    ],
)
def test_what_cloudwatch_logs_refuses_is_refused_in_words(pattern: str, told: str) -> None:
    with pytest.raises(InvalidLogPattern) as refused:
        LogPattern.parse(pattern)

    assert str(refused.value) == told


def test_terms_that_would_be_ignored_are_doubted() -> None:
    assert LogPattern.parse("?ERROR ?ARGUMENTS REQUEST -GET").doubts == (
        "?ERROR and ?ARGUMENTS would be ignored beside REQUEST and -GET: "
        "terms with a question mark count only where all have one",
    )
    assert LogPattern.parse("?ERROR ?ARGUMENTS").doubts == ()


WORDS = st.lists(st.text(alphabet="abc", min_size=1, max_size=2), max_size=3)


@given(WORDS, WORDS, st.text(alphabet="abc "))
def test_a_message_is_wanted_if_it_has_all_that_is_included_and_nothing_that_is_excluded(
    included: list[str], excluded: list[str], message: str
) -> None:
    pattern = " ".join([*included, *(f"-{word}" for word in excluded)])

    assert LogPattern.parse(pattern).matches(message) == (
        all(word in message for word in included) and not any(word in message for word in excluded)
    )
