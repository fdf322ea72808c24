"""The register knows what was made, what takes whose place, and who has what AWS keeps only one of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from emulator.program.record import Resource, name_of, type_of
from emulator.serving.register import Register
from emulator.wire import Secret

QUEUE = "aws:sqs/queue:Queue"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"


def urn(name: str, kind: str = QUEUE, stack: str = "dev") -> str:
    return f"urn:pulumi:{stack}::quakes::{kind}::{name}"


def made(of: str, made_id: str, inputs: Mapping[str, Any] | None = None) -> Resource:
    return Resource(of, type_of(of), name_of(of), made_id, None, inputs or {}, {}, frozenset(), None)


def register(*resources: Resource) -> Register:
    filled = Register()
    for resource in resources:
        filled.put(resource)
    return filled


def test_a_resource_is_entered_in_the_place_of_the_one_with_its_urn_and_id() -> None:
    first, other, changed = (
        made(urn("a"), "1"),
        made(urn("b"), "1"),
        made(urn("a"), "1", {"delaySeconds": 5}),
    )

    assert list(register(first, other, changed)) == [changed, other]


def test_a_resource_stands_beside_the_one_whose_place_it_takes() -> None:
    old, other, new = made(urn("a"), "1"), made(urn("b"), "3"), made(urn("a"), "2")
    known = register(old, other, new)

    assert known.of(urn("a")) == [old, new]
    assert (known.get(urn("a"), "1"), known.get(urn("a"), "2"), known.get(urn("a"), "3")) == (old, new, None)


def test_striking_out_takes_the_one_with_urn_and_id() -> None:
    old, other, new = made(urn("a"), "1"), made(urn("b"), "1"), made(urn("a"), "2")
    known = register(old, other, new)

    known.strike(urn("a"), "1")
    known.strike(urn("a"), "9")

    assert list(known) == [other, new]


def test_another_resource_of_the_type_with_the_same_values_is_found() -> None:
    values = {"eventBusName": "default", "rule": "strong", "targetId": "notify", "arn": "x"}
    holder = made(urn("a", TARGET), "1", {**values, "targetId": Secret("notify")})
    known = register(made(urn("q"), "2", values), holder)
    names = ("eventBusName", "rule", "targetId")

    assert known.holding(urn("b", TARGET), {**values, "arn": "y"}, names) == holder
    assert known.holding(urn("a", TARGET, "prod"), values, names) == holder


@pytest.mark.parametrize(
    ("of", "inputs", "names"),
    [
        pytest.param(urn("a"), {"name": "q"}, ("name",), id="itself"),
        pytest.param(urn("b"), {"name": "r"}, ("name",), id="other value"),
        pytest.param(urn("b", TARGET), {"name": "q"}, ("name",), id="other type"),
        pytest.param(urn("b"), {"name": "q"}, ("name", "region"), id="one of two values"),
        pytest.param(urn("b"), {"name": "q"}, (), id="AWS keeps many"),
    ],
)
def test_nobody_holds(of: str, inputs: dict[str, Any], names: tuple[str, ...]) -> None:
    assert register(made(urn("a"), "1", {"name": "q", "region": "eu-west-1"})).holding(of, inputs, names) is None


def test_a_resource_with_an_alias_goes_over_to_its_new_urn() -> None:
    other, known = made(urn("b"), "2", {"name": "r"}), made(urn("a"), "1", {"name": "q", "delaySeconds": 5})
    filled = register(known, other)

    filled.know_again(urn("c"), {"name": "q"}, ("name",))

    assert [(entry.urn, entry.name, entry.id, entry.inputs["name"]) for entry in filled] == [
        (urn("c"), "c", "1", "q"),
        (urn("b"), "b", "2", "r"),
    ]


@pytest.mark.parametrize(
    ("of", "inputs"),
    [
        pytest.param(urn("b"), {"name": "q"}, id="this URN has its own"),
        pytest.param(urn("c"), {}, id="nothing was there before"),
        pytest.param(urn("c"), {"name": "s"}, id="nobody has it"),
    ],
)
def test_a_resource_stays_where_it_is(of: str, inputs: dict[str, Any]) -> None:
    entries = [made(urn("a"), "1", {"name": "q"}), made(urn("b"), "2", {"name": "r"})]
    filled = register(*entries)

    filled.know_again(of, inputs, ("name",))

    assert list(filled) == entries
