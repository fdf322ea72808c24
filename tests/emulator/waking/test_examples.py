"""An example is of the stack's own account and region, and of the key and the view of its table."""

from __future__ import annotations

from typing import Any

import pytest

from components.resources.queue import QueueConfig
from components.resources.table import TableConfig
from components.triggers.dynamodb_stream import DynamodbStreamTriggerConfig
from components.triggers.sqs import SqsTriggerConfig
from emulator.waking.examples import in_stack


def of_table(**said: Any) -> Any:
    """The change that an example of a table's stream tells of."""
    event = DynamodbStreamTriggerConfig(kind="dynamodb_stream", table="quakes").example_event()
    table = TableConfig(kind="table", hash_key="quake", **said)
    return in_stack(event, account_id="222222222222", region="eu-central-1", source=table)["Records"][0]["dynamodb"]


def test_account_and_region_are_those_of_the_stack() -> None:
    event = SqsTriggerConfig(kind="sqs", queue="readings").example_event()

    [record] = in_stack(event, account_id="222222222222", region="us-west-2", source=QueueConfig(kind="queue"))[
        "Records"
    ]

    assert record["eventSourceARN"] == "arn:aws:sqs:us-west-2:222222222222:readings"
    assert record["awsRegion"] == "us-west-2"
    assert record["body"] == "a message"


def test_a_new_item_has_the_key_of_its_table() -> None:
    change = of_table(stream="new_and_old_images", range_key="at", range_key_type="number")

    assert change["Keys"] == {"quake": {"S": "example"}, "at": {"N": "1"}}
    assert change["NewImage"] == {"quake": {"S": "example"}, "at": {"N": "1"}, "magnitude": {"N": "4.5"}}
    assert change["StreamViewType"] == "NEW_AND_OLD_IMAGES"


@pytest.mark.parametrize("view", ["keys_only", "old_image"])
def test_a_stream_that_shows_no_new_image_tells_of_keys_alone(view: str) -> None:
    change = of_table(stream=view)

    assert change["Keys"] == {"quake": {"S": "example"}}
    assert "NewImage" not in change
    assert change["StreamViewType"] == view.upper()
