"""Who is at work in the account: identities, and the access keys they are known by."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config
from moto.utilities.utils import get_partition

_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)

# A client of ours never waits: the virtual clock stands still, a pause between retries would be a real one.
_NO_RETRIES = Config(retries={"total_max_attempts": 1})


@dataclass(frozen=True)
class Identity:
    """Somebody who calls the account's APIs."""

    arn: str
    """ARN of a role session, `...:assumed-role/NAME/SESSION`."""
    role_arn: str | None
    caller: str
    """The name shown to people: the function or the trigger at work, `feeds.record`."""
    session_policy: str | None = None
    """The session policy's JSON text, where the session was assumed with one."""
    session_tags: tuple[tuple[str, str], ...] = ()
    function_arn: str | None = None
    """The function whose code calls; Lambda puts it into the credentials that code gets, and into no others."""


ADMINISTRATOR = Identity("administrator", None, "administrator")
"""May do everything and is never evaluated: deploys, sends what a journey sends, looks at what came of it."""


@dataclass(frozen=True)
class Credentials:
    """Credentials as STS hands them out."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    """Empty for a long-lived access key, which has none."""


class Identities:
    """Knows each access key's identity, while it is open."""

    def __init__(self, account_id: str, region: str) -> None:
        self.account_id = account_id
        self.region = region
        self.partition: str = get_partition(region)
        self._sessions: dict[tuple[str, str, str | None], Identity] = {}
        self._credentials: dict[Identity, Credentials] = {}
        self._known: dict[str, tuple[Identity, Credentials]] = {}
        self._clients: dict[tuple[str, Identity], Any] = {}
        self._session: boto3.Session | None = None

    def __enter__(self) -> Self:
        self._session = boto3.Session(region_name=self.region)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for known in (self._sessions, self._credentials, self._known, self._clients):
            known.clear()
        self._session = None

    def role_session(self, role_arn: str, session_name: str, caller: str, function_arn: str | None = None) -> Identity:
        """The identity of a role's session; the same one for the same role and session name.

        Args:
            function_arn: for the code of a function: who it is. Not for what Lambda does by the same role, polling.

        Raises:
            ValueError: the session name is none that `AssumeRole` takes.
        """
        if not _SESSION_NAME.fullmatch(session_name):
            raise ValueError(
                f"session name {session_name!r} needs 2 to 64 characters of A-Z a-z 0-9 _ + = , . @ -: "
                "STS takes no other RoleSessionName"
            )
        key = (role_arn, session_name, function_arn)
        if key not in self._sessions:
            arn = session_arn(role_arn, session_name)
            self._sessions[key] = Identity(arn, role_arn, caller, function_arn=function_arn)
        return self._sessions[key]

    def credentials(self, identity: Identity) -> Credentials:
        """The credentials of an identity: made up, always the same for it, and known from now on."""
        if identity not in self._credentials:
            told = (identity.arn, identity.session_policy, identity.session_tags, identity.function_arn)
            credentials = _made_up(f"{self.account_id} {told}")
            self._credentials[identity] = credentials
            self.know(credentials, identity)
        return self._credentials[identity]

    def know(self, credentials: Credentials, identity: Identity) -> None:
        """From now on these credentials are the identity's."""
        self._known[credentials.access_key_id] = (identity, credentials)

    def of_access_key(self, access_key_id: str) -> Identity | None:
        """Whose access key this is, if anybody's."""
        known = self._known.get(access_key_id)
        return known[0] if known else None

    def credentials_of_access_key(self, access_key_id: str) -> Credentials | None:
        """The whole credentials that an access key is part of, if it is anybody's."""
        known = self._known.get(access_key_id)
        return known[1] if known else None

    def of_credentials(self, access_key_id: str, secret_access_key: str, session_token: str | None) -> Identity | None:
        """Whose credentials these are; nobody's, if the key, the secret and the token do not belong together."""
        known = self._known.get(access_key_id)
        if known is None or known[1] != Credentials(access_key_id, secret_access_key, session_token or ""):
            return None
        return known[0]

    def client(self, service: str, identity: Identity) -> Any:
        """A boto3 client that acts as `identity`; the same one each time."""
        key = (service, identity)
        if key not in self._clients:
            if self._session is None:
                raise RuntimeError(f"no client of {service} outside of an open account")
            credentials = self.credentials(identity)
            self._clients[key] = self._session.client(
                service,
                aws_access_key_id=credentials.access_key_id,
                aws_secret_access_key=credentials.secret_access_key,
                aws_session_token=credentials.session_token,
                config=_NO_RETRIES,
            )
        return self._clients[key]


def session_arn(role_arn: str, session_name: str) -> str:
    """The ARN of a role's session. It carries the role's name and not its path (IAM User Guide, "IAM identifiers")."""
    _, partition, _, _, account_id, role = role_arn.split(":", 5)
    return f"arn:{partition}:sts::{account_id}:assumed-role/{role.rsplit('/', 1)[-1]}/{session_name}"


def _made_up(seed: str) -> Credentials:
    digest = hashlib.sha512(seed.encode()).digest()
    text = base64.b32encode(digest).decode().rstrip("=")
    return Credentials(
        access_key_id=f"ASIA{text[:16]}",
        secret_access_key=base64.b64encode(digest[10:40]).decode(),
        session_token=base64.b64encode(digest).decode(),
    )
