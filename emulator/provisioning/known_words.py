"""A thing that is read back is told in the words it was known by, wherever these mean the same as what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from emulator.provisioning.inputs import Input


def in_known_words(declared: Mapping[str, Input], found: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that were found; one that means what it meant before keeps its text or its order.

    Args:
        declared: the inputs of the type; what is not among them is taken as it was found.
        known: the inputs when they were last looked at.
    """
    return {
        name: known[name] if name in declared and _same(declared[name], known.get(name), value) else value
        for name, value in found.items()
    }


def named_in_known_words(
    found: Sequence[Mapping[str, Any]],
    known: Sequence[Mapping[str, Any]],
    same: Callable[[Mapping[str, Any], Mapping[str, Any]], bool],
) -> list[Mapping[str, Any]]:
    """Entries that have a `name`, as they were found: in the order they were known in, new ones last.

    Args:
        same: whether an entry that was known and one of its name that was found mean the same.
    """
    there = {entry["name"]: entry for entry in found}
    before = {entry["name"]: entry for entry in known}
    return [
        before[name] if name in before and same(before[name], there[name]) else there[name]
        for name in (*(name for name in before if name in there), *(name for name in there if name not in before))
    ]


def _same(declared: Input, known: Any, found: Any) -> bool:
    # Reading brings the keys of mappings into the declared order: what was kept as text has them in another.
    return known is not None and declared.same(declared.take("", known, []), found)
