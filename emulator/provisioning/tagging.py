"""Tags of a thing that is there: those that changed are set, and those that went are taken off."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def retag(
    old: Mapping[str, str],
    new: Mapping[str, str],
    put: Callable[[dict[str, str]], object],
    take_off: Callable[[list[str]], object],
) -> None:
    """Make the tags of a thing what they should be, by the calls its service has for it; no call for nothing.

    Args:
        put: sets tags, given by key; others stay.
        take_off: takes tags off, given by their keys.
    """
    if changed := {key: value for key, value in new.items() if old.get(key) != value}:
        put(changed)
    if gone := [key for key in old if key not in new]:
        take_off(gone)
