"""S3 wakes a function."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from components.archive import handler_files
from components.event_pattern import EventPattern
from components.function import FunctionConfig, LambdaFunction
from components.ledger import Condition, Handshake, Landing
from components.resources.bucket import Bucket, BucketConfig
from components.triggers.s3 import S3Trigger, S3TriggerConfig
from tests.emulator.shapes import differences
from tests.given import ENVIRONMENT, handlers

FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:feeds-split-function"


@pytest.fixture
def wire(tmp_path: Path) -> Any:
    files = handler_files(handlers(tmp_path, "split"), "split.handle")

    def program(found: list[Any] | None = None, **config: Any) -> Any:
        def build() -> None:
            feed = Bucket("feeds.feed", BucketConfig(kind="bucket"), ENVIRONMENT)
            split = LambdaFunction(
                "feeds.split", FunctionConfig(handler="split.handle"), files, environment={}, asynchronous=True
            )
            trigger = S3Trigger(
                "feeds.split-on-feed",
                S3TriggerConfig(kind="s3", bucket="feed", **config),
                split,
                feed,
                ENVIRONMENT,
            )
            feed.close()
            if found is not None:
                found.append(trigger.handshake)

        return build

    return program


def test_only_its_own_bucket_of_its_own_account_may_wake_the_function(deploy: Any, wire: Any) -> None:
    right = deploy(wire())["Permission", "feeds-split-on-feed-permission"]

    assert right.inputs == {
        "action": "lambda:InvokeFunction",
        "function": "feeds-split-function",
        "principal": "s3.amazonaws.com",
        "sourceArn": "arn:aws:s3:::feeds-feed-bucket",
        "sourceAccount": "111111111111",
    }


def test_the_notification_names_events_prefix_and_suffix(deploy: Any, wire: Any) -> None:
    program = wire(events=("put", "uploaded_in_parts"), prefix="incoming/", suffix=".geojson")

    notification = deploy(program)["BucketNotification", "feeds-feed-notification"]

    assert notification.inputs == {
        "bucket": "feeds-feed-bucket",
        "lambdaFunctions": [
            {
                "id": "feeds-split-on-feed",
                "lambdaFunctionArn": FUNCTION,
                "events": ["s3:ObjectCreated:Put", "s3:ObjectCreated:CompleteMultipartUpload"],
                "filterPrefix": "incoming/",
                "filterSuffix": ".geojson",
            }
        ],
    }


def test_the_notification_waits_for_the_permission_and_the_functions_rights(deploy: Any, wire: Any) -> None:
    notification = deploy(wire())["BucketNotification", "feeds-feed-notification"]

    assert {
        "feeds-split-on-feed-permission",
        "feeds-split-may-write-its-logs",
        "feeds-split-may-send-to-its-failures",
    } <= notification.depends_on


def test_the_ledger_says_who_pushes_under_which_conditions(deploy: Any, wire: Any) -> None:
    found: list[Any] = []

    deploy(wire(found))

    assert found == [
        Handshake(
            name="feeds.split-on-feed",
            waker="feeds.feed",
            woken="feeds.split",
            mechanism="push",
            principal="s3.amazonaws.com",
            actions=("lambda:InvokeFunction",),
            resource="feeds.split",
            conditions=(
                Condition("ArnLike", "aws:SourceArn", ("feeds.feed",)),
                Condition("StringEquals", "aws:SourceAccount", ("111111111111",)),
            ),
            landings=(Landing("the function fails", "3 attempts or 21600 seconds", "feeds.split.failures"),),
            right="feeds-split-on-feed-permission",
        )
    ]


def overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return S3TriggerConfig(kind="s3", bucket="b", **one).overlaps(S3TriggerConfig(kind="s3", bucket="b", **other))


@pytest.mark.parametrize(
    ("one", "other", "met"),
    [
        ({}, {}, True),
        ({"prefix": "in/"}, {"prefix": "in/daily/"}, True),
        ({"prefix": "in/"}, {"prefix": "out/"}, False),
        ({"prefix": "in/", "suffix": ".json"}, {"prefix": "in/", "suffix": ".geojson"}, False),
        ({"prefix": "in/", "suffix": "json"}, {"prefix": "in/", "suffix": ".geojson"}, True),
        ({"events": ("put",)}, {"events": ("created",)}, True),
        ({"events": ("put",)}, {"events": ("copied",)}, False),
        ({"events": ("created",)}, {"events": ("removed",)}, False),
    ],
)
def test_two_notifications_meet_only_where_one_event_could_go_to_both(one: Any, other: Any, met: bool) -> None:
    assert overlap(one, other) is met
    assert overlap(other, one) is met


def test_both_of_two_rules_that_meet_are_named() -> None:
    config = S3TriggerConfig(kind="s3", bucket="b", prefix="in/")

    [(name, sentence)] = S3TriggerConfig.clashes([("feeds.a", config), ("feeds.b", config)])

    assert name == "feeds.b"
    assert "feeds.a" in sentence
    assert "'in/'" in sentence


@pytest.mark.parametrize(("field", "value"), [("prefix", "in/*"), ("suffix", "?.json"), ("events", ())])
def test_wildcards_and_silence_are_refused(field: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=field):
        S3TriggerConfig(kind="s3", bucket="b", **{field: value})


def test_by_eventbridge_the_buckets_one_notification_turns_it_on_and_tells_no_function(deploy: Any, wire: Any) -> None:
    deployed = deploy(wire(via="eventbridge"))

    assert deployed["BucketNotification", "feeds-feed-notification"].inputs == {
        "bucket": "feeds-feed-bucket",
        "eventbridge": True,
        "lambdaFunctions": [],
    }
    assert deployed.names("BucketNotification") == ["feeds-feed-notification"]


def test_by_notification_eventbridge_is_not_turned_on(deploy: Any, wire: Any) -> None:
    assert "eventbridge" not in deploy(wire())["BucketNotification", "feeds-feed-notification"].inputs


def test_by_eventbridge_a_rule_of_the_default_bus_hears_the_bucket(deploy: Any, wire: Any) -> None:
    program = wire(via="eventbridge", events=("put", "deleted"), prefix="incoming/", suffix=".geojson")

    rule = deploy(program)["EventRule", "feeds-split-on-feed-rule"]

    assert (rule.inputs["eventBusName"], rule.inputs["state"]) == ("default", "ENABLED")
    assert json.loads(rule.inputs["eventPattern"]) == {
        "source": ["aws.s3"],
        "detail": {
            "bucket": {"name": ["feeds-feed-bucket"]},
            "object": {"key": [{"wildcard": "incoming/*.geojson"}]},
        },
        "$or": [
            {"detail-type": ["Object Created"], "detail": {"reason": ["PutObject"]}},
            {
                "detail-type": ["Object Deleted"],
                "detail": {"reason": ["DeleteObject"], "deletion-type": ["Permanently Deleted"]},
            },
        ],
    }


def test_by_eventbridge_triggers_may_hear_of_one_object() -> None:
    notified, heard = (S3TriggerConfig(kind="s3", bucket="b", via=via) for via in ("notification", "eventbridge"))

    assert list(S3TriggerConfig.clashes([("feeds.a", heard), ("feeds.b", heard), ("feeds.c", notified)])) == []
    assert len(list(S3TriggerConfig.clashes([("feeds.a", notified), ("feeds.b", heard), ("feeds.c", notified)]))) == 1


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"max_retries": 3}, "max_retries needs via: eventbridge"),
        ({"max_event_age_seconds": 60}, "max_event_age_seconds needs via: eventbridge"),
        ({"dead_letters": "queue"}, "dead_letters needs via: eventbridge"),
        ({"dead_letters": "discard", "max_retries": 185}, "max_retries and dead_letters need via: eventbridge"),
        ({"via": "sns"}, "via"),
        ({"via": "eventbridge", "events": ("created", "replicated")}, "replicated"),
        ({"via": "eventbridge", "prefix": "a" * 1000, "suffix": "b" * 1000}, "at most 2048 characters"),
    ],
)
def test_what_the_way_does_not_have_is_refused(said: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        S3TriggerConfig(kind="s3", bucket="b", **said)


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("created", "s3_eventbridge_object_created.json"),
        ("copied", "s3_eventbridge_object_created.json"),
        ("removed", "s3_eventbridge_object_deleted.json"),
        ("deleted", "s3_eventbridge_object_deleted.json"),
        ("marked_deleted", "s3_eventbridge_object_deleted.json"),
    ],
)
def test_by_eventbridge_the_example_has_the_recorded_shape_and_is_heard(word: Any, shape: str) -> None:
    config = S3TriggerConfig(kind="s3", bucket="feed", via="eventbridge", events=(word,), prefix="in/", suffix=".json")

    assert differences(config.example_event(), shape) == []
    pattern: Any = config.pattern_for("feed")
    assert EventPattern.parse(pattern).matches(config.example_event())


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("created", "ObjectCreated:Put"),
        ("copied", "ObjectCreated:Copy"),
        ("removed", "ObjectRemoved:Delete"),
        ("marked_deleted", "ObjectRemoved:DeleteMarkerCreated"),
    ],
)
def test_by_notification_the_example_tells_of_what_is_asked_for(word: Any, name: str) -> None:
    config = S3TriggerConfig(kind="s3", bucket="feed", events=(word,), prefix="in coming/a+b/", suffix=".json")

    event: Any = config.example_event()

    [record] = event["Records"]
    assert record["eventName"] == name
    assert record["s3"]["object"]["key"] == "in+coming/a%2Bb/example.json"
    assert ("size" in record["s3"]["object"]) is name.startswith("ObjectCreated:")
