"""A filter pattern is read by what it begins with; each kind has its own tests."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.log_pattern import InvalidLogPattern, LogPattern
from components.log_pattern_fields import FieldsLogPattern
from components.log_pattern_json import JsonLogPattern
from components.log_pattern_terms import TermsLogPattern


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ERROR", TermsLogPattern),
        ('"{ not JSON }"', TermsLogPattern),
        (' { $.level = "ERROR" } ', JsonLogPattern),
        (" [level = ERROR, rest] ", FieldsLogPattern),
    ],
)
def test_the_first_character_says_what_a_pattern_is(text: str, kind: type[object]) -> None:
    pattern = LogPattern.parse(text)

    assert isinstance(pattern.wanted, kind)
    assert pattern.text == text


def test_a_pattern_has_1024_characters_at_most() -> None:
    assert LogPattern.parse("a" * 1024).matches("a" * 1024)
    with pytest.raises(InvalidLogPattern, match=r"^needs at most 1024 characters, has 1025$"):
        LogPattern.parse("a" * 1025)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("ERROR -GET", ("ERROR",)),
        ("?ERROR ?WARN", ("ERROR",)),
        ("-GET", ()),
        ("{ $.a = 1 }", ()),
    ],
)
def test_the_terms_that_make_a_line_wanted(text: str, terms: tuple[str, ...]) -> None:
    assert LogPattern.parse(text).terms == terms


ALPHABET = "{}[]()$.*%\"'?-=!<>&| \\abIS NULLTRUENOTEXISTS019,_:"


@given(st.text(alphabet=ALPHABET, max_size=40), st.text(max_size=40))
def test_any_pattern_is_read_or_refused_in_words_and_answers_for_any_message(text: str, message: str) -> None:
    for pattern in (text, f"{{ {text} }}", f"[{text}]"):
        try:
            parsed = LogPattern.parse(pattern)
        except InvalidLogPattern as refused:
            assert str(refused)  # noqa: PT017  (most texts are refused)
        else:
            assert parsed.matches(message) in (True, False)


@given(st.dictionaries(st.text(alphabet="ab_-", min_size=1), st.text(alphabet="xyz", min_size=1), min_size=1))
def test_each_property_of_an_object_is_found_by_its_value(told: dict[str, str]) -> None:
    for name, value in told.items():
        assert LogPattern.parse(f'{{ $.{name} = "{value}" }}').matches(json.dumps(told))
        assert not LogPattern.parse(f'{{ $.{name} != "{value}" || $.{name} NOT EXISTS }}').matches(json.dumps(told))
