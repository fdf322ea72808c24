"""A Pulumi program: what its project and its stack say, and one run of it inside this process.

It runs through the SDK's public `Settings`, `configure` and `run_in_stack`, as the real Pulumi runs it, with a monitor
and an engine of ours at the other end.
"""

from __future__ import annotations

import asyncio
import atexit
import contextvars
import gc
import json
import os
import runpy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi

from components.page import Page, Place, read_page
from components.problems import ConfigError, Problem
from emulator.program.orderly_loop import OrderlyLoop
from emulator.program.own_modules import imported_anew


@dataclass(frozen=True)
class Program:
    """A program and one of its stacks."""

    root: Path
    """The project's folder."""
    main: Path
    """The file that is run."""
    project: str
    stack: str
    config: Mapping[str, str]
    """By full key, `aws:region`. Values that are no texts are JSON texts, as the SDK expects them."""


def read_program(root: Path, stack: str, config: Mapping[str, Any] | None = None) -> Program:
    """Read `Pulumi.yaml` and, unless `config` is given in its place, `Pulumi.<stack>.yaml`.

    Args:
        config: by key, full or without the project's name; values as a page would hold them.

    Raises:
        ConfigError: a page is missing or wrong, or holds a secret that only Pulumi can decrypt.
    """
    root = root.resolve()
    page = read_page(root / "Pulumi.yaml", "Pulumi.yaml")
    project = page.value.get("name") if isinstance(page.value, dict) else None
    if not isinstance(project, str):
        raise ConfigError([Problem(page.file, 1, "name", "a project needs a name")])
    settings = _project_settings(page)
    if config is None:
        stack_page = read_page(root / f"Pulumi.{stack}.yaml", f"Pulumi.{stack}.yaml").part("config")
    else:
        stack_page = Page("config", config, {(): Place("config", 1)})
    problems = [*_encrypted(settings), *_encrypted(stack_page)]
    if problems:
        raise ConfigError(problems)
    said = {**(settings.value or {}), **(stack_page.value or {})}
    values = {_full_key(key, project): _as_text(value) for key, value in said.items()}
    return Program(root, _main_file(root, page), project, stack, values)


def _project_settings(page: Page) -> Page:
    """`config:` of the project, whose entries may be a value, or a declaration with a `value` or a `default`."""
    part = page.part("config")
    values = {}
    for key, entry in (part.value or {}).items():
        if not isinstance(entry, dict) or not entry.keys() & {"value", "default", "type"}:
            values[key] = entry
        elif "value" in entry or "default" in entry:
            values[key] = entry.get("value", entry.get("default"))
    return Page(part.file, values, part.places)


def _encrypted(page: Page) -> Iterator[Problem]:
    """Secrets of a page: `{secure: ...}`, wherever they stand."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), page.value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict) and list(value) == ["secure"]:
            place = page.place_of(path)
            text = "is encrypted, and only the stack's own secrets provider can read it: give a stand-in for this run"
            yield Problem(place.file, place.line, ".".join(map(str, path)), text)
        elif isinstance(value, dict):
            waiting += [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, index), item) for index, item in enumerate(value)]


def _full_key(key: str, project: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _main_file(root: Path, page: Page) -> Path:
    main = root / str(page.value.get("main") or ".")
    file = main / "__main__.py" if main.is_dir() else main
    if not file.is_file():
        where = file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)
        raise ConfigError([Problem(page.file, page.line_of(("main",)), "main", f"there is no {where}")])
    return file.resolve()


def run_program(program: Program, monitor: object, engine: object) -> BaseException | None:
    """Run a program to its end.

    Args:
        monitor: answers what the program registers and asks, as Pulumi's `ResourceMonitor` service does.
        engine: hears what it logs, as Pulumi's `Engine` service does.

    Returns:
        What the program raised, if anything.
    """

    async def run() -> None:
        pulumi.runtime.configure(
            pulumi.runtime.Settings(
                project=program.project,
                stack=program.stack,
                organization="organization",
                monitor=monitor,
                engine=engine,
                parallel=1,
                dry_run=False,
                root_directory=str(program.root),
            )
        )
        pulumi.runtime.set_all_config(dict(program.config), [])
        await pulumi.runtime.run_in_stack(lambda: _run_file(program.main))

    folder = program.main.parent
    with (
        imported_anew(folder),
        _working_in(folder),
        _without_collections(),
        asyncio.Runner(loop_factory=OrderlyLoop) as runner,
    ):
        try:
            # All of the SDK's state is in context variables: a context of its own forgets it.
            runner.run(run(), context=contextvars.copy_context())
        except (Exception, SystemExit) as error:
            return error
    return None


def _run_file(file: Path) -> None:
    runpy.run_path(str(file), run_name="__main__")


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def _without_collections() -> Iterator[None]:
    """The SDK makes dozens of tasks and futures for each resource: looking for garbage among them would take long.

    A program may set collections aside for the rest of its process, and what the SDK tells of itself. Here both go on
    when it has run.
    """
    enabled, debug = gc.isenabled(), pulumi.log.debug
    gc.disable()
    try:
        yield
    finally:
        vars(pulumi.log)["debug"] = debug
        atexit.unregister(gc.freeze)
        if enabled:
            gc.enable()
