"""The handlers of stations as Lambda runs them: what a waveform window is, and which peaks a minute leaves."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

import boto3
import pytest

Handlers = Callable[[str], ModuleType]
Json = dict[str, Any]

MINUTE = {"start": "2030-01-01T12:00:00Z", "end": "2030-01-01T12:01:00Z"}


@cache
def dynamodb() -> Any:
    return boto3.client("dynamodb")


@pytest.fixture
def peak(handlers: Handlers, aws: None, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """peak, with the table it writes to."""
    dynamodb().create_table(
        TableName="peaks",
        KeySchema=[
            {"AttributeName": "station", "KeyType": "HASH"},
            {"AttributeName": "minute", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "station", "AttributeType": "S"},
            {"AttributeName": "minute", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    monkeypatch.setenv("PEAKS_TABLE_NAME", "peaks")
    return handlers("peak")


def window(station: str, *samples: int) -> str:
    return json.dumps({"station": station, "samples": samples})


def batch(*windows: str, state: Json | None = None, final: bool = False) -> Json:
    """Records of one minute as an event source mapping hands them over."""
    return {
        "Records": [{"kinesis": {"data": base64.b64encode(each.encode()).decode()}} for each in windows],
        "window": MINUTE,
        "state": state or {},
        "isFinalInvokeForWindow": final,
    }


def kept() -> dict[tuple[str, str], str]:
    """The peaks in the table, by station and minute."""
    items = dynamodb().scan(TableName="peaks")["Items"]
    return {(item["station"]["S"], item["minute"]["S"]): item["peak_counts"]["N"] for item in items}


def test_a_peak_is_counted_from_the_mean_and_in_both_directions(peak: ModuleType) -> None:
    result = peak.handle(batch(window("IU.ANMO", 1000, 1010, 960, 1030)), None)

    assert result == {"state": {"IU.ANMO": 40.0}}
    assert kept() == {}


def test_the_strongest_motion_is_handed_from_batch_to_batch(peak: ModuleType) -> None:
    first = peak.handle(batch(window("IU.ANMO", 0, 100), window("IU.COLA", 0, 10)), None)
    second = peak.handle(batch(window("IU.ANMO", 0, 20), window("IU.COLA", 0, 80), state=first["state"]), None)

    assert second == {"state": {"IU.ANMO": 50.0, "IU.COLA": 40.0}}


def test_a_batch_that_comes_again_leads_to_the_same_peaks(peak: ModuleType) -> None:
    first = peak.handle(batch(window("IU.ANMO", 0, 100)), None)

    assert peak.handle(batch(window("IU.ANMO", 0, 100), state=first["state"]), None) == first


def test_when_the_minute_is_over_the_peak_of_each_station_is_kept(peak: ModuleType) -> None:
    peak.handle(batch(state={"IU.ANMO": 50.0, "IU.COLA": 0.33349}, final=True), None)

    assert kept() == {
        ("IU.ANMO", "2030-01-01T12:00:00Z"): "50.0",
        ("IU.COLA", "2030-01-01T12:00:00Z"): "0.333",
    }


def test_a_weaker_peak_never_replaces_a_stronger_one_of_its_minute(peak: ModuleType) -> None:
    for counts in (50.0, 20.0, 70.0):
        peak.handle(batch(state={"IU.ANMO": counts}, final=True), None)

    assert kept() == {("IU.ANMO", "2030-01-01T12:00:00Z"): "70.0"}


def test_a_silent_minute_leaves_nothing(peak: ModuleType) -> None:
    assert peak.handle(batch(final=True), None) == {"state": {}}
    assert kept() == {}


@pytest.mark.parametrize(
    ("record", "because"),
    [
        ("", "the record is no JSON"),
        ("{", "the record is no JSON"),
        ("[" * 100_000, "the record is no JSON"),
        ("null", "the record must be an object, got None"),
        ("{}", "station must be a text of 1 to 64 characters, got None"),
        ('{"station": ""}', "station must be a text of 1 to 64 characters, got ''"),
        ('{"station": "IU.ANMO"}', "samples must be a list of 1 to 20000 counts, got None"),
        ('{"station": "IU.ANMO", "samples": []}', "samples must be a list of 1 to 20000 counts, got []"),
        ('{"station": "IU.ANMO", "samples": [1, "2"]}', "a sample must be a count of 32 bits, got '2'"),
        ('{"station": "IU.ANMO", "samples": [true]}', "a sample must be a count of 32 bits, got True"),
        ('{"station": "IU.ANMO", "samples": [1.5]}', "a sample must be a count of 32 bits, got 1.5"),
        ('{"station": "IU.ANMO", "samples": [4294967296]}', "a sample must be a count of 32 bits, got 4294967296"),
    ],
)
def test_what_is_no_window_is_refused_with_the_reason(
    handlers: Handlers, peak: ModuleType, record: str, because: str
) -> None:
    with pytest.raises(handlers("waveform").InvalidWaveform, match=re.escape(because)):
        peak.handle(batch(window("IU.ANMO", 1, 2), record), None)
