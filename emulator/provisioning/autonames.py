"""Physical names that the program leaves open: Pulumi makes them from the logical name and seven more digits.

Pulumi draws the digits; here they follow from project, stack and URN, so that every run gives the same names.
"""

from __future__ import annotations

import hashlib
import re

from emulator.provisioning.resource_type import Autoname, Refused, Values

_DIGITS = 7


def autonamed(autoname: Autoname, urn: str, logical_name: str, inputs: Values, place: int = 0) -> str:
    """The physical name of a resource.

    Args:
        urn: holds project and stack, and no other resource of the stack has it.
        inputs: what else the resource is told.
        place: 0 for the first of this URN; a thing that takes the place of another needs another number.

    Raises:
        Refused: it would be too long, as Pulumi refuses it too.
    """
    ending = autoname.suffix(inputs)
    seed = f"{urn} {place}" if place else urn
    name = f"{logical_name}-{hashlib.sha256(seed.encode()).hexdigest()[:_DIGITS]}{ending}"
    if len(name) > autoname.most:
        added = _DIGITS + 1 + len(ending)
        raise Refused(
            f"the logical name is {len(logical_name)} characters long and needs at most {autoname.most - added}: "
            f"`{autoname.input}` has {autoname.most}, and {added} of them are added"
        )
    return name.lower() if autoname.lower_case else name


def is_autonamed(name: str, ending: str | None = None) -> bool:
    """Whether a physical name looks as if `autonamed` made it, for whatever logical name: an alias keeps it.

    Args:
        ending: what it has to end in; None where nobody can tell.
    """
    end = r"(\.|\Z)" if ending is None else rf"{re.escape(ending)}\Z"
    return re.search(rf"-[0-9a-f]{{{_DIGITS}}}{end}", name) is not None
