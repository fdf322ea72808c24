"""What a command took."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.measuring import CommandFailed, measure

CHILD_AT_WORK = """
import subprocess, sys
work = "import time\\nkept = bytearray(200_000_000)\\nwhile time.process_time() < 0.5: pass"
subprocess.run([sys.executable, "-c", work], check=True)
"""


def test_a_command_s_children_are_counted(tmp_path: Path) -> None:
    cost = measure([sys.executable, "-c", CHILD_AT_WORK], tmp_path)

    assert cost.cpu_seconds >= 0.5
    assert cost.wall_seconds >= 0.5
    assert 200 <= cost.peak_mb < 300


def test_a_command_that_fails_is_told_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed) as failed:
        measure([sys.executable, "-c", "print('so far'); raise SystemExit('no further')"], tmp_path)

    first, *said = str(failed.value).splitlines()
    assert first.endswith(" ended with 1:")
    assert sorted(said) == ["no further", "so far"]
