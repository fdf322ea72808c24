"""assess as Lambda runs it: what a bulletin says, where it is kept, and what listeners can choose by."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest

SAMPLES = Path(__file__).parent / "samples"

Handlers = Callable[[str], ModuleType]
Json = dict[str, Any]


@cache
def s3() -> Any:
    return boto3.client("s3")


class Topic:
    """A topic that notes what it is told."""

    def __init__(self) -> None:
        self.messages: list[Json] = []

    def publish(self, **message: Any) -> None:
        self.messages.append(message)


@pytest.fixture
def topic() -> Topic:
    return Topic()


@pytest.fixture
def assess(handlers: Handlers, aws: None, topic: Topic, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """assess, with the bucket it writes to and the topic it tells."""
    s3().create_bucket(Bucket="news", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    monkeypatch.setenv("BULLETINS_BUCKET_NAME", "news")
    monkeypatch.setenv("WARNINGS_TOPIC_ARN", "the-topic")
    module = handlers("assess")
    monkeypatch.setattr(module, "sns", topic)
    return module


def announcement(**facts: Any) -> Json:
    """An event as EventBridge hands it over, with other facts."""
    event: Json = json.loads((SAMPLES / "announcement.json").read_text())
    event["detail"] |= facts
    return event


def bulletins() -> list[str]:
    return [found["Key"] for found in s3().list_objects_v2(Bucket="news").get("Contents", [])]


def test_a_bulletin_gives_the_level_a_sentence_and_every_fact(assess: ModuleType) -> None:
    event = announcement()

    assess.handle(event, None)

    found = s3().get_object(Bucket="news", Key="bulletins/us1000chhc.json")
    assert found["ContentType"] == "application/json"
    assert json.loads(found["Body"].read()) == event["detail"] | {
        "level": "strong",
        "text": "Strong earthquake of magnitude 6.4, 22km NNE of Hualian, Taiwan, "
        "at 2018-02-06T15:50:42.400Z, 11 km deep.",
    }


def test_listeners_are_told_the_bulletin_and_what_they_choose_by(assess: ModuleType, topic: Topic) -> None:
    assess.handle(announcement(), None)

    (message,) = topic.messages
    assert json.loads(message.pop("Message")) == assess.write(announcement()["detail"])
    assert message == {
        "TopicArn": "the-topic",
        "Subject": "Strong earthquake",
        "MessageAttributes": {
            "level": {"DataType": "String", "StringValue": "strong"},
            "magnitude": {"DataType": "Number", "StringValue": "6.4"},
            "depth_km": {"DataType": "Number", "StringValue": "10.64"},
        },
    }


def test_sns_takes_the_message(assess: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    sns = boto3.client("sns")
    monkeypatch.setenv("WARNINGS_TOPIC_ARN", sns.create_topic(Name="warnings")["TopicArn"])
    monkeypatch.setattr(assess, "sns", sns)

    assert assess.handle(announcement(), None)["level"] == "strong"


def test_a_quake_without_a_place_is_found_by_its_coordinates(assess: ModuleType) -> None:
    text = assess.write(announcement(place=None)["detail"])["text"]

    assert "magnitude 6.4, latitude 24.1737, longitude 121.653, at" in text


def test_the_same_announcement_twice_leaves_the_same_single_bulletin(assess: ModuleType) -> None:
    assess.handle(announcement(), None)
    first = s3().get_object(Bucket="news", Key="bulletins/us1000chhc.json")["Body"].read()

    assess.handle(announcement(), None)

    assert bulletins() == ["bulletins/us1000chhc.json"]
    assert s3().get_object(Bucket="news", Key="bulletins/us1000chhc.json")["Body"].read() == first


@pytest.mark.parametrize(
    ("magnitude", "level"),
    [
        (3.9, "minor"),
        (4, "light"),
        (4.99, "light"),
        (5.0, "moderate"),
        (5.9, "moderate"),
        (6, "strong"),
        (6.99, "strong"),
        (7, "major"),
        (7.9, "major"),
        (8, "great"),
        (9.5, "great"),
    ],
)
def test_the_level_follows_the_magnitude(assess: ModuleType, magnitude: float, level: str) -> None:
    result = assess.handle(announcement(magnitude=magnitude), None)

    assert result == {"key": "bulletins/us1000chhc.json", "level": level}


@pytest.mark.parametrize(
    ("quake_id", "key"),
    [
        ("../secrets", "bulletins/..%2Fsecrets.json"),
        ("a b+c%é", "bulletins/a%20b%2Bc%25%C3%A9.json"),
        ("\n\x00?#", "bulletins/%0A%00%3F%23.json"),
        ("..", "bulletins/...json"),
    ],
)
def test_no_id_leads_out_of_the_bulletins(assess: ModuleType, quake_id: str, key: str) -> None:
    assess.handle(announcement(quake_id=quake_id), None)

    assert bulletins() == [key]


def test_different_ids_never_share_a_bulletin(assess: ModuleType) -> None:
    for quake_id in ("a/b", "a%2Fb", "a%252Fb", "a b", "a+b", "a%20b"):
        assess.handle(announcement(quake_id=quake_id), None)

    assert len(bulletins()) == 6


def test_an_announcement_without_a_magnitude_fails_and_says_nothing(assess: ModuleType, topic: Topic) -> None:
    event = announcement()
    del event["detail"]["magnitude"]

    with pytest.raises(KeyError, match="magnitude"):
        assess.handle(event, None)
    assert bulletins() == []
    assert topic.messages == []
