"""What the pages declare, entry by entry: whatever could be read, even where something beside it is wrong.

So one mistake does not hide the next: an access line is looked at although its function's timeout is misspelt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import Field

import components.resources
import components.triggers  # noqa: F401  (both fill the tables of kinds)
from components.config import Config, JsonObject, Name
from components.function import FunctionConfig
from components.page import Page
from components.page import Path as PagePath
from components.problems import Problem
from components.resource import ResourceConfig
from components.trigger import TriggerConfig
from components.validation import validate

AnyResource: Any = Annotated[reduce(or_, ResourceConfig.kinds.values()), Field(discriminator="kind")]
AnyTrigger: Any = Annotated[reduce(or_, TriggerConfig.kinds.values()), Field(discriminator="kind")]


class FunctionEntry(FunctionConfig):
    """A function's entry: what it is, who wakes it, and what it may touch."""

    triggers: tuple[AnyTrigger, ...] = ()
    """Who wakes it."""
    access: tuple[JsonObject, ...] = ()
    """What it may touch: one verb and one resource a line, `{write: quakes}`."""


class PipelineConfig(Config):
    """A pipeline's page."""

    resources: dict[Name, AnyResource] = Field(default_factory=dict)
    """What it declares; other pipelines say `pipeline.resource`."""
    functions: dict[Name, FunctionEntry] = Field(default_factory=dict)
    """Its functions."""


@dataclass(frozen=True)
class Wiring:
    """A function's lines about other things, by their place on the page; None where one could not be read."""

    triggers: tuple[TriggerConfig | None, ...]
    access: tuple[JsonObject | None, ...]


@dataclass
class Entries:
    """Every entry of every page, by its full address."""

    resources: dict[str, ResourceConfig | None] = field(default_factory=dict)
    """None: declared, and wrong."""
    functions: dict[str, FunctionEntry] = field(default_factory=dict)
    """Only those that are right."""
    wirings: dict[str, Wiring] = field(default_factory=dict)
    """Those of all functions."""
    problems: list[Problem] = field(default_factory=list)


def read_entries(pages: Mapping[str, Page]) -> Entries:
    """Read what every page declares, with all that is wrong in it."""
    entries = Entries()
    for pipeline, page in pages.items():
        entries.problems += validate(PipelineConfig, page)[1]
        for name in _named(page, "resources"):
            entries.resources[f"{pipeline}.{name}"] = validate(AnyResource, page, ("resources", name))[0]
        for name in _named(page, "functions"):
            function = validate(FunctionEntry, page, ("functions", name))[0]
            if function is not None:
                entries.functions[f"{pipeline}.{name}"] = function
                entries.wirings[f"{pipeline}.{name}"] = Wiring(function.triggers, function.access)
            else:
                entries.wirings[f"{pipeline}.{name}"] = _salvaged(page, ("functions", name))
    return entries


def _salvaged(page: Page, path: PagePath) -> Wiring:
    """What can be read of a wrong function's lines."""
    triggers = tuple(
        validate(AnyTrigger, page, (*path, "triggers", index))[0] for index in _indices(page.part(*path, "triggers"))
    )
    lines = page.part(*path, "access").value
    access = tuple(line if isinstance(line, dict) else None for line in lines) if isinstance(lines, list) else ()
    return Wiring(triggers, access)


def _named(page: Page, section: str) -> Iterator[str]:
    value = page.part(section).value
    yield from value if isinstance(value, dict) else ()


def _indices(page: Page) -> range:
    return range(len(page.value)) if isinstance(page.value, list) else range(0)
