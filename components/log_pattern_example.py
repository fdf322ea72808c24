"""A log event that a filter pattern wants."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any, TypeVar

from components.log_pattern import LogPattern
from components.log_pattern_fields import Compared as FieldCompared
from components.log_pattern_fields import Field, FieldsLogPattern
from components.log_pattern_json import Compared, Is, JsonLogPattern, Selector, Wild
from components.log_pattern_reader import AllOf, AnyOf, Holds
from components.log_pattern_regex_example import wanted_text
from components.log_pattern_terms import TermsLogPattern
from components.log_pattern_values import Value
from components.log_value_example import OTHERS, WORD, value_for

MOST_WAYS = 200
"""Ways to meet a pattern's `||` that are tried: side by side they multiply."""

MOST_ELEMENTS = 100
"""Elements of an array that is made up to have one more; nobody reads a longer example."""

S = TypeVar("S")


def wanted_message(pattern: LogPattern, plain: Mapping[str, Any]) -> str | None:
    """The text of a log event that the pattern wants; None where none is found.

    Args:
        plain: what a function writes, as JSON; kept as far as the pattern lets it.
    """
    messages = (message for message in _tried(pattern, plain) if message)
    return next((message for message in messages if pattern.matches(message)), None)


def _tried(pattern: LogPattern, plain: Mapping[str, Any]) -> Iterator[str]:
    yield json.dumps(plain)
    match pattern.wanted:
        case JsonLogPattern(holds):
            # Without anything else where the pattern wants something not to be there.
            for start in (plain, {}):
                for conditions in _ways(holds):
                    event = copy.deepcopy(dict(start))
                    if _grant(conditions, event):
                        yield json.dumps(event)
        case FieldsLogPattern(before, behind):
            values = [_of_field(field) for field in (*before, *(behind or ()))]
            yield " ".join(value for value in values if value is not None)
        case TermsLogPattern(regex):
            yield (wanted_text(regex) or "") if regex is not None else " ".join(pattern.terms)
            yield from OTHERS


def _ways(holds: Holds[S]) -> Iterator[tuple[Holds[S], ...]]:
    """Conditions that are enough when all of them hold, for each way there is; not more than `MOST_WAYS`."""
    found: Iterator[tuple[Holds[S], ...]]
    if isinstance(holds, AnyOf):
        found = (way for each in holds.conditions for way in _ways(each))
    elif isinstance(holds, AllOf):
        parts = product(*(tuple(_ways(each)) for each in holds.conditions))
        found = (tuple(condition for way in ways for condition in way) for ways in parts)
    else:
        found = iter([(holds,)])
    return islice(found, MOST_WAYS)


# Patterns for JSON.


def _grant(conditions: tuple[Holds[Any], ...], event: dict[str, Any]) -> bool:
    """Put what the conditions want into an event; no, where there is no place for it."""
    compared: dict[Selector, list[Any]] = {}
    for condition in conditions:
        if isinstance(condition, Compared):
            compared.setdefault(condition.selector, []).append(condition.comparison)
        elif isinstance(condition, Is) and not _put(event, condition.selector.steps, condition.constant):
            return False
    for selector, comparisons in compared.items():
        value = value_for(comparisons)
        if value is None or not _put(event, selector.steps, value):
            return False
    return True


def _put(inside: Any, steps: tuple[str | int | Wild, ...], value: Any) -> bool:
    """Put a value where the steps lead; no, where something else is on the way."""
    step, further = steps[0], steps[1:]
    key = {Wild.FIELD: WORD, Wild.ELEMENT: 0}.get(step, step) if isinstance(step, Wild) else step
    if isinstance(key, int) and isinstance(inside, list) and key < MOST_ELEMENTS:
        inside += [None] * (key + 1 - len(inside))
    elif not (isinstance(key, str) and isinstance(inside, dict)):
        return False
    if not further:
        inside[key] = value
        return True
    if _at(inside, key) is None:
        inside[key] = [] if isinstance(further[0], int) or further[0] is Wild.ELEMENT else {}
    return _put(inside[key], further, value)


def _at(inside: Any, key: str | int) -> Any:
    return inside.get(key) if isinstance(inside, dict) else inside[key]


# Patterns for fields.


def _of_field(field: Field) -> str | None:
    """A field of a log event, in quotes where it has blanks."""
    for conditions in _ways(field.holds) if field.holds is not None else ():
        value = value_for([each.comparison for each in conditions if isinstance(each, FieldCompared)])
        text = str(value)
        if value is not None and field.takes(Value.spelled(text)):
            return f'"{text}"' if not text or any(map(str.isspace, text)) else text
    return WORD if field.holds is None else None
