"""The object that an event tells of can be put where it says, unheard."""

from __future__ import annotations

from typing import Any

import pytest

from components.triggers.s3 import S3TriggerConfig
from emulator.account import Account
from emulator.waking.objects import created_objects, has_bucket, has_object, put_unheard
from tests.emulator.stage import Stage

NOTIFICATION: Any = {
    "eventName": "ObjectCreated:Put",
    "s3": {"bucket": {"name": "feed"}, "object": {"key": "in/caf%C3%A9+1.json"}},
}
EVENT: Any = {
    "detail-type": "Object Created",
    "detail": {"bucket": {"name": "feed"}, "object": {"key": "in/caf%C3%A9+1.json"}},
}


def test_a_key_is_decoded_where_it_was_encoded() -> None:
    assert created_objects({"Records": [NOTIFICATION, NOTIFICATION]}) == [("feed", "in/café 1.json")] * 2
    assert created_objects(EVENT) == [("feed", "in/caf%C3%A9+1.json")]


def test_the_examples_of_a_bucket_tell_of_an_object() -> None:
    for via in ("notification", "eventbridge"):
        config = S3TriggerConfig.model_validate({"kind": "s3", "bucket": "feed", "via": via})
        assert created_objects(config.example_event()) == [("feed", "example")]


@pytest.mark.parametrize(
    "event",
    [
        {"Records": [{**NOTIFICATION, "eventName": "ObjectRemoved:Delete"}, {"body": "a"}, {}]},
        {**EVENT, "detail-type": "Object Deleted"},
        {**EVENT, "detail": {"bucket": {"name": 5}, "object": {"key": "a"}}},
        {},
        "text",
        [NOTIFICATION],
    ],
)
def test_other_events_tell_of_none(event: Any) -> None:
    assert created_objects(event) == []


def test_an_object_is_put_and_nobody_hears_of_it(account: Account, stage: Stage) -> None:
    stage.bucket()
    stage.told_function()
    assert (has_bucket(account, "feed"), has_bucket(account, "elsewhere")) == (True, False)
    assert not has_object(account, "feed", "a")

    put_unheard(account, "feed", "a", b"content")
    account.settle()

    assert has_object(account, "feed", "a")
    assert account.client("s3").get_object(Bucket="feed", Key="a")["Body"].read() == b"content"
    assert account.journal.entries == []
