"""The context object that a handler receives as its second argument.

Its attributes are those of the Lambda Developer Guide, "Using the Lambda context object to retrieve Python function
information"; as in Lambda's own runtime, the memory limit is a string.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.execution.settings import LambdaSettings


@dataclass
class CognitoIdentity:
    """Who called through the AWS Mobile SDK; here nobody does."""

    cognito_identity_id: str | None = None
    cognito_identity_pool_id: str | None = None


@dataclass
class Client:
    """The mobile application that called."""

    installation_id: str | None = None
    app_title: str | None = None
    app_version_name: str | None = None
    app_version_code: str | None = None
    app_package_name: str | None = None


@dataclass
class ClientContext:
    """What the caller sent as `ClientContext` beside the payload."""

    client: Client | None
    custom: Mapping[str, Any] | None
    env: Mapping[str, Any] | None

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> ClientContext:
        """Read the caller's JSON value; fields that Lambda does not know are left out."""
        client = value.get("client")
        known = {name: client.get(name) for name in Client.__dataclass_fields__} if client is not None else None
        return cls(Client(**known) if known is not None else None, value.get("custom"), value.get("env"))


class LambdaContext:
    """What a handler may ask about its invocation."""

    def __init__(
        self,
        settings: LambdaSettings,
        *,
        request_id: str,
        log_stream: str,
        remaining_ms: Callable[[], int],
        log: Callable[[str], None],
        client_context: Mapping[str, Any] | None,
    ) -> None:
        self.aws_request_id = request_id
        self.function_name = settings.name
        self.function_version = "$LATEST"
        self.invoked_function_arn = settings.arn
        self.memory_limit_in_mb = str(settings.memory_mb)
        self.log_group_name = settings.log_group
        self.log_stream_name = log_stream
        self.identity = CognitoIdentity()
        self.client_context = ClientContext.read(client_context) if client_context is not None else None
        self.tenant_id: str | None = None
        self._remaining_ms = remaining_ms
        self._log = log

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's timeout, in virtual time; 0 once it has passed."""
        return self._remaining_ms()

    def log(self, message: object) -> None:
        """Write to the function's log, as it is."""
        self._log(str(message))

    def __repr__(self) -> str:
        return f"LambdaContext([aws_request_id={self.aws_request_id},function_name={self.function_name}])"
