"""All of a stack's config as one value, checked: what one entry asks of another is granted here or refused.

Reading reports every problem of every page at once, and nothing is created while there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from components.access import variable_name
from components.archive import HandlerError, handler_files
from components.circles import circles
from components.edges import FUNCTION, AccessEdge, Edges, SubscriptionEdge, TriggerEdge
from components.entries import FunctionEntry, read_entries
from components.environment import EnvironmentConfig
from components.page import Page
from components.page import Path as PagePath
from components.pages import environment_page, pipeline_pages, refusal
from components.problems import ConfigError, Problem, dotted
from components.resource import Resource, ResourceConfig
from components.validation import validate

LONGEST_ADDRESS = 41
"""Pipeline, dot and name. A bucket's physical name has 63 characters, and 15 of them are ours and Pulumi's."""
LONGEST_TRIGGER_ADDRESS = 50
"""A schedule group's physical name has 64 characters, and 14 of them are ours and Pulumi's."""
LONGEST_SUBSCRIPTION_ADDRESS = 48
"""Its dead letters' queue has a physical name of 80 characters, and 32 of them are ours, Pulumi's and FIFO's."""


@dataclass(frozen=True)
class Settings:
    """A stack, checked. Everything is found by its full address, `feeds.readings`."""

    environment: EnvironmentConfig
    resources: Mapping[str, ResourceConfig]
    functions: Mapping[str, FunctionEntry]
    code: Mapping[str, Mapping[str, Path]]
    """Each function's files, by their paths inside its archive."""
    triggers: tuple[TriggerEdge, ...]
    access: tuple[AccessEdge, ...]
    subscriptions: tuple[SubscriptionEdge, ...]


def read_settings(root: Path, stack: str, environment: Any) -> Settings:
    """Read the pages below `root` for one stack.

    Args:
        root: the project's folder, with `pipelines/` and the stack's page.
        stack: the stack's name, for its page's file.
        environment: the value of `eventwire:environment`, as Pulumi gives it.

    Raises:
        ConfigError: with every problem found.
    """
    page = environment_page(root, stack, environment)
    settled_environment, problems = validate(EnvironmentConfig, page)
    pages, page_problems = pipeline_pages(root, page)
    problems += page_problems
    entries = read_entries(pages)
    edges = Edges(pages, entries.resources, entries.wirings)
    problems += [*entries.problems, *edges.problems]

    # From here on only what is right is held against each other.
    resources = {address: config for address, config in entries.resources.items() if config is not None}
    functions = entries.functions
    sources = {*resources, *functions}
    triggers = tuple(
        edge
        for edge in edges.triggers
        if edge.function in functions and (edge.source is None or edge.source in sources)
    )
    subscriptions = tuple(
        edge for edge in edges.subscriptions if edge.subscriber in resources and edge.topic in resources
    )
    code, missing_handlers = _find_code(root, pages, functions)
    settled, asked_too_much = _settle_sources(pages, triggers, resources, functions)
    problems += [
        *asked_too_much,
        *_between_triggers(pages, triggers, resources, functions),
        *_circles(pages, triggers, functions),
        *_misplaced(pages, triggers, settled_environment),
        *_between_topics(pages, subscriptions, resources),
        *missing_handlers,
        *_names(pages, resources, functions, triggers, subscriptions),
        *_variables(pages, resources, edges.access),
    ]
    if problems:
        raise ConfigError(problems)
    return Settings(settled_environment, settled, functions, code, triggers, edges.access, subscriptions)


def _settle_sources(
    pages: Mapping[str, Page],
    triggers: tuple[TriggerEdge, ...],
    resources: Mapping[str, ResourceConfig],
    functions: Mapping[str, FunctionEntry],
) -> tuple[dict[str, ResourceConfig], list[Problem]]:
    """Fill what a resource left unsaid with what its triggers ask of it, and refuse what it says too small."""
    settled, problems = dict(resources), []
    for edge in triggers:
        if edge.source is None or edge.source not in resources:
            continue
        pipeline, _, name = edge.source.partition(".")
        for field, (least, reason) in edge.config.asks_of_source(functions[edge.function]).items():
            said = getattr(resources[edge.source], field)
            if said is None:
                most = max(least, getattr(settled[edge.source], field) or 0)
                settled[edge.source] = settled[edge.source].model_copy(update={field: most})
            elif said < least:
                message = f"{said} must be at least {least} for {edge.address}: {reason}"
                problems.append(refusal(pages[pipeline], ("resources", name, field), message))
    return settled, problems


def _between_triggers(
    pages: Mapping[str, Page],
    triggers: tuple[TriggerEdge, ...],
    resources: Mapping[str, ResourceConfig],
    functions: Mapping[str, FunctionEntry],
) -> Iterator[Problem]:
    siblings: dict[tuple[str, str], list[TriggerEdge]] = {}
    for edge in triggers:
        source = resources.get(edge.source) if edge.source else None
        for field, message in edge.config.problems(functions[edge.function], source):
            yield refusal(pages[edge.pipeline], (*edge.path, field), message)
        siblings.setdefault((edge.config.kind_of(), edge.source or edge.config.source), []).append(edge)
    for edges in siblings.values():
        configs = [(edge.address, edge.config) for edge in edges]
        for address, message in type(edges[0].config).clashes(configs):
            edge = next(edge for edge in reversed(edges) if edge.address == address)
            yield refusal(pages[edge.pipeline], edge.path, message)
        yield from _woken_twice(pages, edges)


def _woken_twice(pages: Mapping[str, Page], edges: list[TriggerEdge]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for edge in edges:
        other = first.setdefault(edge.function, edge.address)
        if edge.config.once_per_source and other != edge.address:
            message = f"{edge.function} is woken by {edge.source} through {other} already: AWS takes one such trigger"
            yield refusal(pages[edge.pipeline], edge.path, message)


def _circles(
    pages: Mapping[str, Page], triggers: tuple[TriggerEdge, ...], functions: Mapping[str, FunctionEntry]
) -> Iterator[Problem]:
    """A function that hears of its own doings, by itself or through others, wakes itself for ever."""
    heard = [edge for edge in triggers if edge.source in functions and edge.config.source_kind == FUNCTION]
    for circle in circles((str(edge.source), edge.function) for edge in heard):
        edge = next(edge for edge in heard if (edge.source, edge.function) == (circle[-1], circle[0]))
        hears = ", ".join(f"{one} hears {other}" for one, other in pairwise([circle[0], *reversed(circle)]))
        message = f"{hears}: each run would set off the next, for ever"
        yield refusal(pages[edge.pipeline], (*edge.path, edge.config.source_field), message)


def _misplaced(
    pages: Mapping[str, Page], triggers: tuple[TriggerEdge, ...], environment: EnvironmentConfig | None
) -> Iterator[Problem]:
    if environment is None:
        return
    for edge in triggers:
        for field, message in edge.config.misplaced(environment):
            yield refusal(pages[edge.pipeline], (*edge.path, field), message)


def _between_topics(
    pages: Mapping[str, Page], subscriptions: tuple[SubscriptionEdge, ...], resources: Mapping[str, ResourceConfig]
) -> Iterator[Problem]:
    first: dict[tuple[str, str], str] = {}
    for edge in subscriptions:
        page = pages[edge.pipeline]
        for field, message in resources[edge.subscriber].problems(edge.config, resources[edge.topic]):
            yield refusal(page, (*edge.path, field), message)
        other = first.setdefault((edge.subscriber, edge.topic), edge.address)
        if other != edge.address:
            message = f"{edge.subscriber} hears {edge.topic} by {other} already: SNS keeps one subscription of a queue"
            yield refusal(page, edge.path, message)


def _find_code(
    root: Path, pages: Mapping[str, Page], functions: Mapping[str, FunctionEntry]
) -> tuple[dict[str, Mapping[str, Path]], list[Problem]]:
    code: dict[str, Mapping[str, Path]] = {}
    problems = []
    for address, entry in functions.items():
        pipeline, _, name = address.partition(".")
        try:
            code[address] = handler_files(root / "pipelines" / pipeline / "handlers", entry.handler)
        except HandlerError as error:
            problems.append(refusal(pages[pipeline], ("functions", name, "handler"), str(error)))
    return code, problems


def _names(
    pages: Mapping[str, Page],
    resources: Mapping[str, ResourceConfig],
    functions: Mapping[str, FunctionEntry],
    triggers: tuple[TriggerEdge, ...],
    subscriptions: tuple[SubscriptionEdge, ...],
) -> Iterator[Problem]:
    """Addresses become logical and physical names: each must be the only one, and short enough."""
    entries: list[tuple[str, PagePath, int]] = [
        *(
            (address, ("resources", address.partition(".")[2]), config.longest_address or LONGEST_ADDRESS)
            for address, config in resources.items()
        ),
        *((address, ("functions", address.partition(".")[2]), LONGEST_ADDRESS) for address in functions),
        *((edge.address, edge.path, LONGEST_TRIGGER_ADDRESS) for edge in triggers),
        *((edge.address, edge.path, LONGEST_SUBSCRIPTION_ADDRESS) for edge in subscriptions),
    ]
    first: dict[str, str] = {}
    for address, path, longest in entries:
        page = pages[address.partition(".")[0]]
        if len(address) > longest:
            message = f"{address} has {len(address)} characters: the names AWS gives room for leave {longest}"
            yield refusal(page, path, message)
        logical_name = address.replace(".", "-")
        if logical_name in first:
            message = f"{address} has the same name as {first[logical_name]}: give one of them another"
            yield refusal(page, path, message)
        first.setdefault(logical_name, f"{address} at {dotted(path)}")


def _variables(
    pages: Mapping[str, Page], resources: Mapping[str, ResourceConfig], access: tuple[AccessEdge, ...]
) -> Iterator[Problem]:
    """A handler is told of each resource under a variable of its own."""
    first: dict[tuple[str, str], str] = {}
    for edge in access:
        handle = Resource.classes[resources[edge.resource].kind_of()].handle
        variable = variable_name(edge.resource, handle)
        other = first.setdefault((edge.function, variable), edge.resource)
        if other != edge.resource:
            message = f"{edge.resource} and {other} would both be told as {variable}: rename one of them"
            yield refusal(pages[edge.function.partition(".")[0]], edge.path, message)
