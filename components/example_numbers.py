"""Numbers to try where one within bounds is wanted: the bounds themselves, between them, beside them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from itertools import pairwise


def numbers_about(bounds: Collection[float]) -> Iterator[int | float]:
    """Finite numbers, those first that people would choose; each of a kind that JSON writes as they would.

    Args:
        bounds: what the number is compared with; without any there is no number to try.
    """
    ordered = sorted(set(bounds))
    middles = [(low + high) / 2 for low, high in pairwise(ordered)]
    beside = [bound + step for bound in ordered for step in (1, -1)]
    next_to = [math.nextafter(bound, to) for bound in ordered for to in (math.inf, -math.inf)]
    return map(as_written, filter(math.isfinite, [*ordered, *middles, *beside, *next_to]))


def as_written(number: float) -> int | float:
    """A number without `.0`, where nothing is lost by that."""
    return int(number) if number.is_integer() and abs(number) < 1e15 else number
