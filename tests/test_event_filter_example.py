"""A record that the filters of a polled source let pass."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.event_filter import DYNAMODB, SQS, FilterCriteria
from components.event_filter_example import as_text, wanted_record


def body(*filters: Any) -> Any:
    record = wanted_record(
        FilterCriteria.parse(filters, SQS), {"body": "a message"}, lambda told: {"body": as_text(told["body"])}
    )
    return record and record["body"]


@pytest.mark.parametrize(
    ("filters", "text"),
    [
        ((), "a message"),
        (({"body": [{"prefix": "a "}]},), "a message"),
        (({"body": ["hello"]},), "hello"),
        (({"body": {"magnitude": [{"numeric": [">=", 6]}]}},), '{"magnitude": 6}'),
        (({"body": {"a": {"b": [{"exists": False}]}}},), "{}"),
        (({"body": ["5"]}, {"body": {"kind": ["quake"]}}), '{"kind": "quake"}'),
        (({"body": ["5"]},), None),
    ],
)
def test_the_body_is_text_or_json_as_the_first_filter_that_can_be_met_wants_it(
    filters: tuple[Any, ...], text: str | None
) -> None:
    assert body(*filters) == text


def test_what_stands_beside_the_data_stays_and_what_may_not_change_is_not_changed() -> None:
    plain = {"eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": {"Keys": {"id": {"S": "1"}}}}

    def made(wanted: Any) -> Any:
        criteria = FilterCriteria.parse([wanted], DYNAMODB)
        return wanted_record(criteria, plain, dict, lambda path, value: path.startswith("dynamodb."))

    assert made({"eventName": ["INSERT"]}) == plain
    assert made({"eventName": ["REMOVE"]}) is None
    assert made({"dynamodb": {"NewImage": {"a": {"N": ["5"]}}}}) == {
        **plain,
        "dynamodb": {"Keys": {"id": {"S": "1"}}, "NewImage": {"a": {"N": "5"}}},
    }


def test_data_is_sent_as_text() -> None:
    assert as_text("as it is") == "as it is"
    assert json.loads(as_text({"a": [1, None]})) == {"a": [1, None]}
