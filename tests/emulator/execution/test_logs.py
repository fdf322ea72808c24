"""The lines of a function's log."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from emulator.clock import Clock
from emulator.execution.function_error import FunctionError, exited, timed_out
from emulator.execution.logs import LambdaLog, LogLine, Report
from emulator.execution.settings import LambdaSettings

ARN = "arn:aws:lambda:eu-west-1:111111111111:function:split"
SETTINGS = LambdaSettings(
    arn=ARN,
    name="split",
    handler="app.handle",
    runtime="python3.13",
    role_arn="arn:aws:iam::111111111111:role/split-role",
    memory_mb=128,
    timeout_seconds=3,
    variables={},
    log_group="/aws/lambda/split",
    log_format="Text",
    application_log_level="INFO",
    system_log_level="INFO",
    reserved_concurrency=None,
)
BOOM = FunctionError("ValueError", "boom", ('  File "/var/task/app.py", line 2, in handle\n    x\n',), request_id="r-1")


def log_of(**settings: Any) -> LambdaLog:
    clock = Clock()
    clock.advance(1.5)
    return LambdaLog(dataclasses.replace(SETTINGS, **settings), clock)


def messages(log: LambdaLog) -> list[str]:
    return [line.message for line in log.lines]


def parsed(log: LambdaLog) -> list[Any]:
    return [json.loads(line.message) for line in log.lines]


def test_a_printed_line_is_a_line_of_its_own_with_its_time() -> None:
    log = log_of()

    log.print("one\ntwo\nthr")
    log.print("ee")
    log.flush()

    assert log.lines == [
        LogLine(1893499201500, "one"),
        LogLine(1893499201500, "two"),
        LogLine(1893499201500, "three"),
    ]


def test_an_empty_line_is_left_out() -> None:
    log = log_of()

    log.print("\n\na\n")

    assert messages(log) == ["a"]


@pytest.mark.parametrize("log_format", ["Text", "JSON"])
def test_what_is_printed_stays_plain_text(log_format: str) -> None:
    log = log_of(log_format=log_format)

    log.print("plain\n")

    assert messages(log) == ["plain"]


@pytest.mark.parametrize(
    ("level", "kept"),
    [
        ("DEBUG", ["debug", "info", "WARNING", "nonsense", "error"]),
        ("INFO", ["info", "WARNING", "nonsense", "error"]),
        ("WARN", ["WARNING", "error"]),
        ("ERROR", ["error"]),
        ("FATAL", []),
    ],
)
def test_printed_json_is_filtered_by_the_level_it_names(level: str, kept: list[str]) -> None:
    log = log_of(log_format="JSON", application_log_level=level)

    for own in ("debug", "info", "WARNING", "nonsense", "error"):
        log.print(json.dumps({"level": own}) + "\n")

    assert [line["level"] for line in parsed(log)] == kept


def test_printed_text_counts_as_info() -> None:
    log = log_of(log_format="JSON", application_log_level="WARN")

    log.print("hello\n")
    log.print("{no json\n")

    assert messages(log) == []


def test_plain_text_is_not_filtered() -> None:
    log = log_of(application_log_level="FATAL")

    log.print('{"level": "debug"}\n')
    log.record("DEBUG", "[DEBUG]\ta record\n")

    assert messages(log) == ['{"level": "debug"}', "[DEBUG]\ta record"]


def test_an_invocation_in_plain_text() -> None:
    log = log_of()

    log.start("r-1")
    log.report("r-1", Report(duration_ms=12.344, memory_used_mb=64, init_duration_ms=250.0, error=None))

    assert messages(log) == [
        "START RequestId: r-1 Version: $LATEST",
        "END RequestId: r-1",
        "REPORT RequestId: r-1\tDuration: 12.34 ms\tBilled Duration: 263 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 64 MB\tInit Duration: 250.00 ms",
    ]


def test_an_invocation_in_json() -> None:
    log = log_of(log_format="JSON")

    log.start("r-1")
    log.report("r-1", Report(duration_ms=12.344, memory_used_mb=64, init_duration_ms=250.0, error=None))

    assert parsed(log) == [
        {
            "time": "2030-01-01T12:00:01.500Z",
            "type": "platform.start",
            "record": {"requestId": "r-1", "functionArn": ARN, "version": "$LATEST"},
        },
        {
            "time": "2030-01-01T12:00:01.500Z",
            "type": "platform.report",
            "record": {
                "requestId": "r-1",
                "metrics": {
                    "durationMs": 12.344,
                    "billedDurationMs": 263,
                    "memorySizeMB": 128,
                    "maxMemoryUsedMB": 64,
                    "initDurationMs": 250.0,
                },
                "status": "success",
            },
        },
    ]


def test_a_warm_invocation_reports_no_init() -> None:
    log = log_of(log_format="JSON")

    log.report("r-1", Report(3.0, 64, None, None))

    assert "initDurationMs" not in parsed(log)[0]["record"]["metrics"]


def test_an_exception_in_plain_text_is_one_line_with_no_break_spaces() -> None:
    log = log_of()

    log.error(BOOM)

    space = "\u00a0"
    assert messages(log) == [
        "[ERROR] ValueError: boom\nTraceback (most recent call last):\n"
        f'{space * 2}File "/var/task/app.py", line 2, in handle\n{space * 4}x'
    ]


def test_an_exception_in_json_carries_its_trace() -> None:
    log = log_of(log_format="JSON")

    log.error(BOOM)
    log.report("r-1", Report(0.0, 64, None, BOOM))

    error, report = parsed(log)
    assert error == {
        "timestamp": "2030-01-01T12:00:01.500Z",
        "level": "ERROR",
        "errorMessage": "boom",
        "errorType": "ValueError",
        "requestId": "r-1",
        "stackTrace": ['  File "/var/task/app.py", line 2, in handle\n    x\n'],
    }
    assert (report["record"]["status"], report["record"]["errorType"]) == ("error", "ValueError")


def test_a_timeout_in_plain_text() -> None:
    log, error = log_of(), timed_out("r-1", 3)

    log.error(error)
    log.report("r-1", Report(3000.0, 64, None, error))

    assert messages(log)[0] == "2030-01-01T12:00:01.500Z r-1 Task timed out after 3.00 seconds"
    assert messages(log)[-1].endswith("Max Memory Used: 64 MB\tStatus: timeout")


def test_a_timeout_in_json_is_told_by_the_report_alone() -> None:
    log, error = log_of(log_format="JSON"), timed_out("r-1", 3)

    log.error(error)
    log.report("r-1", Report(3000.0, 64, None, error))

    (report,) = parsed(log)
    assert report["record"]["status"] == "timeout"
    assert "errorType" not in report["record"]


def test_an_exit_in_plain_text() -> None:
    log, error = log_of(), exited("r-1", 1)

    log.error(error)
    log.report("r-1", Report(0.0, 64, None, error))

    assert messages(log)[0] == "RequestId: r-1 Error: Runtime exited with error: exit status 1\nRuntime.ExitError"
    assert messages(log)[-1].endswith("Status: error\tError Type: Runtime.ExitError")


def test_with_a_system_level_of_warn_only_failures_are_reported() -> None:
    log = log_of(log_format="JSON", system_log_level="WARN")

    log.start("r-1")
    log.report("r-1", Report(0.0, 64, None, None))
    log.report("r-2", Report(0.0, 64, None, BOOM))

    assert [line["record"]["requestId"] for line in parsed(log)] == ["r-2"]
