"""A mapping is told to Lambda whole, and told back as it was said."""

from __future__ import annotations

import pytest

from emulator.provider.lambda_mapping_definitions import definition, start, told_definition, told_numbers

QUEUE = "arn:aws:sqs:eu-west-1:111111111111:readings"
STREAM = "arn:aws:kinesis:eu-west-1:111111111111:stream/tremors"
UNSAID = {
    "enabled": True,
    "functionName": "record",
    "functionResponseTypes": [],
    "maximumBatchingWindowInSeconds": 0,
}
TOLD = {"EventSourceArn": QUEUE, "FunctionArn": "record", "State": "Enabled"}


def test_what_is_not_said_of_a_queue_is_told_as_what_it_is_then() -> None:
    assert definition({**UNSAID, "eventSourceArn": QUEUE}) == {
        "BatchSize": 10,
        "Enabled": True,
        "FilterCriteria": {},
        "FunctionName": "record",
        "FunctionResponseTypes": [],
        "MaximumBatchingWindowInSeconds": 0,
        "MetricsConfig": {},
        "ProvisionedPollerConfig": {},
        "ScalingConfig": {},
    }


def test_what_is_not_said_of_a_stream_is_told_as_what_it_is_then() -> None:
    told, of_queue = (definition({**UNSAID, "eventSourceArn": arn}) for arn in (STREAM, QUEUE))

    assert {word: value for word, value in told.items() if word not in of_queue} == {
        "BisectBatchOnFunctionError": False,
        "DestinationConfig": {},
        "MaximumRecordAgeInSeconds": -1,
        "MaximumRetryAttempts": -1,
        "ParallelizationFactor": 1,
        "TumblingWindowInSeconds": 0,
    }
    assert told["BatchSize"] == 100
    assert told.keys() & {"ProvisionedPollerConfig", "ScalingConfig"} == set()


@pytest.mark.parametrize(("arn", "size"), [(QUEUE, 10), (STREAM, 100)])
def test_a_number_is_an_input_only_where_somebody_said_it_or_it_is_another(arn: str, size: int) -> None:
    told = {**TOLD, "EventSourceArn": arn, "StartingPosition": "LATEST", "BatchSize": size}

    assert "batchSize" not in told_definition(told, {})
    assert told_definition(told, {"batchSize": 5})["batchSize"] == size
    assert told_definition({**told, "BatchSize": 7}, {})["batchSize"] == 7
    assert told_numbers(told)["batchSize"] == size


@pytest.mark.parametrize(("state", "enabled"), [("Enabled", True), ("Creating", True), ("Disabled", False)])
def test_the_state_tells_whether_it_polls(state: str, enabled: bool) -> None:
    assert told_definition({**TOLD, "State": state}, {})["enabled"] is enabled


@pytest.mark.parametrize(
    ("told", "pollers"),
    [
        ({"MinimumPollers": 3}, {"minimumPollers": 3, "maximumPollers": 200}),
        ({"MaximumPollers": 3}, {"minimumPollers": 2, "maximumPollers": 3}),
    ],
)
def test_half_a_range_of_pollers_is_made_whole(told: dict[str, int], pollers: dict[str, int]) -> None:
    assert told_definition({**TOLD, "ProvisionedPollerConfig": told}, {})["provisionedPollerConfig"] == pollers


def test_a_moment_is_told_with_its_time_zone() -> None:
    begin = start({"startingPosition": "AT_TIMESTAMP", "startingPositionTimestamp": "2030-01-01T13:00:00+01:00"})

    assert begin["StartingPosition"] == "AT_TIMESTAMP"
    assert begin["StartingPositionTimestamp"].utcoffset().total_seconds() == 3_600
    told = {**TOLD, "EventSourceArn": STREAM, **begin}
    assert told_definition(told, {})["startingPositionTimestamp"] == "2030-01-01T12:00:00Z"
