"""A log event that is made from a filter pattern is wanted by it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.log_pattern import LogPattern
from components.log_pattern_example import wanted_message

steady = settings(deadline=None, derandomize=True)
WORDS = st.text("abcXYZ0189_.*", min_size=1, max_size=5)
QUOTED = st.text("abc :-/", min_size=1, max_size=5).map(lambda text: f'"{text}"')
NUMBERS = st.integers(-(10**6), 10**6).map(str) | st.sampled_from(["4.5", "-0.25", "1e3", "2.5E-3"])
CONDITIONS = (
    st.builds(lambda sign, value: f"{sign} {value}", st.sampled_from(["=", "!="]), WORDS | QUOTED | NUMBERS)
    | st.builds(lambda sign, value: f"{sign} {value}", st.sampled_from(["<", "<=", ">", ">="]), NUMBERS)
    | st.sampled_from(["IS TRUE", "IS FALSE", "IS NULL", "NOT EXISTS"])
)

PLAIN = {"timestamp": "2030-01-01T12:00:00.000Z", "level": "ERROR", "message": "an example"}


def made(pattern: str) -> str | None:
    message = wanted_message(LogPattern.parse(pattern), PLAIN)
    assert message is None or LogPattern.parse(pattern).matches(message)
    return message


@pytest.mark.parametrize("pattern", ["", '" "', "ERROR", '{ $.level = "ERROR" }', "%[A-Z]{5}%", "-WARN"])
def test_a_line_that_is_wanted_stays_as_it_is(pattern: str) -> None:
    assert made(pattern) == json.dumps(PLAIN)


@pytest.mark.parametrize(
    ("pattern", "put"),
    [
        ('{ $.level = "WARNING" }', {"level": "WARNING"}),
        ('{ $.level = "INFO" && $.retries > 2 }', {"level": "INFO", "retries": 3}),
        ("{ $.a = 1 && $.a = 2 || $.b = 3 }", {"b": 3}),
        ("{ ($.a = 1 || $.a = 2) && ($.a = 3 || $.a = 2) }", {"a": 2}),
        ("{ $.done IS TRUE && $.error IS NULL }", {"done": True, "error": None}),
        ("{ $.a.b[1].c = x && $.a.b[0] = 5 }", {"a": {"b": [5, {"c": "x"}]}}),
        ("{ $.tags[*] = x }", {"tags": ["x"]}),
        ("{ $.users.* = x }", {"users": {"example": "x"}}),
        ("{ $.['with.dots'] = %^v[0-9]+$% }", {"with.dots": "v0"}),
        ("{ $.a > 1 && $.b NOT EXISTS && $.a < 2 }", {"a": 1.5}),
    ],
)
def test_json_gets_what_the_conditions_compare_and_keeps_the_rest(pattern: str, put: dict[str, object]) -> None:
    assert json.loads(str(made(pattern))) == {**PLAIN, **put}


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("{ $.timestamp NOT EXISTS && $.a = 1 }", {"a": 1}),
        ("{ $.message.text = x }", {"message": {"text": "x"}}),
    ],
)
def test_the_rest_gives_way_where_it_is_not_wanted(pattern: str, line: dict[str, object]) -> None:
    assert json.loads(str(made(pattern))) == line


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("[level = ERROR, ..., milliseconds > 500]", "ERROR 501"),
        ("[ip, user, code = 4* || code = 5*, size]", "example example 4 example"),
        ('[a = "two words", b = 7]', '"two words" 7'),
        ('"two words" other', "two words other"),
        ("?WARN ?INFO", "WARN"),
        ("WARN -ERROR", "WARN"),
        ("-a -e -x", "1"),
        ("%^WARN%", "WARN"),
    ],
)
def test_other_patterns_get_a_line_of_their_own(pattern: str, line: str) -> None:
    assert made(pattern) == line


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $.a = 1 && $.a = 2 }",
        "{ $.a = 1 && $.a.b = 2 }",
        "{ $.a = 1 && $.a NOT EXISTS }",
        "{ $.a[1000000000] = 1 }",
        "[a = 1 && a = 2, b = 1]",
        "WARN -A",
    ],
)
def test_where_nothing_fits_or_nobody_would_read_it_there_is_none(pattern: str) -> None:
    assert made(pattern) is None


def test_a_pattern_with_more_ways_than_anybody_could_try_is_answered() -> None:
    either = " && ".join(f"($.a{number} = 1 || $.a{number} = 2)" for number in range(30))

    assert json.loads(str(made(f"{{ {either} }}"))) == {**PLAIN, **{f"a{number}": 1 for number in range(30)}}


@steady
@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.sampled_from(["&&", "||"]))
def test_conditions_on_properties_of_their_own_are_always_met(conditions: list[str], joined: str) -> None:
    told = f" {joined} ".join(f"$.f{number} {condition}" for number, condition in enumerate(conditions))

    assert made(f"{{ {told} }}") is not None


@steady
@given(st.lists(CONDITIONS, min_size=1, max_size=4))
def test_conditions_on_fields_of_their_own_are_always_met(conditions: list[str]) -> None:
    fields = [f"f{number} {each}" for number, each in enumerate(conditions) if not each.startswith(("IS", "NOT"))]

    assert made(f"[{', '.join(fields or ['f'])}]") is not None
