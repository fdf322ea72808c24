"""Values of items have a type, and are written as that type is."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.waking.attribute_values import image_faults


def test_every_type_can_be_written() -> None:
    image = {
        "s": {"S": ""},
        "n": {"N": "-4.5e3"},
        "b": {"B": "YQ=="},
        "bool": {"BOOL": False},
        "null": {"NULL": True},
        "ss": {"SS": ["a"]},
        "ns": {"NS": ["1", "2"]},
        "bs": {"BS": ["YQ=="]},
        "l": {"L": [{"S": "a"}, {"L": []}]},
        "m": {"M": {"inner": {"N": "1"}}},
    }

    assert list(image_faults(image, "NewImage")) == []


@pytest.mark.parametrize("value", ["text", 5, None, {}, {"S": "a", "N": "1"}, {"X": 1}, ["S"]])
def test_a_value_needs_its_type(value: Any) -> None:
    [(path, sentence)] = image_faults({"id": value}, "Keys")

    assert path == "Keys.id"
    assert sentence.startswith('needs a value with its type, like {"S": "text"}, got ')


@pytest.mark.parametrize(
    ("kind", "value", "needed"),
    [
        ("S", 5, "text"),
        ("N", 5, "a number written as text"),
        ("N", "five", "a number written as text"),
        ("N", "NaN", "a number written as text"),
        ("B", "?", "base64"),
        ("BOOL", "true", "true or false"),
        ("NULL", False, "true"),
        ("SS", [], "a list of texts"),
        ("NS", ["a"], "a list of numbers written as texts"),
        ("BS", ["?"], "a list of base64 texts"),
        ("L", {}, "a list of values with their types"),
        ("M", [], "an object of values with their types"),
    ],
)
def test_a_value_needs_to_be_written_as_its_type_is(kind: str, value: Any, needed: str) -> None:
    [(path, sentence)] = image_faults({"id": {kind: value}}, "Keys")

    assert path == f"Keys.id.{kind}"
    assert sentence.startswith(f"needs {needed}, got ")


def test_what_is_inside_is_looked_at() -> None:
    image = {"a": {"L": [{"S": "a"}, {"S": 1}]}, "b": {"M": {"c": {"M": {"d": {"N": 1}}}}}}

    assert [path for path, _ in image_faults(image, "NewImage")] == ["NewImage.a.L[1].S", "NewImage.b.M.c.M.d.N"]


def test_what_is_no_item_is_for_others_to_tell() -> None:
    assert list(image_faults("text", "Keys")) == []
