"""JSON texts with Outputs in them."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest

from components.json_text import json_text


def known(value: Any) -> pulumi.Output[Any]:
    return pulumi.Output.from_input(value)


def unknown(resources: set[Any]) -> pulumi.Output[Any]:
    async def tell(value: Any) -> Any:
        return value

    return pulumi.Output(tell(resources), tell(None), tell(False))


def in_a_loop(read: Any) -> Any:
    async def run() -> Any:
        return await read()

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: {"a": [1, "b", None, True]}, '{"a": [1, "b", null, true]}'),
        (lambda: {"a": known("x")}, '{"a": "x"}'),
        (lambda: [known("x"), {"b": (known(2), "c")}], '["x", {"b": [2, "c"]}]'),
        (lambda: known({"a": ["x"]}), '{"a": ["x"]}'),
    ],
    ids=["plain", "one output", "several outputs", "an output alone"],
)
def test_a_text_says_what_its_outputs_turn_out_to_be(make: Any, text: str) -> None:
    assert in_a_loop(lambda: json_text(make()).future()) == text


def test_an_output_may_stand_in_several_places() -> None:
    def make() -> pulumi.Output[str]:
        arn = known("x")
        return json_text({"on": [arn, arn], "from": arn})

    assert in_a_loop(lambda: make().future()) == '{"on": ["x", "x"], "from": "x"}'


@pytest.mark.parametrize("beside", [(), ("x",)])
def test_a_text_with_an_unknown_part_is_unknown_and_waits_for_its_resources(beside: tuple[str, ...]) -> None:
    async def read() -> tuple[bool, set[Any]]:
        text = json_text([unknown({"queue"}), *map(known, beside)])
        return await text.is_known(), await text.resources()

    assert in_a_loop(read) == (False, {"queue"})


@pytest.mark.parametrize("beside", [(), ("x",)])
def test_a_text_with_a_secret_in_it_is_a_secret(beside: tuple[str, ...]) -> None:
    assert in_a_loop(lambda: json_text([pulumi.Output.secret("s"), *map(known, beside)]).is_secret()) is True


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError, match=r"\{1, 2\} cannot be said in JSON"):
        in_a_loop(lambda: json_text({"a": {1, 2}, "b": known("x")}).future())
