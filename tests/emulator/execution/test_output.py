"""Prints and log records of a handler."""

from __future__ import annotations

import json
import logging
import pdb
import sys
from typing import Any

import pytest

from emulator.account import Account
from emulator.execution.output import LambdaHandler
from tests.emulator.functions import Functions

JSON = {"LogFormat": "JSON", "ApplicationLogLevel": "INFO"}


def own_lines(functions: Functions, source: str, **options: Any) -> list[str]:
    """What a handler itself wrote in one invocation."""
    platform = ("START ", "END ", "REPORT ", '{"time":')
    return [line for line in functions.run(source, **options).log_lines if not line.startswith(platform)]


def test_a_record_in_plain_text(functions: Functions) -> None:
    invocation = functions.run("""
        import logging
        def handle(event, context):
            logging.getLogger("feeds").warning("%d left out", 28)
            logging.getLogger("feeds").info("not shown: the root logger warns by default")
    """)

    assert invocation.log_lines[1:-2] == (f"[WARNING]\t2030-01-01T12:00:00.000Z\t{invocation.request_id}\t28 left out",)


def test_a_record_in_json(functions: Functions) -> None:
    invocation = functions.run(
        """
        import logging
        def handle(event, context):
            logging.getLogger("feeds").info("%d left out", 28, extra={"feature": "ü"})
            logging.getLogger("feeds").debug("not shown")
        """,
        LoggingConfig=JSON,
    )

    assert invocation.log_lines[1:-1] == (
        '{"timestamp": "2030-01-01T12:00:00.000Z", "level": "INFO", "message": "28 left out", "logger": "feeds", '
        f'"requestId": "{invocation.request_id}", "feature": "ü"}}',
    )


def test_an_exception_that_was_logged_in_json(functions: Functions) -> None:
    (line,) = own_lines(
        functions,
        """
        import logging
        def handle(event, context):
            try:
                1 / 0
            except ZeroDivisionError:
                logging.exception("it failed")
        """,
        LoggingConfig=JSON,
    )

    record = json.loads(line)
    assert record["stackTrace"] == ['  File "/var/task/app.py", line 5, in handle\n    1 / 0\n']
    assert (record["errorType"], record["errorMessage"]) == ("ZeroDivisionError", "division by zero")
    assert record["location"] == "/var/task/app.py:handle:7"


def test_an_exception_that_was_logged_in_plain_text(functions: Functions) -> None:
    (line,) = own_lines(
        functions,
        """
        import logging
        def handle(event, context):
            try:
                1 / 0
            except ZeroDivisionError:
                logging.exception("it failed")
        """,
    )

    assert line.split("\n")[1:] == [
        "Traceback (most recent call last):",
        '  File "/var/task/app.py", line 5, in handle',
        "    1 / 0",
        "ZeroDivisionError: division by zero",
    ]


@pytest.mark.parametrize(
    ("level", "kept"),
    [("DEBUG", ["debug", "info", "error"]), ("INFO", ["info", "error"]), ("ERROR", ["error"]), ("FATAL", [])],
)
def test_the_function_s_log_level_decides_whatever_the_code_sets(
    functions: Functions, level: str, kept: list[str]
) -> None:
    lines = own_lines(
        functions,
        """
        import logging
        def handle(event, context):
            log = logging.getLogger("feeds")
            log.setLevel(logging.DEBUG)
            log.debug("debug"), log.info("info"), log.error("error")
        """,
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": level},
    )

    assert [json.loads(line)["message"] for line in lines] == kept


DEBUG = {"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"}


def test_what_the_sdk_says_of_itself_at_debug_is_left_out(functions: Functions) -> None:
    lines = own_lines(
        functions,
        """
        import boto3, logging
        def handle(event, context):
            logging.debug("own")
            boto3.client("sqs").list_queues
            boto3.client("sts").get_caller_identity()
        """,
        LoggingConfig=DEBUG,
    )

    assert [json.loads(line)["message"] for line in lines] == ["own", "Found credentials in environment variables."]


def test_code_that_asks_the_sdk_to_talk_hears_it(functions: Functions) -> None:
    lines = own_lines(
        functions,
        """
        import boto3, logging
        logging.getLogger("botocore").setLevel("DEBUG")
        def handle(event, context):
            boto3.client("sts").get_caller_identity()
        """,
        LoggingConfig=DEBUG,
    )

    assert len([line for line in lines if '"logger": "botocore.hooks"' in line]) > 10
    assert logging.getLogger("botocore").level == logging.NOTSET


def test_the_embedded_account_itself_is_not_heard(functions: Functions) -> None:
    assert own_lines(functions, "import logging\ndef handle(e, c): logging.getLogger('moto.sqs').error('x')") == []


def test_prints_and_records_keep_their_order(functions: Functions) -> None:
    lines = own_lines(
        functions,
        """
        import logging, sys
        def handle(event, context):
            print("one", end="")
            logging.error("two")
            print("three", file=sys.stderr)
            sys.stdout.buffer.write("vier: ü".encode())
        """,
    )

    assert [line.rpartition("\t")[2] for line in lines] == ["one", "two", "three", "vier: ü"]


def test_a_stream_handler_made_at_import_reaches_the_log_of_each_invocation(
    account: Account, functions: Functions
) -> None:
    arn = functions.make("""
        import logging, sys
        log = logging.getLogger("with a handler of its own")
        log.propagate = False
        log.handlers = [logging.StreamHandler(sys.stdout)]
        def handle(event, context):
            log.error(event)
    """)

    lines = [account.runtime.invoke(arn, event).log_lines for event in ("first", "second")]

    assert ["first" in lines[0], "second" in lines[1]] == [True, True]


def test_the_context_writes_to_the_log_too(functions: Functions) -> None:
    assert own_lines(functions, "def handle(event, context): context.log('a\\nb')") == ["a", "b"]


def test_nothing_reaches_the_terminal(functions: Functions, capsys: pytest.CaptureFixture[str]) -> None:
    functions.run("import logging\ndef handle(event, context): print('printed'), logging.error('logged')")

    assert capsys.readouterr() == ("", "")


def test_a_breakpoint_talks_to_the_terminal(functions: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[Any] = []

    class Debugger:
        def __init__(self, stdin: Any, stdout: Any) -> None:
            held.append((stdin is terminal[0], stdout is terminal[1]))

        def set_trace(self, frame: Any) -> None:
            held.append(frame.f_code.co_name)

    terminal = sys.stdin, sys.stdout
    monkeypatch.setattr(pdb, "Pdb", Debugger)
    monkeypatch.setattr(sys, "breakpointhook", sys.__breakpointhook__)

    functions.run("def handle(event, context): breakpoint()")

    assert held == [(True, True), "handle"]


def test_an_editor_s_own_breakpoint_hook_is_left_alone(functions: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[str] = []
    monkeypatch.setattr(sys, "breakpointhook", lambda: held.append("held"))

    functions.run("def handle(event, context): breakpoint()")

    assert held == ["held"]


def test_a_record_between_two_invocations_is_nobody_s(capsys: pytest.CaptureFixture[str]) -> None:
    handler = LambdaHandler(str, lambda trace: ())

    handler.emit(logging.makeLogRecord({"msg": "late", "levelno": logging.ERROR}))

    assert capsys.readouterr() == ("", "")
