"""The estimate of an invocation's memory."""

from __future__ import annotations

import pytest

from emulator.execution import memory
from emulator.execution.memory import BASE_MB, STEP_MB, MemoryMeter


def test_who_takes_nothing_uses_the_base() -> None:
    assert MemoryMeter().used_mb() == BASE_MB


def test_what_was_taken_counts_even_after_it_was_given_back() -> None:
    meter = MemoryMeter()

    bytes(bytearray(b"\1") * (200 * 1024 * 1024))

    assert BASE_MB + 200 - STEP_MB <= meter.used_mb() <= BASE_MB + 400 + STEP_MB


def test_without_a_peak_that_can_be_reset_the_process_s_own_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    levels = iter([500_000, 500_000 + 40 * 1024])
    monkeypatch.setattr(memory, "_reset_peak", lambda: False)
    monkeypatch.setattr(memory, "_peak_of_process_kb", lambda: next(levels))

    assert MemoryMeter().used_mb() == BASE_MB + 32
