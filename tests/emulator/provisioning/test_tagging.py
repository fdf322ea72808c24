"""Tags become what they should be with the calls that are needed, and no others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.provisioning.tagging import retag


def calls(old: dict[str, str], new: dict[str, str]) -> list[Any]:
    """What a service is asked: a dict to set, a list to take off."""
    asked: list[Any] = []
    retag(old, new, asked.append, asked.append)
    return asked


@pytest.mark.parametrize(
    ("old", "new", "asked"),
    [
        ({}, {}, []),
        ({"team": "a"}, {"team": "a"}, []),
        ({}, {"team": "a"}, [{"team": "a"}]),
        ({"team": "a", "stack": "dev"}, {"team": "b", "stack": "dev"}, [{"team": "b"}]),
        ({"team": "a", "stack": "dev"}, {"stack": "dev"}, [["team"]]),
        ({"team": "a"}, {"stack": ""}, [{"stack": ""}, ["team"]]),
        ({"team": ""}, {"team": "a"}, [{"team": "a"}]),
    ],
)
def test_only_what_changed_is_asked_for(old: dict[str, str], new: dict[str, str], asked: list[Any]) -> None:
    assert calls(old, new) == asked


tags = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "x", "y"]))


@given(tags, tags)
def test_a_thing_ends_with_the_new_tags_and_no_others(old: dict[str, str], new: dict[str, str]) -> None:
    there = dict(old)

    retag(old, new, there.update, lambda keys: [there.pop(key) for key in keys])

    assert there == new
