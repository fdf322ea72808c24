"""Which events a pattern matches, and what it says about those it does not."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.event_pattern import EventPattern, InvalidPattern

LINES = (Path(__file__).parent / "data/patterns.jsonl").read_text(encoding="utf-8").splitlines()
CASES = [(json.loads(line)["id"], line) for line in LINES]

# No clock and no dice: the same examples each time, however slow the machine.
steady = settings(deadline=None, derandomize=True)

# An address matches however it is spelled, so text that may be one would make some properties untrue.
TEXT = st.text(st.characters(codec="utf-8", exclude_characters=":."), max_size=5)
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
NAMES = st.text("abc-", min_size=1, max_size=3)
EVENTS = st.recursive(
    st.dictionaries(NAMES, SCALARS | st.lists(SCALARS, min_size=1, max_size=3), min_size=1, max_size=3),
    lambda inner: st.dictionaries(NAMES, inner | SCALARS, min_size=1, max_size=3),
    max_leaves=8,
)
WANTED = st.lists(
    SCALARS
    | st.builds(lambda text: {"prefix": text}, TEXT)
    | st.builds(lambda text: {"anything-but": text}, TEXT)
    | st.builds(lambda number: {"numeric": [">", number]}, st.integers(-10, 10))
    | st.sampled_from([{"exists": True}, {"exists": False}]),
    min_size=1,
    max_size=3,
)


def literal(event: Any) -> dict[str, Any]:
    """The pattern that wants exactly what the event has."""
    return {
        name: literal(value) if isinstance(value, dict) else value if isinstance(value, list) else [value]
        for name, value in event.items()
    }


def spelled(line: str, key: str, until: str) -> str:
    """A part of a case as it is spelled, for a parsed number has lost its spelling."""
    start = line.index(f'"{key}": ') + len(f'"{key}": ')
    return line[start : line.index(f', "{until}": ')]


@pytest.mark.parametrize("line", [line for _, line in CASES], ids=[name for name, _ in CASES])
def test_every_recorded_case_is_answered_as_aws_answers(line: str) -> None:
    case = json.loads(line)
    as_text = spelled(line, "pattern", "event"), spelled(line, "event", "expected")
    answers: list[bool | str] = []

    for pattern, event in (as_text, (case["pattern"], case["event"])):
        try:
            answers.append(EventPattern.parse(pattern).matches(event))
        except InvalidPattern:
            answers.append("invalid")

    assert answers == [case["expected"]] * 2


def test_there_are_as_many_recorded_cases_as_were_recorded() -> None:
    assert len(CASES) == 261
    assert sum(json.loads(line)["expected"] == "invalid" for line in LINES) == 30


@steady
@given(EVENTS)
def test_an_event_matches_the_pattern_made_of_itself(event: Any) -> None:
    assert EventPattern.parse(literal(event), max_characters=10**6).matches(event)


@steady
@given(st.lists(TEXT, min_size=1, max_size=3) | st.lists(NUMBERS, min_size=1, max_size=3), SCALARS)
def test_anything_but_is_the_opposite_of_the_values_for_a_field_that_is_there(values: list[Any], value: Any) -> None:
    event = {"f": value}
    anything_but = EventPattern.parse({"f": [{"anything-but": values}]})

    assert anything_but.matches(event) is not EventPattern.parse({"f": values}).matches(event)


@steady
@given(WANTED, WANTED, st.just({}) | st.dictionaries(st.just("f"), SCALARS))
def test_one_more_wanted_value_never_loses_an_event(wanted: list[Any], more: list[Any], event: Any) -> None:
    if EventPattern.parse({"f": wanted}).matches(event):
        assert EventPattern.parse({"f": wanted + more}).matches(event)


@steady
@given(st.dictionaries(NAMES, WANTED, min_size=1, max_size=3))
def test_a_pattern_says_the_same_as_text_and_parsed(pattern: Any) -> None:
    assert EventPattern.parse(json.dumps(pattern)) == EventPattern.parse(pattern)


@steady
@given(st.dictionaries(NAMES, WANTED, min_size=1, max_size=3), EVENTS)
def test_the_explanation_agrees_with_the_answer(pattern: Any, event: Any) -> None:
    parsed = EventPattern.parse(pattern)

    assert parsed.explain(event).startswith("matches: " if parsed.matches(event) else "does not match: ")


@pytest.mark.parametrize(
    ("pattern", "event", "matches"),
    [
        ('{"f": [1E309]}', '{"f": 1E309}', True),
        ('{"f": [1E309]}', '{"f": 10E308}', False),
        ('{"f": [12345678901234567891]}', '{"f": 12345678901234567891}', True),
        ('{"f": [12345678901234567891]}', '{"f": 12345678901234567892}', False),
        ('{"f": [{"numeric": [">", 6e9]}]}', '{"f": 6000000001}', True),
        ('{"f": ["a"], "f": ["b"]}', '{"f": "b"}', True),
        ('{"f": ["a"], "f": ["b"]}', '{"f": "a"}', False),
        ('{"f": ["::1"]}', '{"f": "0:0:0:0:0:0:0:1"}', True),
    ],
)
def test_spelling_matters_only_where_value_is_not_enough(pattern: Any, event: Any, matches: bool) -> None:
    assert EventPattern.parse(pattern).matches(event) is matches


@pytest.mark.parametrize(
    ("elements", "matches"),
    [
        ([{"f": "1"}], True),
        ([{"f": "1", "z": 0}, {"f": "1"}], True),
        ([{"f": "1", "z": 0}, {"f": "2"}], False),
        ([], False),
    ],
)
def test_a_field_may_be_absent_from_the_element_that_an_earlier_one_is_in(elements: list[Any], matches: bool) -> None:
    pattern = EventPattern.parse({"e": {"z": [{"exists": False}], "f": ["1"]}})

    assert pattern.matches({"e": elements}) is matches


def test_a_field_whose_name_comes_first_is_absent_only_from_the_whole_event() -> None:
    pattern = EventPattern.parse({"e": {"f": ["1"], "a": [{"exists": False}]}})

    assert pattern.matches({"e": [{"f": "1"}]})
    assert not pattern.matches({"e": [{"f": "1"}, {"f": "2", "a": 0}]})


def test_an_element_once_chosen_stays_chosen_past_a_field_that_is_in_no_array() -> None:
    pattern = EventPattern.parse({"e": {"a": [1], "c": [3]}, "e.b": [2]})

    assert pattern.matches({"e": [{"a": 1, "c": 3}], "e.b": 2})
    assert not pattern.matches({"e": [{"a": 1}, {"c": 3}], "e.b": 2})


def test_arrays_that_have_nothing_to_do_with_each_other_are_not_multiplied() -> None:
    pattern = EventPattern.parse({name: {"f": ["x"]} for name in "abcdefgh"} | {"z": ["never"]})
    event = {name: [{"f": "x"}] * 200 for name in "abcdefgh"} | {"z": "here"}

    assert not pattern.matches(event)


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("", 'the pattern needs to be JSON, got "": Expecting value: line 1 column 1 (char 0)'),
        ('{"f": [NaN]}', 'the pattern needs to be JSON, got "{\\"f\\": [NaN]}": NaN is no JSON number'),
        ("[1]", "the pattern needs to be a JSON object, got [1]"),
        ({"f": ["x" * 2038]}, "the pattern needs at most 2048 characters, got 2049"),
    ],
)
def test_a_pattern_that_cannot_be_read_is_refused(pattern: Any, problem: str) -> None:
    with pytest.raises(InvalidPattern) as refused:
        EventPattern.parse(pattern)

    assert refused.value.problems == [problem]


def test_the_error_says_all_problems_a_line_each() -> None:
    with pytest.raises(InvalidPattern) as refused:
        EventPattern.parse({"source": "a", "detail": {"magnitude": [{"numeric": [">=", "4.5"]}]}})

    assert str(refused.value).splitlines() == [
        'source: needs a list of wanted values, got "a": write ["a"]',
        'detail.magnitude: numeric needs a number after >=, got "4.5"',
    ]


def test_a_pattern_of_2048_characters_is_taken_and_a_longer_one_where_the_caller_says_so() -> None:
    assert EventPattern.parse({"f": ["x" * 2037]}).matches({"f": "x" * 2037})
    assert EventPattern.parse({"f": ["x" * 2038]}, max_characters=4096).matches({"f": "x" * 2038})


@pytest.mark.parametrize(
    "text",
    ['{"a":' * 5000 + "[1]" + "}" * 5000, '{"a":' * 1500 + "[1]" + "}" * 1500, '{"a":' + "[" * 2000 + "]" * 2000 + "}"],
)
def test_a_pattern_nested_too_deeply_is_refused_like_any_other(text: str) -> None:
    with pytest.raises(InvalidPattern):
        EventPattern.parse(text, max_characters=10**6)


def test_a_parsed_pattern_nested_too_deeply_is_refused_too() -> None:
    pattern: dict[str, Any] = {"a": [1]}
    for _ in range(5000):
        pattern = {"a": pattern}

    with pytest.raises(InvalidPattern, match=r"^the pattern is nested too deeply$"):
        EventPattern.parse(pattern)


def test_an_event_that_is_no_object_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^an event needs to be a JSON object, got \[1\]$"):
        EventPattern.parse({"f": [1]}).matches("[1]")


STRONG = EventPattern.parse({"source": ["seismic.feeds"], "detail": {"magnitude": [{"numeric": [">=", 4.5]}]}})
EITHER = EventPattern.parse({"$or": [{name: [1, 2]} for name in "abcde"]})
SAME_ELEMENT = EventPattern.parse({"source": ["s"], "e": {"f": [1], "g": [2]}})


@pytest.mark.parametrize(
    ("pattern", "event", "sentence"),
    [
        (
            STRONG,
            {"source": "seismic.feeds", "detail": {"magnitude": 4.5}},
            'matches: source has "seismic.feeds"; detail.magnitude has 4.5',
        ),
        (
            STRONG,
            {"source": "seismic.feeds", "detail": {"magnitude": 3.2}},
            "does not match: detail.magnitude wants a number >= 4.5, the event has 3.2",
        ),
        (
            STRONG,
            {"detail": {"magnitude": 3.2}},
            'does not match: source wants "seismic.feeds", the event has no value',
        ),
        (EITHER, {"e": 2}, "matches: e has 2"),
        (EITHER, {"e": [9, 8, 7, 2]}, "matches: e has 2, 9, 8 and 1 more"),
        (
            EITHER,
            {"b": [3, 4, 5, 6, 3]},
            "does not match: a wants 1 or 2, the event has no value; b wants 1 or 2, the event has 3, 4, 5 and 1 more; "
            "c wants 1 or 2, the event has no value; and 2 more",
        ),
        (
            SAME_ELEMENT,
            {"source": "s", "e": [{"f": 1}, {"g": 2}]},
            "does not match: e.f and e.g match one by one, but not in the same element of an array",
        ),
    ],
)
def test_the_explanation_names_the_first_failing_path_what_it_wants_and_has(
    pattern: Any, event: Any, sentence: str
) -> None:
    assert pattern.explain(event) == sentence


@pytest.mark.parametrize(
    ("pattern", "everything"),
    [
        ({"source": ["a"]}, False),
        ({"detail-type": [{"prefix": "a"}]}, False),
        ({"resources": [{"exists": True}]}, False),
        ({"detail": {"a": [{"exists": True}]}}, False),
        ({"source": [{"anything-but": ["a"]}]}, False),
        ({"time": [{"prefix": "2030"}], "source": ["a"]}, False),
        ({"source": [{"exists": True}]}, True),
        ({"source": [{"prefix": {"equals-ignore-case": ""}}]}, True),
        ({"source": [{"wildcard": "*"}]}, True),
        ({"source": ["a", {"exists": True}]}, True),
        ({"detail": {"a": [{"exists": False}]}}, True),
        ({"account": ["111111111111"], "region": ["eu-west-1"]}, True),
        ({"$or": [{"source": ["a"]}, {"region": ["eu-west-1"]}]}, True),
        ({"$or": [{"source": ["a"]}, {"detail-type": ["b"]}]}, False),
    ],
)
def test_a_pattern_that_asks_for_no_kind_of_event_matches_everything(pattern: dict[str, Any], everything: bool) -> None:
    assert EventPattern.parse(pattern).matches_everything() is everything
