"""How often SNS tries again to reach Lambda or SQS, and how long it waits: four phases that nobody can change.

Source: SNS developer guide, "Amazon SNS message delivery retries". The guide says neither how the pauses of the third
phase grow nor how far they vary: here each is the same part longer than the one before, and none varies.
"""

from __future__ import annotations

from datetime import timedelta

IMMEDIATELY = 3
SOON = 2
BACKING_OFF = 10
LATER = 100_000
RETRIES = IMMEDIATELY + SOON + BACKING_OFF + LATER
"""100,015, over 23 days."""

SHORTEST_SECONDS = 1
LONGEST_SECONDS = 20


def pause_before(retry: int) -> timedelta | None:
    """How long SNS waits before a retry, the first being 1; None: there is no such retry."""
    if retry <= IMMEDIATELY:
        return timedelta()
    if retry <= IMMEDIATELY + SOON:
        return timedelta(seconds=SHORTEST_SECONDS)
    step = retry - IMMEDIATELY - SOON - 1
    if step < BACKING_OFF:
        seconds = SHORTEST_SECONDS * (LONGEST_SECONDS / SHORTEST_SECONDS) ** (step / (BACKING_OFF - 1))
        return timedelta(milliseconds=round(seconds * 1000))
    return timedelta(seconds=LONGEST_SECONDS) if retry <= RETRIES else None
