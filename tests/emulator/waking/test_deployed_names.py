"""What an event calls by a name of the pages is called as the account does; all else stays as it is."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.waking.deployed_names import with_deployed_names
from tests.emulator.made_up import FEED, QUAKES, READINGS, book

MADE_UP_QUEUE = "arn:aws:sqs:eu-west-1:111111111111:readings"


def told(event: Any, pipeline: str = "feeds", **made_up: str) -> Any:
    return with_deployed_names(event, book(), pipeline, made_up).event


def test_an_arn_that_ends_in_a_name_means_that_thing() -> None:
    named = with_deployed_names({"Records": [{"eventSourceARN": MADE_UP_QUEUE}]}, book(), "feeds", {})

    assert named.event == {"Records": [{"eventSourceARN": READINGS}]}
    assert named.names == {MADE_UP_QUEUE: READINGS}


def test_what_comes_behind_the_name_is_kept() -> None:
    table = "arn:aws:dynamodb:eu-west-1:111111111111:table/quakes"

    assert told(f"{table}/stream/2030") == f"{QUAKES}/stream/2030"
    assert told("arn:aws:s3:::feed/incoming/a") == f"{FEED}/incoming/a"
    assert told(f"{table}s") == f"{table}s"


def test_a_short_name_is_one_of_the_pipeline() -> None:
    assert told(MADE_UP_QUEUE, pipeline="alerts") == MADE_UP_QUEUE
    assert told("arn:aws:sqs:eu-west-1:111111111111:feeds.readings", pipeline="alerts") == READINGS


def test_a_bucket_is_meant_by_its_name_alone() -> None:
    event = {"s3": {"bucket": {"name": "feed", "arn": "arn:aws:s3:::feed"}, "object": {"key": "feed"}}, "name": "feed"}

    assert told(event) == {
        "s3": {"bucket": {"name": "feed-9c1", "arn": FEED}, "object": {"key": "feed"}},
        "name": "feed",
    }
    assert told({"detail": {"bucket": {"name": "feeds.feed"}}}) == {"detail": {"bucket": {"name": "feed-9c1"}}}


def test_other_made_up_texts_mean_what_they_are_said_to() -> None:
    assert told({"resources": ["made-up", "made-up too"]}, **{"made-up": "real"}) == {
        "resources": ["real", "made-up too"]
    }


@pytest.mark.parametrize("value", [READINGS, "readings", {"bucket": {"name": "feed-9c1"}}, 5, None, [True]])
def test_what_is_called_so_already_or_is_no_name_stays(value: Any) -> None:
    named = with_deployed_names(value, book(), "feeds", {})

    assert named.event == value
    assert named.names == {}
