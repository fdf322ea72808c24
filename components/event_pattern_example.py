"""An event that a pattern wants, made from a plain one by changing as little as the pattern asks for."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from components.event_pattern import EventPattern, Wish
from components.example_values import Value, values_for

MayStand = Callable[[str, Value], bool]
"""Whether a value may stand at a dotted path of an event of this kind."""


def wanted_event(pattern: EventPattern, plain: dict[str, Any], may_stand: MayStand) -> dict[str, Any] | None:
    """An event that the pattern matches, by the first of its `$or` that can be met; None where none is found.

    Args:
        plain: what is kept, as far as the pattern lets it. Objects stay objects, texts stay texts, and so on.
        may_stand: what else limits the values of such an event.
    """
    for wishes in pattern.alternatives:
        event = copy.deepcopy(plain)
        if all(_grant(wish, event, may_stand) for wish in sorted(wishes, key=_path)) and pattern.matches(event):
            return event
    return None


def anything(path: str, value: Value) -> bool:
    """For events in which every value may stand everywhere."""
    return True


def _path(wish: Wish) -> str:
    return wish.path


def _grant(wish: Wish, event: dict[str, Any], may_stand: MayStand) -> bool:
    """Give an event what one field has to have, unless it has it; and say whether it has it now."""
    alone = EventPattern(((wish,),))
    if alone.matches(event):
        return True
    fitting = (value for value in values_for(wish.matchers) if may_stand(wish.path, value))
    return any(_put(event, wish.path, value) and alone.matches(event) for value in fitting)


def _put(fields: dict[str, Any], path: str, value: Value) -> bool:
    """Put a value at a path, which may go on with dots inside a key; no, where something of another type stands."""
    key, _, below = path.partition(".")
    inside = fields.setdefault(key, {}) if below else None
    if isinstance(inside, dict):
        return _put(inside, below, value)
    standing = fields.get(path)
    if isinstance(standing, list):
        fields[path] = [value]
    elif standing is None or type(standing) is type(value):
        fields[path] = value
    else:
        return False
    return True
