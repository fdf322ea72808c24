"""Values to try where conditions of a filter pattern compare one: for each operator what would fit, made from what it
is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from components.example_numbers import numbers_about
from components.log_pattern_regex_example import wanted_text
from components.log_pattern_values import Comparison, Value, Wanted, WantedNumber, WantedRegex

WORD = "example"

OTHERS = (WORD, "another", "text", "1")
"""What may stand where something else is unwanted."""


def value_for(comparisons: Sequence[Comparison]) -> str | int | float | None:
    """A value that is as all comparisons want it; None where none is found. Text is compared as text."""
    tried = (value for comparison in comparisons for value in _tried(comparison))
    numbers = numbers_about(
        [float(each.wanted.number) for each in comparisons if isinstance(each.wanted, WantedNumber)]
    )
    return next((value for value in (*numbers, *tried) if _fits(value, comparisons)), None)


def _fits(value: str | int | float, comparisons: Sequence[Comparison]) -> bool:
    told = Value(value) if isinstance(value, str) else Value.spelled(str(value))
    return all(comparison.holds(told) for comparison in comparisons)


def _tried(comparison: Comparison) -> Iterator[str]:
    yield from _like(comparison.wanted) if comparison.operator == "=" else ()
    yield from OTHERS


def _like(wanted: Wanted) -> Iterator[str]:
    if isinstance(wanted, WantedRegex):
        found = wanted_text(wanted.regex)
        yield from [found] if found is not None else []
    elif isinstance(wanted, WantedNumber):
        yield wanted.text
    else:
        body = wanted.text.removeprefix("*").removesuffix("*")
        yield from (body or WORD, WORD + body, body + WORD, body)
