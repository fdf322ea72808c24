"""Principals: who makes a request, and how the statements of a resource policy name them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_NAMED = re.compile(
    r"arn:[^:*?]+:(?:iam::[^:*?]+:(?:root|user/[^*?]+|role/[^*?]+)"
    r"|sts::[^:*?]+:(?:assumed-role/[^/*?]+/[^/*?]+|federated-user/[^*?]+))"
)
_PROVIDER = re.compile(r"arn:[^:]+:iam::\d{12}:(?:oidc-provider|saml-provider)/.+", re.ASCII)
_WEB_IDENTITY_PROVIDERS = frozenset(
    {"accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"}
)
KINDS = ("AWS", "Service", "Federated", "CanonicalUser")


class CallerKind(StrEnum):
    """What sort of principal makes a request, in words for people."""

    USER = "user"
    ROLE = "role"
    ROLE_SESSION = "role session"
    FEDERATED_SESSION = "federated user session"
    ROOT = "root user"
    SERVICE = "service"
    PROVIDER = "identity provider"


class Naming(IntEnum):
    """How closely a statement names the caller; within one account it says what else limits the grant."""

    NONE = 0
    ACCOUNT = 1
    """By the account: the account's own policies still have to allow."""
    ROLE = 2
    """By the role of the session: boundary and session policy still limit."""
    DIRECT = 3
    """By its own ARN or as everyone: nothing but an explicit deny stops it."""


@dataclass(frozen=True)
class Caller:
    """Who makes the request."""

    principal: str
    kind: CallerKind
    partition: str = ""
    account: str = ""
    role_name: str = ""
    """Of a role session; a session's ARN carries no path of the role."""

    @property
    def needs_no_identity_policy(self) -> bool:
        """Services and identity providers have no policies of their own: only the resource's policy speaks."""
        return self.kind in (CallerKind.SERVICE, CallerKind.PROVIDER)


@dataclass(frozen=True)
class Principals:
    """The Principal or NotPrincipal of a statement (IAM user guide, "AWS JSON policy elements: Principal")."""

    everyone: bool
    accounts: frozenset[str]
    arns: frozenset[str]
    roles: frozenset[tuple[str, str, str]]
    """(partition, account, name) of each role named, its path left out."""
    services: frozenset[str]
    providers: frozenset[str]
    written: str
    unknown: tuple[str, ...]
    """What is wrong with the values that name nobody: AWS would not store them."""

    def naming(self, caller: Caller) -> Naming:
        """How closely the caller is named. `*` and `{"AWS": "*"}` name services too.

        A session of `GetFederationToken` is named by its own ARN or its account: its ARN does not tell which user
        it came from.
        """
        if self.everyone:
            return Naming.DIRECT
        if caller.kind is CallerKind.SERVICE:
            return Naming.DIRECT if caller.principal in self.services else Naming.NONE
        if caller.kind is CallerKind.PROVIDER:
            return Naming.DIRECT if caller.principal in self.providers else Naming.NONE
        if caller.principal in self.arns:
            return Naming.ROLE if caller.kind is CallerKind.ROLE else Naming.DIRECT
        if caller.role_name and (caller.partition, caller.account, caller.role_name) in self.roles:
            return Naming.ROLE
        return Naming.ACCOUNT if caller.account in self.accounts else Naming.NONE

    def spares(self, caller: Caller) -> bool:
        """Whether a Deny with these as NotPrincipal leaves the caller alone.

        AWS asks to name the account next to the user or role, and says that the statement might otherwise deny
        everybody of that account: so does this. The role has to be named next to a session; where sessions of that
        role are named, only those are spared (IAM user guide, "AWS JSON policy elements: NotPrincipal").
        """
        if self.everyone or caller.needs_no_identity_policy:
            return self.naming(caller) is Naming.DIRECT
        if caller.account not in self.accounts:
            return False
        if caller.kind is CallerKind.ROOT:
            return True
        if caller.kind is not CallerKind.ROLE_SESSION:
            return caller.principal in self.arns
        if (caller.partition, caller.account, caller.role_name) not in self.roles:
            return False
        sessions = f"arn:{caller.partition}:sts::{caller.account}:assumed-role/{caller.role_name}/"
        return caller.principal in self.arns or not any(arn.startswith(sessions) for arn in self.arns)


@lru_cache(maxsize=1024)
def caller(principal: str) -> Caller:
    """Reads who makes a request.

    Args:
        principal: ARN of a user, role, role session, federated user session or account root, an account id, the
            name of a service (`s3.amazonaws.com`), or an identity provider by name or ARN.

    Raises:
        ValueError: it is none of these.
    """
    if _ACCOUNT.fullmatch(principal):
        return Caller(principal, CallerKind.ROOT, account=principal)
    if principal in _WEB_IDENTITY_PROVIDERS or _PROVIDER.fullmatch(principal):
        return Caller(principal, CallerKind.PROVIDER)
    if not principal.startswith("arn:") and principal.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return Caller(principal, CallerKind.SERVICE)
    if not _NAMED.fullmatch(principal):
        raise ValueError(
            f"principal {principal!r} is none: it needs to be the ARN of a user, role, session or account root, "
            "an account id, a service such as s3.amazonaws.com, or an identity provider"
        )
    _, partition, _, _, account, path = principal.split(":", 5)
    kind, _, name = path.partition("/")
    if kind == "assumed-role":
        return Caller(principal, CallerKind.ROLE_SESSION, partition, account, name.partition("/")[0])
    kinds = {
        "root": CallerKind.ROOT,
        "user": CallerKind.USER,
        "role": CallerKind.ROLE,
        "federated-user": CallerKind.FEDERATED_SESSION,
    }
    return Caller(principal, kinds[kind], partition, account)


def principals(element: object) -> Principals:
    """Reads a Principal or NotPrincipal element.

    Raises:
        ValueError: it is not one that AWS knows, or one that cannot be told apart here.
    """
    if element == "*":
        return _principals({"AWS": ["*"]}, "*")
    if not isinstance(element, Mapping) or not element:
        raise ValueError(f'needs "*" or an object of {", ".join(KINDS)}, not {element!r}')
    named: dict[str, list[str]] = {}
    for kind, value in element.items():
        values = [value] if isinstance(value, str) else value
        if kind not in KINDS:
            raise ValueError(f"has unknown kind {kind!r}: it needs to be one of {', '.join(KINDS)}")
        if kind == "CanonicalUser":
            raise ValueError("names a CanonicalUser, which cannot be told from an account here: name the AWS account")
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            raise ValueError(f"{kind} needs a text or a list of texts, not {value!r}")
        named[kind] = values
    return _principals(named, ", ".join(f"{kind} {one}" for kind, values in named.items() for one in values))


def _principals(named: Mapping[str, list[str]], written: str) -> Principals:
    accounts: set[str] = set()
    arns: set[str] = set()
    roles: set[tuple[str, str, str]] = set()
    unknown: list[str] = []
    for value in named.get("AWS", ()):
        if value == "*":
            continue
        if _ACCOUNT.fullmatch(value):
            accounts.add(value)
            continue
        if not _NAMED.fullmatch(value):
            unknown.append(_unknown(value))
            continue
        _, partition, _, _, account, path = value.split(":", 5)
        if path == "root":
            accounts.add(account)
            continue
        arns.add(value)
        if path.startswith("role/"):
            roles.add((partition, account, path.rpartition("/")[2]))
    return Principals(
        everyone="*" in named.get("AWS", ()),
        accounts=frozenset(accounts),
        arns=frozenset(arns),
        roles=frozenset(roles),
        services=frozenset(named.get("Service", ())),
        providers=frozenset(named.get("Federated", ())),
        written=written,
        unknown=tuple(unknown),
    )


def _unknown(value: str) -> str:
    if "*" in value or "?" in value:
        return f'AWS {value!r} has a wildcard: a principal is named in full, or is "*" for everyone'
    return (
        f'AWS {value!r} is none: it needs "*", an account id, or the ARN of an account root, user, role or session '
        "(a session is named in full, groups are no principals)"
    )
