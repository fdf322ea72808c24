"""A session: everything the `run` command does, from the first page read to the report."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from pathlib import Path

from components.problems import ConfigError, Problem, unknown
from emulator.engine import DeploymentError
from emulator.journey.comparing import name_problems
from emulator.journey.environment import NOWHERE, page_of_stack, read_environment
from emulator.journey.pages import Journey, read_all_journeys
from emulator.journey.result import JourneyResult
from emulator.journey.run import DeployedStack, stand
from emulator.journey.side_by_side import run_journeys
from emulator.screen.report import RunReport
from emulator.screen.terminal import Screen


class Stopped(Exception):
    """Something stands in the way of the run. Its arguments are the problems, as they are told."""

    args: tuple[str, ...]


def run_stack(root: Path, stack: str, names: Sequence[str], screen: Screen) -> RunReport:
    """Deploy a stack, send its journeys, show everything, and report.

    Args:
        root: the project's folder.
        stack: whose page is deployed.
        names: journeys to send, full or short; none means all.
        screen: shows what happens while it happens.
    """
    started = time.perf_counter()
    # What is loaded by now stays to the end: looking through it for garbage, again and again, takes a fifth of a run.
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)
    try:
        report = _run(root, stack, names, screen, started)
    except Stopped as stopped:
        report = RunReport(stack, errors=stopped.args, seconds=time.perf_counter() - started)
    screen.closes(report)
    return report


def _run(root: Path, stack: str, names: Sequence[str], screen: Screen, started: float) -> RunReport:
    standing, journeys = ready(root, stack, names, screen)
    book, environment = standing.book, standing.environment
    seconds_to_ready = time.perf_counter() - started
    screen.ready(seconds_to_ready, book)
    results: list[JourneyResult] = []

    def begins(journey: Journey) -> None:
        screen.begins(journey, len(results) + 1, len(journeys))

    for result in run_journeys(standing, journeys, begins=begins, hears=screen.hears):
        screen.ended(result, book)
        results.append(result)
    return RunReport(
        stack,
        environment.account_id,
        environment.region,
        book.ledger,
        tuple(results),
        seconds_to_ready=seconds_to_ready,
        seconds=time.perf_counter() - started,
    )


def ready(root: Path, stack: str, names: Sequence[str], screen: Screen) -> tuple[DeployedStack, list[Journey]]:
    """Read all pages and deploy once, to know that the stack stands and what it names.

    Raises:
        Stopped: with every problem of every page, or of the deployment.
    """
    errors: list[str] = []
    environment, journeys = NOWHERE, list[Journey]()
    standing: DeployedStack | None = None
    try:
        page_of_stack(root, stack)
    except ConfigError as error:
        raise Stopped(*told(error)) from None
    try:
        environment = read_environment(root, stack)
        screen.opens(stack, environment.account_id, environment.region)
    except ConfigError as error:
        errors += told(error)
    try:
        standing = stand(root, stack, environment)
    except (ConfigError, DeploymentError) as error:
        # The program reads the environment too, and tells of it with the rest.
        errors = told(error)
    try:
        journeys = chosen(read_all_journeys(root), names)
        errors += [
            str(problem) for journey in journeys if standing for problem in name_problems(journey, standing.book)
        ]
    except ConfigError as error:
        errors += told(error)
    if errors or standing is None:
        raise Stopped(*errors)
    return standing, journeys


def told(error: ConfigError | DeploymentError) -> list[str]:
    """The problems of an error, one line each."""
    return [line for problem in error.problems for line in str(problem).splitlines()]


def chosen(journeys: Sequence[Journey], names: Sequence[str]) -> list[Journey]:
    """The journeys with these names, in the order of their pages; all where no name is given.

    Raises:
        ConfigError: a name that no journey has.
    """
    known = sorted({name for journey in journeys for name in (journey.full_name, journey.name)})
    problems = [Problem("--journey", None, "", unknown("journey", name, known)) for name in names if name not in known]
    if problems:
        raise ConfigError(problems)
    return [journey for journey in journeys if not names or journey.name in names or journey.full_name in names]
