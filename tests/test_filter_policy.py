"""Which messages of a topic a subscription gets."""

import json
from pathlib import Path
from typing import Any

import pytest

from components.filter_policy import FilterPolicy, InvalidFilterPolicy, Scope

LINES = (Path(__file__).parent / "data/sns_filters.jsonl").read_text(encoding="utf-8").splitlines()
CASES = [json.loads(line) for line in LINES]


def text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


def wants(policy: Any, body: str = "", scope: Scope = "MessageAttributes", **attributes: Any) -> bool:
    return FilterPolicy.parse(policy, scope).wants(body, attributes)


def problems(policy: Any, scope: Scope = "MessageAttributes") -> list[str]:
    with pytest.raises(InvalidFilterPolicy) as refused:
        FilterPolicy.parse(policy, scope)
    return refused.value.problems


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_recorded_case_is_answered_as_sns_answers(case: dict[str, Any]) -> None:
    answers: list[bool | str] = []

    for policy in (case["policy"], json.dumps(case["policy"])):
        try:
            answers.append(FilterPolicy.parse(policy, case["scope"]).wants(case["body"], case["attributes"]))
        except InvalidFilterPolicy:
            answers.append("invalid")

    assert answers == [case["expected"]] * 2


def test_there_are_as_many_recorded_cases_as_were_recorded() -> None:
    assert len(CASES) == 97
    assert sum(case["expected"] == "invalid" for case in CASES) == 15


@pytest.mark.parametrize("body", ["", "no JSON", "[1]", '"k"', "5"])
def test_a_body_that_is_no_json_object_reaches_nobody_who_looks_at_it(body: str) -> None:
    policy = FilterPolicy.parse({"k": [{"exists": False}]}, "MessageBody")

    assert not policy.wants(body, {})
    assert policy.explain(body, {}) == "does not match: the filter policy looks at the body, which is no JSON object"


@pytest.mark.parametrize(
    ("attribute", "wanted"),
    [
        ({"DataType": "Number", "StringValue": "5"}, True),
        ({"DataType": "Number", "StringValue": " 5.0 "}, True),
        ({"DataType": "String", "StringValue": "5"}, False),
        ({"DataType": "Number.int", "StringValue": "5"}, False),
        ({"DataType": "String.Array", "StringValue": "[4, 5]"}, True),
        ({"DataType": "String.Array", "StringValue": "5"}, False),
        ({"DataType": "Number", "StringValue": "five"}, False),
    ],
)
def test_a_number_is_found_where_the_attribute_is_one(attribute: dict[str, str], wanted: bool) -> None:
    assert wants({"k": [{"numeric": ["=", 5]}]}, k=attribute) is wanted


def test_an_attribute_of_another_type_is_as_good_as_none() -> None:
    assert wants({"k": [{"exists": False}]}, k={"DataType": "Binary", "BinaryValue": b"x"})


def test_text_that_is_no_array_stands_for_itself() -> None:
    assert wants({"k": ["[a"]}, k={"DataType": "String.Array", "StringValue": "[a"})


@pytest.mark.parametrize(
    ("policy", "combinations"),
    [
        ({"a": ["1"] * 10, "b": ["1"] * 16}, 160),
        ({"a": {"b": {"c": ["1"] * 10}}, "d": {"e": ["1"] * 3}}, 180),
        ({"$or": [{"a": ["1"] * 10}, {"b": {"c": ["1"] * 3}}], "d": ["1"] * 10}, 160),
    ],
)
def test_too_many_combinations_are_refused_with_their_number(policy: Any, combinations: int) -> None:
    assert problems(policy, "MessageBody") == [
        f"the filter policy needs at most 150 combinations of values, got {combinations}"
    ]


def test_150_combinations_are_taken() -> None:
    # 36 values at depth 4 count 144; SNS was seen to take these, and to refuse 40.
    FilterPolicy.parse({"Records": {"s3": {"object": {"key": [{"prefix": str(n)} for n in range(36)]}}}}, "MessageBody")
    FilterPolicy.parse({"a": ["1"] * 15, "b": ["1"] * 10})


def test_keys_below_the_top_do_not_count() -> None:
    FilterPolicy.parse({"a": {name: [1] for name in "bcdefg"}, "b": [1]}, "MessageBody")

    assert problems({name: [1] for name in "abcdef"}) == ["the filter policy needs at most 5 keys, got 6"]


@pytest.mark.parametrize("policy", [{"a": {"b": ["x"]}}, {"$or": [{"a": {"b": ["x"]}}, {"c": ["y"]}]}])
def test_attributes_hold_no_objects(policy: Any) -> None:
    assert problems(policy) == [
        "a: needs a list of wanted values: attributes hold no objects, only a message's body does"
    ]
    FilterPolicy.parse(policy, "MessageBody")


def test_an_operator_that_stands_in_no_list_is_told_how_to_write_it() -> None:
    assert problems({"magnitude": {"numeric": [">=", 5]}}) == [
        'magnitude: needs a list of wanted values, got {"numeric": [">=", 5]}: write [{"numeric": [">=", 5]}]'
    ]


@pytest.mark.parametrize("operator", ["wildcard", "anything-but wildcard", "anything-but suffix", "exactly"])
def test_an_operator_that_only_eventbridge_knows_is_refused(operator: str) -> None:
    outer, _, inner = operator.partition(" ")
    wish = {outer: {inner: "x*"}} if inner else {outer: "x*"}

    assert problems({"$or": [{"k": [wish]}, {"l": {"m": ["x"]}}]}, "MessageBody") == [
        f"k: SNS filter policies have no {operator}: they know anything-but, anything-but prefix, cidr, "
        "equals-ignore-case, exists, numeric, prefix, suffix"
    ]


@pytest.mark.parametrize(
    ("operand", "told"),
    [
        (["=", 1_000_000_001], "1000000001"),
        ([">", 0, "<=", 1_767_225_600], "1767225600"),
        ([">=", -1_000_000_000.5, "<", 0], "-1000000000.5"),
    ],
)
def test_numbers_too_far_from_zero_are_refused(operand: list[Any], told: str) -> None:
    assert problems({"detail": {"at": [{"numeric": operand}]}}, "MessageBody") == [
        f"detail.at: numeric needs numbers from -1000000000 to 1000000000, got {told}"
    ]


def test_the_numbers_at_both_ends_are_taken() -> None:
    policy = FilterPolicy.parse({"at": [{"numeric": [">=", -1_000_000_000, "<=", 1_000_000_000]}]})

    assert policy.wants("", {"at": {"DataType": "Number", "StringValue": "1000000000"}})
    assert not policy.wants("", {"at": {"DataType": "Number", "StringValue": "1000000001"}})


def test_a_prefix_that_is_not_wanted_is_one_text() -> None:
    assert problems({"k": {"l": [{"anything-but": {"prefix": ["a"]}}]}}, "MessageBody") == [
        "k.l: anything-but prefix needs one text: SNS takes no list there"
    ]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert problems({"a": {"b": ["x"]}, "c": [], "d": "x"}) == [
        "a: needs a list of wanted values: attributes hold no objects, only a message's body does",
        "c: needs at least one wanted value, got []",
        'd: needs a list of wanted values, got "x": write ["x"]',
    ]


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        ("{", "the filter policy needs to be JSON: "),
        ("[]", "the pattern needs to be a JSON object, got []"),
        (json.dumps({"k": ["x" * 262_144]}), "the pattern needs at most 262144 characters, got 262155"),
        ("[" * 100_000, "the filter policy needs to be JSON: it is nested too deeply"),
    ],
)
def test_what_is_no_policy_at_all_is_refused(policy: str, problem: str) -> None:
    assert problems(policy)[0].startswith(problem)


def test_a_subscription_says_why_it_does_not_get_a_message() -> None:
    policy = FilterPolicy.parse({"kind": ["strong"]})

    assert policy.explain("", {"kind": text("weak")}) == 'does not match: kind wants "strong", the event has "weak"'
    assert FilterPolicy.parse({}).explain("", {}) == "matches: there is no filter policy"
