"""The API call that the account is answering now: which operation it is, and who makes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch
from urllib.parse import unquote

from moto.core.botocore_stubber import BotocoreStubber

from emulator.identity import ADMINISTRATOR, Identities, Identity
from emulator.storage import Storage

_ACCESS_KEY = re.compile(r"Credential=([A-Z0-9]+)/")


@dataclass(frozen=True)
class Call:
    """One call of an AWS API."""

    service: str
    operation: str
    """As the API names it: `PutObject`."""
    identity: Identity


class Calls:
    """Knows, while it is open, the call at work: services put its caller into what they write."""

    def __init__(self, identities: Identities, storage: Storage) -> None:
        self._identities = identities
        self._storage = storage
        self._stack: list[Call] = []
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(patch.object(BotocoreStubber, "__call__", self._noting(BotocoreStubber.__call__)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def current(self) -> Call | None:
        """The call at work, if any: what a service does on its own comes from no call."""
        return self._stack[-1] if self._stack else None

    def principal_id(self) -> str | None:
        """The caller's unique id as `aws:userid` shows it: `AROA...:session` of a role's session, the account id for
        the administrator (IAM User Guide, "Principal key values"). None outside of a call."""
        if self.current is None:
            return None
        identity = self.current.identity
        if identity.role_arn is None:
            return self._identities.account_id
        role_name = identity.role_arn.rsplit("/", 1)[-1]
        role = self._storage.backend("iam").get_role(role_name)
        return f"{role.id}:{identity.arn.rsplit('/', 1)[-1]}"

    def _noting(self, answer: Callable[..., Any]) -> Callable[..., Any]:
        def noting(stubber: BotocoreStubber, event_name: str, request: Any, **more: Any) -> Any:
            _, service, operation = event_name.split(".")
            self._stack.append(Call(service, operation, self._caller(request)))
            try:
                return answer(stubber, event_name, request, **more)
            finally:
                self._stack.pop()

        return noting

    def _caller(self, request: Any) -> Identity:
        authorization = request.headers.get("Authorization", "")
        text = authorization.decode() if isinstance(authorization, bytes) else authorization
        key = _ACCESS_KEY.search(text) or _ACCESS_KEY.search(unquote(request.url))
        return (self._identities.of_access_key(key[1]) if key else None) or ADMINISTRATOR
