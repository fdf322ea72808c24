"""Evaluates a project's program under Pulumi's mocks, as its unit tests would: `python -m bench.under_mocks FOLDER`."""

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import pulumi
import typer
import yaml
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

from bench.projects import STACK


class Registered(Mocks):
    """Answers with what it was given and the few outputs that both programs read.

    Attributes:
        resources: type, logical name and inputs of all that was registered.
    """

    def __init__(self) -> None:
        self.resources: list[tuple[str, str, dict[str, Any]]] = []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.resources.append((args.typ, args.name, args.inputs))
        made = {"arn": f"arn:{args.name}", "url": f"https://{args.name}", "bucket": args.name, "name": args.name}
        return f"{args.name}-id", {**made, **args.inputs}

    def call(self, args: MockCallArgs) -> NoReturn:
        raise AssertionError(f"the program asked AWS for {args.token}: it needs nothing from there")


def evaluate(folder: Path) -> Registered:
    """Run a project's program to its rest."""
    config = yaml.safe_load((folder / f"Pulumi.{STACK}.yaml").read_text(encoding="utf-8"))["config"]
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))["name"]
    registered = Registered()
    pulumi.runtime.set_mocks(registered, project=project, stack=STACK, preview=True)
    pulumi.runtime.set_all_config(
        {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}, []
    )
    os.chdir(folder)
    sys.path.insert(0, str(folder))

    @pulumi.runtime.test  # type: ignore[untyped-decorator]  # it has no types
    def program() -> Any:
        # Mocks know no `pulumi.run`: an entry point of its own is asked for by its name.
        found = runpy.run_path(str(folder / "__main__.py"), run_name="stack")
        return found["main"]() if "main" in found else None

    program()
    return registered


def main(
    folder: Annotated[Path, typer.Argument(help="The project.", exists=True, resolve_path=True)],
    tell: Annotated[bool, typer.Option("--tell", help="Print as JSON what of AWS was registered.")] = False,
) -> None:
    """Evaluate a project's program under Pulumi's mocks."""
    registered = evaluate(folder)
    if tell:
        resources = [
            [kind, name, _plain(inputs)] for kind, name, inputs in registered.resources if kind.startswith("aws:")
        ]
        typer.echo(json.dumps(resources))


def _plain(value: Any) -> Any:
    """Inputs as they compare: archives by their files' names, JSON texts by what they say."""
    if isinstance(value, pulumi.AssetArchive):
        return sorted(value.assets)
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, str) and value.startswith("{"):
        return json.loads(value)
    return value


if __name__ == "__main__":
    typer.run(main)
