"""JSON Schemas of both kinds of page, for editors to complete and check while somebody types."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from components.entries import PipelineConfig
from components.environment import EnvironmentConfig
from components.resource import ResourceConfig

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def pipeline_schema() -> dict[str, Any]:
    """What a `pipelines/<name>/pipeline.yaml` may say."""
    schema = TypeAdapter(PipelineConfig).json_schema()
    schema["$defs"]["FunctionEntry"]["properties"]["access"]["items"] = {"anyOf": _access_lines()}
    return {"$schema": DRAFT, **schema, "title": "A pipeline's page"}


def stack_schema() -> dict[str, Any]:
    """What a `Pulumi.<stack>.yaml` may say of eventwire; its other keys are Pulumi's."""
    environment = TypeAdapter(EnvironmentConfig).json_schema()
    definitions = environment.pop("$defs")
    return {
        "$schema": DRAFT,
        "title": "A stack's page",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": {"eventwire:environment": environment},
                "required": ["eventwire:environment"],
            }
        },
        "required": ["config"],
        "$defs": definitions,
    }


def _access_lines() -> list[dict[str, Any]]:
    """One form for each verb of each kind: the verb with its resource, and the kind's own options."""
    forms = []
    for kind, config in sorted(ResourceConfig.kinds.items()):
        options = TypeAdapter(config.options).json_schema().get("properties", {})
        for word, verb in config.verbs.items():
            told = {"type": "string", "description": f"a {kind}; grants {', '.join(verb.actions)}"}
            forms.append(
                {
                    "type": "object",
                    "properties": {word: told, **options},
                    "required": [word],
                    "additionalProperties": False,
                }
            )
    return forms


def written(schema: dict[str, Any]) -> str:
    """A schema as the file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main(folder: Path) -> None:
    """Write both schemas into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pipeline.schema.json").write_text(written(pipeline_schema()), encoding="utf-8")
    (folder / "stack.schema.json").write_text(written(stack_schema()), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
