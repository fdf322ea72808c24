"""The guard: stops every boto3 call of this process, finds out whose it is, and lets pass what that identity may do.

It hangs on botocore's own events, so it sees the clients of every session, also of those a handler makes for itself.
Calls that come over HTTP are brought here by `emulator/serving/aws_api.py`, and decided alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import botocore
from botocore.awsrequest import AWSResponse
from botocore.handlers import BUILTIN_HANDLERS
from botocore.model import OperationModel

from emulator.enforcement import policies, refusals
from emulator.enforcement.api_rights.right import Call, Right
from emulator.enforcement.api_rights.rules import rights_of
from emulator.enforcement.deletions import delete_but
from emulator.enforcement.refusals import Refusal
from emulator.identity import ADMINISTRATOR, Credentials, Identity

if TYPE_CHECKING:
    from emulator.account import Account

Answer = tuple[AWSResponse, dict[str, Any]]
"""A response and its parsed content, as botocore takes them in place of sending a request."""

Outcome = Refusal | dict[str, Any] | None
"""What a call is answered in place of the service: a refusal, or a parsed answer; None where it may pass."""

_PARAMS = "eventwire_params"
_IDENTITY = "eventwire_identity"

_open: Account | None = None


def open_for(account: Account) -> None:
    """From now on the calls of this process are this account's."""
    global _open
    _open = account


def close() -> None:
    """Let calls pass again."""
    global _open
    _open = None


def _remember(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
    # Botocore tells the parameters of a call here, and its credentials only in `before-call`.
    context[_PARAMS] = params


def _decide(
    model: OperationModel, params: dict[str, Any], request_signer: Any, context: dict[str, Any], **_: Any
) -> Answer | None:
    account = _open
    if account is None:
        return None
    if context.get("auth_type") == "none" or request_signer._signature_version is botocore.UNSIGNED:
        return _answer(refusals.unsigned(model))
    if request_signer._credentials is None:
        return None  # Botocore itself raises NoCredentialsError when it comes to signing.
    frozen = request_signer._credentials.get_frozen_credentials()
    identity = identity_of(account, frozen.access_key, frozen.secret_key, frozen.token)
    context[_IDENTITY] = identity
    outcome = decide(account, identity, model, context[_PARAMS], context["client_region"])
    return None if outcome is None else _answer(outcome)


def identity_of(
    account: Account, access_key_id: str, secret_access_key: str, session_token: str | None
) -> Identity | None:
    """Whose credentials these are, if anybody's: those of a deleted role are nobody's any more."""
    identity = account.identities.of_credentials(access_key_id, secret_access_key, session_token)
    if identity is None or identity.role_arn is None or policies.role_exists(account.storage, identity.role_arn):
        return identity
    return None


def decide(
    account: Account, identity: Identity | None, model: OperationModel, params: Mapping[str, Any], region: str
) -> Outcome:
    """Whether a call may pass, and what it is answered where it may not.

    Args:
        identity: who calls; None is nobody the account knows.
        params: the operation's, as a client of boto3 is given them.
        region: the one that is called.

    Raises:
        RightUnknown: it cannot be told which right the call needs.
    """
    if identity is None:
        return refusals.unknown_credentials(model)
    if model.name == "GetCallerIdentity":
        return _caller_identity(account, identity)
    if identity is ADMINISTRATOR:
        return None
    return _judge(
        account, identity, model, Call(model.service_model.service_name, model.name, params, region, account.storage)
    )


def _judge(account: Account, identity: Identity, model: OperationModel, call: Call) -> Outcome:
    rights = rights_of(call)
    if model.name == "DeleteObjects":
        refused = {
            position: refusal.message
            for position, right in enumerate(rights)
            if (refusal := _refusal(account, identity, model, call, right))
        }
        return delete_but(call, account.identities.client("s3", ADMINISTRATOR), refused) if refused else None
    for right in rights:
        if refusal := _refusal(account, identity, model, call, right):
            return refusal
    return None


def _refusal(account: Account, identity: Identity, model: OperationModel, call: Call, right: Right) -> Refusal | None:
    context = {"aws:RequestedRegion": call.region, **right.context}
    decision = account.rights.of_identity(identity, right.action, right.resource, context)
    if decision.allowed:
        return None
    account.rights.deny(
        decision,
        principal=identity.arn,
        action=right.action,
        resource=right.resource,
        caller=identity.caller,
        missing=right.missing,
    )
    return refusals.denied(model, identity.arn, right.action, right.resource, decision)


def _answer(outcome: Refusal | dict[str, Any]) -> Answer:
    if not isinstance(outcome, Refusal):
        return AWSResponse("", 200, {}, None), outcome
    parsed = {
        "Error": {"Code": outcome.code, "Message": outcome.message},
        "ResponseMetadata": {"HTTPStatusCode": outcome.status, "HTTPHeaders": {}, "RetryAttempts": 0},
    }
    return AWSResponse("", outcome.status, {}, None), parsed


def _caller_identity(account: Account, identity: Identity) -> dict[str, Any]:
    # The administrator stands before AWS as the account itself.
    arn, user_id = f"arn:{account.partition}:iam::{account.account_id}:root", account.account_id
    if identity is not ADMINISTRATOR:
        role = policies.of_role(account.storage, identity.role_arn or "")
        arn, user_id = identity.arn, f"{role.unique_id}:{identity.arn.rpartition('/')[2]}"
    return {
        "UserId": user_id,
        "Account": arn.split(":")[4],
        "Arn": arn,
        "ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0},
    }


def _learn_session(parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    caller: Identity | None = context.get(_IDENTITY)
    if _open is not None and caller is not None:
        learn_session(_open, caller, context[_PARAMS], parsed)


def learn_session(account: Account, caller: Identity, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> None:
    """`AssumeRole` was answered: from now on the credentials of the new session are known, if there is one.

    Args:
        params: the call's.
        parsed: its answer.
    """
    if "Credentials" not in parsed:
        return
    given = parsed["Credentials"]
    account.identities.know(
        Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]),
        Identity(
            arn=parsed["AssumedRoleUser"]["Arn"],
            role_arn=params["RoleArn"],
            caller=caller.caller,
            session_policy=params.get("Policy"),
            session_tags=tuple((tag["Key"], tag["Value"]) for tag in params.get("Tags", [])),
        ),
    )


# Sessions take the handlers that stand in this list when they are made, so these stand in it from the start and do
# nothing while no account is open.
BUILTIN_HANDLERS.extend(
    [
        ("before-parameter-build", _remember),
        ("before-call", _decide),
        ("after-call.sts.AssumeRole", _learn_session),
    ]
)
