"""A question is answered up to the first unknown value that it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.provisioning.unknowns import as_far_as_known
from emulator.wire import UNKNOWN

Asked = Mapping[str, Any]


def answers(look: Callable[[Asked], Any], inputs: Asked) -> list[str]:
    """What is said before and after a look at the inputs."""

    def ask(watched: Asked) -> Iterator[str]:
        yield "before"
        look(watched)
        yield "after"

    return list(as_far_as_known(ask, inputs))


@pytest.mark.parametrize(
    ("look", "inputs"),
    [
        (lambda inputs: inputs["name"], {"name": UNKNOWN}),
        (lambda inputs: inputs.get("name", ""), {"name": UNKNOWN}),
        (lambda inputs: list(inputs.values()), {"batch": 1, "name": UNKNOWN}),
        (lambda inputs: dict(inputs.items()), {"batch": 1, "name": UNKNOWN}),
        (lambda inputs: {**inputs}, {"batch": 1, "name": UNKNOWN}),
        (lambda inputs: dict(inputs), {"batch": 1, "name": UNKNOWN}),
        (lambda inputs: inputs == {"name": "a"}, {"name": UNKNOWN}),
        (lambda inputs: inputs["expiration"]["days"], {"expiration": {"days": UNKNOWN}}),
        (lambda inputs: inputs["rules"][0]["id"], {"rules": [{"id": UNKNOWN}]}),
        (lambda inputs: inputs["events"], {"events": ["s3:ObjectCreated:*", UNKNOWN]}),
        (lambda inputs: inputs["rules"], {"rules": [[UNKNOWN]]}),
    ],
)
def test_an_answer_ends_where_an_unknown_value_is_taken(look: Callable[[Asked], Any], inputs: Asked) -> None:
    assert answers(look, inputs) == ["before"]


@pytest.mark.parametrize(
    "look",
    [
        lambda inputs: inputs["batch"],
        lambda inputs: inputs.get("window"),
        lambda inputs: "name" in inputs,
        lambda inputs: "window" in inputs,
        lambda inputs: inputs.keys() & {"name", "window"},
        lambda inputs: len(inputs),
        lambda inputs: list(inputs),
        lambda inputs: inputs["expiration"],
        lambda inputs: [rule.get("prefix") for rule in inputs["rules"]],
    ],
)
def test_whatever_else_is_looked_at_is_known(look: Callable[[Asked], Any]) -> None:
    inputs = {
        "batch": 1,
        "name": UNKNOWN,
        "expiration": {"days": UNKNOWN},
        "rules": [{"id": UNKNOWN, "prefix": "a"}, {}],
    }

    assert answers(look, inputs) == ["before", "after"]


def test_what_is_known_is_told_as_it_is() -> None:
    inputs = {"name": UNKNOWN, "batch": 1, "rules": [{"id": "a"}, {"id": "b"}], "absent": None}

    def ask(watched: Asked) -> Iterator[Any]:
        yield watched["batch"]
        yield [rule["id"] for rule in watched["rules"]]
        yield watched["rules"] == [{"id": "a"}, {"id": "b"}]
        yield watched.get("window", 300)
        yield "name" in watched, "window" in watched, len(watched)

    assert list(as_far_as_known(ask, inputs)) == [1, ["a", "b"], True, 300, (True, False, 4)]


def test_what_goes_wrong_in_the_question_itself_is_not_swallowed() -> None:
    with pytest.raises(KeyError, match="window"):
        answers(lambda inputs: inputs["window"], {"name": UNKNOWN})


values = st.recursive(
    st.one_of(st.integers(), st.text(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), values, max_size=4))
def test_inputs_that_are_all_known_are_seen_as_they_are(inputs: dict[str, Any]) -> None:
    assert list(as_far_as_known(lambda watched: [watched == inputs, dict(watched) == inputs], inputs)) == [True, True]
