"""An event that is made from a pattern is wanted by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.event_pattern import EventPattern, InvalidPattern
from components.event_pattern_example import anything, wanted_event
from components.example_values import Value

LINES = (Path(__file__).parent / "data/patterns.jsonl").read_text(encoding="utf-8").splitlines()

steady = settings(deadline=None, derandomize=True)
NAMES = st.text("abc", min_size=1, max_size=2)
TEXT = st.text(min_size=1, max_size=5)
ENTRIES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | TEXT
    | st.builds(lambda text: {"prefix": text}, TEXT)
    | st.builds(lambda text: {"suffix": text}, TEXT)
    | st.builds(lambda text: {"equals-ignore-case": text}, TEXT)
    | st.builds(lambda text: {"anything-but": text}, TEXT)
    | st.builds(lambda low, span: {"numeric": [">", low, "<", low + span]}, st.integers(-9, 9), st.integers(1, 9))
    | st.sampled_from([{"exists": True}, {"exists": False}, {"cidr": "10.0.0.0/8"}])
)
PATTERNS = st.recursive(
    st.dictionaries(NAMES, st.lists(ENTRIES, min_size=1, max_size=3), min_size=1, max_size=3),
    lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=3),
    max_leaves=6,
)


def made(pattern: Any, plain: Any = None, may_stand: Any = anything) -> Any:
    return wanted_event(EventPattern.parse(pattern), {} if plain is None else plain, may_stand)


def valid_patterns() -> list[EventPattern]:
    found = []
    for line in LINES:
        try:
            found.append(EventPattern.parse(json.loads(line)["pattern"]))
        except InvalidPattern:
            continue
    return found


def test_for_every_recorded_pattern_that_is_valid_an_event_is_made_that_it_wants() -> None:
    events = [(pattern, wanted_event(pattern, {}, anything)) for pattern in valid_patterns()]

    assert len(events) == 231
    assert [pattern for pattern, event in events if event is None] == []
    assert all(pattern.matches(json.dumps(event)) for pattern, event in events)


@steady
@given(PATTERNS)
def test_an_event_that_is_made_is_always_wanted(pattern: Any) -> None:
    event = made(pattern)

    assert event is not None
    assert EventPattern.parse(pattern, max_characters=10**6).matches(json.dumps(event))


def test_what_the_pattern_does_not_ask_for_stays_as_it_is() -> None:
    plain = {"source": "example", "region": "eu-west-1", "resources": [], "detail": {"kept": 1}}

    event = made({"source": ["a"], "region": [{"prefix": "eu-"}], "detail": {"m": [{"numeric": [">", 4]}]}}, plain)

    assert event == {"source": "a", "region": "eu-west-1", "resources": [], "detail": {"kept": 1, "m": 5}}
    assert plain["detail"] == {"kept": 1}


def test_the_first_of_several_ways_that_can_be_met_is_met() -> None:
    either = {"$or": [{"detail": {"a": ["x"]}}, {"detail": {"b": ["y"]}}]}

    assert made(either) == {"detail": {"a": "x"}}
    assert made(either, {"detail": {"a": 7}}) == {"detail": {"a": 7, "b": "y"}}


def test_a_list_holds_the_value_and_nothing_else_changes_its_type() -> None:
    assert made({"resources": ["r"]}, {"resources": ["other"]}) == {"resources": ["r"]}
    assert made({"detail": [{"prefix": "a"}]}, {"detail": {}}) is None
    assert made({"source": [5]}, {"source": "text"}) is None
    assert made({"source": [5, "five"]}, {"source": "text"}) == {"source": "five"}


def test_a_field_and_one_below_it_may_both_be_wanted() -> None:
    assert made({"a": ["x"], "a.b": ["y"]}) == {"a": "x", "a.b": "y"}


def test_a_value_that_may_not_stand_there_is_not_put_there() -> None:
    def short(path: str, value: Value) -> bool:
        return path == "a" and len(str(value)) < 4

    assert made({"a": ["long text", "abc"]}, may_stand=short) == {"a": "abc"}
    assert made({"a": ["long text"]}, may_stand=short) is None
    assert made({"b": ["abc"]}, may_stand=short) is None


@pytest.mark.parametrize("absent", [{"a": [{"exists": False}]}, {"a": {"b": [{"exists": False}]}}])
def test_what_has_to_be_absent_is_left_out_and_nothing_is_taken_away(absent: Any) -> None:
    assert made(absent) == {}
    assert made(absent, {"a": {"b": 1}}) == ({"a": {"b": 1}} if absent == {"a": [{"exists": False}]} else None)
