"""The leaves of an event and their places in its arrays."""

from typing import Any

import pytest

from components.event_fields import EventFields, Leaf
from components.json_values import Number


def test_leaves_stand_under_dotted_paths_whether_the_dots_join_keys_or_are_in_them() -> None:
    for event in ({"a": {"b": {"c": "x"}}}, {"a.b": {"c": "x"}}, {"a.b.c": "x"}):
        assert EventFields(event, ["a.b.c"]).at("a.b.c") == [Leaf("x", {})]


def test_only_asked_paths_are_read() -> None:
    fields = EventFields({"a": 1, "ab": {"c": 2}}, ["ab.c"])

    assert fields.at("ab.c") == [Leaf(Number(2.0), {})]
    assert fields.at("a") == []


@pytest.mark.parametrize("nothing", [{}, [], [[]], [{}], {"b": {}}])
def test_an_empty_object_or_array_has_no_leaf(nothing: Any) -> None:
    assert EventFields({"a": nothing}, ["a"]).at("a") == []


def test_an_object_in_an_array_knows_its_element_and_a_plain_element_knows_only_the_outer_arrays() -> None:
    event = {"a": [{"b": "x"}, {"b": ["y", "z"]}], "c": ["u", ["v"]]}
    fields = EventFields(event, ["a.b", "c"])

    assert fields.at("a.b") == [Leaf("x", {0: 0}), Leaf("y", {0: 1}), Leaf("z", {0: 1})]
    assert fields.at("c") == [Leaf("u", {}), Leaf("v", {2: 1})]


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ("[1]", "an event needs to be a JSON object, got [1]"),
        ("{", 'an event needs to be a JSON object, got "{": Expecting property name'),
        ({"a": {1, 2}}, "an event holds only JSON values, got "),
        ({"a": float("nan")}, "an event holds only JSON values, got NaN at a"),
    ],
)
def test_what_is_no_event_is_refused(event: Any, message: str) -> None:
    with pytest.raises(ValueError, match=r"^an event ") as refused:
        EventFields(event, ["a"])

    assert str(refused.value).startswith(message)
