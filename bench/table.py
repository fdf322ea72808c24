"""What was measured as Markdown: for each door one table, the median of several runs in each cell."""

from __future__ import annotations

import os
import platform
import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

from bench.doors import Door
from bench.measuring import Cost

EVENTWIRE, RAW = "eventwire", "raw"
PROGRAMS = (EVENTWIRE, RAW)

TITLES = {
    Door.CLI: "`pulumi preview`",
    Door.MOCKS: "Under Pulumi's mocks",
    Door.IN_PROCESS: "Into the embedded account",
}

_MARKED = re.compile(r"(<!-- bench: begin -->\n).*(<!-- bench: end -->)", re.DOTALL)


@dataclass(frozen=True)
class Case:
    """One thing that is measured, several times."""

    door: Door
    pipelines: int
    program: str


Runs = Mapping[Case, Sequence[Cost]]


def report(runs: Runs, resources_each: int, machine: str) -> str:
    """All tables.

    Args:
        resources_each: how many resources of AWS one pipeline registers.
        machine: what it was measured on.
    """
    parts = [machine]
    for door in Door:
        sizes = sorted({case.pipelines for case in runs if case.door is door})
        if sizes:
            parts += [f"### {TITLES[door]}", "\n".join(_rows(runs, door, sizes, resources_each))]
            marginal = list(_marginal_rows(runs, door, sizes, resources_each))
            if marginal:
                parts.append("\n".join(marginal))
    return "\n\n".join(parts) + "\n"


def filled(page: str, tables: str) -> str:
    """A page with the tables between its marks.

    Raises:
        ValueError: it has no marks.
    """
    if not _MARKED.search(page):
        raise ValueError("the page has no <!-- bench: begin --> before a <!-- bench: end -->")
    return _MARKED.sub(lambda found: f"{found.group(1)}\n{tables}\n{found.group(2)}", page)


def describe_machine(cli: str | None) -> str:
    """What everything here was measured on, and with.

    Args:
        cli: the real CLI's version, where it was used.
    """
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    parts = [
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}",
        f"pulumi {version('pulumi')}",
        f"pulumi_aws {version('pulumi-aws')}",
        *([f"Pulumi CLI {cli}"] if cli else []),
        f"{date.today():%d %B %Y}".lstrip("0"),
    ]
    return f"Measured on: {', '.join(parts)}."


def _rows(runs: Runs, door: Door, sizes: Sequence[int], resources_each: int) -> Iterator[str]:
    yield "| pipelines | resources | runs | eventwire: s, CPU s, MB | raw: s, CPU s, MB | time | CPU | memory |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for size in sizes:
        ours, raw = (_median(runs[Case(door, size, program)]) for program in PROGRAMS)
        ratios = (
            ours.wall_seconds / raw.wall_seconds,
            ours.cpu_seconds / raw.cpu_seconds,
            ours.peak_mb / raw.peak_mb,
        )
        cells = [
            f"{size}",
            f"{size * resources_each:,}",
            f"{len(runs[Case(door, size, EVENTWIRE)])}",
            _shown(ours),
            _shown(raw),
            *(f"{ratio:.2f}" for ratio in ratios),
        ]
        yield f"| {' | '.join(cells)} |"


def _marginal_rows(runs: Runs, door: Door, sizes: Sequence[int], resources_each: int) -> Iterator[str]:
    """What one more resource takes between one size and the next; the smallest is mostly start-up."""
    steps = [(less, more) for less, more in pairwise(sizes) if less >= 10]
    if not steps:
        return
    yield "| one more resource | eventwire: ms, CPU ms | raw: ms, CPU ms |"
    yield "| --- | ---: | ---: |"
    for less, more in steps:
        cells = []
        for program in PROGRAMS:
            before, after = (_median(runs[Case(door, size, program)]) for size in (less, more))
            added = (more - less) * resources_each / 1000
            wall = (after.wall_seconds - before.wall_seconds) / added
            cpu = (after.cpu_seconds - before.cpu_seconds) / added
            cells.append(f"{wall:.1f}, {cpu:.1f}")
        yield f"| from {less} to {more} pipelines | {' | '.join(cells)} |"


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.wall_seconds for cost in costs),
        statistics.median(cost.cpu_seconds for cost in costs),
        statistics.median(cost.peak_mb for cost in costs),
    )


def _shown(cost: Cost) -> str:
    return f"{cost.wall_seconds:.1f}, {cost.cpu_seconds:.1f}, {cost.peak_mb:.0f}"


def write_into(page: Path, tables: str) -> None:
    """Put the tables between the marks of a page."""
    page.write_text(filled(page.read_text(encoding="utf-8"), tables), encoding="utf-8")
