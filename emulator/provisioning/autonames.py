"""Physical names that the program leaves open: Pulumi makes them from the logical name and seven more digits.

Pulumi draws the digits; here they follow from project, stack and URN, so that every run gives the same names.
"""

from __future__ import annotations

import hashlib

from emulator.provisioning.resource_type import Autoname, Refused, Values

_DIGITS = 7


def autonamed(autoname: Autoname, urn: str, logical_name: str, inputs: Values) -> str:
    """The physical name of a resource.

    Args:
        urn: holds project and stack, and no other resource of the stack has it.
        inputs: what else the resource is told.

    Raises:
        Refused: it would be too long, as Pulumi refuses it too.
    """
    ending = autoname.suffix(inputs)
    digits = hashlib.sha256(urn.encode()).hexdigest()[:_DIGITS]
    name = f"{logical_name}-{digits}{ending}"
    if len(name) > autoname.most:
        added = _DIGITS + 1 + len(ending)
        raise Refused(
            f"the logical name is {len(logical_name)} characters long and needs at most {autoname.most - added}: "
            f"`{autoname.input}` has {autoname.most}, and {added} of them are added"
        )
    return name.lower() if autoname.lower_case else name
