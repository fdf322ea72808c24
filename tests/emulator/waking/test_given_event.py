"""An event that somebody wrote is read, or refused with what was given, what is needed and why."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from components.problems import ConfigError
from components.triggers.sqs import SqsTriggerConfig
from emulator.waking.given_event import read_event, shape_problems
from emulator.waking.stack_triggers import StackTrigger

EXAMPLE: Any = SqsTriggerConfig(kind="sqs", queue="readings").example_event()
TRIGGER = StackTrigger("feeds.record-on-readings", "sqs", EXAMPLE)
WHY = "feeds.record-on-readings hands over nothing without (sqs; --print shows an event that is whole)"


def refusal(path: Path) -> str:
    with pytest.raises(ConfigError) as refused:
        read_event(path)
    return str(refused.value).replace(f"{path.parent}/", "")


def told(event: Any) -> list[str]:
    return [str(problem) for problem in shape_problems("event.json", event, TRIGGER)]


@pytest.mark.parametrize("begin", ["", "\ufeff"])
def test_an_event_is_read_from_a_file(tmp_path: Path, begin: str) -> None:
    (tmp_path / "event.json").write_text(f'{begin}{{"a": "é"}}', encoding="utf-8")

    assert read_event(tmp_path / "event.json") == {"a": "é"}


def test_an_event_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"[1]")))

    assert read_event(Path("-")) == [1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "event.json:1  needs JSON, got nothing: Expecting value at column 1"),
        (
            b"{\n  a: 1}",
            "event.json:2  needs JSON, got '{\\n  a: 1}': Expecting property name enclosed in double quotes at",
        ),
        (b'{"a": NaN}', "event.json  needs JSON: NaN is no value of it"),
        (b'["\\ud800"]', "event.json  holds half a surrogate pair, which is no character"),
        (b"\xff", "event.json  needs UTF-8 text: invalid start byte at byte 0"),
        (b"[" * 100_000, "event.json  is nested too deeply"),
    ],
)
def test_what_is_no_json_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "event.json").write_bytes(content)

    assert refusal(tmp_path / "event.json").startswith(said)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "event.json") == "event.json  cannot be read: No such file or directory"


def test_the_example_itself_has_the_shape() -> None:
    assert told(EXAMPLE) == []


def test_more_than_the_example_has_is_no_fault() -> None:
    assert told({"more": 1, "Records": [{**EXAMPLE["Records"][0], "md5OfMessageAttributes": "0"}]}) == []


def test_a_missing_key_is_told_with_what_was_given() -> None:
    assert told({"records": [], "version": 1}) == [f"event.json  has records, version and lacks Records: {WHY}"]
    assert told({}) == [f"event.json  has no keys and lacks Records: {WHY}"]


def test_what_is_no_object_is_refused() -> None:
    assert told([1]) == [f"event.json  needs an object with Records, got [1]: {WHY}"]


@pytest.mark.parametrize("records", [[], {}, "text", 5])
def test_a_batch_needs_records(records: Any) -> None:
    assert told({"Records": records}) == [f"event.json  Records: needs a list of one record or more, got {records!r}"]


def test_null_is_no_batch() -> None:
    assert told({"Records": None}) == ["event.json  Records: needs a list of one record or more, got null"]


def test_every_record_is_looked_at() -> None:
    whole = EXAMPLE["Records"][0]
    torn = {key: value for key, value in whole.items() if key not in ("body", "attributes")}

    has = ", ".join(torn)
    needs = ", ".join(whole)
    assert told({"Records": [torn, whole, "text"]}) == [
        f"event.json  Records[0]: has {has} and lacks body, attributes: {WHY}",
        f"event.json  Records[2]: needs an object with {needs}, got 'text': {WHY}",
    ]


def test_a_schedule_may_hand_over_anything() -> None:
    trigger = StackTrigger("feeds.sweep-on-schedule", "schedule", [1, 2])

    assert shape_problems("event.json", "text", trigger) == []
