"""Values of log events against texts with stars, numbers and regexes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from components.log_pattern_regex import Regex
from components.log_pattern_values import Comparison, Value, Wanted, WantedNumber, WantedRegex, WantedText, number


def a_number(text: str) -> WantedNumber:
    return WantedNumber(text, Decimal(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("400", Decimal(400)),
        ("-1.5", Decimal("-1.5")),
        ("+1000", Decimal(1000)),
        ("10e3", Decimal(10_000)),
        ("1e-3", Decimal("0.001")),
        ("1E+3", Decimal(1000)),
        ("4*", None),
        ("1.", None),
        ("", None),
        ("0x1F", None),
        ("٤", None),
        ("1e99999999999999999999", None),
    ],
)
def test_numbers_are_those_of_the_guide(text: str, value: Decimal | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("wanted", "equal", "unequal"),
    [
        (WantedText("UpdateTrail"), ["UpdateTrail"], ["updateTrail", "UpdateTrails"]),
        (WantedText("*Event"), ["PutEvent", "Event"], ["EventId"]),
        (WantedText("Event*"), ["EventId", "Event"], ["PutEvent"]),
        (WantedText("*html*"), ["GET /index.html HTTP/1.0"], ["GET /index.htm"]),
        # The older edition of the guide, on the asterisk: one inside is a star.
        (WantedText("Ev*ent"), ["Ev*ent"], ["Even t", "Event"]),
        (WantedText("*"), ["", "anything"], []),
        (WantedText("4*"), ["404", "4"], ["504"]),
        (a_number("400"), ["400", "400.0", "4e2"], ["401", "400 "]),
        (WantedRegex(Regex.parse("val.{2}")), ["value", "another value"], ["val"]),
    ],
)
def test_equality_and_its_opposite(wanted: Wanted, equal: list[str], unequal: list[str]) -> None:
    for text in equal:
        assert Comparison("=", wanted).holds(Value.spelled(text))
        assert not Comparison("!=", wanted).holds(Value.spelled(text))
    for text in unequal:
        assert not Comparison("=", wanted).holds(Value.spelled(text))
        assert Comparison("!=", wanted).holds(Value.spelled(text))


@pytest.mark.parametrize(
    ("operator", "holding"),
    [(">", ["501"]), (">=", ["500", "501"]), ("<", ["499.9"]), ("<=", ["499.9", "500"])],
)
def test_orderings_compare_numbers(operator: str, holding: list[str]) -> None:
    comparison = Comparison(operator, a_number("500"))

    assert [text for text in ("499.9", "500", "501", "text") if comparison.holds(Value.spelled(text))] == holding


def test_a_text_that_looks_like_a_number_is_compared_by_its_spelling_and_never_ordered() -> None:
    text = Value("400")

    assert Comparison("=", a_number("400")).holds(text)
    assert not Comparison("=", a_number("4e2")).holds(text)
    assert not Comparison(">", a_number("1")).holds(text)


def test_a_star_inside_is_known() -> None:
    assert WantedText("Ev*ent").has_inner_star
    assert not WantedText("*Event*").has_inner_star
    assert not WantedText("*").has_inner_star
