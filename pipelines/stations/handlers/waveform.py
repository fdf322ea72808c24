"""What a waveform window is: some seconds of one seismometer's motion, as its digitizer sends them."""

from __future__ import annotations

import json
import reprlib
from dataclasses import dataclass
from typing import Any

MOST_SAMPLES = 20_000
"""A digitizer sends some seconds at a time; 100 samples a second for 200 seconds is far beyond."""

LARGEST_COUNT = 2**31
"""Digitizers count in 32 bits, with a sign."""


class InvalidWaveform(ValueError):
    """A record that is no waveform window; the text says why."""


@dataclass(frozen=True)
class Waveform:
    """One window of one station."""

    station: str
    """Network and station, `IU.ANMO`."""
    samples: tuple[int, ...]
    """Ground motion in counts of the digitizer, whose zero is anywhere."""

    @property
    def peak(self) -> float:
        """The strongest motion: how far a sample is from the mean of its window, in counts."""
        mean = sum(self.samples) / len(self.samples)
        return max(abs(sample - mean) for sample in self.samples)


def read_waveform(data: bytes) -> Waveform:
    """The window that a record holds.

    Raises:
        InvalidWaveform: it is no JSON object, or one of its facts is missing or cannot be true.
    """
    try:
        told: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidWaveform(f"the record is no JSON: {error}") from None
    if not isinstance(told, dict):
        raise InvalidWaveform(f"the record must be an object, got {reprlib.repr(told)}")
    station, samples = told.get("station"), told.get("samples")
    if not isinstance(station, str) or not 1 <= len(station) <= 64:
        raise InvalidWaveform(f"station must be a text of 1 to 64 characters, got {reprlib.repr(station)}")
    if not isinstance(samples, list) or not 1 <= len(samples) <= MOST_SAMPLES:
        raise InvalidWaveform(f"samples must be a list of 1 to {MOST_SAMPLES} counts, got {reprlib.repr(samples)}")
    for sample in samples:
        if not isinstance(sample, int) or isinstance(sample, bool) or abs(sample) > LARGEST_COUNT:
            raise InvalidWaveform(f"a sample must be a count of 32 bits, got {reprlib.repr(sample)}")
    return Waveform(station, tuple(samples))
