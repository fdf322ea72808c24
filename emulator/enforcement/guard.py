"""The guard: stops every boto3 call of this process, finds out whose it is, and lets pass what that identity may do.

It hangs on botocore's own events, so it sees the clients of every session, also of those a handler makes for itself.
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
    identity = _identity(account, request_signer._credentials)
    context[_IDENTITY] = identity
    if identity is ADMINISTRATOR:
        return None
    if identity is None:
        return _answer(refusals.unknown_credentials(model))
    if model.name == "GetCallerIdentity":
        return _caller_identity(account, identity)
    call = Call(
        service=model.service_model.service_name,
        operation=model.name,
        params=context[_PARAMS],
        region=context["client_region"],
        storage=account.storage,
    )
    return _judge(account, identity, model, call)


def _identity(account: Account, credentials: Any) -> Identity | None:
    frozen = credentials.get_frozen_credentials()
    identity = account.identities.of_credentials(frozen.access_key, frozen.secret_key, frozen.token)
    if identity is None or identity.role_arn is None or policies.role_exists(account.storage, identity.role_arn):
        return identity
    return None  # The credentials of a deleted role are no longer anybody's.


def _judge(account: Account, identity: Identity, model: OperationModel, call: Call) -> Answer | None:
    """Whether a call may pass (None), and what it is answered where it may not."""
    rights = rights_of(call)
    if model.name == "DeleteObjects":
        refused = {
            position: refusal.message
            for position, right in enumerate(rights)
            if (refusal := _refusal(account, identity, model, call, right))
        }
        if not refused:
            return None
        parsed = delete_but(call, account.identities.client("s3", ADMINISTRATOR), refused)
        return AWSResponse("", 200, {}, None), parsed
    for right in rights:
        if refusal := _refusal(account, identity, model, call, right):
            return _answer(refusal)
    return None


def _refusal(account: Account, identity: Identity, model: OperationModel, call: Call, right: Right) -> Refusal | None:
    context = {"aws:RequestedRegion": call.region, **right.context}
    decision = account.rights.of_identity(identity, right.action, right.resource, context)
    if decision.allowed:
        return None
    account.rights.deny(
        decision, principal=identity.arn, action=right.action, resource=right.resource, caller=identity.caller
    )
    return refusals.denied(model, identity.arn, right.action, right.resource, decision)


def _answer(refusal: Refusal) -> Answer:
    parsed = {
        "Error": {"Code": refusal.code, "Message": refusal.message},
        "ResponseMetadata": {"HTTPStatusCode": refusal.status, "HTTPHeaders": {}, "RetryAttempts": 0},
    }
    return AWSResponse("", refusal.status, {}, None), parsed


def _caller_identity(account: Account, identity: Identity) -> Answer:
    role = policies.of_role(account.storage, identity.role_arn or "")
    parsed = {
        "UserId": f"{role.unique_id}:{identity.arn.rpartition('/')[2]}",
        "Account": identity.arn.split(":")[4],
        "Arn": identity.arn,
        "ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0},
    }
    return AWSResponse("", 200, {}, None), parsed


def _learn_session(parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    """A role was assumed: from now on its new credentials are known."""
    caller: Identity | None = context.get(_IDENTITY)
    if _open is None or caller is None or "Credentials" not in parsed:
        return
    params = context[_PARAMS]
    given = parsed["Credentials"]
    _open.identities.know(
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
