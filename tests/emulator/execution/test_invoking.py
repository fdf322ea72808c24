"""One invocation in its environment."""

from __future__ import annotations

import os
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.execution.function_error import FunctionError
from tests.emulator.functions import Functions


def error_of(functions: Functions, source: Any, payload: Any = None, **options: Any) -> FunctionError:
    error = functions.run(source, payload, **options).error
    assert error is not None
    return error


def test_a_handler_receives_its_event_and_returns_its_result_through_json(functions: Functions) -> None:
    invocation = functions.run(
        "def handle(event, context): return [event, type(event['pair']).__name__, (1, 2)]", {"pair": (1, 2)}
    )

    assert invocation.result == [{"pair": [1, 2]}, "list", [1, 2]]
    assert invocation.ok
    assert invocation.function == "feeds.split"


@pytest.mark.parametrize("handler", ["package.inner.module.handle", "package/inner/module.handle"])
def test_a_handler_may_lie_deep_in_packages(functions: Functions, handler: str) -> None:
    files = {"package/inner/module.py": "def handle(event, context): return __name__"}

    assert functions.run(files, Handler=handler).result == "package.inner.module"


def test_tracebacks_and_breakpoints_name_the_user_s_own_file(functions: Functions, tmp_path: Path) -> None:
    source = "def handle(event, context):\n    return handle.__code__.co_filename\n"

    assert functions.run(source).result == str(tmp_path / "split" / "app.py")


def test_ordinary_python_works(functions: Functions) -> None:
    invocation = functions.run({
        "shapes.py": """
            from __future__ import annotations
            import dataclasses, enum, pickle, typing
            class Kind(enum.Enum):
                QUAKE = "quake"
            class Base:
                def name(self) -> str:
                    return "base"
            @dataclasses.dataclass(frozen=True)
            class Quake(Base):
                kind: Kind = Kind.QUAKE
                def name(self) -> str:
                    return super().name() + "!"
            """,
        "app.py": """
            import asyncio, pickle, typing
            from concurrent.futures import ThreadPoolExecutor
            import shapes
            async def later(value):
                return value
            def handle(event, context):
                quake = pickle.loads(pickle.dumps(shapes.Quake()))
                with ThreadPoolExecutor() as pool:
                    names = list(pool.map(lambda one: one.name(), [quake, quake]))
                return names + [asyncio.run(later(1)), str(typing.get_type_hints(shapes.Quake)["kind"]), eval("1 + 1")]
            """,
    })  # fmt: skip

    assert invocation.result == ["base!", "base!", 1, "<enum 'Kind'>", 2]


def test_an_exception_is_reported_as_lambda_s_runtime_does(functions: Functions, tmp_path: Path) -> None:
    error = error_of(functions, "def handle(event, context):\n    raise ValueError('boom')\n")

    assert error.to_json() == {
        "errorMessage": "boom",
        "errorType": "ValueError",
        "requestId": error.request_id,
        "stackTrace": ["  File \"/var/task/app.py\", line 2, in handle\n    raise ValueError('boom')\n"],
    }
    assert error.where == f"{tmp_path}/split/app.py:2"
    assert error.kind == "Unhandled"


UNABLE = "Unable to import module '{}': No module named '{}'"
BAD_NAME = "Bad handler 'handle': not enough values to unpack (expected 2, got 1)"


@pytest.mark.parametrize(
    ("source", "handler", "error_type", "message", "trace"),
    [
        ("import left_out", "app.handle", "Runtime.ImportModuleError", UNABLE.format("app", "left_out"), []),
        ("", "app.handle", "Runtime.HandlerNotFound", "Handler 'handle' missing on module 'app'", []),
        ("", "other.handle", "Runtime.ImportModuleError", UNABLE.format("other", "other"), []),
        ("", "json.dumps", "Runtime.ImportModuleError", UNABLE.format("json", "json"), []),
        ("", "sys.exit", "Runtime.BuiltInModuleConflict", "Cannot use built-in module sys as a handler module", []),
        ("", "handle", "Runtime.MalformedHandlerName", BAD_NAME, []),
        (
            "x = 1\ndef handle(:\n",
            "app.handle",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'app': invalid syntax (app.py, line 2)",
            ['  File "/var/task/app.py" Line 2\n    def handle(:\n'],
        ),
        (
            "def load():\n    raise KeyError('QUEUE')\nload()\n",
            "app.handle",
            "KeyError",
            "'QUEUE'",
            [
                '  File "/var/task/app.py", line 3, in <module>\n    load()\n',
                "  File \"/var/task/app.py\", line 2, in load\n    raise KeyError('QUEUE')\n",
            ],
        ),
    ],
)
def test_a_handler_that_cannot_be_loaded_says_why(
    functions: Functions, source: str, handler: str, error_type: str, message: str, trace: list[str]
) -> None:
    error = error_of(functions, source, Handler=handler)

    assert (error.type, error.message, list(error.stack_trace)) == (error_type, message, trace)


def test_what_json_cannot_hold_cannot_be_returned(functions: Functions) -> None:
    error = error_of(functions, "def handle(event, context): return {1, 2}")

    assert error.type == "Runtime.MarshalError"
    assert error.message == "Unable to marshal response: Object of type set is not JSON serializable"


def test_a_response_that_is_too_large_fails_a_caller_who_waits_and_no_other(
    account: Account, functions: Functions
) -> None:
    arn = functions.make("def handle(event, context): return 'x' * 6_300_000", MemorySize=512)

    waiting = account.runtime.invoke(arn, None)
    not_waiting = account.runtime.invoke(arn, None, asynchronous=True)

    assert waiting.error is not None
    assert waiting.error.to_json() == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }
    assert [line.split()[0] for line in waiting.log_lines] == ["START", "END", "REPORT"]
    assert not_waiting.ok


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("sys.exit(3)", "with error: exit status 3"),
        ("sys.exit()", "without providing a reason"),
        ("raise SystemExit('enough')", "with error: exit status 1"),
        ("raise GeneratorExit", "with error: exit status 1"),
    ],
)
def test_leaving_python_ends_the_environment(
    account: Account, functions: Functions, statement: str, reason: str
) -> None:
    arn = functions.make(f"import sys\nprint('cold')\ndef handle(event, context): {statement}")

    invocations = [account.runtime.invoke(arn, None) for _ in range(2)]

    for invocation in invocations:
        assert invocation.error is not None
        assert invocation.error.to_json() == {
            "errorType": "Runtime.ExitError",
            "errorMessage": f"RequestId: {invocation.request_id} Error: Runtime exited {reason}",
        }
        assert "cold" in invocation.log_lines


def test_ctrl_c_stops_everything_and_leaves_nothing_behind(
    account: Account, functions: Functions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    arn = functions.make("def handle(event, context):\n    raise KeyboardInterrupt\n")
    before = dict(os.environ)

    with pytest.raises(KeyboardInterrupt):
        account.runtime.invoke(arn, None)

    assert dict(os.environ) == before
    assert [path.name for path in tmp_path.iterdir()] == ["split"]


def test_sleeping_takes_virtual_time_and_counts_against_the_timeout(account: Account, functions: Functions) -> None:
    invocation = functions.run("""
        import time
        def handle(event, context):
            before = context.get_remaining_time_in_millis()
            time.sleep(1.5)
            return [before, context.get_remaining_time_in_millis(), time.time()]
    """)

    assert invocation.result == [3000, 1500, START.timestamp() + 1.5]
    assert account.clock.now == START + timedelta(seconds=1.5)
    assert invocation.duration_ms == 1500


def test_sleeping_past_the_timeout_is_a_timeout(account: Account, functions: Functions) -> None:
    invocation = functions.run("""
        import time
        def handle(event, context):
            try:
                time.sleep(60)
            except Exception:
                return "caught"
    """)

    assert invocation.error is not None
    assert invocation.error.to_json() == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {invocation.request_id} Error: Task timed out after 3.00 seconds",
    }
    assert account.clock.now == START + timedelta(seconds=3)
    assert invocation.duration_ms == 3000


@pytest.mark.parametrize(("seconds", "end"), [(9, None), (11, "Task timed out after 10.00 seconds")])
def test_an_environment_has_ten_seconds_to_start(functions: Functions, seconds: int, end: str | None) -> None:
    invocation = functions.run(f"import time\ntime.sleep({seconds})\ndef handle(event, context): return 1")

    assert (invocation.error.message.partition("Error: ")[2] if invocation.error else None) == end
    assert invocation.log_lines[-1].partition("Init Duration: ")[2].startswith(f"{min(seconds, 10)}000.00 ms")
    assert invocation.duration_ms == 0


def test_an_endless_loop_is_stopped_after_the_timeout_in_real_time(account: Account, functions: Functions) -> None:
    error = error_of(functions, "def handle(event, context):\n    while True: pass", Timeout=1)

    assert error.type == "Sandbox.Timedout"
    assert account.clock.now == START + timedelta(seconds=1)


def test_who_takes_more_memory_than_it_has_is_killed(functions: Functions) -> None:
    invocation = functions.run(
        "def handle(event, context): return len(bytearray(b'1') * (300 * 1024 * 1024))", MemorySize=128
    )

    assert invocation.error is not None
    assert invocation.error.to_json() == {
        "errorType": "Runtime.OutOfMemory",
        "errorMessage": f"RequestId: {invocation.request_id} Error: Runtime exited with error: signal: killed",
    }
    assert "Memory Size: 128 MB\tMax Memory Used: 128 MB" in invocation.log_lines[-1]
    assert invocation.log_lines[-1].endswith("Status: error\tError Type: Runtime.OutOfMemory")


def test_small_handlers_fit_into_the_least_memory(functions: Functions) -> None:
    invocation = functions.run("""
        import boto3, json
        def handle(event, context):
            boto3.client("s3"), boto3.client("dynamodb"), boto3.client("sqs")
            return len(json.dumps(list(range(100_000))))
    """)

    assert invocation.ok


def test_lines_reach_the_function_s_log_group(account: Account, functions: Functions) -> None:
    arn = functions.make("def handle(event, context): print(event)")
    written = [line for event in "ab" for line in account.runtime.invoke(arn, event).log_lines]

    logs = account.client("logs")
    streams = logs.describe_log_streams(logGroupName="/aws/lambda/split")["logStreams"]
    events = logs.filter_log_events(logGroupName="/aws/lambda/split")["events"]

    assert len(streams) == 1
    assert sorted(event["message"] for event in events) == sorted(written)


def test_without_the_right_to_log_the_lines_are_lost_and_the_invocation_goes_on(
    account: Account, functions: Functions
) -> None:
    invocation = functions.run("def handle(event, context): return 1", logs=False)

    assert invocation.result == 1
    assert [(denial.action, denial.caller) for denial in account.journal.denials] == [
        ("logs:CreateLogStream", "feeds.split")
    ]
