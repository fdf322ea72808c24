"""The settings of an AWS provider, explicit or default: what they must be here, whom it deploys as, and its tags."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emulator.identity import ADMINISTRATOR, Identity
from emulator.provisioning.deployer import assume
from emulator.provisioning.inputs import Arn, Block, Flag, Input, Items, NotDone, Text, Wrong, read_inputs
from emulator.provisioning.resource_type import TAGS, Values

if TYPE_CHECKING:
    from emulator.account import Account

_ACCOUNT_IDS = Items(of=Text(pattern=r"[0-9]{12}", says="twelve digits"))

ASSUMED_ROLE: Mapping[str, Input] = {
    "roleArn": Arn(of=("iam",), required=True),
    "externalId": Text(pattern=r"[\w+=,.@:/-]{2,1224}", says="2 to 1224 characters of A-Z a-z 0-9 _ + = , . @ : / -"),
    "sessionName": Text(pattern=r"[\w+=,.@-]{2,64}", says="2 to 64 characters of A-Z a-z 0-9 _ + = , . @ -"),
    "duration": Text(pattern=r"([0-9]+[hms])+", says="hours, minutes and seconds, as in 1h30m"),
}
"""One role to assume (STS API reference, `AssumeRole`)."""

SETTINGS: Mapping[str, Input] = {
    "region": Text(),
    "allowedAccountIds": _ACCOUNT_IDS,
    "forbiddenAccountIds": _ACCOUNT_IDS,
    "assumeRoles": Items(of=Block(of=ASSUMED_ROLE), least=1),
    "defaultTags": Block(of={"tags": TAGS}),
    # Checks of the real provider that have nothing to look at here.
    "skipCredentialsValidation": Flag(),
    "skipRegionValidation": Flag(),
    "skipMetadataApiCheck": Flag(),
    "skipRequestingAccountId": Flag(),
}


@dataclass(frozen=True)
class ProviderSettings:
    """What a provider adds to the resources it makes, and who makes them."""

    default_tags: Mapping[str, str] = field(default_factory=dict)
    deployer: Identity = ADMINISTRATOR
    """The session of the role it assumes; the administrator, who may do everything, where it assumes none."""


def read_provider_settings(account: Account, given: Values) -> tuple[ProviderSettings, list[str]]:
    """Read the settings of a provider, assume its roles, and say everything that is wrong with them.

    Args:
        given: by name; lists and mappings may be JSON texts, as they are on the wire.
    """
    values = {name: value if name == "region" else _from_text(value) for name, value in given.items()}
    wrong: list[Wrong] = []
    settings = read_inputs(SETTINGS, values, wrong)
    problems = [_explained(one) for one in wrong] or _mismatches(account, settings)
    roles = [{**role, "seconds": _seconds(role.get("duration", "15m"))} for role in settings.get("assumeRoles", ())]
    # Sentences about rights can only be trusted where all else is right.
    deployer, refusals = (ADMINISTRATOR, []) if problems else assume(account, roles)
    if problems := [*problems, *refusals]:
        return ProviderSettings(), problems
    return ProviderSettings(settings.get("defaultTags", {}).get("tags", {}), deployer), []


def _from_text(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _explained(wrong: Wrong) -> str:
    """A dict in a provider's settings reaches the provider as it is spelled, and one with `role_arn` names no role."""
    path, _, name = wrong.path.rpartition(".")
    camel = re.sub(r"_(.)", lambda found: found[1].upper(), name)
    if isinstance(wrong, NotDone) and path.startswith("assumeRoles") and camel in ASSUMED_ROLE:
        return (
            f"{wrong.path} is not known, {camel} is: a dict in a provider's settings keeps its spelling, "
            "use aws.ProviderAssumeRoleArgs"
        )
    return str(wrong)


def _mismatches(account: Account, settings: Values) -> list[str]:
    """What does not fit the account that is open."""
    problems = []
    region, allowed = settings.get("region", account.region), settings.get("allowedAccountIds")
    if region != account.region:
        problems.append(f"region {region!r} needs {account.region!r}: the embedded account has this one region")
    if allowed is not None and account.account_id not in allowed:
        problems.append(f"allowedAccountIds {', '.join(allowed)} lacks {account.account_id}, the account this is")
    if account.account_id in settings.get("forbiddenAccountIds", ()):
        problems.append(f"forbiddenAccountIds holds {account.account_id}, the account this is")
    for index, role in enumerate(settings.get("assumeRoles", ())):
        seconds = _seconds(role.get("duration", "15m"))
        if not 900 <= seconds <= 43_200:
            problems.append(f"assumeRoles[{index}].duration {role['duration']!r} needs 15 minutes to 12 hours")
    return problems


def _seconds(duration: str) -> int:
    units = {"h": 3600, "m": 60, "s": 1}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"([0-9]+)([hms])", duration))
