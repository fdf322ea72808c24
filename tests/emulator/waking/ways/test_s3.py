"""A notification by hand wakes the function by the bucket's right, if the bucket would have told of it."""

from __future__ import annotations

from typing import Any

import pytest

from components.triggers.s3 import S3TriggerConfig
from emulator.journal import Outcome
from emulator.waking.waking import Waking
from tests.emulator.by_hand import faults, left_out, ready, send
from tests.emulator.stage import QUIET, Stage

BUCKET = "arn:aws:s3:::feed"


def event(**changed: Any) -> Any:
    whole: Any = S3TriggerConfig(kind="s3", bucket="feed", prefix="in/", suffix=".json").example_event()
    [record] = whole["Records"]
    record["s3"]["object"]["key"] = changed.pop("key", record["s3"]["object"]["key"])
    record["s3"]["bucket"]["name"] = changed.pop("bucket", "feed")
    return {"Records": [{**record, **changed}]}


@pytest.fixture
def waking(stage: Stage) -> Waking:
    stage.bucket()
    function = stage.functions.make(QUIET, name="split")
    stage.let("s3.amazonaws.com", function, BUCKET, SourceAccount="111111111111")
    stage.notify("feed", function, prefix="in/", suffix=".json")
    things = {"split": ("function", function), "feed": ("bucket", BUCKET)}
    return ready(stage.account, "push", "s3.amazonaws.com", waker="feeds.feed", woken="feeds.split", **things)


@pytest.mark.parametrize("key", ["in/example.json", "in/caf%C3%A9+1.json"])
def test_the_function_receives_the_event_as_it_stands(stage: Stage, waking: Waking, key: str) -> None:
    send(waking, event(key=key))

    assert stage.payloads() == [event(key=key)]
    assert stage.counts("feeds.feed", "feeds.split") == (1, 1, 0, 0)


def test_without_the_right_the_event_is_lost(stage: Stage, waking: Waking) -> None:
    stage.account.client("lambda").remove_permission(FunctionName="split", StatementId="s3-split")

    send(waking, event())

    [denial] = stage.account.journal.denials
    assert (denial.principal, denial.action) == ("s3.amazonaws.com", "lambda:InvokeFunction")
    assert (denial.resource, denial.caller) == (waking.function_arn, "feeds.feed")
    [hop] = stage.hops(Outcome.DENIED)
    assert str(hop.cause).endswith("; S3 does not try again, and the event is lost")


@pytest.mark.parametrize(
    ("changed", "given"),
    [
        ({"key": "out/example.json"}, "s3:ObjectCreated:Put of out/example.json"),
        ({"key": "in/caf%C3%A9.txt"}, "s3:ObjectCreated:Put of in/café.txt"),
        ({"eventName": "ObjectRemoved:Delete"}, "s3:ObjectRemoved:Delete of in/example.json"),
    ],
)
def test_what_the_notification_does_not_want_is_filtered(
    stage: Stage, waking: Waking, changed: dict[str, str], given: str
) -> None:
    send(waking, event(**changed))

    [hop] = stage.hops(Outcome.FILTERED)
    wants = "s3:ObjectCreated:* with prefix in/ and suffix .json"
    assert hop.cause == f"the notification of feeds.feed wants {wants}, the event is {given}"
    assert stage.invocations() == []
    assert stage.counts("feeds.feed", "feeds.split") == (1, 0, 0, 1)


def test_an_event_needs_what_the_notification_is_asked_for(waking: Waking) -> None:
    torn = {"Records": [{"eventName": 5, "s3": {"bucket": {}, "object": {"key": None}}}]}

    assert faults(waking, torn) == [
        ("Records[0].eventName", "needs text, got 5"),
        ("Records[0].s3.bucket.name", "needs text, got nothing"),
        ("Records[0].s3.object.key", "needs text, got nothing"),
    ]


def test_another_bucket_is_told(waking: Waking) -> None:
    told = "the event tells of the bucket elsewhere: the right is that of feeds.feed"

    assert left_out(waking, event()) == ["nobody else is told by feeds.feed"]
    assert left_out(waking, event(bucket="elsewhere"))[1:] == [told]
