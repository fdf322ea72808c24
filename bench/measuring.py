"""Runs a command and says what it took: seconds that passed, seconds of processors, and memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LAST_WORDS = 20
"""How many lines of a failed command are told."""


@dataclass(frozen=True)
class Cost:
    """What one command took, with all its children."""

    wall_seconds: float
    cpu_seconds: float
    """User and system time of the command and of every child that was waited for."""
    peak_mb: float
    """Of the largest single process among them."""


class CommandFailed(Exception):
    """A command did not end with 0; the text is the command and the end of what it said."""


def measure(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end.

    Args:
        folder: where it runs.
        environment: all of its environment; this process's otherwise.

    Raises:
        CommandFailed: it did not end with 0.
    """
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603  (a command of the bench's own)
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        # It was waited for here: `process` would wait for it in vain.
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said.seek(0)
            end = said.read().decode("utf-8", errors="replace").splitlines()[-LAST_WORDS:]
            raise CommandFailed("\n".join([f"{' '.join(command)} ended with {process.returncode}:", *end]))
    # Linux counts the peak in KiB, macOS in bytes (getrusage(2), `ru_maxrss`).
    unit = 1 if os.uname().sysname == "Darwin" else 1024
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * unit / 1_000_000)
