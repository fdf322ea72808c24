"""An update by somebody who has few rights: it needs those to what it changes, and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Refused
from tests.emulator.functions import LAMBDA_TRUST, document


def needs_these_rights(
    account: Account,
    type_token: str,
    made_id: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    actions: Sequence[str],
) -> None:
    """See that an update is refused while any one of these actions is not allowed, and done when all of them are."""
    iam = account.client("iam")
    arn = iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=document(LAMBDA_TRUST))["Role"]["Arn"]
    deployer = account.identities.role_session(arn, "deployer", "the deployer")

    def update(*allowed: str) -> None:
        statement = {"Effect": "Allow", "Action": ["sts:GetCallerIdentity", *allowed], "Resource": "*"}
        iam.put_role_policy(RoleName="deployer", PolicyName="may", PolicyDocument=document(statement))
        with account.acting(deployer):
            Provisioner(account).update(type_token, made_id, old, new)

    for action in actions:
        with pytest.raises(Refused, match=f"^{action.partition(':')[2]} answers (AccessDenied|AuthorizationError)"):
            update(*(other for other in actions if other != action))
    update(*actions)
