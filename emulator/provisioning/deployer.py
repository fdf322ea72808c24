"""The deployer: the role session that makes, changes, reads and deletes, and what is said when it may not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from emulator.enforcement.api_rights.right import RightUnknown
from emulator.identity import ADMINISTRATOR, Identity
from emulator.journal import Denial
from emulator.provisioning.resource_type import Refused, Values

if TYPE_CHECKING:
    from emulator.account import Account
    from emulator.iam import Decision

CALLER = "deploy"
"""What the deployer is called where callers are told."""

_SESSION_NAME = "aws-go-sdk"
"""Stands for the name that the provider's SDK draws where none is said."""

_SHORTEST_MOST_SECONDS = 3_600
"""What a role allows where nothing is said (IAM API reference, `CreateRole`, `MaxSessionDuration`)."""

_MOST_CHAINED_SECONDS = 3_600
"""The most for a role that another role assumes (STS API reference, `AssumeRole`, `DurationSeconds`)."""


def assume(account: Account, roles: Sequence[Values]) -> tuple[Identity, list[str]]:
    """Assume the roles of a provider's settings, each by the session of the one before, the first as administrator.

    Args:
        roles: `roleArn`, and perhaps `externalId`, `sessionName` and `seconds`, of each.

    Returns:
        The session of the last role, and no problems; or the administrator, and why a role cannot be assumed.
    """
    deployer = ADMINISTRATOR
    for index, role in enumerate(roles):
        if problems := [f"assumeRoles[{index}] {problem}" for problem in _objections(account, deployer, role)]:
            return ADMINISTRATOR, problems
        session_name = role.get("sessionName", _SESSION_NAME)
        deployer = account.identities.role_session(role["roleArn"], session_name, CALLER)
    return deployer, []


def _objections(account: Account, caller: Identity, role: Values) -> Iterator[str]:
    """Why a role cannot be assumed."""
    arn, owner = role["roleArn"], role["roleArn"].split(":")[4]
    if owner != account.account_id:
        yield f"is {arn}, a role of account {owner}: only {account.account_id} is here, and the roles it has"
        return
    known = next((each for each in account.storage.backend("iam").roles.values() if each.arn == arn), None)
    if known is None:
        yield (
            f"is {arn}, and the account has no such role: what makes it here is deploy_role of eventwire:environment "
            "on the stack's page"
        )
        return
    wanted, most = role.get("seconds", 0), int(known.max_session_duration or _SHORTEST_MOST_SECONDS)
    if wanted > most:
        yield f"has a duration of {wanted} seconds, needs at most {most}: the maxSessionDuration of {known.name}"
    elif caller is not ADMINISTRATOR and wanted > _MOST_CHAINED_SECONDS:
        yield (
            f"has a duration of {wanted} seconds, needs at most {_MOST_CHAINED_SECONDS}: "
            "a role that another role assumes gives no more"
        )
    decision = _may_assume(account, caller, role)
    if not decision.allowed:
        who = "the administrator" if caller is ADMINISTRATOR else f"role {_name(caller)}"
        yield f"is {arn}, which {who} may not assume: {decision.reason}"


def _may_assume(account: Account, caller: Identity, role: Values) -> Decision:
    context = {"sts:RoleSessionName": role.get("sessionName", _SESSION_NAME)}
    if "externalId" in role:
        context["sts:ExternalId"] = role["externalId"]
    if caller is ADMINISTRATOR:
        return account.rights.of_administrator("sts:AssumeRole", role["roleArn"], context)
    return account.rights.of_identity(caller, "sts:AssumeRole", role["roleArn"], context)


@contextmanager
def deploying(account: Account, deployer: Identity) -> Iterator[None]:
    """Inside, calls are the deployer's, and one that is denied ends in a refusal that says what its role needs.

    What is denied does not stand in the journal, which tells of events on their way.

    Raises:
        Refused: calls were denied, or it cannot be told which right one needs.
    """
    with account.acting(deployer), account.journal.set_aside() as denials:
        try:
            yield
        except RightUnknown as error:
            raise Refused(str(error)) from error
        except Exception as error:
            if denials:
                raise Refused(_told(deployer, denials)) from error
            raise
    # A denial that somebody took for something else, a thing that is not there, is still told.
    if denials:
        raise Refused(_told(deployer, denials))


def _told(deployer: Identity, denials: Sequence[Denial]) -> str:
    return "; ".join(dict.fromkeys(_sentence(deployer, denial) for denial in denials))


def _sentence(deployer: Identity, denial: Denial) -> str:
    on = "" if denial.resource == "*" else f" on {denial.resource}"
    told = f"{_name(deployer)} may not {denial.action}{on}: {denial.reason}"
    if denial.explicit:
        return f"{told}; no other right lifts an explicit deny"
    return f"{told}; the deploy role needs {denial.action}{on}"


def _name(identity: Any) -> str:
    return str(identity.role_arn).rpartition("/")[2]
