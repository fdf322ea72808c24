"""What is read back keeps its words where it means the same, and loses them where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.provisioning.inputs import Block, Document, Input, Items, Text, Whole
from emulator.provisioning.known_words import in_known_words, named_in_known_words

DECLARED: dict[str, Input] = {
    "document": Document(),
    "words": Items(of=Text(), any_order=True),
    "pairs": Items(of=Block(of={"name": Text(), "age": Whole(least=0, most=9)}), any_order=True),
}


@pytest.mark.parametrize(
    ("found", "known", "told"),
    [
        ({"document": '{"a": 1}'}, {"document": '{"a":1}'}, {"document": '{"a":1}'}),
        ({"document": '{"a": 2}'}, {"document": '{"a":1}'}, {"document": '{"a": 2}'}),
        ({"document": '{"a": 1}'}, {}, {"document": '{"a": 1}'}),
        ({}, {"document": '{"a":1}'}, {}),
        ({"words": ["b", "a"]}, {"words": ["a", "b"]}, {"words": ["a", "b"]}),
        ({"words": ["b", "c"]}, {"words": ["a", "b"]}, {"words": ["b", "c"]}),
        ({"tagsAll": {"b": "1", "a": "2"}}, {"tagsAll": {"a": "2"}}, {"tagsAll": {"b": "1", "a": "2"}}),
    ],
)
def test_an_input_that_means_what_it_meant_keeps_its_words(
    found: dict[str, Any], known: dict[str, Any], told: dict[str, Any]
) -> None:
    assert in_known_words(DECLARED, found, known) == told


def test_keys_that_were_kept_in_another_order_mean_the_same() -> None:
    known = {"pairs": [{"age": 2, "name": "b"}, {"age": 1, "name": "a"}]}
    found = {"pairs": [{"name": "a", "age": 1}, {"name": "b", "age": 2}]}

    assert in_known_words(DECLARED, found, known)["pairs"] is known["pairs"]


def test_entries_with_names_keep_their_order_and_new_ones_come_last() -> None:
    found = [{"name": name, "text": name} for name in ("new", "a", "b")]
    known = [{"name": "b", "text": "B"}, {"name": "gone", "text": "gone"}, {"name": "a", "text": "other"}]

    told = named_in_known_words(found, known, lambda one, other: one["text"].lower() == other["text"])

    assert told == [{"name": "b", "text": "B"}, {"name": "a", "text": "a"}, {"name": "new", "text": "new"}]
