"""What a record of a polled source holds when the filters of its trigger want it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from components.event_filter import FilterCriteria
from components.event_pattern_example import MayStand, anything, wanted_event


def wanted_record(
    criteria: FilterCriteria,
    plain: Mapping[str, Any],
    filled: Callable[[dict[str, Any]], dict[str, Any]],
    may_stand: MayStand = anything,
) -> dict[str, Any] | None:
    """A record that passes, by the first filter that can be met; None where none is found.

    Args:
        plain: what a filter looks at, by the keys of the source, as it is without a filter.
        filled: makes the record of that.
        may_stand: which values may stand where.
    """
    if criteria.wants(record := filled(dict(plain))):
        return record
    key = criteria.source.data_key
    # Text stands for itself, or gives way to an object that is written as JSON.
    shapes = [plain] if isinstance(plain[key], dict) else [plain, {**plain, key: {}}]
    for pattern in criteria.patterns:
        for shape in shapes:
            event = wanted_event(pattern, dict(shape), may_stand)
            if event is not None and criteria.wants(record := filled(event)):
                return record
    return None


def as_text(data: Any) -> str:
    """What a record holds, as it is sent: text as it is, an object as JSON."""
    return data if isinstance(data, str) else json.dumps(data)
