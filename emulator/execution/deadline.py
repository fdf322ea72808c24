"""The deadline of an invocation: in virtual time for what sleeps, in real time for what never ends."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

from emulator.clock import Clock

_AGAIN_SECONDS = 1.0
"""How soon the guard strikes again, should the code catch everything and go on."""


class TimedOut(BaseException):
    """An invocation is past its timeout. No `except Exception` of a handler catches it: Lambda asks nobody either."""


class Deadline:
    """The moment at which an invocation must be over.

    Args:
        clock: the account's clock. What a handler sleeps passes for the whole account: nothing runs beside it.
        seconds: virtual seconds from now on.
    """

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._at = clock.now + timedelta(seconds=seconds)

    def remaining_ms(self) -> int:
        """Whole milliseconds left; 0 once it has passed."""
        return max(0, (self._at - self._clock.now) // timedelta(milliseconds=1))

    def sleep(self, seconds: float) -> None:
        """Let virtual time pass instead of sleeping, up to the deadline.

        Raises:
            TimedOut: the deadline comes first.
            ValueError: less than nothing, as `time.sleep` says it.
        """
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        left = (self._at - self._clock.now).total_seconds()
        self._clock.advance(min(seconds, max(0.0, left)))
        if seconds >= left:
            raise TimedOut

    def check(self) -> None:
        """Say so if the deadline has passed meanwhile.

        Raises:
            TimedOut: it has.
        """
        if self._clock.now >= self._at:
            raise TimedOut

    def run_out(self) -> None:
        """Let virtual time pass up to the deadline: what was stopped in real time took all of it."""
        self._clock.advance_to(self._at)


@contextmanager
def guarded(seconds: float) -> Iterator[None]:
    """Inside, code that runs for more than `seconds` of real time is interrupted by `TimedOut`.

    Only the main thread can be guarded, and only where the system has `SIGALRM`; elsewhere an endless loop stays
    endless. A debugger switches the guard off, so that a breakpoint can be held for as long as anybody likes.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return
    at_work = True

    def strike(signal_number: int, frame: FrameType | None) -> None:
        if not at_work or is_debugged():
            signal.setitimer(signal.ITIMER_REAL, 0)
            return
        raise TimedOut

    before = signal.signal(signal.SIGALRM, strike)
    started = time.perf_counter()
    outer_seconds, _ = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)
    try:
        yield
    finally:
        at_work = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if outer_seconds:
            left = outer_seconds - (time.perf_counter() - started)
            signal.setitimer(signal.ITIMER_REAL, max(left, 0.001), _AGAIN_SECONDS)


def is_debugged() -> bool:
    """Whether somebody looks at this process with a debugger."""
    return sys.gettrace() is not None or "pydevd" in sys.modules
