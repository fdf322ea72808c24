"""The rights in the account: who may do what, decided by the policies it holds, and told when somebody may not."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self

from emulator.enforcement import guard, policies
from emulator.enforcement.api_rights.right import Context
from emulator.iam import Decision, NamedPolicy, Verdict, evaluate
from emulator.identity import ADMINISTRATOR, Identity
from emulator.journal import Denial

if TYPE_CHECKING:
    from emulator.account import Account

# A function outside of a VPC calls from an address of AWS that nobody knows beforehand; this one, of the block that
# RFC 5737 keeps for documentation, stands for it.
SOURCE_ADDRESS = "192.0.2.1"

_EVERYTHING = policies.named_policy(
    "the administrator's policy",
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}',
)


class Rights:
    """Decides about rights. While it is open, every boto3 call in this process is decided before it is sent.

    Calls that do not go through boto3 are not seen: a presigned URL that is fetched, any other HTTP client. The network
    is refused to them.
    """

    def __init__(self, account: Account) -> None:
        self._account = account

    def __enter__(self) -> Self:
        guard.open_for(self._account)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        guard.close()

    def of_identity(
        self, identity: Identity, action: str, resource_arn: str, context: Context | None = None
    ) -> Decision:
        """May a role session do this? `context` holds the condition keys of the call, beside those every call has.

        Raises:
            ValueError: the identity is the administrator, who is never evaluated.
            NoSuchRole: the role is gone.
        """
        if identity is ADMINISTRATOR or identity.role_arn is None:
            raise ValueError(f"{identity.caller} has no role to evaluate: the administrator may do everything")
        role = policies.of_role(self._account.storage, identity.role_arn)
        session_policy = None
        if identity.session_policy is not None:
            session_policy = policies.named_policy("session policy", identity.session_policy)
        return evaluate(
            principal=identity.arn,
            principal_account=_account_of(identity.arn),
            resource_account=self._owner(resource_arn),
            action=action,
            resource=resource_arn,
            context={**self._of_request(resource_arn), **self._of_session(identity, role), **(context or {})},
            identity_policies=role.identity,
            resource_policy=self._policy_of(resource_arn, action),
            boundary=role.boundary,
            session_policy=session_policy,
        )

    def of_administrator(self, action: str, resource_arn: str, context: Context | None = None) -> Decision:
        """May an administrator of this account do this, whom no policy of their own limits? The thing's policy may.

        They stand before AWS as a user: the account's root user, for one, cannot assume a role (STS API reference,
        "AssumeRole").
        """
        account_id = self._account.account_id
        arn = f"arn:{self._account.partition}:iam::{account_id}:user/{ADMINISTRATOR.caller}"
        return evaluate(
            principal=arn,
            principal_account=account_id,
            resource_account=self._owner(resource_arn),
            action=action,
            resource=resource_arn,
            context={
                **self._of_request(resource_arn),
                "aws:PrincipalArn": arn,
                "aws:PrincipalAccount": account_id,
                "aws:PrincipalType": "User",
                "aws:PrincipalIsAWSService": "false",
                "aws:username": ADMINISTRATOR.caller,
                "aws:SourceIp": SOURCE_ADDRESS,
                "aws:ViaAWSService": "false",
                **(context or {}),
            },
            identity_policies=(_EVERYTHING,),
            resource_policy=self._policy_of(resource_arn, action),
            boundary=None,
            session_policy=None,
        )

    def of_service(
        self, service_principal: str, action: str, resource_arn: str, context: Context | None = None
    ) -> Decision:
        """May a service (`s3.amazonaws.com`) do this, by the thing's own policy?"""
        return evaluate(
            principal=service_principal,
            principal_account=None,
            resource_account=self._owner(resource_arn),
            action=action,
            resource=resource_arn,
            context={
                **self._of_request(resource_arn),
                "aws:PrincipalIsAWSService": "true",
                "aws:PrincipalServiceName": service_principal,
                **(context or {}),
            },
            identity_policies=(),
            resource_policy=policies.of_thing(self._account.storage, resource_arn),
            boundary=None,
            session_policy=None,
        )

    def of_trust(self, service_principal: str, role_arn: str, context: Context | None = None) -> Decision:
        """May a service assume the role?"""
        return self.of_service(service_principal, "sts:AssumeRole", role_arn, context)

    def deny(
        self,
        decision: Decision,
        *,
        principal: str,
        action: str,
        resource: str,
        caller: str,
        missing: str | None = None,
    ) -> Denial:
        """Write a denial into the journal.

        Args:
            principal: ARN of the role session, or the service.
            caller: who was at work, by name: the function, the trigger.
            missing: the key of an object that is not there, where the right was only to be told so.
        """
        denial = Denial(
            at=self._account.clock.now,
            chain=self._account.chains.current,
            principal=principal,
            action=action,
            resource=resource,
            layer=decision.layer,
            policy=decision.policy,
            reason=decision.reason,
            explicit=decision.verdict is Verdict.EXPLICITLY_DENIED,
            caller=caller,
            missing=missing,
        )
        self._account.journal.write(denial)
        return denial

    def _policy_of(self, resource_arn: str, action: str) -> NamedPolicy | None:
        """The policy attached to a thing. A role's trust speaks of assuming it, and not of what is done to it."""
        if action.startswith("iam:"):
            return None
        return policies.of_thing(self._account.storage, resource_arn)

    def _owner(self, resource_arn: str) -> str:
        """The account a thing belongs to; ARNs of S3 name none, and there is only this one."""
        return _account_of(resource_arn) or self._account.account_id

    def _of_request(self, resource_arn: str) -> Context:
        """The keys of every request (IAM User Guide, "AWS global condition context keys")."""
        now = self._account.clock.now
        return {
            "aws:CurrentTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "aws:EpochTime": str(int(now.timestamp())),
            "aws:SecureTransport": "true",
            "aws:RequestedRegion": self._account.region,
            "aws:ResourceAccount": self._owner(resource_arn),
        }

    def _of_session(self, identity: Identity, role: policies.RolePolicies) -> Context:
        """The keys of a role session, and of where it calls from."""
        tags: Mapping[str, str] = {**role.tags, **dict(identity.session_tags)}
        # Lambda Developer Guide, "Using source function ARN to control function access behavior".
        function = {"lambda:SourceFunctionArn": identity.function_arn} if identity.function_arn else {}
        return {
            **function,
            "aws:PrincipalArn": identity.role_arn or "",
            "aws:PrincipalAccount": _account_of(identity.arn),
            "aws:PrincipalType": "AssumedRole",
            "aws:PrincipalIsAWSService": "false",
            "aws:userid": f"{role.unique_id}:{identity.arn.rpartition('/')[2]}",
            "aws:SourceIp": SOURCE_ADDRESS,
            "aws:ViaAWSService": "false",
            **{f"aws:PrincipalTag/{key}": value for key, value in tags.items()},
        }


def _account_of(arn: str) -> str:
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""
