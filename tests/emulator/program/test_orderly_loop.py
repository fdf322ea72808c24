"""Answers come one after the other, in an order that does not hang on who asked first."""

from __future__ import annotations

import asyncio
from itertools import permutations

import pytest

from emulator.program.orderly_loop import Later, OrderlyLoop


def ask(*keys: str) -> list[str]:
    """Ask for everything at once, and tell in which order it was given."""
    given: list[str] = []

    async def one(key: str) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, lambda: Later(key, lambda: given.append(key)))

    async def all_of_them() -> None:
        await asyncio.gather(*map(one, keys))

    with asyncio.Runner(loop_factory=OrderlyLoop) as runner:
        runner.run(all_of_them())
    return given


@pytest.mark.parametrize("asked", list(permutations("abc")))
def test_answers_are_given_in_the_order_of_their_keys(asked: tuple[str, ...]) -> None:
    assert ask(*asked) == ["a", "b", "c"]


def test_an_answer_that_takes_no_turn_is_given_at_once() -> None:
    async def both() -> list[str]:
        loop = asyncio.get_running_loop()
        given: list[str] = []
        waiting = loop.run_in_executor(None, lambda: Later("a", lambda: given.append("later")))
        await loop.run_in_executor(None, lambda: given.append("at once"))
        await waiting
        return given

    with asyncio.Runner(loop_factory=OrderlyLoop) as runner:
        assert runner.run(both()) == ["at once", "later"]


def test_an_error_reaches_who_asked() -> None:
    def fails() -> None:
        raise ValueError("no answer")

    async def one() -> None:
        await asyncio.get_running_loop().run_in_executor(None, lambda: Later("a", fails))

    with asyncio.Runner(loop_factory=OrderlyLoop) as runner, pytest.raises(ValueError, match="no answer"):
        runner.run(one())


def test_time_passes_as_on_any_loop() -> None:
    with asyncio.Runner(loop_factory=OrderlyLoop) as runner:
        assert runner.run(asyncio.sleep(0.001, "slept")) == "slept"
