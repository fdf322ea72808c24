"""Values to try where a field of a pattern wants one: for each operator what would fit, made from its operand."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice

from components.event_pattern_matchers import (
    Affix,
    AnythingBut,
    Exactly,
    IgnoringCase,
    InNetwork,
    Like,
    Matcher,
    Numeric,
    Present,
    SameAddress,
)
from components.example_numbers import as_written, numbers_about
from components.json_values import Number, Scalar, scalar

Value = str | int | float | bool | None
"""A leaf, as `json.dumps` takes it."""

WORD = "example"

ANY: tuple[Value, ...] = (WORD, "another", "1", "text", "198.51.100.7", 1, 0, True, None)
"""What may stand where little is asked."""


def values_for(matchers: Sequence[Matcher]) -> Iterator[Value]:
    """Values that one of the matchers wants, in the order of the matchers; none where only absence is wanted."""
    for matcher in matchers:
        yield from (value for value in _tried(matcher) if matcher.matches(scalar(value)))


def _tried(matcher: Matcher) -> Iterator[Value]:
    match matcher:
        case Exactly(wanted):
            yield from _as_json(wanted)
        case SameAddress(spelled):
            yield spelled
        case Numeric(comparisons):
            yield from numbers_about([bound for _, bound in comparisons])
        case InNetwork(network=network):
            # The second address: the first one is that of the network itself.
            yield from map(str, reversed(list(islice(network, 2))))
        case Like(wildcard=wildcard):
            yield from (filling.join(wildcard.pieces) for filling in (WORD, ""))
        case AnythingBut(unwanted):
            yield from _others(unwanted)
            yield from ANY
        case Present():
            yield from ANY
        case Affix(text=text) | IgnoringCase(text=text):
            yield from (f"{text}{WORD}", f"{WORD}{text}", text)


def _others(unwanted: Sequence[Matcher]) -> Iterator[Value]:
    """Where numbers are unwanted, another number."""
    numbers = [each.wanted.value for each in unwanted if isinstance(each, Exactly) and isinstance(each.wanted, Number)]
    bounds = [number for number in numbers if number is not None and math.isfinite(number)]
    yield from numbers_about([max(bounds) + 1] if bounds else [])


def _as_json(wanted: Scalar) -> Iterator[Value]:
    if not isinstance(wanted, Number):
        yield wanted
    elif wanted.value is not None:
        yield as_written(wanted.value)
    elif str(wanted).lstrip("-").isdigit():
        # A whole number that no double holds: JSON spells it by its digits.
        yield int(str(wanted))
