"""Errors in Lambda's shapes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emulator.execution.function_error import Fault, FunctionError, exited, out_of_memory, raised, refused, timed_out
from emulator.execution.stack_trace import StackTrace
from tests.conftest import ROOT

SHAPE = json.loads((ROOT / "tests/data/shapes/lambda_destination_on_failure_async.json").read_text())["responsePayload"]
TRACE = StackTrace(('  File "/var/task/app.py", line 3, in handler\n',), str(Path("app.py:3")))


def test_an_exception_has_the_shape_that_was_recorded_on_lambda() -> None:
    error = raised(ValueError("boom"), SHAPE["requestId"], TRACE)

    assert error.to_json() == SHAPE
    assert list(error.to_json()) == list(SHAPE)
    assert error.where == "app.py:3"


def test_a_fault_of_the_runtime_keeps_its_own_words() -> None:
    error = raised(Fault("Runtime.ImportModuleError", "Unable to import module 'app': why"), "r-1", StackTrace())

    assert error.to_json() == {
        "errorMessage": "Unable to import module 'app': why",
        "errorType": "Runtime.ImportModuleError",
        "requestId": "r-1",
        "stackTrace": [],
    }


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (
            timed_out("r-1", 3),
            {
                "errorType": "Sandbox.Timedout",
                "errorMessage": "RequestId: r-1 Error: Task timed out after 3.00 seconds",
            },
        ),
        (
            exited("r-1", 4),
            {
                "errorType": "Runtime.ExitError",
                "errorMessage": "RequestId: r-1 Error: Runtime exited with error: exit status 4",
            },
        ),
        (
            exited("r-1", "a last word"),
            {
                "errorType": "Runtime.ExitError",
                "errorMessage": "RequestId: r-1 Error: Runtime exited with error: exit status 1",
            },
        ),
        (
            exited("r-1", None),
            {
                "errorType": "Runtime.ExitError",
                "errorMessage": "RequestId: r-1 Error: Runtime exited without providing a reason",
            },
        ),
        (
            out_of_memory("r-1"),
            {
                "errorType": "Runtime.OutOfMemory",
                "errorMessage": "RequestId: r-1 Error: Runtime exited with error: signal: killed",
            },
        ),
    ],
)
def test_the_end_of_an_environment_has_neither_request_id_nor_trace(error: FunctionError, shown: object) -> None:
    assert error.to_json() == shown
    assert error.ends_environment


def test_an_exception_leaves_the_environment_as_it_is() -> None:
    assert not raised(ValueError("boom"), "r-1", TRACE).ends_environment


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (raised(KeyError("id"), "r-1", TRACE), "KeyError: 'id'"),
        (raised(ValueError("first\nsecond"), "r-1", TRACE), "ValueError: first"),
        (raised(ValueError(), "r-1", TRACE), "ValueError"),
        (refused("TooManyRequestsException", "Rate Exceeded."), "TooManyRequestsException: Rate Exceeded."),
    ],
)
def test_an_error_reads_as_one_line(error: FunctionError, line: str) -> None:
    assert str(error) == line


def test_a_refusal_is_no_failure_of_the_function() -> None:
    assert raised(ValueError("boom"), "r-1", TRACE).kind == "Unhandled"
    assert refused("AccessDeniedException", "why").kind == "AccessDeniedException"
