"""How far an invocation brought a batch."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.execution.function_error import FunctionError
from emulator.execution.invocation import Invocation
from emulator.streaming.batch_outcome import BatchOutcome, outcome_of

NUMBERS = ["10", "11", "12"]


def invocation(result: Any = None, error: FunctionError | None = None, *log: str) -> Invocation:
    return Invocation("r1", "arn:function", "feeds.record", {}, result=result, error=error, log_lines=log)


def outcome(result: Any, *, reports: bool = True, windowed: bool = False) -> BatchOutcome:
    return outcome_of(invocation(result), NUMBERS, reports=reports, windowed=windowed)


def failing(*numbers: Any) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": number} for number in numbers]}


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_an_empty_answer_is_a_complete_success(answer: Any) -> None:
    assert outcome(answer) == BatchOutcome(3, None)


@pytest.mark.parametrize(("named", "done"), [(["11"], 1), (["12", "11"], 1), (["10"], 0), (["12"], 2)])
def test_the_failed_record_that_comes_first_is_the_checkpoint(named: list[str], done: int) -> None:
    assert outcome(failing(*named)) == BatchOutcome(done, "the function returned it as a failed item")


@pytest.mark.parametrize("answer", [failing(""), failing(None), failing("99"), {"batchItemFailures": [{"id": "10"}]}])
def test_an_answer_that_names_nothing_rightly_is_a_complete_failure(answer: Any) -> None:
    judged = outcome(answer)

    assert judged.done == 0
    assert judged.cause is not None


def test_without_the_response_type_the_answer_counts_for_nothing() -> None:
    assert outcome(failing("11"), reports=False) == BatchOutcome(3, None)


def test_an_error_fails_the_whole_batch() -> None:
    error = FunctionError("ValueError", "boom", request_id="r1")

    judged = outcome_of(invocation(failing("12"), error), NUMBERS, reports=True, windowed=True)

    assert judged == BatchOutcome(0, "ValueError: boom")


@pytest.mark.parametrize("answer", [None, {}, {"state": "text"}, "done"])
def test_a_window_needs_a_state(answer: Any) -> None:
    told = "the function returned no state, and its mapping has a tumbling window"
    assert outcome(answer, windowed=True) == BatchOutcome(0, told)


def test_a_state_and_failures_may_come_together() -> None:
    assert outcome({"state": {}, **failing("11")}, windowed=True).done == 1


def test_the_cause_is_what_the_function_logged_of_the_record() -> None:
    said = invocation(failing("11"), None, "11 has no magnitude")

    assert outcome_of(said, NUMBERS, reports=True, windowed=False).cause == "11 has no magnitude"
