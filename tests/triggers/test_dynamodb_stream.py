"""A table's stream wakes a function."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.archive import handler_files
from components.event_filter import DYNAMODB, FilterCriteria
from components.function import FunctionConfig, LambdaFunction
from components.ledger import Grant, Handshake, Landing
from components.resources.table import Table, TableConfig
from components.triggers.dynamodb_stream import DynamodbStreamTrigger, DynamodbStreamTriggerConfig
from emulator.waking.attribute_values import image_faults
from tests.emulator.shapes import differences
from tests.given import ENVIRONMENT, handlers

STREAM = "arn:aws:dynamodb:eu-west-1:111111111111:table/feeds-quakes-table/stream/2030-01-01T12:00:00.000"
BUCKET = "arn:aws:s3:::feeds-record-failed-bucket"
READING = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")


@pytest.fixture
def wire(tmp_path: Path) -> Any:
    files = handler_files(handlers(tmp_path, "record"), "record.handle")

    def program(found: list[Any] | None = None, address: str = "feeds.record-on-quakes", **config: Any) -> Any:
        def build() -> None:
            table = TableConfig(kind="table", hash_key="quake_id", stream="new_image")
            quakes = Table("feeds.quakes", table, ENVIRONMENT)
            record = LambdaFunction(
                "feeds.record", FunctionConfig(handler="record.handle"), files, environment={}, asynchronous=False
            )
            trigger = DynamodbStreamTrigger(
                address,
                DynamodbStreamTriggerConfig(kind="dynamodb_stream", table="quakes", **config),
                record,
                quakes,
                ENVIRONMENT,
            )
            if found is not None:
                found.extend([trigger.handshake, record])

        return build

    return program


def test_the_role_may_read_exactly_its_own_stream_and_list_streams(deploy: Any, wire: Any) -> None:
    right = deploy(wire())["RolePolicy", "feeds-record-may-poll-quakes"]

    assert right.inputs["role"] == "feeds-record-role"
    assert right.statements() == [
        {"Effect": "Allow", "Action": list(READING), "Resource": STREAM},
        {"Effect": "Allow", "Action": "dynamodb:ListStreams", "Resource": "*"},
    ]


def test_the_mapping_is_asked_for_with_safe_defaults(deploy: Any, wire: Any) -> None:
    mapping = deploy(wire())["EventSourceMapping", "feeds-record-on-quakes-mapping"]

    assert mapping.inputs == {
        "eventSourceArn": STREAM,
        "functionName": "arn:aws:lambda:eu-west-1:111111111111:function:feeds-record-function",
        "startingPosition": "TRIM_HORIZON",
        "batchSize": 100,
        "maximumBatchingWindowInSeconds": 0,
        "maximumRetryAttempts": 5,
        "maximumRecordAgeInSeconds": 21_600,
        "bisectBatchOnFunctionError": True,
        "functionResponseTypes": ["ReportBatchItemFailures"],
        "parallelizationFactor": 1,
        "destinationConfig": {"onFailure": {"destinationArn": BUCKET}},
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
        tumbling_window_seconds=9,
        filters=({"eventName": ["INSERT"]},),
        metrics=True,
        on_failure="discard",
        enabled=False,
    )

    inputs = deploy(program)["EventSourceMapping", "feeds-record-on-quakes-mapping"].inputs

    assert inputs == {
        "eventSourceArn": STREAM,
        "functionName": "arn:aws:lambda:eu-west-1:111111111111:function:feeds-record-function",
        "startingPosition": "LATEST",
        "batchSize": 7,
        "maximumBatchingWindowInSeconds": 8,
        "maximumRetryAttempts": 0,
        "maximumRecordAgeInSeconds": 60,
        "bisectBatchOnFunctionError": False,
        "parallelizationFactor": 1,
        "tumblingWindowInSeconds": 9,
        "filterCriteria": {"filters": [{"pattern": '{"eventName": ["INSERT"]}'}]},
        "metricsConfig": {"metrics": ["EventCount"]},
        "enabled": False,
    }


def test_failed_records_go_to_a_bucket_of_the_function_s_own(deploy: Any, wire: Any) -> None:
    deployed = deploy(wire())

    write = deployed["RolePolicy", "feeds-record-may-write-its-failed-records"].statements()
    see = deployed["RolePolicy", "feeds-record-may-list-its-failed-records"].statements()
    assert write == [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{BUCKET}/*"}]
    assert see == [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": BUCKET}]


def test_a_function_that_discards_has_neither_bucket_nor_right(deploy: Any, wire: Any) -> None:
    deployed = deploy(wire(on_failure="discard"))

    assert deployed.names("Bucket") == []
    assert sorted(deployed.names("RolePolicy")) == ["feeds-record-may-poll-quakes", "feeds-record-may-write-its-logs"]


def test_the_mapping_waits_for_every_right_of_the_function(deploy: Any, wire: Any) -> None:
    mapping = deploy(wire())["EventSourceMapping", "feeds-record-on-quakes-mapping"]

    assert {
        "feeds-record-may-poll-quakes",
        "feeds-record-may-write-its-logs",
        "feeds-record-may-write-its-failed-records",
        "feeds-record-may-list-its-failed-records",
    } <= mapping.depends_on


def test_a_renamed_trigger_keeps_its_mapping(deploy: Any, wire: Any) -> None:
    assert deploy(wire(address="feeds.intake")).below("feeds-intake") == ["feeds-record-on-quakes-mapping"]


def test_the_ledger_says_who_reads_what_and_where_a_poison_record_lands(deploy: Any, wire: Any) -> None:
    found: list[Any] = []

    deploy(wire(found))

    handshake, record = found
    assert handshake == Handshake(
        name="feeds.record-on-quakes",
        waker="feeds.quakes",
        woken="feeds.record",
        mechanism="poll",
        principal="feeds.record",
        actions=(*READING, "dynamodb:ListStreams"),
        resource="feeds.quakes",
        conditions=(),
        landings=(Landing("the function fails", "6 attempts or 21600 seconds", "feeds.record.failed-records"),),
        right="feeds-record-may-poll-quakes",
    )
    assert (
        Grant(
            name="feeds.record-may-write-its-failed-records",
            grantee="feeds.record",
            verb="write",
            resource="feeds.record.failed-records",
            actions=("s3:PutObject",),
            scope="",
            conditions=(),
            right="feeds-record-may-write-its-failed-records",
        )
        in record.grants
    )


def test_discarding_shows_in_the_ledger(deploy: Any, wire: Any) -> None:
    found: list[Any] = []

    deploy(wire(found, on_failure="discard", max_retries=0))

    assert found[0].landings == (Landing("the function fails", "1 attempts or 21600 seconds", None),)


def problems(table: dict[str, Any], **config: Any) -> list[str]:
    trigger = DynamodbStreamTriggerConfig(kind="dynamodb_stream", table="quakes", **config)
    source = TableConfig(**{"kind": "table", "hash_key": "id", "stream": "keys_only", **table})
    return [f"{field}: {sentence}" for field, sentence in trigger.problems(FunctionConfig(handler="a.b"), source)]


def test_a_table_without_a_stream_is_refused() -> None:
    assert problems({"stream": None}) == [
        "table: 'quakes' has no stream: say on the table what it tells of each change, "
        "keys_only, new_image, old_image or new_and_old_images"
    ]


def test_records_are_given_up_before_the_stream_forgets_them() -> None:
    assert problems({}, max_record_age_seconds=86_399) == []
    (problem,) = problems({}, max_record_age_seconds=86_400)
    assert problem.startswith("max_record_age_seconds: 86400 needs less than 86400: the stream forgets a record")


def test_a_third_reader_of_a_stream_is_refused() -> None:
    config = DynamodbStreamTriggerConfig(kind="dynamodb_stream", table="quakes")

    two = list(DynamodbStreamTriggerConfig.clashes([("feeds.a", config), ("feeds.b", config)]))
    three = list(DynamodbStreamTriggerConfig.clashes([("feeds.a", config), ("feeds.b", config), ("feeds.c", config)]))

    assert two == []
    assert three == [
        (
            "feeds.c",
            "the stream is read by feeds.a and feeds.b already: DynamoDB throttles more than 2 readers of a shard",
        )
    ]


def test_a_table_s_stream_is_not_read_by_time() -> None:
    with pytest.raises(ValueError, match="starting_position"):
        DynamodbStreamTriggerConfig(kind="dynamodb_stream", table="quakes", starting_position="at_timestamp")  # type: ignore[arg-type]


def test_the_example_is_an_event_of_the_recorded_shape() -> None:
    event = DynamodbStreamTriggerConfig(kind="dynamodb_stream", table="quakes").example_event()

    wanted = {"Records[].dynamodb.Keys", "Records[].dynamodb.NewImage"}
    assert [
        problem
        for problem in differences(event, "dynamodb_insert.json")
        if not any(problem.startswith(f"{path}.") for path in wanted)
    ] == []


def example(*filters: Any) -> Any:
    config = DynamodbStreamTriggerConfig(kind="dynamodb_stream", table="quakes", filters=filters)
    [record] = config.example_event()["Records"]  # type: ignore[misc,union-attr]
    return record


@pytest.mark.parametrize(
    ("wish", "name", "images"),
    [
        ({"eventName": ["INSERT", "MODIFY"]}, "INSERT", ["NewImage"]),
        ({"eventName": [{"prefix": "MOD"}]}, "MODIFY", ["NewImage", "OldImage"]),
        ({"eventName": ["REMOVE"]}, "REMOVE", ["OldImage"]),
        ({"dynamodb": {"OldImage": {"kind": {"S": ["quake"]}}}, "eventName": ["REMOVE"]}, "REMOVE", ["OldImage"]),
        (
            {"dynamodb": {"NewImage": {"felt": {"BOOL": [True]}, "at": {"M": {"x": {"S": ["y"]}}}}}},
            "INSERT",
            ["NewImage"],
        ),
        ({"dynamodb": {"NewImage": {"depth": {"N": [{"exists": True}]}}}}, "INSERT", ["NewImage"]),
    ],
)
def test_the_example_is_a_change_that_the_filters_let_pass(wish: Any, name: str, images: list[str]) -> None:
    record = example(wish)

    assert FilterCriteria.parse((wish,), DYNAMODB).wants(record)
    assert record["eventName"] == name
    assert [part for part in record["dynamodb"] if part.endswith("Image")] == images
    for image in images:
        assert list(image_faults(record["dynamodb"][image], image)) == []


@pytest.mark.parametrize(
    "wish",
    [
        {"eventName": ["UPDATED"]},
        {"eventSource": ["aws:sqs"]},
        {"dynamodb": {"NewImage": {"depth": [{"exists": True}]}}},
        {"dynamodb": {"NewImage": {"depth": {"N": ["deep"]}}}},
        {"dynamodb": {"NewImage": {"tags": {"SS": ["a"]}}}},
        {"dynamodb": {"NewImage": {"tags": {"L": {"S": ["a"]}}}}},
        {"dynamodb": {"StreamViewType": ["NONE"]}},
    ],
)
def test_a_change_that_there_cannot_be_is_not_made_up(wish: Any) -> None:
    assert example(wish) == example()
