"""How much memory an invocation takes: an estimate, since its process is ours.

Counted is what this process grows by while the handler runs, above `BASE_MB`, the share of an idle Python runtime
with the AWS SDK in it. Memory that was free inside the process before is not seen, and what the account itself keeps
for the handler (objects, items) is counted as the handler's. Growth counts in whole steps, so that small differences
between two runs do not show.
"""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

BASE_MB = 64
"""What an invocation is said to use at least."""
STEP_MB = 16

_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
"""Resets the peak resident set size to what is resident now (proc(5), `/proc/PID/clear_refs`)."""


class MemoryMeter:
    """Measures from its creation on."""

    def __init__(self) -> None:
        self._can_reset = _reset_peak()
        self._before_kb = _resident_kb("VmRSS") if self._can_reset else _peak_of_process_kb()

    def used_mb(self) -> int:
        """Megabytes the invocation used at its highest, `BASE_MB` or more.

        Where the peak cannot be reset, only growth beyond the highest that this process ever had is seen.
        """
        peak_kb = _resident_kb("VmHWM") if self._can_reset else _peak_of_process_kb()
        grown_mb = max(0, peak_kb - self._before_kb) // 1024
        return BASE_MB + grown_mb // STEP_MB * STEP_MB


def _reset_peak() -> bool:
    try:
        _CLEAR_REFS.write_text(_RESET_PEAK)
    except OSError:
        return False
    return True


def _resident_kb(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB$", _STATUS.read_text(), re.MULTILINE)
    return int(found[1]) if found else 0


def _peak_of_process_kb() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
