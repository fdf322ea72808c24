"""The life of a resource: made, read, changed, read again, deleted; what every type has to go through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.account import Account
from emulator.provisioning.provider_settings import ProviderSettings
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Made

SETTINGS = ProviderSettings({"stack": "dev"})


def checked(account: Account, type_token: str, given: Mapping[str, Any], name: str = "thing") -> dict[str, Any]:
    """The inputs as they are after the check, which must find nothing wrong with them."""
    done = Provisioner(account).check(f"urn:pulumi:dev::quakes::{type_token}::{name}", given, SETTINGS)
    assert done.problems == ()
    return dict(done.inputs)


def live(account: Account, type_token: str, *stages: Mapping[str, Any], name: str = "thing") -> Made:
    """Take one resource through its whole life, and see at each stage that it is read back as it was told.

    Args:
        stages: its inputs as the program gives them, at first and after each update. What the things it needs are
            called stands in them, so these must be there.

    Returns:
        What was made at first.
    """
    provisioner = Provisioner(account)
    first, *others = (checked(account, type_token, stage, name) for stage in stages)
    born = made = provisioner.create(type_token, first)
    _is_read_back(provisioner, type_token, first, made)
    known = first
    for told in others:
        difference = provisioner.difference(type_token, known, told)
        assert difference.changes, "an update that changes nothing shows nothing"
        assert not difference.replaces
        updated = provisioner.update(type_token, made.id, known, told)
        assert (updated.id, updated.arn) == (made.id, made.arn)
        assert provisioner.difference(type_token, told, told).changes == {}
        _is_read_back(provisioner, type_token, told, updated)
        known, made = told, updated
    provisioner.delete(type_token, made.id, known)
    assert provisioner.read(type_token, made.id, known, SETTINGS) is None
    provisioner.delete(type_token, made.id, known)  # What is gone already stays gone.
    return born


def _is_read_back(provisioner: Provisioner, type_token: str, told: Mapping[str, Any], made: Made) -> None:
    found = provisioner.read(type_token, made.id, told, SETTINGS)
    assert found is not None
    assert provisioner.difference(type_token, told, found.inputs).changes == {}
    assert found.inputs == told
    assert (found.made.id, found.made.arn, found.made.outputs) == (made.id, made.arn, made.outputs)
