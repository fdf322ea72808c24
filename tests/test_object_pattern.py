"""A bucket's words as a pattern: it hears what the words say, and nothing beside it."""

from __future__ import annotations

from typing import Any

import pytest

from components.event_pattern import EventPattern
from components.object_pattern import EventWord, key_wishes, object_pattern


def heard(key: str, reason: str, deletion_type: str | None = None, bucket: str = "feed") -> dict[str, Any]:
    return {
        "source": "aws.s3",
        "detail-type": "Object Deleted" if deletion_type else "Object Created",
        "detail": {
            "bucket": {"name": bucket},
            "object": {"key": key},
            "reason": reason,
            **({"deletion-type": deletion_type} if deletion_type else {}),
        },
    }


HAPPENED = {
    "put": heard("a", "PutObject"),
    "posted": heard("a", "POST Object"),
    "copied": heard("a", "CopyObject"),
    "uploaded_in_parts": heard("a", "CompleteMultipartUpload"),
    "deleted": heard("a", "DeleteObject", "Permanently Deleted"),
    "marked_deleted": heard("a", "DeleteObject", "Delete Marker Created"),
    "expired": heard("a", "Lifecycle Expiration", "Permanently Deleted"),
    "marked by a lifecycle rule": heard("a", "Lifecycle Expiration", "Delete Marker Created"),
}


def pattern(*words: EventWord, prefix: str = "", suffix: str = "") -> EventPattern:
    return EventPattern.parse(object_pattern("feed", words, prefix=prefix, suffix=suffix))


@pytest.mark.parametrize(
    ("words", "hears"),
    [
        (("created",), {"put", "posted", "copied", "uploaded_in_parts"}),
        (("created", "put"), {"put", "posted", "copied", "uploaded_in_parts"}),
        (("put",), {"put"}),
        (("posted", "copied"), {"posted", "copied"}),
        (("uploaded_in_parts",), {"uploaded_in_parts"}),
        (("removed",), {"deleted", "marked_deleted"}),
        (("deleted",), {"deleted"}),
        (("marked_deleted",), {"marked_deleted"}),
        (("put", "deleted"), {"put", "deleted"}),
        (("created", "removed"), {"put", "posted", "copied", "uploaded_in_parts", "deleted", "marked_deleted"}),
    ],
)
def test_each_word_hears_what_it_says_and_no_lifecycle_rule(words: tuple[EventWord, ...], hears: set[str]) -> None:
    assert {name for name, event in HAPPENED.items() if pattern(*words).matches(event)} == hears


def test_another_bucket_is_not_heard() -> None:
    assert not pattern("created").matches(heard("a", "PutObject", bucket="other"))


def test_one_way_to_happen_makes_a_plain_pattern() -> None:
    assert object_pattern("feed", ("put",), prefix="in/", suffix="") == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": ["feed"]}, "object": {"key": [{"prefix": "in/"}]}, "reason": ["PutObject"]},
    }


def test_two_ways_to_happen_are_alternatives() -> None:
    assert object_pattern("feed", ("created", "deleted"), prefix="", suffix=".json") == {
        "source": ["aws.s3"],
        "detail": {"bucket": {"name": ["feed"]}, "object": {"key": [{"suffix": ".json"}]}},
        "$or": [
            {"detail-type": ["Object Created"]},
            {
                "detail-type": ["Object Deleted"],
                "detail": {"reason": ["DeleteObject"], "deletion-type": ["Permanently Deleted"]},
            },
        ],
    }


@pytest.mark.parametrize(
    ("prefix", "suffix", "wishes"),
    [
        ("", "", []),
        ("in/", "", [{"prefix": "in/"}]),
        ("", ".json", [{"suffix": ".json"}]),
        ("in/", ".json", [{"wildcard": "in/*.json"}]),
        ("a\\b", "c", [{"wildcard": "a\\\\b*c"}]),
        ("in/a", "a.json", [{"wildcard": "in/a*a.json"}, "in/a.json"]),
        ("aa", "aa", [{"wildcard": "aa*aa"}, "aaa", "aa"]),
    ],
)
def test_a_key_is_asked_for_its_beginning_its_end_or_both(prefix: str, suffix: str, wishes: list[Any]) -> None:
    assert key_wishes(prefix, suffix) == wishes


@pytest.mark.parametrize(
    "key", ["in/a.json", "in/aa.json", "in/a/a.json", "in/a.js", "in/.json", "a.json", "in/ab.json"]
)
def test_the_pattern_hears_the_keys_that_a_notification_does(key: str) -> None:
    prefix, suffix = "in/a", "a.json"
    wanted = key.startswith(prefix) and key.endswith(suffix)

    assert pattern("created", prefix=prefix, suffix=suffix).matches(heard(key, "PutObject")) is wanted
