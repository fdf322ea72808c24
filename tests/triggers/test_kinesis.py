"""A stream wakes a function."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from components.archive import handler_files
from components.event_filter import KINESIS, FilterCriteria
from components.function import FunctionConfig, LambdaFunction
from components.ledger import Landing
from components.resources.stream import Stream, StreamConfig
from components.triggers.kinesis import KinesisTrigger, KinesisTriggerConfig
from tests.emulator.shapes import differences
from tests.given import ENVIRONMENT, handlers

STREAM = "arn:aws:kinesis:eu-west-1:111111111111:stream/stations-tremors-stream"
CONSUMER = f"{STREAM}/consumer/stations-watch-on-tremors-consumer:1893499200"
READING = [
    *("kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords"),
    *("kinesis:GetShardIterator", "kinesis:ListShards"),
]


@pytest.fixture
def wire(tmp_path: Path) -> Any:
    files = handler_files(handlers(tmp_path, "watch"), "watch.handle")

    def program(found: list[Any] | None = None, address: str = "stations.watch-on-tremors", **config: Any) -> Any:
        def build() -> None:
            tremors = Stream("stations.tremors", StreamConfig(kind="stream"), ENVIRONMENT)
            watch = LambdaFunction(
                "stations.watch", FunctionConfig(handler="watch.handle"), files, environment={}, asynchronous=False
            )
            trigger = KinesisTrigger(
                address,
                KinesisTriggerConfig(kind="kinesis", stream="tremors", **config),
                watch,
                tremors,
                ENVIRONMENT,
            )
            if found is not None:
                found.append(trigger)

        return build

    return program


def test_the_role_may_read_exactly_its_own_stream(deploy: Any, wire: Any) -> None:
    right = deploy(wire())["RolePolicy", "stations-watch-may-poll-tremors"]

    assert right.inputs["role"] == "stations-watch-role"
    assert right.statements() == [{"Effect": "Allow", "Action": READING, "Resource": STREAM}]


def test_the_mapping_is_asked_for_with_safe_defaults(deploy: Any, wire: Any) -> None:
    mapping = deploy(wire())["EventSourceMapping", "stations-watch-on-tremors-mapping"]

    assert mapping.inputs == {
        "eventSourceArn": STREAM,
        "functionName": "arn:aws:lambda:eu-west-1:111111111111:function:stations-watch-function",
        "startingPosition": "TRIM_HORIZON",
        "batchSize": 100,
        "maximumBatchingWindowInSeconds": 0,
        "maximumRetryAttempts": 5,
        "maximumRecordAgeInSeconds": 21_600,
        "bisectBatchOnFunctionError": True,
        "functionResponseTypes": ["ReportBatchItemFailures"],
        "parallelizationFactor": 1,
        "destinationConfig": {"onFailure": {"destinationArn": "arn:aws:s3:::stations-watch-failed-bucket"}},
        "enabled": True,
    }


def test_every_option_reaches_the_mapping(deploy: Any, wire: Any) -> None:
    program = wire(
        starting_position="latest",
        batch_size=7,
        batch_window_seconds=8,
        max_retries=0,
        max_record_age_seconds=60,
        bisect=False,
        partial_batch_failures=False,
        parallel_batches=10,
        filters=({"data": {"magnitude": [{"numeric": [">", 4]}]}},),
        metrics=True,
        on_failure="discard",
        enabled=False,
    )

    assert deploy(program)["EventSourceMapping", "stations-watch-on-tremors-mapping"].inputs == {
        "eventSourceArn": STREAM,
        "functionName": "arn:aws:lambda:eu-west-1:111111111111:function:stations-watch-function",
        "startingPosition": "LATEST",
        "batchSize": 7,
        "maximumBatchingWindowInSeconds": 8,
        "maximumRetryAttempts": 0,
        "maximumRecordAgeInSeconds": 60,
        "bisectBatchOnFunctionError": False,
        "parallelizationFactor": 10,
        "filterCriteria": {"filters": [{"pattern": '{"data": {"magnitude": [{"numeric": [">", 4]}]}}'}]},
        "metricsConfig": {"metrics": ["EventCount"]},
        "enabled": False,
    }


def test_a_moment_to_start_at_is_told_in_utc(deploy: Any, wire: Any) -> None:
    moment = datetime.fromisoformat("2020-01-01T13:00:00+01:00")
    program = wire(starting_position="at_timestamp", starting_timestamp=moment)

    inputs = deploy(program)["EventSourceMapping", "stations-watch-on-tremors-mapping"].inputs

    assert (inputs["startingPosition"], inputs["startingPositionTimestamp"]) == (
        "AT_TIMESTAMP",
        "2020-01-01T12:00:00Z",
    )


def test_a_consumer_of_its_own_is_read_by_its_own_right(deploy: Any, wire: Any) -> None:
    deployed = deploy(wire(fan_out=True))

    assert deployed["StreamConsumer", "stations-watch-on-tremors-consumer"].inputs == {"streamArn": STREAM}
    assert deployed["RolePolicy", "stations-watch-may-poll-tremors"].statements() == [
        {"Effect": "Allow", "Action": READING, "Resource": STREAM},
        {
            "Effect": "Allow",
            "Action": ["kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"],
            "Resource": CONSUMER,
        },
    ]
    mapping = deployed["EventSourceMapping", "stations-watch-on-tremors-mapping"]
    assert mapping.inputs["eventSourceArn"] == CONSUMER


def test_a_renamed_trigger_keeps_its_consumer_and_its_mapping(deploy: Any, wire: Any) -> None:
    assert sorted(deploy(wire(address="stations.shaken", fan_out=True)).below("stations-shaken")) == [
        "stations-watch-on-tremors-consumer",
        "stations-watch-on-tremors-mapping",
    ]


def test_the_ledger_tells_of_the_consumer_s_rights_and_of_the_landing(deploy: Any, wire: Any) -> None:
    found: list[Any] = []

    deploy(wire(found, fan_out=True))

    (trigger,) = found
    assert trigger.handshake.actions == (*READING, "kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard")
    assert trigger.handshake.landings == (
        Landing("the function fails", "6 attempts or 21600 seconds", "stations.watch.failed-records"),
    )
    assert (trigger.handshake.mechanism, trigger.handshake.resource) == ("poll", "stations.tremors")


def test_the_mapping_waits_for_the_rights(deploy: Any, wire: Any) -> None:
    mapping = deploy(wire())["EventSourceMapping", "stations-watch-on-tremors-mapping"]

    assert {"stations-watch-may-poll-tremors", "stations-watch-may-write-its-failed-records"} <= mapping.depends_on


@pytest.mark.parametrize(
    "said",
    [{"starting_position": "at_timestamp"}, {"starting_timestamp": datetime(2020, 1, 1, tzinfo=UTC)}],
)
def test_a_moment_and_its_position_need_each_other(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="at_timestamp needs a moment, and no other position has one"):
        KinesisTriggerConfig(kind="kinesis", stream="tremors", **said)


def test_a_moment_in_the_future_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"starting_timestamp 2999-01-01T00:00:00\+00:00 is in the future"):
        KinesisTriggerConfig(
            kind="kinesis",
            stream="tremors",
            starting_position="at_timestamp",
            starting_timestamp=datetime(2999, 1, 1, tzinfo=UTC),
        )


def test_a_moment_needs_its_time_zone() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        KinesisTriggerConfig(
            kind="kinesis", stream="tremors", starting_position="at_timestamp", starting_timestamp=datetime(2020, 1, 1)
        )


def test_records_are_given_up_before_the_stream_forgets_them() -> None:
    config = KinesisTriggerConfig(kind="kinesis", stream="tremors", max_record_age_seconds=86_400)
    function = FunctionConfig(handler="a.b")

    assert list(config.problems(function, StreamConfig(kind="stream", retention_hours=25))) == []
    [(field, sentence)] = config.problems(function, StreamConfig(kind="stream", retention_hours=24))
    assert field == "max_record_age_seconds"
    assert sentence.startswith("86400 needs less than the 24 hours (86400 seconds) that tremors keeps a record")


def test_a_sixth_reader_has_to_fan_out() -> None:
    shared = KinesisTriggerConfig(kind="kinesis", stream="tremors")
    alone = KinesisTriggerConfig(kind="kinesis", stream="tremors", fan_out=True)
    five = [(f"stations.{name}", shared) for name in "abcde"]

    assert list(KinesisTriggerConfig.clashes([*five, ("stations.f", alone)])) == []
    [(name, sentence)] = KinesisTriggerConfig.clashes([*five, ("stations.f", shared)])
    assert name == "stations.f"
    assert sentence.endswith("let this one fan_out")


def test_a_stream_has_twenty_consumers_at_most() -> None:
    alone = KinesisTriggerConfig(kind="kinesis", stream="tremors", fan_out=True)
    many = [(f"stations.f{number}", alone) for number in range(21)]

    assert list(KinesisTriggerConfig.clashes(many[:20])) == []
    assert list(KinesisTriggerConfig.clashes(many)) == [
        ("stations.f20", "the stream has 20 triggers that fan_out already, and Kinesis takes no more")
    ]


def test_the_example_is_an_event_of_the_recorded_shape() -> None:
    event = KinesisTriggerConfig(kind="kinesis", stream="tremors").example_event()

    assert differences(event, "kinesis.json") == []


def test_the_example_is_a_record_that_the_filters_let_pass() -> None:
    wish: Any = {"data": {"station": [{"prefix": "GR."}], "counts": [{"numeric": [">", 100]}]}}

    event: Any = KinesisTriggerConfig(kind="kinesis", stream="tremors", filters=(wish,)).example_event()

    [record] = event["Records"]
    assert json.loads(base64.b64decode(record["kinesis"]["data"])) == {"station": "GR.example", "counts": 101}
    assert FilterCriteria.parse((wish,), KINESIS).wants(record)
