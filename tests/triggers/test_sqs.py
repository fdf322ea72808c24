"""SQS wakes a function."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from components.archive import handler_files
from components.event_filter import SQS, FilterCriteria
from components.function import FunctionConfig, LambdaFunction
from components.ledger import Handshake, Landing
from components.resources.queue import Queue, QueueConfig
from components.triggers.sqs import SqsTrigger, SqsTriggerConfig
from tests.emulator.shapes import differences
from tests.given import ENVIRONMENT, handlers

QUEUE = "arn:aws:sqs:eu-west-1:111111111111:feeds-readings-queue"


@pytest.fixture
def wire(tmp_path: Path) -> Any:
    files = handler_files(handlers(tmp_path, "record"), "record.handle")

    def program(
        found: list[Any] | None = None, queue: Any = None, address: str = "feeds.record-on-readings", **config: Any
    ) -> Any:
        def build() -> None:
            readings = Queue("feeds.readings", QueueConfig(kind="queue", **(queue or {})), ENVIRONMENT)
            record = LambdaFunction(
                "feeds.record", FunctionConfig(handler="record.handle"), files, environment={}, asynchronous=False
            )
            trigger = SqsTrigger(
                address,
                SqsTriggerConfig(kind="sqs", queue="readings", **config),
                record,
                readings,
                ENVIRONMENT,
            )
            if found is not None:
                found.append(trigger.handshake)

        return build

    return program


def test_the_role_may_poll_exactly_its_own_queue(deploy: Any, wire: Any) -> None:
    right = deploy(wire())["RolePolicy", "feeds-record-may-poll-readings"]

    assert right.inputs["role"] == "feeds-record-role"
    assert right.statements() == [
        {
            "Effect": "Allow",
            "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            "Resource": QUEUE,
        }
    ]


def test_the_mapping_is_asked_for_with_partial_batch_failures(deploy: Any, wire: Any) -> None:
    mapping = deploy(wire())["EventSourceMapping", "feeds-record-on-readings-mapping"]

    assert mapping.inputs == {
        "eventSourceArn": QUEUE,
        "functionName": "arn:aws:lambda:eu-west-1:111111111111:function:feeds-record-function",
        "batchSize": 10,
        "maximumBatchingWindowInSeconds": 0,
        "functionResponseTypes": ["ReportBatchItemFailures"],
        "enabled": True,
    }


def test_a_renamed_trigger_keeps_its_mapping_since_lambda_takes_no_second_one(deploy: Any, wire: Any) -> None:
    deployed = deploy(wire(address="feeds.intake"))

    assert deployed.names("EventSourceMapping") == ["feeds-record-on-readings-mapping"]
    assert deployed.below("feeds-intake") == ["feeds-record-on-readings-mapping"]


def test_the_mapping_waits_for_the_right_to_poll_and_the_functions_other_rights(deploy: Any, wire: Any) -> None:
    mapping = deploy(wire())["EventSourceMapping", "feeds-record-on-readings-mapping"]

    assert {"feeds-record-may-poll-readings", "feeds-record-may-write-its-logs"} <= mapping.depends_on


def test_every_option_reaches_the_mapping(deploy: Any, wire: Any) -> None:
    pattern = {"body": {"kind": ["quake"]}}
    program = wire(
        batch_size=100,
        batch_window_seconds=5,
        partial_batch_failures=False,
        max_concurrency=7,
        filters=(pattern,),
        enabled=False,
    )

    inputs = deploy(program)["EventSourceMapping", "feeds-record-on-readings-mapping"].inputs

    assert (inputs["batchSize"], inputs["maximumBatchingWindowInSeconds"], inputs["enabled"]) == (100, 5, False)
    assert inputs["scalingConfig"] == {"maximumConcurrency": 7}
    assert inputs["filterCriteria"] == {"filters": [{"pattern": '{"body": {"kind": ["quake"]}}'}]}
    assert "functionResponseTypes" not in inputs


def test_pollers_and_metrics_reach_the_mapping(deploy: Any, wire: Any) -> None:
    program = wire(provisioned_pollers={"maximum": 9}, metrics=True)

    inputs = deploy(program)["EventSourceMapping", "feeds-record-on-readings-mapping"].inputs

    assert inputs["provisionedPollerConfig"] == {"minimumPollers": 2, "maximumPollers": 9}
    assert inputs["metricsConfig"] == {"metrics": ["EventCount"]}
    assert "scalingConfig" not in inputs


def test_the_ledger_says_who_polls_what_and_where_a_poison_message_lands(deploy: Any, wire: Any) -> None:
    found: list[Any] = []

    deploy(wire(found))

    assert found == [
        Handshake(
            name="feeds.record-on-readings",
            waker="feeds.readings",
            woken="feeds.record",
            mechanism="poll",
            principal="feeds.record",
            actions=("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
            resource="feeds.readings",
            conditions=(),
            landings=(Landing("the function fails", "5 receives", "feeds.readings.dead-letters"),),
            right="feeds-record-may-poll-readings",
        )
    ]


def test_a_queue_without_dead_letters_shows_in_the_ledger(deploy: Any, wire: Any) -> None:
    found: list[Any] = []

    deploy(wire(found, queue={"dead_letters": "discard"}))

    assert found[0].landings == (Landing("the function fails", "its retention ends", None),)


def test_a_queue_must_hide_a_message_for_six_timeouts_and_the_window() -> None:
    config = SqsTriggerConfig(kind="sqs", queue="readings", batch_window_seconds=5)

    asked = config.asks_of_source(FunctionConfig(handler="a.b", timeout_seconds=30))

    assert asked["visibility_timeout_seconds"][0] == 185


@pytest.mark.parametrize("batch_size", [11, 10_000])
def test_large_batches_wait(batch_size: int) -> None:
    with pytest.raises(ValidationError, match=f"batch_size {batch_size} needs batch_window_seconds >= 1"):
        SqsTriggerConfig(kind="sqs", queue="readings", batch_size=batch_size)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("batch_size", 0),
        ("batch_size", 10_001),
        ("batch_window_seconds", 301),
        ("max_concurrency", 1),
        ("max_concurrency", 1_001),
        ("filters", ({"body": {"a": [1]}},) * 6),
        ("filters", ({"body": {"a": []}},)),
    ],
)
def test_a_value_out_of_range_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=field):
        SqsTriggerConfig(kind="sqs", queue="readings", **{field: value})


@pytest.mark.parametrize(
    "pollers",
    [
        {"minimum": 1},
        {"minimum": 201},
        {"maximum": 1},
        {"maximum": 2_001},
        {"minimum": 9, "maximum": 8},
        {"group": "a"},
    ],
)
def test_pollers_out_of_range_are_refused(pollers: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="provisioned_pollers"):
        SqsTriggerConfig(kind="sqs", queue="readings", provisioned_pollers=pollers)


def test_pollers_may_be_as_few_and_as_many_as_lambda_has() -> None:
    for pollers in ({"minimum": 2, "maximum": 2}, {"minimum": 200, "maximum": 2_000}):
        config = SqsTriggerConfig(kind="sqs", queue="readings", provisioned_pollers=pollers)

        assert config.provisioned_pollers is not None
        assert config.provisioned_pollers.model_dump() == pollers


def test_batches_are_limited_by_their_number_or_by_pollers() -> None:
    with pytest.raises(ValidationError, match="max_concurrency 5 and provisioned_pollers cannot both be"):
        SqsTriggerConfig(kind="sqs", queue="readings", max_concurrency=5, provisioned_pollers={})


def problems(function: dict[str, Any], queue: dict[str, Any], **config: Any) -> list[str]:
    trigger = SqsTriggerConfig(kind="sqs", queue="readings", **config)
    found = trigger.problems(FunctionConfig(handler="a.b", **function), QueueConfig(kind="queue", **queue))
    return [f"{field}: {sentence}" for field, sentence in found]


def test_a_fifo_queue_has_no_window_and_small_batches() -> None:
    assert problems({}, {"fifo": True}, batch_size=11, batch_window_seconds=1) == [
        "batch_size: 11 is too many for a FIFO queue: a batch holds at most 10",
        "batch_window_seconds: 1 on a FIFO queue: it has no window, use 0",
    ]


def test_more_batches_at_once_than_the_function_may_run_are_refused() -> None:
    [problem] = problems({"reserved_concurrency": 5}, {}, max_concurrency=6)

    assert problem.startswith("max_concurrency: 6 is more than the function's reserved_concurrency 5")


def test_two_pollers_of_one_queue_are_refused() -> None:
    config = SqsTriggerConfig(kind="sqs", queue="readings")

    [(name, sentence)] = SqsTriggerConfig.clashes([("feeds.a", config), ("feeds.b", config)])

    assert name == "feeds.b"
    assert sentence.startswith("the queue is polled by feeds.a already")


@pytest.mark.parametrize(
    ("filters", "body"),
    [
        ((), "a message"),
        (({"body": {"magnitude": [{"numeric": [">=", 6]}]}},), '{"magnitude": 6}'),
        (({"body": [{"suffix": ".json"}]},), "example.json"),
        (({"body": ["5"]},), "a message"),
    ],
)
def test_the_example_is_a_message_that_the_filters_let_pass_if_there_is_one(filters: Any, body: str) -> None:
    event: Any = SqsTriggerConfig(kind="sqs", queue="readings", filters=filters).example_event()

    assert differences(event, "sqs_standard.json", free="Records[].messageAttributes") == []
    [record] = event["Records"]
    assert record["body"] == body
    assert record["md5OfBody"] == hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
    assert FilterCriteria.parse(filters, SQS).wants(record) is (filters != ({"body": ["5"]},))
