"""A message that is made from a filter policy reaches its subscription."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from components.filter_policy import FilterPolicy, InvalidFilterPolicy, Scope
from components.filter_policy_example import wanted_message

LINES = (Path(__file__).parent / "data/sns_filters.jsonl").read_text(encoding="utf-8").splitlines()


def made(policy: Any, scope: Scope = "MessageAttributes") -> Any:
    return wanted_message(FilterPolicy.parse(policy, scope), "a message")


def test_for_every_recorded_policy_that_is_valid_a_message_is_made_that_it_wants() -> None:
    policies = []
    for case in map(json.loads, LINES):
        try:
            policies.append(FilterPolicy.parse(case["policy"], case["scope"]))
        except InvalidFilterPolicy:
            continue

    messages = [(policy, wanted_message(policy, "a message")) for policy in policies]

    assert len(messages) == 82
    assert [policy for policy, message in messages if message is None] == []
    assert all(policy.wants(*message) for policy, message in messages if message is not None)


@pytest.mark.parametrize(
    ("wanted", "kind", "text"),
    [
        ("strong", "String", "strong"),
        ({"prefix": "st"}, "String", "stexample"),
        ({"numeric": [">=", 6]}, "Number", "6"),
        ({"numeric": [">", 6, "<", 7]}, "Number", "6.5"),
        (True, "String.Array", "[true]"),
        (None, "String.Array", "[null]"),
        ("", "String.Array", '[""]'),
        ({"anything-but": "example"}, "String", "another"),
    ],
)
def test_an_attribute_has_the_type_of_its_value(wanted: Any, kind: str, text: str) -> None:
    assert made({"k": [wanted]}) == ("a message", {"k": {"DataType": kind, "StringValue": text}})


def test_attributes_are_there_or_left_out_as_the_policy_wants_them() -> None:
    body, attributes = made({"a": [{"exists": False}], "b.c": ["x"], "$or": [{"d": [1]}, {"e": [2]}]})

    assert body == "a message"
    assert {name: each["StringValue"] for name, each in attributes.items()} == {"b.c": "x", "d": "1"}


def test_a_policy_that_looks_at_the_body_gets_it_as_json() -> None:
    policy = {"magnitude": [{"numeric": [">=", 5.5]}], "place": {"depth_km": [{"numeric": ["<", 70]}]}}

    body, attributes = made(policy, "MessageBody")

    assert json.loads(body) == {"magnitude": 5.5, "place": {"depth_km": 69}}
    assert attributes == {}


def test_a_policy_that_wants_everything_changes_nothing() -> None:
    assert made({}) == ("a message", {})


def test_where_nothing_fits_there_is_none() -> None:
    for scope in ("MessageAttributes", "MessageBody"):
        assert wanted_message(FilterPolicy.parse('{"k": [1E309]}', scope), "a message") is None
