"""What a person is told about a wrong page."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Field

from components.config import Config, Name
from components.page import Page, Place
from components.problems import nearest, unknown
from components.validation import validate


class Cat(Config):
    kind: Literal["cat"]
    lives: int = Field(default=9, ge=1, le=9)


class Dog(Config):
    kind: Literal["dog"]
    tricks: tuple[str, ...] = ()
    good: bool = True


class House(Config):
    timeout_seconds: int = Field(default=3, ge=1, le=900)
    owner: str
    pets: dict[Name, Annotated[Cat | Dog, Field(discriminator="kind")]] = Field(default_factory=dict)
    guests: tuple[Annotated[Cat | Dog, Field(discriminator="kind")], ...] = ()


def told(value: object) -> list[str]:
    page = Page("house.yaml", value, {(): Place("house.yaml", 1)})
    _, problems = validate(House, page)
    return [f"{problem.path}: {problem.message}" for problem in problems]


def test_a_right_page_becomes_its_model() -> None:
    house, problems = validate(House, Page("f", {"owner": "a", "guests": [{"kind": "cat", "lives": 1}]}, {}))

    assert house == House(owner="a", guests=(Cat(kind="cat", lives=1),))
    assert problems == []


def test_an_unknown_key_is_told_the_nearest_known_one() -> None:
    assert told({"owner": "a", "timeout": 3}) == [
        "timeout: unknown key 'timeout': did you mean timeout_seconds? known are guests, owner, pets, timeout_seconds"
    ]


def test_an_unknown_key_inside_a_kind_is_told_the_keys_of_that_kind() -> None:
    assert told({"owner": "a", "pets": {"rex": {"kind": "dog", "lives": 3}}}) == [
        "pets.rex.lives: unknown key 'lives': known are good, kind, tricks"
    ]


def test_a_kind_may_have_a_field_of_its_own_name() -> None:
    class Bird(Config):
        kind: Literal["bird"]
        bird: int = 0
        wings: int = Field(default=2, le=2)

    model = tuple[Annotated[Bird | Cat, Field(discriminator="kind")], ...]
    page = Page("f", [{"kind": "bird", "bird": "x", "wings": 3, "wing": 1}], {})

    _, problems = validate(model, page)

    assert sorted(f"{problem.path}: {problem.message}" for problem in problems) == [
        "[0].bird: needs a whole number, got 'x'",
        "[0].wing: unknown key 'wing': did you mean wings? known are bird, kind, wings",
        "[0].wings: needs at most 2, got 3",
    ]


def test_an_unknown_kind_is_told_the_nearest_one() -> None:
    assert told({"owner": "a", "guests": [{"kind": "catt"}]}) == [
        "guests[0]: unknown kind 'catt': did you mean cat? known are cat, dog"
    ]


def test_a_missing_kind_is_told() -> None:
    assert told({"owner": "a", "guests": [{}]}) == ["guests[0]: kind is missing"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (901, "needs at most 900, got 901"),
        (0, "needs at least 1, got 0"),
        ("30s", "needs a whole number, got '30s'"),
        ("30", "needs a whole number, got '30'"),
        (2.5, "needs a whole number, got 2.5"),
        (True, "needs a whole number, got true"),
        (None, "needs a whole number, got null"),
    ],
)
def test_a_wrong_number_is_told_what_was_given_and_what_is_needed(given: object, message: str) -> None:
    assert told({"owner": "a", "timeout_seconds": given}) == [f"timeout_seconds: {message}"]


def test_a_number_where_text_is_needed_is_told_to_use_quotes() -> None:
    assert told({"owner": 7}) == ['owner: needs text, got 7 (write it in quotes: "7")']


def test_a_missing_key_is_told() -> None:
    assert told({}) == ["owner: is missing"]


def test_a_bad_name_is_told_the_pattern() -> None:
    [message] = told({"owner": "a", "pets": {"Rex": {"kind": "cat"}}})

    assert message.startswith("pets.Rex: 'Rex' does not match ^[a-z]")


def test_every_problem_is_told_at_once() -> None:
    assert len(told({"timeout_seconds": 0, "guests": [{"kind": "x"}, {"kind": "cat", "lives": 12}], "more": 1})) == 5


def test_a_page_that_is_no_mapping_is_told() -> None:
    assert told([1, 2]) == [": needs keys with values, got [1, 2]"]


@pytest.mark.parametrize(
    ("given", "meant"),
    [("timeout", "timeout_seconds"), ("memory", "memory_mb"), ("bucket", "buckets"), ("dlq", "dead_letters")],
)
def test_a_word_from_elsewhere_is_understood(given: str, meant: str) -> None:
    assert nearest(given, ["timeout_seconds", "memory_mb", "buckets", "dead_letters"]) == meant


def test_a_word_like_nothing_known_gets_no_guess() -> None:
    assert unknown("key", "xyz", ["alpha", "beta"]) == "unknown key 'xyz': known are alpha, beta"
