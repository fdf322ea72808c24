"""A change is what became of a value, and belongs to the input it is in."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.provisioning.difference import Change, Difference, change_of, first_word


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (None, "a", Change.ADDED),
        ("a", None, Change.DELETED),
        ("a", "b", Change.UPDATED),
        (None, 0, Change.ADDED),
        (0, None, Change.DELETED),
        ("", [], Change.UPDATED),
    ],
)
def test_only_none_is_no_value(old: Any, new: Any, change: Change) -> None:
    assert change_of(old, new) == change


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("name", "name"),
        ("environment.variables.QUAKES_TABLE_NAME", "environment"),
        ("rules[0].id", "rules"),
        ("tags.rules[0]", "tags"),
        ('tags["a.b"]', "tags"),
    ],
)
def test_a_path_leads_into_the_input_it_begins_with(path: str, word: str) -> None:
    assert first_word(path) == word


def test_an_input_is_told_once_however_much_of_it_changed() -> None:
    changes = {"rules[0].id": Change.UPDATED, "rules[1]": Change.ADDED, "name": Change.UPDATED}

    assert Difference(changes).inputs == {"rules", "name"}


def test_where_nothing_changed_nothing_is_replaced() -> None:
    difference = Difference()

    assert (difference.changes, difference.inputs, difference.replaces) == ({}, frozenset(), frozenset())
    assert not difference.delete_first
