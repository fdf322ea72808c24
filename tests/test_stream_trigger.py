"""What triggers on streams share: their fields, their ranges, and the mapping."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from components.stream_trigger import StreamTriggerConfig
from components.triggers.dynamodb_stream import DynamodbStreamTriggerConfig
from components.triggers.kinesis import KinesisTriggerConfig

KINDS = pytest.mark.parametrize(
    ("kind", "named"),
    [
        (DynamodbStreamTriggerConfig, {"kind": "dynamodb_stream", "table": "quakes"}),
        (KinesisTriggerConfig, {"kind": "kinesis", "stream": "tremors"}),
    ],
    ids=["dynamodb_stream", "kinesis"],
)


def test_the_shared_fields_are_no_kind_of_their_own() -> None:
    assert StreamTriggerConfig not in StreamTriggerConfig.kinds.values()
    assert StreamTriggerConfig.kinds["kinesis"] is KinesisTriggerConfig


@KINDS
def test_retries_and_age_are_finite_and_what_fails_is_kept(kind: Any, named: dict[str, Any]) -> None:
    config = kind(**named)

    assert (config.max_retries, config.max_record_age_seconds, config.bisect) == (5, 21_600, True)
    assert (config.partial_batch_failures, config.on_failure, config.starting_position) == (
        True,
        "bucket",
        "trim_horizon",
    )


@KINDS
@pytest.mark.parametrize(
    ("field", "least", "most"),
    [
        ("batch_size", 1, 10_000),
        ("batch_window_seconds", 0, 300),
        ("max_retries", 0, 10_000),
        ("max_record_age_seconds", 60, 604_800),
        ("parallel_batches", 1, 10),
        ("tumbling_window_seconds", 0, 900),
    ],
)
def test_a_number_out_of_range_is_refused(kind: Any, named: dict[str, Any], field: str, least: int, most: int) -> None:
    for good in (least, most):
        assert getattr(kind(**named, **{field: good}), field) == good
    for bad in (least - 1, most + 1):
        with pytest.raises(ValidationError, match=field):
            kind(**named, **{field: bad})


@KINDS
def test_no_limit_cannot_be_said(kind: Any, named: dict[str, Any]) -> None:
    for field in ("max_retries", "max_record_age_seconds"):
        with pytest.raises(ValidationError, match="greater than or equal to"):
            kind(**named, **{field: -1})


@KINDS
def test_a_window_has_one_state_so_batches_come_one_after_the_other(kind: Any, named: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="tumbling_window_seconds 60 needs parallel_batches 1, got 2"):
        kind(**named, tumbling_window_seconds=60, parallel_batches=2)
