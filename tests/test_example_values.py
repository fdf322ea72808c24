"""Values for a field of a pattern."""

from __future__ import annotations

from typing import Any

import pytest

from components.event_pattern import EventPattern
from components.example_values import values_for


def first(*wanted: Any) -> Any:
    [wish] = EventPattern.parse({"f": list(wanted)}).wishes()
    return next(values_for(wish.matchers), "nothing")


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ("red", "red"),
        ("", ""),
        (5, 5),
        (4.5, 4.5),
        (12345678901234567891, 12345678901234567891),
        (True, True),
        (None, None),
        ("198.51.100.7", "198.51.100.7"),
        ({"prefix": "in/"}, "in/example"),
        ({"suffix": ".json"}, "example.json"),
        ({"prefix": {"equals-ignore-case": "IN/"}}, "IN/example"),
        ({"suffix": {"equals-ignore-case": ".JSON"}}, "example.JSON"),
        ({"equals-ignore-case": "Red"}, "Red"),
        ({"wildcard": "in/*/2030*.json"}, "in/example/2030example.json"),
        ({"wildcard": "a\\*b"}, "a*b"),
        ({"numeric": [">=", 4.5]}, 4.5),
        ({"numeric": [">", 4.5]}, 5.5),
        ({"numeric": ["<", 70]}, 69),
        ({"numeric": ["<=", -3]}, -3),
        ({"numeric": ["=", 3]}, 3),
        ({"numeric": [">", 0, "<", 1]}, 0.5),
        ({"numeric": [">", 0, "<=", 5]}, 5),
        ({"cidr": "10.0.0.0/8"}, "10.0.0.1"),
        ({"cidr": "10.0.0.8/31"}, "10.0.0.9"),
        ({"cidr": "2001:db8::/32"}, "2001:db8::1"),
        ({"exists": True}, "example"),
        ({"exists": False}, "nothing"),
        ({"anything-but": "red"}, "example"),
        ({"anything-but": ["example", "another"]}, "1"),
        ({"anything-but": {"prefix": "ex"}}, "another"),
        ({"anything-but": {"suffix": ["example", "another"]}}, "1"),
        ({"anything-but": {"wildcard": "*e*"}}, "1"),
        ({"anything-but": {"equals-ignore-case": "EXAMPLE"}}, "another"),
        ({"anything-but": [1, 2]}, 3),
    ],
    ids=str,
)
def test_for_each_operator_there_is_a_value_that_fits(wanted: Any, value: Any) -> None:
    assert first(wanted) == value
    assert type(first(wanted)) is type(value)


def test_a_value_of_the_first_entry_that_has_one_is_taken() -> None:
    assert first({"exists": False}, "red", "blue") == "red"


def test_a_number_that_json_cannot_write_again_has_no_value() -> None:
    [wish] = EventPattern.parse('{"f": [1E309]}').wishes()

    assert list(values_for(wish.matchers)) == []
