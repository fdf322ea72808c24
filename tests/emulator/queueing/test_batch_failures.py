"""Why each message of a batch failed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.execution.function_error import FunctionError
from emulator.execution.invocation import Invocation
from emulator.queueing.batch_failures import UNSAID, failures, joined

SENT = ["m1", "m2"]
NO_FAILURES: dict[str, str] = {}


def invocation(*failed: str, error: FunctionError | None = None, log: tuple[str, ...] = ()) -> Invocation:
    answer: Any = {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}
    return Invocation("r1", "arn", "feeds.record", {}, None if error else answer, error, log)


def test_an_error_fails_every_message() -> None:
    failed = invocation(error=FunctionError("ValueError", "boom"))

    assert failures(failed, SENT, reports=True) == {"m1": "ValueError: boom", "m2": "ValueError: boom"}
    assert failures(failed, SENT, reports=False) == {"m1": "ValueError: boom", "m2": "ValueError: boom"}


def test_an_answer_counts_only_where_it_is_asked_for() -> None:
    assert failures(invocation("m1"), SENT, reports=False) == NO_FAILURES
    assert failures(invocation("m1"), SENT, reports=True) == {"m1": UNSAID}


def test_an_answer_that_names_a_stranger_fails_every_message() -> None:
    reason = "itemIdentifier 'm3' is of no record of this batch"

    assert failures(invocation("m3"), SENT, reports=True) == {"m1": reason, "m2": reason}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            '{"timestamp": "t", "level": "WARNING", "message": "not recorded", "logger": "record", '
            '"requestId": "r1", "message_id": "m1", "reason": "no id"}',
            "not recorded: no id",
        ),
        (
            '{"level": "ERROR", "message": "m1 failed", "stackTrace": ["x"], "errorType": "KeyError", '
            '"errorMessage": "id", "location": "app.py"}',
            "m1 failed: KeyError: id",
        ),
        ("[WARNING]\t2030-01-01T12:00:00.000Z\tr1\tm1 has no id\n", "m1 has no id"),
        ("m1 has no id", "m1 has no id"),
        (f"m1 {'x' * 300}", f"m1 {'x' * 194}..."),
    ],
)
def test_the_reason_is_what_the_function_logged_of_the_message(line: str, said: str) -> None:
    other = json.dumps({"message": "recorded", "message_id": "m2"})

    assert failures(invocation("m1", log=("START", line, other)), SENT, reports=True) == {"m1": said}


def test_the_last_word_counts() -> None:
    log = ("m1 is being tried", "m1 has no id", "END")

    assert failures(invocation("m1", log=log), SENT, reports=True) == {"m1": "m1 has no id"}


def test_different_reasons_are_counted() -> None:
    assert joined(["no id", "no id"]) == "no id"
    assert joined(["no id", "no place", "no id"]) == "2 reasons, the first: no id"
