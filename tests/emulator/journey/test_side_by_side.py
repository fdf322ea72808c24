"""Journeys at the same time: each ends as alone, and they are told in the order of the page."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from emulator.journey import side_by_side
from emulator.journey.pages import Journey, read_all_journeys
from emulator.journey.result import JourneyResult
from emulator.journey.run import DeployedStack, run_journey, stand
from emulator.journey.side_by_side import JourneyBroke, run_journeys, weight
from tests.emulator import post_office

# Python 3.12 warns where a process with threads is forked, and pytest's own helpers may have some.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")

MANY = "\n".join(
    f"{name}: {{story: x, send: [{{send: letters, text: 'to {name}'}}], expect: {{processed: {{keep: 1}}}}}}"
    for name in ("ada", "bea", "cleo", "dora", "eve")
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return post_office.build(tmp_path_factory.mktemp("post-office"), MANY)


@pytest.fixture(scope="module")
def stack(root: Path) -> DeployedStack:
    return stand(root, "dev")


@pytest.fixture(scope="module")
def journeys(root: Path) -> list[Journey]:
    return read_all_journeys(root)


def results(stack: DeployedStack, journeys: list[Journey], **how: Any) -> list[JourneyResult]:
    return list(run_journeys(stack, journeys, **how))


@pytest.mark.parametrize("at_once", [1, 2, 9])
def test_each_journey_ends_as_it_does_alone(stack: DeployedStack, journeys: list[Journey], at_once: int) -> None:
    alone = [run_journey(stack, journey).observed for journey in journeys]

    assert [result.observed for result in results(stack, journeys, at_once=at_once)] == alone


@pytest.mark.parametrize("at_once", [1, 2])
def test_each_is_told_from_its_beginning_over_its_hops_to_its_result(
    stack: DeployedStack, journeys: list[Journey], at_once: int
) -> None:
    told: list[object] = []

    for result in run_journeys(stack, journeys, begins=told.append, hears=told.append, at_once=at_once):
        told.append(result.journey.name)

    assert told == [
        entry for journey in journeys for entry in (journey, *run_journey(stack, journey).observed.hops, journey.name)
    ]


def test_they_are_told_in_the_order_of_the_page_whoever_is_ready_first(
    stack: DeployedStack, journeys: list[Journey], tmp_path: Path
) -> None:
    fifo = tmp_path / "the-others-are-done"
    os.mkfifo(fifo)

    def run(stack: DeployedStack, journey: Journey, **how: Any) -> JourneyResult:
        result = run_journey(stack, journey, **how)
        if journey.name == "ada":
            fifo.read_text()
        elif journey.name == "eve":
            fifo.write_text("eve is ready")
        return result

    ended = [result.journey.name for result in run_journeys(stack, journeys, at_once=2, run=run)]

    assert ended == ["ada", "bea", "cleo", "dora", "eve"]


def test_the_journey_that_sends_most_is_the_heaviest(tmp_path: Path) -> None:
    light = "light: {story: x, send: [{send: letters, text: x}], expect: {}}"
    heavy = "heavy: {story: x, send: [{send: letters, file: handlers/keep.py}], expect: {}}"
    root = post_office.build(tmp_path, f"{light}\n{heavy}")

    weights = {journey.name: weight(journey) for journey in read_all_journeys(root)}

    assert weights == {"light": 0, "heavy": (root / "pipelines/post/handlers/keep.py").stat().st_size}


def test_the_error_of_a_journey_is_told_with_its_name_and_place(stack: DeployedStack, journeys: list[Journey]) -> None:
    def run(stack: DeployedStack, journey: Journey, **how: Any) -> JourneyResult:
        raise ZeroDivisionError("made up")

    with pytest.raises(JourneyBroke, match=r"(?s)post\.ada: Traceback.*test_side_by_side.*ZeroDivisionError: made up"):
        results(stack, journeys, at_once=2, run=run)


def test_a_process_that_dies_does_not_leave_the_run_waiting(stack: DeployedStack, journeys: list[Journey]) -> None:
    def run(stack: DeployedStack, journey: Journey, **how: Any) -> JourneyResult:
        os.kill(os.getpid(), signal.SIGKILL)
        return run_journey(stack, journey, **how)

    with pytest.raises(JourneyBroke, match="every process that ran journeys has died"):
        results(stack, journeys, at_once=2, run=run)


def test_a_run_that_is_left_leaves_no_process_behind(
    stack: DeployedStack, journeys: list[Journey], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers: list[Any] = []
    init = side_by_side._Workers.__init__

    def noting(self: Any, *arguments: Any) -> None:
        init(self, *arguments)
        workers.extend(process.pid for process in self._processes)

    monkeypatch.setattr(side_by_side._Workers, "__init__", noting)

    def run(stack: DeployedStack, journey: Journey, **how: Any) -> JourneyResult:
        if journey.name != "ada":
            signal.pause()
        return run_journey(stack, journey, **how)

    running = run_journeys(stack, journeys, at_once=2, run=run)
    next(running)
    running.close()

    assert len(workers) == 2
    for pid in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_nobody_sends_nothing(stack: DeployedStack) -> None:
    assert list(run_journeys(stack, [])) == []
