"""What is told of an invocation."""

from __future__ import annotations

from emulator.execution.function_error import FunctionError, refused
from emulator.execution.invocation import Invocation

WELL = Invocation("r-1", "arn:aws:lambda:eu-west-1:111111111111:function:split", "feeds.split", {"a": 1}, result=[2])
FAILED = Invocation(
    "r-1",
    WELL.function_arn,
    "feeds.split",
    {"a": 1},
    error=FunctionError("ValueError", "boom", request_id="r-1", where="handlers/split.py:31"),
    log_lines=("a line",),
    duration_ms=5.0,
)
REFUSED = Invocation("r-1", WELL.function_arn, "feeds.split", {}, error=refused("TooManyRequestsException", "no"))


def test_only_what_ran_tells_its_function() -> None:
    assert WELL.details()["function"] == "feeds.split"
    assert FAILED.details()["function"] == "feeds.split"
    assert "function" not in REFUSED.details()


def test_the_details_hold_all_a_program_needs() -> None:
    assert FAILED.details() == {
        "function": "feeds.split",
        "request_id": "r-1",
        "payload": {"a": 1},
        "result": None,
        "error": {"errorMessage": "boom", "errorType": "ValueError", "requestId": "r-1", "stackTrace": []},
        "log_lines": ["a line"],
        "duration_ms": 5.0,
    }


def test_the_fix_is_to_look_where_it_failed() -> None:
    assert FAILED.fix == "look at handlers/split.py:31"
    assert REFUSED.fix is None
    assert WELL.fix is None


def test_a_refused_invocation_neither_ran_nor_went_well() -> None:
    assert (WELL.ok, WELL.ran) == (True, True)
    assert (FAILED.ok, FAILED.ran) == (False, True)
    assert (REFUSED.ok, REFUSED.ran) == (False, False)
