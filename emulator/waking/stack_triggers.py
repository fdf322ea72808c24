"""The triggers of a stack by their names, as its pages have them: to know them nothing is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.page import read_page
from components.problems import ConfigError, Problem, nearest
from components.settings import read_settings
from emulator.journey.environment import page_of_stack
from emulator.waking.examples import in_stack


@dataclass(frozen=True)
class StackTrigger:
    """One trigger, and the event that shows what it hands over."""

    name: str
    """In full: `feeds.split-on-feed`."""
    kind: str
    example: Any
    """In the account and the region of the stack; things are called there as the pages call them."""

    @property
    def pipeline(self) -> str:
        return self.name.partition(".")[0]


def read_triggers(root: Path, stack: str) -> dict[str, StackTrigger]:
    """Every trigger of a stack by its full name.

    Args:
        root: the project's folder.
        stack: whose page says what differs from other stacks.

    Raises:
        ConfigError: every problem of every page.
    """
    page = read_page(page_of_stack(root, stack), f"Pulumi.{stack}.yaml")
    settings = read_settings(root, stack, page.part("config", "eventwire:environment").value)
    return {
        edge.address: StackTrigger(
            edge.address,
            edge.config.kind_of(),
            in_stack(
                edge.config.example_event(),
                account_id=settings.environment.account_id,
                region=settings.environment.region,
                source=settings.resources.get(edge.source or ""),
            ),
        )
        for edge in settings.triggers
    }


def find_trigger(triggers: Mapping[str, StackTrigger], name: str) -> StackTrigger:
    """The trigger of a name, full or without its pipeline.

    Raises:
        ConfigError: nothing is called so, or several are.
    """
    if name in triggers:
        return triggers[name]
    found = [full_name for full_name in sorted(triggers) if full_name.partition(".")[2] == name]
    if len(found) == 1:
        return triggers[found[0]]
    problem = f"{name!r} is {' and '.join(found)}: say which" if found else _unknown(name, sorted(triggers))
    raise ConfigError([Problem("--trigger", None, "", problem)])


def _unknown(name: str, known: list[str]) -> str:
    """A name is compared with others of its length: whole, or without the pipeline."""
    names = known if "." in name else [full_name.partition(".")[2] for full_name in known]
    meant = nearest(name, names)
    hint = f"did you mean {meant}? " if meant else ""
    return f"unknown trigger {name!r}: {hint}known are {', '.join(known) or 'none'}"
