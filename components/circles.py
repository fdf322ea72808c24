"""Circles among things of which one sets off the other: where something would set itself off."""

from __future__ import annotations

from collections.abc import Iterable


def circles(edges: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """A circle for each thing that is part of one, each circle once.

    Args:
        edges: pairs of what sets off and what is set off.

    Returns:
        The things of each circle in their order, from the one that comes first among `edges`; the last sets off the
        first. A thing that sets itself off is a circle of one. Where several circles meet in a thing, the shortest.
    """
    following: dict[str, list[str]] = {}
    for before, behind in edges:
        following.setdefault(before, []).append(behind)
    found: list[tuple[str, ...]] = []
    for thing in following:
        if not any(thing in circle for circle in found):
            circle = _way_back(thing, following)
            found += [circle] if circle else []
    return found


def _way_back(thing: str, following: dict[str, list[str]]) -> tuple[str, ...]:
    """The shortest way from a thing to itself; empty where there is none."""
    ways: list[tuple[str, ...]] = [(thing,)]
    seen: set[str] = set()
    for way in ways:  # It grows while it is walked: nearer things come first.
        for behind in following.get(way[-1], ()):
            if behind == thing:
                return way
            if behind not in seen:
                seen.add(behind)
                ways.append((*way, behind))
    return ()
