"""A right that an API call needs, and the words for telling where the call goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.storage import NotEmulated, Storage

Context = Mapping[str, str | list[str]]
"""Condition keys and their values; a list is a multivalued key."""


@dataclass(frozen=True)
class Right:
    """An action on a resource, under the condition keys that this call brings."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)
    missing: str | None = None
    """The key of an object that is not there, where the right is only to be told so."""


class RightUnknown(NotEmulated):
    """It cannot be told which right a call needs, so the call is refused and never let pass."""


@dataclass(frozen=True)
class Call:
    """One API call, on its way from a client to the account."""

    service: str
    """Botocore's name of the service, `lambda`, `dynamodbstreams`."""
    operation: str
    params: Mapping[str, Any]
    region: str
    storage: Storage

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a thing in the call's region and account."""
        return f"arn:{self.storage.partition}:{service}:{self.region}:{self.storage.account_id}:{resource}"

    def unknown(self, why: str) -> RightUnknown:
        """What to raise where the right cannot be told."""
        return RightUnknown(f"{self.service}:{self.operation} is refused: {why}")


Rule = Callable[[Call], list[Right]]
"""Tells the rights a call needs; all of them are needed. An empty list: anybody may call it."""


def given(**context: str | list[str] | int | None) -> dict[str, str | list[str]]:
    """A context of those keys that have a value; `s3__prefix` stands for `s3:prefix`."""
    return {
        name.replace("__", ":", 1).replace("_", "-"): value if isinstance(value, list) else str(value)
        for name, value in context.items()
        if value is not None
    }
