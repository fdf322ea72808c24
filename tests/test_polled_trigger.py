"""What triggers on queues and on streams share: filters and metrics."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from components.polled_trigger import PolledTriggerConfig, filter_criteria, metrics_config
from components.triggers.dynamodb_stream import DynamodbStreamTriggerConfig
from components.triggers.kinesis import KinesisTriggerConfig
from components.triggers.sqs import SqsTriggerConfig

KINDS = pytest.mark.parametrize(
    ("kind", "named", "data"),
    [
        (SqsTriggerConfig, {"kind": "sqs", "queue": "readings"}, "body"),
        (DynamodbStreamTriggerConfig, {"kind": "dynamodb_stream", "table": "quakes"}, "dynamodb"),
        (KinesisTriggerConfig, {"kind": "kinesis", "stream": "tremors"}, "data"),
    ],
    ids=["sqs", "dynamodb_stream", "kinesis"],
)


def test_the_shared_fields_are_no_kind_of_their_own() -> None:
    assert PolledTriggerConfig not in PolledTriggerConfig.kinds.values()
    assert PolledTriggerConfig.kinds["sqs"] is SqsTriggerConfig


@KINDS
def test_every_event_is_handed_over_and_none_is_counted_unless_somebody_says_so(
    kind: Any, named: dict[str, Any], data: str
) -> None:
    config = kind(**named)

    assert (config.filters, config.metrics, config.enabled, config.asynchronous) == ((), False, True, False)


@KINDS
def test_five_filters_are_taken_and_six_refused(kind: Any, named: dict[str, Any], data: str) -> None:
    pattern = {data: {"magnitude": [1]}}

    assert kind(**named, filters=(pattern,) * 5).filters == (pattern,) * 5
    with pytest.raises(ValidationError, match="at most 5"):
        kind(**named, filters=(pattern,) * 6)


@KINDS
def test_a_filter_has_to_be_a_pattern_and_to_look_where_the_source_has_something(
    kind: Any, named: dict[str, Any], data: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        kind(**named, filters=({data: {"magnitude": []}}, {"elsewhere": {"magnitude": [1]}}))

    (error,) = caught.value.errors()
    assert error["loc"] == ("filters",)
    assert "filters[0]: " in error["msg"]
    assert "filters[1]: elsewhere.magnitude: " in error["msg"]


def test_filters_are_told_as_json_and_none_is_no_block() -> None:
    criteria = filter_criteria(({"dynamodb": {"a": [1]}}, {"dynamodb": {"b": [2]}}))

    assert criteria is not None
    assert [each.pattern for each in criteria.filters] == [  # type: ignore[union-attr]
        '{"dynamodb": {"a": [1]}}',
        '{"dynamodb": {"b": [2]}}',
    ]
    assert filter_criteria(()) is None


def test_metrics_are_those_that_count_events_and_none_is_no_block() -> None:
    wanted = metrics_config(True)

    assert wanted is not None
    assert wanted.metrics == ["EventCount"]
    assert metrics_config(False) is None
