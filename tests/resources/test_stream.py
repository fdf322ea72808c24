"""The stream."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from components.resources.stream import Stream, StreamConfig
from tests.given import ENVIRONMENT


def build(**config: Any) -> Any:
    return lambda: Stream("stations.tremors", StreamConfig(kind="stream", **config), ENVIRONMENT).close()


def test_a_stream_is_asked_for_with_safe_defaults(deploy: Any) -> None:
    stream = deploy(build())["Stream", "stations-tremors-stream"]

    assert stream.inputs == {
        "streamModeDetails": {"streamMode": "ON_DEMAND"},
        "retentionPeriod": 48,
        "encryptionType": "KMS",
        "kmsKeyId": "alias/aws/kinesis",
    }
    assert stream.protect is True


def test_shards_are_counted_where_somebody_counts_them(deploy: Any) -> None:
    inputs = deploy(build(shards=3, retention_hours=8_760, protect=False))["Stream", "stations-tremors-stream"].inputs

    assert (inputs["shardCount"], inputs["streamModeDetails"]) == (3, {"streamMode": "PROVISIONED"})
    assert inputs["retentionPeriod"] == 8_760


@pytest.mark.parametrize(
    ("field", "value"), [("shards", 0), ("shards", 10_001), ("retention_hours", 23), ("retention_hours", 8_761)]
)
def test_a_value_out_of_range_is_refused(field: str, value: int) -> None:
    with pytest.raises(ValidationError, match=field):
        StreamConfig(kind="stream", **{field: value})


def test_each_verb_stands_for_exact_actions() -> None:
    assert {verb: granted.actions for verb, granted in StreamConfig.verbs.items()} == {
        "write": ("kinesis:PutRecord", "kinesis:PutRecords"),
        "read": (
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
        ),
    }


def test_a_handler_is_told_the_name(deploy: Any) -> None:
    found: list[Any] = []

    deploy(lambda: Stream("stations.tremors", StreamConfig(kind="stream"), ENVIRONMENT).told.apply(found.append))

    assert found == ["stations-tremors-stream"]
    assert Stream.handle == "STREAM_NAME"
