"""The contracts that every kind keeps: one config for each kind, found by its word."""

from __future__ import annotations

from typing import ClassVar, Literal

import pytest

import components.entries  # noqa: F401  (fills the tables of kinds)
from components.resource import Resource, ResourceConfig
from components.trigger import Trigger, TriggerConfig
from tests.emulator.shapes import differences


def test_every_kind_of_trigger_has_its_component() -> None:
    assert set(TriggerConfig.kinds) == set(Trigger.classes) >= {"s3", "sqs", "event_rule"}


def test_every_kind_of_resource_has_its_component() -> None:
    assert set(ResourceConfig.kinds) == set(Resource.classes) >= {"bucket", "queue", "table", "event_bus"}


def test_two_triggers_cannot_be_of_one_kind() -> None:
    with pytest.raises(TypeError, match="two trigger configs are of the kind 'sqs'"):

        class Rival(TriggerConfig):
            kind: Literal["sqs"]
            source_field: ClassVar = "queue"


def test_two_resources_cannot_be_of_one_kind() -> None:
    with pytest.raises(TypeError, match="two resource configs are of the kind 'queue'"):

        class Rival(ResourceConfig):
            kind: Literal["queue"]


@pytest.mark.parametrize("kind", sorted(TriggerConfig.kinds))
def test_a_trigger_names_a_source_field_it_has_and_a_kind_that_exists(kind: str) -> None:
    config = TriggerConfig.kinds[kind]

    assert config.source_field in config.model_fields
    hangs_on_nothing = (config.source_kind, config.default_source) == (None, kind)
    assert hangs_on_nothing or config.source_kind in {*ResourceConfig.kinds, "function"}


@pytest.mark.parametrize(
    ("config", "shape", "free"),
    [
        (
            TriggerConfig.kinds["s3"](kind="s3", bucket="feed", prefix="in/", suffix=".json"),
            "s3_object_created.json",
            None,
        ),
        (
            TriggerConfig.kinds["s3"](kind="s3", bucket="feed", via="eventbridge"),
            "s3_eventbridge_object_created.json",
            None,
        ),
        (TriggerConfig.kinds["sqs"](kind="sqs", queue="readings"), "sqs_standard.json", "Records[].messageAttributes"),
        (
            TriggerConfig.kinds["event_rule"](kind="event_rule", event_bus="news", pattern={"source": ["a"]}),
            "eventbridge_custom.json",
            "detail",
        ),
        (TriggerConfig.kinds["schedule"](kind="schedule", schedule="rate(1 day)"), "scheduler_default.json", None),
        (
            TriggerConfig.kinds["log_subscription"](kind="log_subscription", logs_of="split", pattern="ERROR"),
            "cloudwatch_logs.json",
            None,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_example_event_has_the_shape_of_a_recorded_one(config: TriggerConfig, shape: str, free: str | None) -> None:
    assert differences(config.example_event(), shape, free=free) == []
