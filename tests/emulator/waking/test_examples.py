"""An example is of the stack's own account and region, and of the key and the view of its table."""

from __future__ import annotations

from typing import Any

import pytest

from components.resources.queue import QueueConfig
from components.resources.table import TableConfig
from components.triggers.dynamodb_stream import DynamodbStreamTriggerConfig
from components.triggers.sqs import SqsTriggerConfig
from emulator.waking.examples import in_stack


def of_table(*filters: Any, **said: Any) -> Any:
    """The change that an example of a table's stream tells of."""
    event = DynamodbStreamTriggerConfig(kind="dynamodb_stream", table="quakes", filters=filters).example_event()
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


@pytest.mark.parametrize(
    ("name", "view", "images"),
    [
        ("MODIFY", "new_and_old_images", ["NewImage", "OldImage"]),
        ("MODIFY", "old_image", ["OldImage"]),
        ("REMOVE", "new_and_old_images", ["OldImage"]),
        ("REMOVE", "new_image", []),
    ],
)
def test_a_stream_tells_of_a_change_what_there_is_of_it_and_its_view_shows(
    name: str, view: str, images: list[str]
) -> None:
    change = of_table({"eventName": [name]}, stream=view)

    assert [part for part in change if part.endswith("Image")] == images
    assert all(change[image]["quake"] == {"S": "example"} and "id" not in change[image] for image in images)


@pytest.mark.parametrize("part", ["Keys", "NewImage"])
def test_what_a_filter_wants_of_the_key_is_the_key(part: str) -> None:
    change = of_table({"dynamodb": {part: {"quake": {"S": ["us7000"]}}}}, stream="new_image")

    assert change["Keys"] == {"quake": {"S": "us7000"}}
    assert change["NewImage"]["quake"] == {"S": "us7000"}


def test_a_key_is_of_the_type_that_its_table_says() -> None:
    wish = {"dynamodb": {"Keys": {"quake": {"S": ["us7000"]}}}}

    assert of_table(wish, stream="new_image", hash_key_type="number")["Keys"] == {"quake": {"N": "1"}}
