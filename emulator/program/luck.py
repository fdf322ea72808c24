"""Rights by luck: a right that AWS looks for is there, but only because it happened to be made in time.

Pulumi makes what does not depend on each other at the same time. A right that merely came before the thing that needs
it may be late the next time, so it counts only among the things that were waited for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby

from emulator.program.record import Record, Resource
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Need
from emulator.wire import plain


def by_luck(
    needs: list[Need], waited_for: frozenset[str], record: Record, provisioner: Provisioner
) -> Iterator[tuple[Need, list[Resource]]]:
    """Which needs are met by luck, and what was not waited for, although they would not be met without it.

    Args:
        needs: rights that are there.
        waited_for: URNs of what the thing that needs them depends on.
    """
    for holder, group in groupby(sorted(needs, key=_holder), key=_holder):
        lucky = [each for each in _bearing(holder, record, provisioner) if each.urn not in waited_for]
        of_holder = list(group)
        unnamed = [each for each in lucky if each.arn == holder]
        if unnamed:
            yield of_holder[0], unnamed
        elif lucky:
            with _withdrawn(lucky, provisioner):
                unmet = [need for need in of_holder if not need.decide().allowed]
            yield from ((need, _without_which(need, lucky, provisioner)) for need in unmet)


def too_late(need: Need, waited_for: frozenset[str], record: Record, provisioner: Provisioner) -> list[Resource]:
    """The rights that were made after a thing was refused for lack of them; none where they never came."""
    if not need.decide().allowed:
        return []
    bearing = _bearing(need.holder, record, provisioner)
    late = [each for each in bearing if each.urn not in waited_for and each.arn != need.holder]
    return _without_which(need, late, provisioner)


def _holder(need: Need) -> str:
    return need.holder


def _bearing(holder: str, record: Record, provisioner: Provisioner) -> list[Resource]:
    """The thing or role whose policies decide, and every right on it."""
    return [
        resource
        for resource in record.resources.values()
        if resource.arn == holder or provisioner.right_on(resource.type, resource.inputs) == holder
    ]


def _without_which(need: Need, rights: list[Resource], provisioner: Provisioner) -> list[Resource]:
    """Those of the rights that the need is not met without; all of them, where each would be enough."""
    necessary = []
    for right in rights:
        with _withdrawn([right], provisioner):
            if not need.decide().allowed:
                necessary.append(right)
    return necessary or rights


@contextmanager
def _withdrawn(rights: list[Resource], provisioner: Provisioner) -> Iterator[None]:
    """Inside, the account is without these rights."""
    for right in rights:
        provisioner.delete(right.type, right.id, right.inputs)
    try:
        yield
    finally:
        for right in rights:
            provisioner.create(right.type, plain(right.inputs))
