"""The pages of a stack: each pipeline's own, over the environment's defaults and under its overrides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from components.page import Page, read_page
from components.page import Path as PagePath
from components.problems import ConfigError, Problem, dotted, unknown
from components.resource import ResourceConfig

SECTIONS = ("resources", "functions")


def refusal(page: Page, path: PagePath, message: str) -> Problem:
    """A problem with what stands at `path`."""
    place = page.place_of(path)
    return Problem(place.file, place.line, dotted(path), message)


def environment_page(root: Path, stack: str, environment: Any) -> Page:
    """The environment's values as Pulumi gives them, with the lines of the stack's page they stand on."""
    file = f"Pulumi.{stack}.yaml"
    if not (root / file).is_file():
        return Page(file, environment, {})
    return Page(file, environment, read_page(root / file, file).part("config", "eventwire:environment").places)


def pipeline_pages(root: Path, environment: Page) -> tuple[dict[str, Page], list[Problem]]:
    """Every pipeline's page, merged, by the pipeline's name; and what kept some from being read or merged."""
    problems: list[Problem] = []
    own: dict[str, Page] = {}
    for file in sorted((root / "pipelines").glob("*/pipeline.yaml")):
        try:
            own[file.parent.name] = read_page(file, file.relative_to(root).as_posix())
        except ConfigError as error:
            problems += error.problems
    if not own and not problems:
        problems.append(Problem("pipelines/", None, "", "holds no pipeline: needs <name>/pipeline.yaml"))
    problems += _defaults_for_nothing(environment)
    problems += _overrides_for_nothing(environment, own)
    if problems:
        # Laid over, an override for nothing would only bring up a second, stranger problem.
        return {name: _over_defaults(page, environment.part("defaults")) for name, page in own.items()}, problems
    return {name: _merged(page, environment, name) for name, page in own.items()}, []


def _merged(page: Page, environment: Page, pipeline: str) -> Page:
    page = _over_defaults(page, environment.part("defaults"))
    overrides = environment.part("overrides", pipeline)
    return page if overrides.value is None else page.overlaid(overrides)


def _over_defaults(page: Page, defaults: Page) -> Page:
    """The page with each of its entries laid over the defaults for the entry's kind."""
    for section in SECTIONS:
        for name, entry in _entries(page.value, section):
            kind = entry.get("kind") if section == "resources" else "function"
            default = defaults.part(kind) if isinstance(kind, str) else Page(page.file, None, {})
            if isinstance(default.value, dict):
                page = page.with_part((section, name), default.overlaid(page.part(section, name)))
    return page


def _defaults_for_nothing(environment: Page) -> Iterator[Problem]:
    kinds = ["function", *ResourceConfig.kinds]
    defaults = environment.part("defaults").value
    for kind in defaults if isinstance(defaults, dict) else ():
        if kind not in kinds:
            yield refusal(environment, ("defaults", kind), unknown("kind", kind, kinds))


def _overrides_for_nothing(environment: Page, own: Mapping[str, Page]) -> Iterator[Problem]:
    overrides = environment.part("overrides").value
    for pipeline, laid in overrides.items() if isinstance(overrides, dict) else ():
        if pipeline not in own:
            yield refusal(environment, ("overrides", pipeline), unknown("pipeline", pipeline, list(own)))
            continue
        for section in SECTIONS:
            known = [name for name, _ in _entries(own[pipeline].value, section)]
            for name, _ in _entries(laid, section):
                if name not in known:
                    path = ("overrides", pipeline, section, name)
                    yield refusal(environment, path, unknown(section.removesuffix("s"), name, known))


def _entries(value: Any, section: str) -> list[tuple[str, dict[str, Any]]]:
    entries = value.get(section) if isinstance(value, dict) else None
    if not isinstance(entries, dict):
        return []
    return [(name, entry) for name, entry in entries.items() if isinstance(entry, dict)]
