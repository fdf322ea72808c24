"""What an event lacks is told with its path, record by record."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.waking.shape import decoded, lacking, not_base64, part, records_of


def test_a_batch_has_records_and_another_event_is_its_own() -> None:
    assert records_of({"Records": [{"a": 1}, {"b": 2}]}) == [("Records[0]", {"a": 1}), ("Records[1]", {"b": 2})]
    assert records_of({"detail": {}}) == [("", {"detail": {}})]


def test_what_is_missing_or_of_another_type_is_told_for_each_record() -> None:
    event = {"Records": [{"s3": {"bucket": {"name": "feed"}}}, {"s3": {"bucket": {"name": 5}}}, {"s3": []}]}

    assert list(lacking(event, {"s3.bucket.name": str})) == [
        ("Records[1].s3.bucket.name", "needs text, got 5"),
        ("Records[2].s3.bucket.name", "needs text, got nothing"),
    ]
    assert list(lacking({"detail": []}, {"detail": dict})) == [("detail", "needs an object, got []")]


def test_a_part_is_found_by_its_dotted_path() -> None:
    assert part({"a": {"b": [1]}}, "a.b") == [1]
    assert part({"a": {"b": [1]}}, "a.b.c") is None


@pytest.mark.parametrize(("value", "told"), [("a", "'a'"), (5, "5"), (None, "nothing")])
def test_bytes_need_to_be_encoded(value: Any, told: str) -> None:
    assert list(not_base64(value, "data")) == [("data", f"needs base64, got {told}: bytes travel so")]
    assert list(not_base64("YQ==", "data")) == []
    assert decoded("YQ==") == b"a"
