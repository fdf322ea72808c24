"""What EventBridge refuses in a pattern, and what `$or` makes of it."""

from typing import Any

import pytest

from components.event_pattern_matchers import Exactly
from components.event_pattern_reader import COMBINATIONS_LIMIT, Alternative, PatternReader
from components.json_values import Number


def read(pattern: Any) -> tuple[list[Alternative], list[str]]:
    reader = PatternReader()
    return reader.alternatives(pattern), reader.problems


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ([1], "the pattern needs to be a JSON object, got [1]"),
        ({}, "the pattern needs at least one field, got {}"),
        ({"detail": {}}, "detail: needs at least one field, got {}"),
        ({"source": "a"}, 'source: needs a list of wanted values, got "a": write ["a"]'),
        ({"source": None}, "source: needs a list of wanted values, got null: write [null]"),
        ({"source": []}, "source: needs at least one wanted value, got []"),
        ({5: ["a"]}, "5: needs a name in quotes, got 5"),
        ({"$or": {"a": [1]}}, '$or: needs a list of at least 2 objects, got {"a": [1]}'),
        ({"detail": {"$or": [{"a": [1]}]}}, 'detail.$or: needs a list of at least 2 objects, got [{"a": [1]}]'),
        ({"$or": [{"a": [1]}, ["b"]]}, '$or[1]: needs an object with fields, got ["b"]'),
        ({"$or": [{"a": [1]}, {}]}, "$or[1]: needs at least one field, got {}"),
        (
            {"$or": [{"a": [1]}, {"b": {"numeric": [1]}}]},
            "$or[1].b.numeric: needs another name: inside $or numeric is kept for operators",
        ),
        (
            {"$or": [{"a": [1]}, {"$or": [{"b": 1}, {"c": [1]}]}]},
            "$or[1].$or[0].b: needs a list of wanted values, got 1: write [1]",
        ),
    ],
)
def test_what_is_no_field_is_refused_with_its_path(pattern: Any, problem: str) -> None:
    assert read(pattern)[1] == [problem]


def test_all_problems_come_at_once_in_the_order_of_the_pattern() -> None:
    pattern = {"source": "a", "detail": {"f": [{"prefix": 1}, {"suffix": 2}], "$or": [{"g": []}, 5]}}

    assert read(pattern)[1] == [
        'source: needs a list of wanted values, got "a": write ["a"]',
        "detail.f: prefix needs text, got 1",
        "detail.f: suffix needs text, got 2",
        "detail.$or[0].g: needs at least one wanted value, got []",
        "detail.$or[1]: needs an object with fields, got 5",
    ]


def test_a_name_kept_for_operators_is_a_field_outside_or() -> None:
    assert read({"numeric": {"prefix": [1]}}) == ([{"numeric.prefix": (Exactly(Number(1.0)),)}], [])


def test_or_makes_an_alternative_of_each_choice_and_two_of_them_multiply() -> None:
    one, two = (Exactly(Number(1.0)),), (Exactly(Number(2.0)),)
    pattern = {"$or": [{"a": [1]}, {"b": [1]}], "d": {"$or": [{"p": [2]}, {"q": [2]}]}}

    assert read(pattern)[0] == [
        {"a": one, "d.p": two},
        {"b": one, "d.p": two},
        {"a": one, "d.q": two},
        {"b": one, "d.q": two},
    ]


def test_a_field_said_again_replaces_what_was_said_before() -> None:
    first, second = (Exactly("first"),), (Exactly("second"),)

    assert read({"a": {"b": ["first"]}, "a.b": ["second"]})[0] == [{"a.b": second}]
    assert read({"a": ["first"], "$or": [{"a": ["second"]}, {"b": ["second"]}]})[0] == [
        {"a": second},
        {"a": first, "b": second},
    ]


def test_or_may_not_make_more_combinations_than_the_limit() -> None:
    choices = [{"a": [1]}, {"b": [1]}]
    nine, ten = ({f"k{number}": {"$or": choices} for number in range(count)} for count in (9, 10))
    hundred = {f"k{number}": {"$or": choices} for number in range(100)}

    assert len(read(nine)[0]) == 512
    assert read(nine)[1] == []
    for many in (ten, hundred):
        assert read(many)[1] == [f"the pattern needs at most {COMBINATIONS_LIMIT} combinations of its $or, got more"]
