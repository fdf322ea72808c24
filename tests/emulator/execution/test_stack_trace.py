"""Tracebacks as Lambda shows them."""

from __future__ import annotations

import importlib
from pathlib import Path

from emulator.code import Code, CodeFile
from emulator.execution.importer import Importer
from emulator.execution.stack_trace import StackTrace, stack_trace


def trace_of(source: str, folder: Path, origin: Path | None = Path("/origin/app.py")) -> StackTrace:
    """The trace of what `app.handle()` raises."""
    importer = Importer(Code({"app.py": CodeFile(source.encode(), origin)}), folder)
    try:
        with importer.at_work():
            importlib.import_module("app").handle()
    except Exception as error:
        return stack_trace(error.__traceback__, importer, "python3.13")
    raise AssertionError("nothing was raised")


def test_a_trace_begins_at_the_handler_and_names_its_place_on_lambda(tmp_path: Path) -> None:
    trace = trace_of("def handle():\n    inner()\ndef inner():\n    raise ValueError('boom')\n", tmp_path)

    assert trace.lines == (
        '  File "/var/task/app.py", line 2, in handle\n    inner()\n',
        "  File \"/var/task/app.py\", line 4, in inner\n    raise ValueError('boom')\n",
    )
    assert trace.where == "/origin/app.py:4"


def test_libraries_lie_below_the_runtime_s_own_folder(tmp_path: Path) -> None:
    trace = trace_of("import json\ndef handle():\n    json.loads('{')\n", tmp_path)

    assert trace.lines[0] == "  File \"/var/task/app.py\", line 3, in handle\n    json.loads('{')\n"
    assert trace.lines[1].startswith('  File "/var/lang/lib/python3.13/json/__init__.py", line ')
    assert trace.where == "/origin/app.py:3"


def test_calls_of_the_embedded_account_are_left_out(tmp_path: Path) -> None:
    source = (
        "import boto3\n"
        "def handle():\n"
        "    boto3.client('sqs', region_name='eu-west-1', aws_access_key_id='a', aws_secret_access_key='b')"
        ".send_message(QueueUrl='q')\n"
    )

    trace = trace_of(source, tmp_path)

    assert [line.split('"')[1] for line in trace.lines][:2] == [
        "/var/task/app.py",
        "/var/lang/lib/python3.13/site-packages/botocore/client.py",
    ]
    assert not [line for line in trace.lines if "emulator" in line or str(tmp_path) in line]


def test_a_file_without_an_origin_is_named_as_on_lambda(tmp_path: Path) -> None:
    trace = trace_of("def handle():\n    1 / 0\n", tmp_path, origin=None)

    assert trace == StackTrace(('  File "/var/task/app.py", line 2, in handle\n    1 / 0\n',), "/var/task/app.py:2")
