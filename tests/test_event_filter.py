"""Which records a polled function gets."""

import base64
from typing import Any

import pytest

from components.event_filter import DYNAMODB, KINESIS, SQS, FilterCriteria, InvalidFilters

JSON_FILTER = {"body": {"magnitude": [{"numeric": [">=", 4.5]}]}}
PLAIN_FILTER = {"body": [{"prefix": "quake"}]}


def message(body: str) -> dict[str, Any]:
    return {"messageId": "1", "body": body, "attributes": {}, "messageAttributes": {}, "eventSource": "aws:sqs"}


@pytest.mark.parametrize(
    ("pattern", "body", "wanted"),
    [
        (PLAIN_FILTER, "quake off the coast", True),
        (PLAIN_FILTER, "storm off the coast", False),
        (JSON_FILTER, "quake off the coast", False),
        (PLAIN_FILTER, '{"magnitude": 5}', False),
        (JSON_FILTER, '{"magnitude": 5}', True),
        (JSON_FILTER, '{"magnitude": 4}', False),
    ],
)
def test_text_passes_only_filters_for_text_and_json_only_filters_for_json(pattern: Any, body: str, wanted: Any) -> None:
    assert FilterCriteria.parse([pattern]).wants(message(body)) is wanted


@pytest.mark.parametrize(
    ("pattern", "body"),
    [
        ({"body": {"magnitude": [{"exists": False}]}}, "quake off the coast"),
        ({"body": [{"exists": False}]}, '{"magnitude": 5}'),
    ],
)
def test_a_body_of_the_wrong_format_is_dropped_even_where_absence_is_wanted(pattern: Any, body: str) -> None:
    assert not FilterCriteria.parse([pattern]).wants(message(body))


@pytest.mark.parametrize("body", ["5", '"quake"', "null"])
def test_any_json_text_counts_as_json(body: str) -> None:
    assert not FilterCriteria.parse([{"body": [{"exists": True}]}]).wants(message(body))
    assert FilterCriteria.parse([{"body": {"magnitude": [{"exists": False}]}}]).wants(message(body))


def test_a_mapping_without_filters_wants_everything() -> None:
    assert FilterCriteria.parse([]).wants(message(""))


def test_one_filter_that_matches_is_enough() -> None:
    criteria = FilterCriteria.parse([PLAIN_FILTER, JSON_FILTER])

    assert criteria.wants(message("quake"))
    assert criteria.wants(message('{"magnitude": 5}'))
    assert not criteria.wants(message('{"magnitude": 1}'))


def test_filters_are_read_as_text_too() -> None:
    assert FilterCriteria.parse(['{"body": {"magnitude": [5.0]}}']).wants(message('{"magnitude": 5}'))


def test_fields_of_one_element_of_a_body_belong_together() -> None:
    criteria = FilterCriteria.parse([{"body": {"quakes": {"id": ["a"], "magnitude": [5]}}}])

    assert criteria.wants(message('{"quakes": [{"id": "a", "magnitude": 5}]}'))
    assert not criteria.wants(message('{"quakes": [{"id": "a"}, {"magnitude": 5}]}'))


def test_five_filters_are_taken_and_six_refused() -> None:
    assert len(FilterCriteria.parse([JSON_FILTER] * 5).patterns) == 5
    with pytest.raises(InvalidFilters) as refused:
        FilterCriteria.parse([JSON_FILTER] * 6)

    assert refused.value.problems == ["filters needs at most 5 patterns, got 6"]


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("quake", 'the pattern needs to be JSON, got "quake": Expecting value: line 1 column 1 (char 0)'),
        ("null", "the pattern needs to be a JSON object, got null"),
        ({"body": "quake"}, 'body: needs a list of wanted values, got "quake": write ["quake"]'),
        ({"body": []}, "body: needs at least one wanted value, got []"),
        ({"eventSource": ["aws:sqs"]}, "eventSource: SQS filters look at body only"),
        ({"body": ["x" * 4085]}, "the pattern needs at most 4096 characters, got 4099"),
    ],
)
def test_what_lambda_cannot_filter_by_is_refused_with_its_filter(pattern: Any, problem: str) -> None:
    with pytest.raises(InvalidFilters) as refused:
        FilterCriteria.parse([JSON_FILTER, pattern])

    assert refused.value.problems == [f"filters[1]: {problem}"]


KNOWN = "anything-but, equals-ignore-case, exists, numeric, prefix, suffix"


@pytest.mark.parametrize(
    ("wanted", "operator"),
    [
        ({"wildcard": "a*"}, "wildcard"),
        ({"cidr": "10.0.0.0/8"}, "cidr"),
        ({"prefix": {"equals-ignore-case": "a"}}, "prefix equals-ignore-case"),
        ({"anything-but": {"prefix": "a"}}, "anything-but prefix"),
        ({"anything-but": {"wildcard": "a*"}}, "anything-but wildcard"),
    ],
)
def test_operators_that_lambda_does_not_list_are_refused_by_name(wanted: Any, operator: str) -> None:
    with pytest.raises(InvalidFilters) as refused:
        FilterCriteria.parse([{"body": {"f": [wanted]}}])

    assert refused.value.problems == [f"filters[0]: body.f: Lambda filters have no {operator}: they know {KNOWN}"]


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        "",
        "a",
        5,
        "10.0.0.1",
        {"anything-but": ["a"]},
        {"equals-ignore-case": "a"},
        {"exists": False},
        {"numeric": ["=", 5]},
        {"prefix": "a"},
        {"suffix": "a"},
    ],
)
def test_operators_that_lambda_lists_are_taken(wanted: Any) -> None:
    either = [{"f": [wanted]}, {"g": [1]}]

    assert FilterCriteria.parse([{"body": {"$or": either}}]).wants(message('{"g": 1}'))


def test_all_problems_of_all_filters_come_at_once() -> None:
    with pytest.raises(InvalidFilters) as refused:
        FilterCriteria.parse([{"body": {"f": []}, "id": 1}, {"messageId": [{"cidr": "10.0.0.0/8"}]}])

    assert str(refused.value).splitlines() == [
        "filters[0]: body.f: needs at least one wanted value, got []",
        "filters[0]: id: needs a list of wanted values, got 1: write [1]",
        "filters[1]: messageId: SQS filters look at body only",
        f"filters[1]: messageId: Lambda filters have no cidr: they know {KNOWN}",
    ]


def test_a_source_that_encodes_its_data_shows_it_decoded() -> None:
    criteria = FilterCriteria.parse([{"data": {"magnitude": [5]}}], KINESIS)

    def record(data: str) -> dict[str, Any]:
        return {"kinesis": {"data": base64.b64encode(data.encode()).decode()}}

    assert criteria.wants(record('{"magnitude": 5}'))
    assert not criteria.wants(record('{"magnitude": 4}'))
    assert not criteria.wants(record("not JSON"))


def test_a_source_of_json_only_refuses_a_filter_for_plain_text() -> None:
    with pytest.raises(InvalidFilters) as refused:
        FilterCriteria.parse([{"data": ["x"]}], KINESIS)

    assert refused.value.problems == [
        "filters[0]: data: needs an object with fields: Kinesis data is filtered as JSON only"
    ]
    assert SQS.plain_text


CHANGE = {
    "eventID": "1",
    "eventName": "INSERT",
    "eventSource": "aws:dynamodb",
    "dynamodb": {"Keys": {"id": {"S": "us7000"}}, "NewImage": {"magnitude": {"N": "5"}, "kind": {"S": "quake"}}},
}


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ({"eventName": ["INSERT"]}, True),
        ({"eventName": ["REMOVE"]}, False),
        ({"eventName": ["INSERT"], "eventSource": ["aws:dynamodb"]}, True),
        ({"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": ["blast"]}}}}, False),
        ({"dynamodb": {"Keys": {"id": {"S": [{"prefix": "us"}]}}}}, True),
        ({"dynamodb": {"OldImage": {"kind": {"S": [{"exists": False}]}}}}, True),
        ({"dynamodb": {"NewImage": {"magnitude": {"N": ["5"]}}}}, True),
    ],
)
def test_a_table_s_change_is_filtered_by_what_happened_and_by_its_images(pattern: Any, wanted: bool) -> None:
    assert FilterCriteria.parse([pattern], DYNAMODB).wants(CHANGE) is wanted


@pytest.mark.parametrize(
    ("source", "pattern", "told"),
    [
        (
            DYNAMODB,
            {"eventID": ["1"]},
            "filters[0]: eventID: DynamoDB filters look at dynamodb and eventName and eventSource only",
        ),
        (
            DYNAMODB,
            {"dynamodb": ["text"]},
            "filters[0]: dynamodb: needs an object with fields: DynamoDB data is filtered as JSON only",
        ),
        (
            DYNAMODB,
            {"dynamodb": {"NewImage": {"magnitude": {"N": [{"numeric": [">", 4]}]}}}},
            "filters[0]: dynamodb.NewImage.magnitude.N: DynamoDB filters have no numeric: "
            "a number of an item is text in its record",
        ),
        (
            DYNAMODB,
            {"dynamodb": {"NewImage": {"magnitude": {"N": ["4", 5]}}}},
            "filters[0]: dynamodb.NewImage.magnitude.N: needs a text, got 5: "
            'a number of an item is text in its record, write "5"',
        ),
        (KINESIS, {"partitionKey": ["a"]}, "filters[0]: partitionKey: Kinesis filters look at data only"),
    ],
)
def test_a_stream_s_filter_looks_where_lambda_does(source: Any, pattern: Any, told: str) -> None:
    with pytest.raises(InvalidFilters) as refused:
        FilterCriteria.parse([pattern], source)

    assert refused.value.problems == [told]
