"""IAM decides whether a request may go ahead: the verdict across all policies that speak about it.

The logic is that of the IAM user guide, "How AWS enforcement code logic evaluates requests to allow or deny access"
and "Cross-account policy evaluation logic". Organizations' control policies, VPC endpoint policies, KMS grants and
access control lists take no part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from emulator.policy.document import DocumentKind, check_document, read_document
from emulator.policy.policy import NamedPolicy, PolicyError, Request, Statement, document_text
from emulator.policy.principals import CallerKind, Naming, caller
from emulator.policy.reasons import Attached, denial, grant, shortfall

__all__ = ["Decision", "NamedPolicy", "PolicyError", "Verdict", "check_document", "evaluate"]

IDENTITY = "identity policy"
RESOURCE = "resource policy"
BOUNDARY = "permissions boundary"
SESSION = "session policy"

_TRUST_ACTIONS = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:setsourceidentity",
        "sts:tagsession",
    }
)


class Verdict(StrEnum):
    """The three answers of IAM."""

    ALLOWED = "Allowed"
    EXPLICITLY_DENIED = "ExplicitlyDenied"
    IMPLICITLY_DENIED = "ImplicitlyDenied"


@dataclass(frozen=True)
class Decision:
    """A verdict and what it rests on."""

    verdict: Verdict
    layer: str
    """Which layer decided: identity policy, resource policy, permissions boundary or session policy."""
    policy: str | None
    """Name of the policy whose statement decided, or of the one that fell short."""
    statement: str | None
    """Sid or `statement 2`, where one statement decided."""
    reason: str
    """One sentence for people."""

    @property
    def allowed(self) -> bool:
        return self.verdict is Verdict.ALLOWED


def evaluate(
    *,
    principal: str,
    principal_account: str | None,
    resource_account: str | None,
    action: str,
    resource: str,
    context: Mapping[str, str | Sequence[str]],
    identity_policies: Sequence[Mapping[str, Any] | NamedPolicy] = (),
    resource_policy: Mapping[str, Any] | NamedPolicy | None = None,
    boundary: Mapping[str, Any] | NamedPolicy | None = None,
    session_policy: Mapping[str, Any] | NamedPolicy | None = None,
) -> Decision:
    """Decides one request.

    Args:
        principal: who asks: ARN of a user, role, role session, federated user session or account root, an account
            id, a service (`s3.amazonaws.com`), or an identity provider.
        principal_account: the account of the principal; None for a service.
        resource_account: the account that owns the resource.
        action: `sqs:SendMessage`, in any letter case.
        resource: ARN of the resource, or `*` for an action without one.
        context: the condition keys of the request in any letter case, complete: nothing is derived from the other
            arguments. A list is the value of a multivalued key.
        identity_policies: attached to the principal.
        resource_policy: attached to the resource; for `sts:AssumeRole...` the trust policy of the role.
        boundary: the principal's permissions boundary.
        session_policy: passed when the principal's session was made.

    Raises:
        PolicyError: a policy has an operator or element that is unknown, or is otherwise without a clear meaning.
        ValueError: the principal is of no known form.
    """
    asking = caller(principal)
    request = Request(
        caller=asking,
        action=action.lower(),
        resource=resource,
        context={key.lower(): value if isinstance(value, str) else tuple(value) for key, value in context.items()},
        bounded=boundary is not None,
    )
    trust = request.action in _TRUST_ACTIONS
    evaluation = _Evaluation(
        request=request,
        asked=f"{action} on {resource}",
        same_account=principal_account is not None and principal_account == resource_account,
        resource_must_allow=trust or _is_key(request),
        identity=_attached(identity_policies, IDENTITY, "identity"),
        resource=_attached([resource_policy], RESOURCE, "trust" if trust else "resource"),
        boundary=_attached([boundary], BOUNDARY, "identity"),
        session=_attached([session_policy], SESSION, "identity"),
    )
    return evaluation.decide()


@dataclass(frozen=True)
class _Evaluation:
    request: Request
    asked: str
    same_account: bool
    resource_must_allow: bool
    """Even within the account: so it is for KMS keys and role trusts."""
    identity: tuple[Attached, ...]
    resource: tuple[Attached, ...]
    boundary: tuple[Attached, ...]
    session: tuple[Attached, ...]

    def decide(self) -> Decision:
        denial = self._explicit_denial()
        if denial:
            return denial
        granting, naming = self._resource_grant()
        if self.request.caller.needs_no_identity_policy:
            return granting or self._denied(RESOURCE, self.resource)
        if self.same_account:
            return self._within_account(granting, naming)
        return self._across_accounts(granting)

    def _explicit_denial(self) -> Decision | None:
        layers = (
            (IDENTITY, self.identity),
            (RESOURCE, self.resource),
            (BOUNDARY, self.boundary),
            (SESSION, self.session),
        )
        for layer, policies in layers:
            for attached in policies:
                for statement in attached.policy.denies:
                    if statement.applies(self.request):
                        reason = denial(attached, statement, self.request, self.asked)
                        return Decision(Verdict.EXPLICITLY_DENIED, layer, attached.name, statement.label, reason)
        return None

    def _resource_grant(self) -> tuple[Decision | None, Naming]:
        """The statement of the resource's policy that allows, the one that names the caller most closely."""
        best: Decision | None = None
        closest = Naming.NONE
        for attached in self.resource:
            for statement in attached.policy.allows:
                naming = statement.naming(self.request)
                if naming > closest and statement.applies(self.request):
                    best, closest = self._allowed(RESOURCE, attached, statement), naming
        return best, closest

    def _within_account(self, granting: Decision | None, naming: Naming) -> Decision:
        if granting and naming is Naming.DIRECT:
            return granting
        if granting is None and self.resource_must_allow:
            return self._denied(RESOURCE, self.resource, "no identity policy is enough here, ")
        allowing = self._identity_grant() or (granting if naming is Naming.ROLE else None)
        if allowing:
            return self._limited(allowing)
        if granting:
            return self._denied(IDENTITY, self.identity, f"{granting.policy} leaves it to the caller's account, ")
        lacking = self._denied(IDENTITY, self.identity)
        if not self.resource:
            return lacking
        other = shortfall(RESOURCE, self.resource, self.request, self.asked)
        return replace(lacking, reason=f"{lacking.reason}; {other.reason}")

    def _across_accounts(self, granting: Decision | None) -> Decision:
        if granting is None:
            return self._denied(RESOURCE, self.resource, "the resource is another account's, ")
        allowing = self._identity_grant()
        if allowing:
            return self._limited(allowing)
        return self._denied(IDENTITY, self.identity, f"{granting.policy} is another account's and not enough, ")

    def _limited(self, allowing: Decision) -> Decision:
        """What is left of a grant under the boundary and the session policy."""
        if self.request.caller.kind is CallerKind.FEDERATED_SESSION and not self.session:
            return self._denied(SESSION, (), "a federated user session has no permissions of its own, ")
        for layer, policies in ((BOUNDARY, self.boundary), (SESSION, self.session)):
            if policies and self._first_allow(policies) is None:
                return self._denied(layer, policies)
        return allowing

    def _identity_grant(self) -> Decision | None:
        if self.request.caller.kind is CallerKind.ROOT:
            reason = f"the root user may do everything its account may, {self.asked} too"
            return Decision(Verdict.ALLOWED, IDENTITY, None, None, reason)
        found = self._first_allow(self.identity)
        return self._allowed(IDENTITY, *found) if found else None

    def _first_allow(self, policies: tuple[Attached, ...]) -> tuple[Attached, Statement] | None:
        for attached in policies:
            for statement in attached.policy.allows:
                if statement.applies(self.request):
                    return attached, statement
        return None

    def _allowed(self, layer: str, attached: Attached, statement: Statement) -> Decision:
        reason = grant(attached, statement, self.request, self.asked)
        return Decision(Verdict.ALLOWED, layer, attached.name, statement.label, reason)

    def _denied(self, layer: str, policies: tuple[Attached, ...], because: str = "") -> Decision:
        missing = shortfall(layer, policies, self.request, self.asked)
        return Decision(Verdict.IMPLICITLY_DENIED, layer, missing.policy, None, f"{because}{missing.reason}")


def _attached(
    policies: Sequence[Mapping[str, Any] | NamedPolicy | None], layer: str, kind: DocumentKind
) -> tuple[Attached, ...]:
    attached = []
    for number, policy in enumerate(policies, start=1):
        if policy is None:
            continue
        name = f"{layer} {number}" if len(policies) > 1 else layer
        text = policy.text if isinstance(policy, NamedPolicy) else document_text(policy)
        if isinstance(policy, NamedPolicy):
            name = policy.name
        reading = read_document(text, kind)
        if reading.unreadable:
            raise PolicyError(f"{name}: {'; '.join(reading.unreadable)}")
        attached.append(Attached(name, reading.policy))
    return tuple(attached)


def _is_key(request: Request) -> bool:
    """Whether the action is on a KMS key, whose policy has to allow in any case (KMS guide, "Key policies")."""
    return request.action.startswith("kms:") and request.resource.split(":", 5)[-1].startswith("key/")
