"""Access lines become rights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.access import let_touch, variable_name
from components.archive import handler_files
from components.function import FunctionConfig, LambdaFunction
from components.ledger import Condition
from components.resource import AccessOptions
from components.resources.bucket import Bucket, BucketAccess, BucketConfig
from components.resources.event_bus import EventBus, EventBusAccess, EventBusConfig
from components.resources.table import Table, TableConfig
from tests.given import ENVIRONMENT, handlers


@pytest.fixture
def record(tmp_path: Path) -> Any:
    files = handler_files(handlers(tmp_path, "record"), "record.handle")
    return lambda: LambdaFunction(
        "feeds.record", FunctionConfig(handler="record.handle"), files, environment={}, asynchronous=False
    )


def test_an_access_line_grants_its_verbs_actions_on_one_arn(deploy: Any, record: Any) -> None:
    def program() -> None:
        quakes = Table("feeds.quakes", TableConfig(kind="table", hash_key="id"), ENVIRONMENT)
        let_touch(record(), "write", quakes, AccessOptions())

    right = deploy(program)["RolePolicy", "feeds-record-may-write-quakes"]

    assert right.inputs["role"] == "feeds-record-role"
    assert right.statements() == [
        {
            "Effect": "Allow",
            "Action": ["dynamodb:PutItem", "dynamodb:UpdateItem"],
            "Resource": "arn:aws:dynamodb:eu-west-1:111111111111:table/feeds-quakes-table",
        }
    ]


def test_a_prefix_narrows_the_right_and_its_name(deploy: Any, record: Any) -> None:
    def program() -> None:
        feed = Bucket("feeds.feed", BucketConfig(kind="bucket"), ENVIRONMENT)
        let_touch(record(), "read", feed, BucketAccess(prefix="incoming/daily/"))

    right = deploy(program)["RolePolicy", "feeds-record-may-read-feed-incoming-daily"]

    assert right.statements() == [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::feeds-feed-bucket/incoming/daily/*"}
    ]


def test_another_pipelines_resource_is_named_with_its_pipeline(deploy: Any, record: Any) -> None:
    found: list[Any] = []

    def program() -> None:
        bus = EventBus("alerts.announcements", EventBusConfig(kind="event_bus"), ENVIRONMENT)
        options = EventBusAccess(sources=("seismic.feeds",), detail_types=("Strong Quake",))
        found.append(let_touch(record(), "publish", bus, options))

    right = deploy(program)["RolePolicy", "feeds-record-may-publish-alerts-announcements"]

    assert right.statements() == [
        {
            "Effect": "Allow",
            "Action": "events:PutEvents",
            "Resource": "arn:aws:events:eu-west-1:111111111111:event-bus/alerts-announcements-bus",
            "Condition": {
                "ForAllValues:StringEquals": {"events:source": "seismic.feeds"},
                "Null": {"events:source": "false"},
                "StringEquals": {"events:detail-type": "Strong Quake"},
            },
        }
    ]
    assert found[0].conditions == (
        Condition("ForAllValues:StringEquals", "events:source", ("seismic.feeds",)),
        Condition("Null", "events:source", ("false",)),
        Condition("StringEquals", "events:detail-type", ("Strong Quake",)),
    )


def test_a_handler_is_told_of_a_resource_by_a_variable() -> None:
    assert variable_name("alerts.strong-quakes", "TABLE_NAME") == "STRONG_QUAKES_TABLE_NAME"
