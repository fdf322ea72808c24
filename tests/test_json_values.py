"""JSON as a comparison needs it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from components.json_values import Number, read, scalar, shown


@pytest.mark.parametrize(("one", "other"), [("300", "300.0"), ("300", "3.0e2"), ("0.1", "1e-1"), ("-0.0", "0")])
def test_numbers_compare_by_value_however_they_are_spelled(one: str, other: str) -> None:
    assert Number.spelled(one) == Number.spelled(other)


@pytest.mark.parametrize(
    "spelled", ["1E309", "1E-325", "0.12345678901234567890", "12345678901234567891", "1e-99999999999999999999"]
)
def test_a_number_that_a_double_would_round_keeps_its_spelling_and_has_no_value(spelled: str) -> None:
    number = Number.spelled(spelled)

    assert number.value is None
    assert number == Number(spelled)


def test_a_boolean_is_no_number() -> None:
    assert scalar(True) is True
    assert scalar(1) == Number(1.0)
    assert scalar(True) != scalar(1)


def test_numbers_of_a_parsed_text_are_those_of_the_text() -> None:
    assert [scalar(300), scalar(0.5), scalar(Decimal("4.50")), scalar(10**400)] == read(f"[300, 0.5, 4.50, {10**400}]")


@pytest.mark.parametrize("value", [date(2031, 4, 5), float("nan"), [1], {"a": 1}])
def test_what_json_has_no_scalar_for_is_refused_by_its_type(value: Any) -> None:
    with pytest.raises(TypeError, match=type(value).__name__):
        scalar(value)


def test_of_a_key_given_twice_the_last_one_counts_at_its_place() -> None:
    assert list(read('{"a": 1, "b": 2, "a": 3}').items()) == [("b", Number(2.0)), ("a", Number(3.0))]


@pytest.mark.parametrize("text", ["", "{", "NaN", "[Infinity]", "[" * 100_000])
def test_what_is_not_json_is_refused_without_another_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text)


def test_a_value_is_shown_as_json_and_cut_when_long() -> None:
    assert shown(read('{"a": [1.0, true, null, "é"]}')) == '{"a": [1, true, null, "é"]}'
    assert shown("x" * 100) == '"' + "x" * 76 + "..."
