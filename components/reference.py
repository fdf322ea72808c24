"""The tables of fields in `docs/`, written from the models, so that a page cannot say otherwise than the code.

A page holds a line `<!-- fields: sqs -->`; the table below it, up to the next blank line, is this file's.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from components.environment import EnvironmentConfig
from components.function import FunctionConfig
from components.resource import ResourceConfig
from components.resources.event_bus import ArchiveConfig, PublisherConfig
from components.schema import pipeline_schema, stack_schema
from components.service_events import SERVICE_EVENTS
from components.trigger import TriggerConfig

MARK = re.compile(r"(<!-- fields: (?P<name>[a-z0-9_-]+) -->\n)(?P<table>(\|.*\n)*)")


def tables() -> dict[str, str]:
    """Each table by the name its mark has: `function`, `environment`, every kind of resource and trigger, and of AWS's
    own events, and what stands inside an event bus."""
    models: dict[str, type[BaseModel]] = {
        "function": FunctionConfig,
        "environment": EnvironmentConfig,
        **ResourceConfig.kinds,
        **TriggerConfig.kinds,
        **{event.kind_of(): event for event in SERVICE_EVENTS},
        "publisher": PublisherConfig,
        "archive": ArchiveConfig,
    }
    definitions = {**pipeline_schema()["$defs"], **stack_schema()["$defs"]}
    return {name: _table(model, definitions) for name, model in models.items()}


def filled(page: str) -> str:
    """A page with its tables as they are now.

    Raises:
        KeyError: a mark names a table that nobody makes.
    """
    known = tables()
    return MARK.sub(lambda found: found.group(1) + known[found.group("name")], page)


def _table(model: type[BaseModel], definitions: dict[str, Any]) -> str:
    properties = {**model.model_json_schema(by_alias=True)["properties"]}
    rows = ["| field | takes | unsaid | what it is |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        if name == "kind":
            continue
        default = "needed" if field.is_required() else _default(field)
        meaning = " ".join((field.description or "").split())
        rows.append(f"| `{name}` | {_takes(properties[name], definitions)} | {default} | {meaning} |")
    return "\n".join(rows) + "\n"


def _default(field: Any) -> str:
    value = field.default if field.default is not PydanticUndefined else field.default_factory()
    if value is None or value in ({}, (), ""):
        return "none"
    if isinstance(value, BaseModel):
        return "its defaults"
    if isinstance(value, tuple):
        return ", ".join(f"`{entry}`" for entry in value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _takes(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    alternatives = [entry for entry in schema.get("anyOf", [schema]) if entry.get("type") != "null"]
    return " or ".join(_one(entry, definitions) for entry in alternatives)


def _one(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "$ref" in schema:
        properties = definitions[schema["$ref"].rpartition("/")[2]].get("properties", {})
        return "keys: " + ", ".join(f"`{name}`" for name in properties) if properties else "anything"
    if "oneOf" in schema:
        return "keys, by `kind`: " + ", ".join(f"`{kind}`" for kind in schema["discriminator"]["mapping"])
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    kind = {"integer": "whole number", "string": "text", "boolean": "true, false", "object": "keys with values"}
    words = kind.get(schema.get("type", ""), "a list" if schema.get("type") == "array" else "anything")
    low, high = schema.get("minimum"), schema.get("maximum")
    return f"{words} {low} to {high}" if low is not None and high is not None else words


def pages(folder: Path) -> list[Path]:
    """Every page below `docs/` that holds a table of ours."""
    return [path for path in sorted(folder.rglob("*.md")) if MARK.search(path.read_text(encoding="utf-8"))]


if __name__ == "__main__":
    for path in pages(Path(sys.argv[1])):
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
