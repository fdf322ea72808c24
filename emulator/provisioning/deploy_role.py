"""The deploy role of a stack's page, made in the account as a person makes it once in a real one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import ValidationError

from components import deploy_role
from components.environment import EnvironmentConfig

if TYPE_CHECKING:
    from emulator.account import Account

KEY = "eventwire:environment"
_MAX_SESSION_SECONDS = 3_600
_TOLD = ("account_id", "region", "deploy_role")


def prepare(account: Account, config: Mapping[str, str]) -> None:
    """Make the role that the stack's config names, or let it be again what it should be.

    Nothing is made for a project without the key, for a page that is wrong, which the program tells of, nor for one of
    another account, which its provider refuses.

    Args:
        config: the stack's, by full key.
    """
    environment = _environment(config.get(KEY))
    if environment is None or environment.account_id != account.account_id:
        return
    iam, name = account.client("iam"), environment.deploy_role.name
    trust = json.dumps(deploy_role.trust_policy(environment))
    if any(role.name == name for role in account.storage.backend("iam").roles.values()):
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
    else:
        account.storage.seed(f"deploy role {name}")
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, MaxSessionDuration=_MAX_SESSION_SECONDS)
    policy = json.dumps(deploy_role.permission_policy(environment))
    iam.put_role_policy(RoleName=name, PolicyName=deploy_role.POLICY_NAME, PolicyDocument=policy)


def _environment(text: str | None) -> EnvironmentConfig | None:
    """What the page says of where the stack lives and who deploys it; the rest of it is for the program."""
    try:
        said = json.loads(text or "null")
        told = {name: said[name] for name in _TOLD if name in said} if isinstance(said, dict) else None
        return EnvironmentConfig.model_validate_json(json.dumps(told))
    except (json.JSONDecodeError, ValidationError):
        return None
