"""The bench: `python -m bench` measures this project against the same resources in plain pulumi_aws."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer

from bench import table
from bench.doors import Door, Doors, opened
from bench.measuring import CommandFailed, Cost
from bench.projects import ROOT, write_eventwire, write_raw
from bench.sameness import NotTheSame, check_same
from bench.table import EVENTWIRE, PROGRAMS, RAW, Case
from tools.pulumi_build import BuildFailed
from tools.pulumi_cli import NoPulumi

PAGE = ROOT / "docs" / "performance.md"
WRITERS = {EVENTWIRE: write_eventwire, RAW: write_raw}


def main(
    sizes: Annotated[str, typer.Option(help="How many pipelines, from few to many.")] = "1,10,100,300",
    repeats: Annotated[
        str, typer.Option(help="How often each size is run; the last number is for the rest.")
    ] = "5,5,3,1",
    doors: Annotated[str, typer.Option(help=f"Which of {', '.join(Door)}.")] = ",".join(Door),
    write: Annotated[bool, typer.Option("--write", help="Put the tables into docs/performance.md.")] = False,
) -> None:
    """Measure this project's program against the same resources in plain pulumi_aws, as whole processes.

    Before anything is measured, both programs are held against each other under mocks: type, name and inputs of every
    resource of AWS must be the same. Then both are run in turn, the one that begins changing each time.

    The tables are printed, the progress goes to stderr. It ends with 1 where something cannot be run.

    Example, about two minutes: `python -m bench --sizes 1,10 --repeats 1`
    """
    try:
        chosen = [Door(door) for door in doors.split(",")]
        counts = sorted(int(size) for size in sizes.split(","))
        often = [int(count) for count in repeats.split(",")]
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if min(*counts, *often) < 1:
        raise typer.BadParameter("a size and a repeat is at least 1")
    try:
        with tempfile.TemporaryDirectory() as folder, opened(chosen, _say) as open_doors:
            tables = _measure_all(Path(folder), open_doors, chosen, counts, often)
    except (NoPulumi, BuildFailed, NotTheSame, CommandFailed) as error:
        _say(str(error))
        raise typer.Exit(1) from None
    typer.echo(tables)
    if write:
        table.write_into(PAGE, tables)


def _measure_all(folder: Path, doors: Doors, chosen: list[Door], sizes: list[int], repeats: list[int]) -> str:
    resources = check_same(write_eventwire(folder / "one" / EVENTWIRE, 1), write_raw(folder / "one" / RAW, 1))
    _say(f"both programs register the same {resources} resources for one pipeline")
    runs: dict[Case, list[Cost]] = defaultdict(list)
    for number, size in enumerate(sizes):
        projects = {program: write(folder / str(size) / program, size) for program, write in WRITERS.items()}
        for door in chosen:
            for turn in range(repeats[min(number, len(repeats) - 1)]):
                for program in PROGRAMS if turn % 2 == 0 else PROGRAMS[::-1]:
                    cost = doors.measure(door, projects[program])
                    runs[Case(door, size, program)].append(cost)
                    _say(
                        f"{time.strftime('%H:%M:%S')}  {door}, {size} pipelines, {program}: {cost.wall_seconds:.1f} s, "
                        f"{cost.cpu_seconds:.1f} CPU s, {cost.peak_mb:.0f} MB"
                    )
    return table.report(runs, resources, table.describe_machine(_cli_version(doors)))


def _cli_version(doors: Doors) -> str | None:
    if doors.cli is None:
        return None
    command = [str(doors.cli / "pulumi"), "version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603


def _say(line: str) -> None:
    typer.echo(line, err=True)


if __name__ == "__main__":
    typer.run(main)
