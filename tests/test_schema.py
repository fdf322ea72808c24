"""The JSON Schemas that editors check pages with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from components import schema
from components.page import read_page
from tests.conftest import ROOT


def problems(made: dict[str, Any], value: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(made).iter_errors(value)]


@pytest.mark.parametrize(
    "page", sorted((ROOT / "pipelines").glob("*/pipeline.yaml")), ids=lambda page: page.parent.name
)
def test_the_samples_pipelines_are_right(page: Path) -> None:
    assert problems(schema.pipeline_schema(), read_page(page).value) == []


@pytest.mark.parametrize("page", sorted(ROOT.glob("Pulumi.*.yaml")), ids=lambda page: page.name)
def test_the_samples_stacks_are_right(page: Path) -> None:
    assert problems(schema.stack_schema(), read_page(page).value) == []


@pytest.mark.parametrize(
    "page",
    [
        {"resources": {"a": {"kind": "quue"}}},
        {"resources": {"a": {"kind": "queue", "fifoo": True}}},
        {"functions": {"f": {"handler": "a.b", "timeout_seconds": 901}}},
        {"functions": {"f": {"handler": "a.b", "access": [{"wirte": "quakes"}]}}},
        {"functions": {"f": {"handler": "a.b", "access": [{"send": "a", "prefix": "b"}]}}},
        {"function": {}},
    ],
)
def test_a_wrong_page_is_wrong_by_its_schema_too(page: Any) -> None:
    assert problems(schema.pipeline_schema(), page) != []


def test_an_editor_shows_what_a_field_means() -> None:
    queue = schema.pipeline_schema()["$defs"]["QueueConfig"]["properties"]["max_receives"]

    assert queue["description"].startswith("How often a message is received before it goes to the dead-letter queue.")
    assert (queue["minimum"], queue["maximum"], queue["default"]) == (1, 1_000, 5)
