"""Policies as values: statements, documents and trusts. No resource is made here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi

from components.json_text import json_text

VERSION = "2012-10-17"

Text = pulumi.Input[str]


@dataclass(frozen=True)
class When:
    """One condition of a statement: `When("ArnEquals", "aws:SourceArn", (rule.arn,))`."""

    operator: str
    key: str
    values: tuple[Text, ...]


@dataclass(frozen=True)
class Statement:
    """One statement of a policy document."""

    effect: Literal["Allow", "Deny"]
    actions: tuple[str, ...]
    resources: tuple[Text, ...]
    """ARNs; none in a role's trust, which is on the role itself."""
    principal: str | None = None
    """A service (`events.amazonaws.com`), an ARN, `*` for everyone, or None in a role's policy."""
    conditions: tuple[When, ...] = ()
    sid: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The statement as IAM spells it; its ARNs may still be Outputs."""
        spelled: dict[str, Any] = {"Sid": self.sid} if self.sid else {}
        spelled["Effect"] = self.effect
        if self.principal is not None:
            spelled["Principal"] = self.principal if self.principal == "*" else {self._kind(): self.principal}
        spelled["Action"] = _one_or_more(self.actions)
        if self.resources:
            spelled["Resource"] = _one_or_more(self.resources)
        for condition in self.conditions:
            operator = spelled.setdefault("Condition", {}).setdefault(condition.operator, {})
            operator[condition.key] = _one_or_more(condition.values)
        return spelled

    def _kind(self) -> str:
        return "AWS" if self.principal and self.principal.startswith("arn:") else "Service"


def allow(*actions: str, on: Text | Sequence[Text], when: Sequence[When] = ()) -> Statement:
    """A role's right to do `actions` on the ARNs of `on`."""
    return Statement("Allow", actions, _texts(on), conditions=tuple(when))


def allow_service(service: str, action: str, *, on: Text, when: Sequence[When], sid: str) -> Statement:
    """A service's right to do one thing to one resource, in that resource's own policy."""
    return Statement("Allow", (action,), (on,), principal=service, conditions=tuple(when), sid=sid)


def deny_without_tls(action: str, *, on: Text | Sequence[Text]) -> Statement:
    """Nobody, whatever other rights say, comes without TLS."""
    insecure = When("Bool", "aws:SecureTransport", ("false",))
    return Statement("Deny", (action,), _texts(on), principal="*", conditions=(insecure,), sid="TlsOnly")


def document(*statements: Statement) -> pulumi.Output[str]:
    """The policy document as JSON text."""
    return json_text({"Version": VERSION, "Statement": [statement.as_json() for statement in statements]})


def trust(service: str) -> str:
    """A trust policy that lets one AWS service, and nobody else, assume the role."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": VERSION, "Statement": [statement]})


def trust_for(service: str, *when: When) -> pulumi.Output[str]:
    """A trust policy that lets one AWS service assume the role only where all these conditions hold."""
    return document(Statement("Allow", ("sts:AssumeRole",), (), principal=service, conditions=when))


def partition_of(region: str) -> str:
    """The partition a region belongs to, by its prefix (AWS General Reference, "Amazon Resource Names")."""
    for prefix, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
        if region.startswith(prefix):
            return partition
    return "aws"


def account_arn(region: str, account_id: str) -> str:
    """The ARN of a whole account as a principal: it lets in whom that account's own policies let (IAM user guide, "AWS
    JSON policy elements: Principal")."""
    return f"arn:{partition_of(region)}:iam::{account_id}:root"


def role_arn(region: str, account_id: str, name: str) -> str:
    """The ARN of a role that another program made, by its agreed name."""
    return f"arn:{partition_of(region)}:iam::{account_id}:role/{name}"


def _texts(value: Text | Sequence[Text]) -> tuple[Text, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)  # type: ignore[return-value]


def _one_or_more(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else list(values)
