"""A rule that wakes a function: the same parts and the same rights, whichever trigger works by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from components.archive import handler_files
from components.function import FunctionConfig, LambdaFunction
from components.ledger import Condition, Grant, Landing
from components.resources.bucket import Bucket, BucketConfig
from components.trigger import TriggerConfig
from components.triggers.event_rule import EventRuleTrigger, EventRuleTriggerConfig
from components.triggers.s3 import S3Trigger, S3TriggerConfig
from tests.given import ENVIRONMENT, handlers

NAME = "feeds-split-on-feed"
RULE = f"arn:aws:events:eu-west-1:111111111111:rule/{NAME}-rule"
DEAD_LETTERS = f"arn:aws:sqs:eu-west-1:111111111111:{NAME}-dead-letters-queue"
PATTERN = {"source": ["seismic.feeds"]}
KINDS = ["event_rule", "s3"]


@pytest.fixture
def wire(tmp_path: Path) -> Any:
    files = handler_files(handlers(tmp_path, "split"), "split.handle")

    def program(kind: str, found: list[Any] | None = None, **config: Any) -> Any:
        def build() -> None:
            feed = Bucket("feeds.feed", BucketConfig(kind="bucket"), ENVIRONMENT)
            split = LambdaFunction(
                "feeds.split", FunctionConfig(handler="split.handle"), files, environment={}, asynchronous=True
            )
            if kind == "s3":
                said = S3TriggerConfig(kind="s3", bucket="feed", via="eventbridge", **config)
                trigger: Any = S3Trigger("feeds.split-on-feed", said, split, feed, ENVIRONMENT)
            else:
                rule = EventRuleTriggerConfig(kind="event_rule", event_bus="default", pattern=PATTERN, **config)
                trigger = EventRuleTrigger("feeds.split-on-feed", rule, split, None, ENVIRONMENT)
            feed.close()
            if found is not None:
                found.append(trigger)

        return build

    return program


@pytest.mark.parametrize("kind", KINDS)
def test_only_its_own_rule_may_wake_the_function(deploy: Any, wire: Any, kind: str) -> None:
    right = deploy(wire(kind))["Permission", f"{NAME}-permission"]

    assert right.inputs == {
        "action": "lambda:InvokeFunction",
        "function": "feeds-split-function",
        "principal": "events.amazonaws.com",
        "sourceArn": RULE,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_only_its_own_rule_may_send_to_its_dead_letters(deploy: Any, wire: Any, kind: str) -> None:
    policy = deploy(wire(kind))["QueuePolicy", f"{NAME}-dead-letters-policy"]

    assert policy.statements()[1:] == [
        {
            "Sid": "RuleSendsWhatItCannotDeliver",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": DEAD_LETTERS,
            "Condition": {"ArnEquals": {"aws:SourceArn": RULE}},
        }
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_the_target_tries_as_long_as_config_says_and_waits_for_the_rights(deploy: Any, wire: Any, kind: str) -> None:
    target = deploy(wire(kind, max_retries=7, max_event_age_seconds=600))["EventTarget", f"{NAME}-target"]

    assert target.inputs == {
        "rule": f"{NAME}-rule",
        "eventBusName": "default",
        "arn": "arn:aws:lambda:eu-west-1:111111111111:function:feeds-split-function",
        "retryPolicy": {"maximumRetryAttempts": 7, "maximumEventAgeInSeconds": 600},
        "deadLetterConfig": {"arn": DEAD_LETTERS},
    }
    assert {f"{NAME}-permission", f"{NAME}-dead-letters-policy", "feeds-split-may-write-its-logs"} <= target.depends_on


@pytest.mark.parametrize("kind", KINDS)
def test_the_ledger_says_how_long_is_tried_and_where_events_land(deploy: Any, wire: Any, kind: str) -> None:
    found: list[Any] = []

    deploy(wire(kind, found))

    [trigger] = found
    only_the_rule = ("feeds.split-on-feed (rule)",)
    assert trigger.handshake.waker == ("feeds.feed" if kind == "s3" else "default event bus")
    assert (trigger.handshake.mechanism, trigger.handshake.principal) == ("push", "events.amazonaws.com")
    assert trigger.handshake.conditions == (Condition("ArnLike", "aws:SourceArn", only_the_rule),)
    assert trigger.handshake.landings == (
        Landing("Lambda cannot be reached", "185 retries or 86400 seconds", "feeds.split-on-feed.dead-letters"),
        Landing("the function fails", "3 attempts or 21600 seconds", "feeds.split.failures"),
    )
    assert trigger.grants == [
        Grant(
            name="feeds.split-on-feed-may-send-to-its-dead-letters",
            grantee="feeds.split-on-feed",
            verb="send_to",
            resource="feeds.split-on-feed.dead-letters",
            actions=("sqs:SendMessage",),
            scope="",
            conditions=(Condition("ArnEquals", "aws:SourceArn", only_the_rule),),
            right=f"{NAME}-dead-letters-policy",
        )
    ]
    assert trigger.dead_letters.address == "feeds.split-on-feed.dead-letters"


@pytest.mark.parametrize("kind", KINDS)
def test_dead_letters_are_switched_off_only_by_a_word_and_the_ledger_says_so(deploy: Any, wire: Any, kind: str) -> None:
    found: list[Any] = []

    deployed = deploy(wire(kind, found, dead_letters="discard"))

    assert "deadLetterConfig" not in deployed["EventTarget", f"{NAME}-target"].inputs
    assert f"{NAME}-dead-letters-queue" not in deployed.names("Queue")
    assert found[0].handshake.landings[0].where is None
    assert (found[0].grants, found[0].dead_letters) == ([], None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("field", "value"),
    [("max_retries", -1), ("max_retries", 186), ("max_event_age_seconds", 59), ("max_event_age_seconds", 86_401)],
)
def test_more_than_eventbridge_tries_is_refused(kind: str, field: str, value: int) -> None:
    said: dict[str, Any] = {"event_bus": "default", "pattern": PATTERN}
    if kind == "s3":
        said = {"bucket": "feed", "via": "eventbridge"}

    with pytest.raises(ValidationError, match=field):
        TriggerConfig.kinds[kind](kind=kind, **said, **{field: value})
