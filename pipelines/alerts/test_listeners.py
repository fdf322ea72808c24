"""page, watch and press as Lambda runs them: what each does with a bulletin that it hears of."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

import boto3
import pytest

Handlers = Callable[[str], ModuleType]
Json = dict[str, Any]

BULLETIN = {
    "quake_id": "us1000chhc",
    "magnitude": 6.4,
    "place": "22km NNE of Hualian, Taiwan",
    "time": "2018-02-06T15:50:42.400Z",
    "updated": "2018-02-07T01:31:51.797Z",
    "longitude": 121.653,
    "latitude": 24.1737,
    "depth_km": 10.64,
    "level": "strong",
    "text": "Strong earthquake.",
}


@cache
def dynamodb() -> Any:
    return boto3.client("dynamodb")


@pytest.fixture
def table(aws: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """The one table that each of them writes to."""
    for name in ("CALLS", "WATCHES", "NOTICES"):
        monkeypatch.setenv(f"{name}_TABLE_NAME", "kept")
    dynamodb().create_table(
        TableName="kept",
        KeySchema=[{"AttributeName": "quake_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "quake_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return "kept"


def kept() -> list[Json]:
    return list(dynamodb().scan(TableName="kept")["Items"])


def heard(**facts: Any) -> Json:
    """A bulletin as SNS hands it to a function."""
    return {"Records": [{"Sns": {"Message": json.dumps(BULLETIN | facts)}}]}


def queued(*bodies: str) -> Json:
    """Messages m0, m1, ... as an event source mapping hands them over."""
    return {"Records": [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]}


def test_a_great_quake_calls_once_however_often_it_is_told(handlers: Handlers, table: str) -> None:
    page = handlers("page")

    calls = [page.handle(heard(), None), page.handle(heard(), None), page.handle(heard(level="major"), None)]

    assert calls == [{"called": 1}, {"called": 0}, {"called": 0}]
    assert kept() == [{"quake_id": {"S": "us1000chhc"}, "level": {"S": "strong"}, "text": {"S": "Strong earthquake."}}]


def test_the_sea_is_watched_for_twelve_hours(handlers: Handlers, table: str) -> None:
    watch = handlers("watch")

    first, again = watch.handle(heard(), None), watch.handle(heard(), None)

    assert first == again == {"until": "2018-02-07T03:50:42.400Z"}
    assert kept() == [
        {
            "quake_id": {"S": "us1000chhc"},
            "longitude": {"N": "121.653"},
            "latitude": {"N": "24.1737"},
            "until": {"S": "2018-02-07T03:50:42.400Z"},
        }
    ]


@pytest.mark.parametrize("missing", ["time", "longitude", "quake_id"])
def test_a_bulletin_that_says_too_little_opens_no_watch(handlers: Handlers, table: str, missing: str) -> None:
    event = {"Records": [{"Sns": {"Message": json.dumps({k: v for k, v in BULLETIN.items() if k != missing})}}]}

    with pytest.raises(KeyError, match=missing):
        handlers("watch").handle(event, None)
    assert kept() == []


def test_the_newsroom_gets_a_headline_and_a_text(handlers: Handlers, table: str) -> None:
    result = handlers("press").handle(queued(json.dumps(BULLETIN)), None)

    assert result == {"batchItemFailures": []}
    assert kept() == [
        {
            "quake_id": {"S": "us1000chhc"},
            "headline": {"S": "Strong earthquake, magnitude 6.4"},
            "text": {"S": "Strong earthquake."},
            "updated": {"S": "2018-02-07T01:31:51.797Z"},
        }
    ]


@pytest.mark.parametrize("order", [("2018-02-07", "2018-02-08"), ("2018-02-08", "2018-02-07")])
def test_the_newer_notice_stays_whichever_comes_first(handlers: Handlers, table: str, order: tuple[str, str]) -> None:
    bodies = [json.dumps(BULLETIN | {"updated": f"{day}T01:31:51.797Z"}) for day in order]

    result = handlers("press").handle(queued(*bodies), None)

    assert result == {"batchItemFailures": []}
    assert [item["updated"]["S"] for item in kept()] == ["2018-02-08T01:31:51.797Z"]


@pytest.mark.parametrize("body", ["{", "null", '"text"', "{}", '{"quake_id": 7}'])
def test_what_is_no_bulletin_fails_alone(handlers: Handlers, table: str, body: str) -> None:
    result = handlers("press").handle(queued(json.dumps(BULLETIN), body), None)

    assert result == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert len(kept()) == 1


def test_a_table_that_refuses_fails_the_message(
    handlers: Handlers, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTICES_TABLE_NAME", "no-such-table")

    result = handlers("press").handle(queued(json.dumps(BULLETIN)), None)

    assert result == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
