"""The policies of the account: those attached to a role, and the one attached to a thing, as moto keeps them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from emulator.iam import NamedPolicy
from emulator.storage import Storage


class NoSuchRole(LookupError):
    """The account has no role with this ARN."""


@dataclass(frozen=True)
class RolePolicies:
    """What a role may do, and what else decisions are made from."""

    identity: tuple[NamedPolicy, ...]
    """Inline policies first, then the attached managed ones, each in the order they were attached."""
    boundary: NamedPolicy | None
    tags: Mapping[str, str]
    unique_id: str
    """`AROA...`, the first half of `aws:userid`."""


def of_role(storage: Storage, role_arn: str) -> RolePolicies:
    """The policies of a role.

    Raises:
        NoSuchRole: it does not exist.
    """
    backend = storage.backend("iam")
    role = _role(backend, role_arn)
    if role is None:
        raise NoSuchRole(f"role {role_arn} does not exist in this account")
    inline = tuple(named_policy(name, text) for name, text in role.policies.items())
    managed = tuple(_managed(policy) for policy in role.managed_policies.values())
    boundary = None
    if role.permissions_boundary_arn:
        boundary = _managed(backend.managed_policies[role.permissions_boundary_arn])
    return RolePolicies(
        identity=inline + managed,
        boundary=boundary,
        tags={tag["Key"]: tag["Value"] for tag in role.tags},
        unique_id=role.id,
    )


def role_exists(storage: Storage, role_arn: str) -> bool:
    """Whether the account has this role."""
    return _role(storage.backend("iam"), role_arn) is not None


def of_thing(storage: Storage, arn: str) -> NamedPolicy | None:
    """The policy of the thing behind an ARN, of a role its trust; None when it has none, or is not in this account."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[2] not in _READERS or parts[4] not in ("", storage.account_id):
        return None
    _, _, service, region, _, path = parts
    found = _READERS[service](storage.backend(service, region or None), arn, path)
    return named_policy(*found) if found and found[1] else None


@lru_cache(maxsize=4096)
def named_policy(name: str, text: str) -> NamedPolicy:
    """A policy from its JSON text. The same text gives the same object: it is read once."""
    return NamedPolicy(name, json.loads(text))


def _role(backend: Any, role_arn: str) -> Any:
    name = role_arn.rpartition("/")[2]
    # By name first: moto puts each role's ARN together anew.
    return next((role for role in backend.roles.values() if role.name == name and role.arn == role_arn), None)


def _managed(policy: Any) -> NamedPolicy:
    default = next(version for version in policy.versions if version.version_id == policy.default_version_id)
    return named_policy(policy.name, default.document)


Found = tuple[str, str | None] | None
"""A policy's name for people and its JSON text, empty or None for a thing without one; None for no such thing."""


def _of_queue(backend: Any, arn: str, name: str) -> Found:
    queue = backend.queues.get(name)
    return (f"policy of queue {name}", queue.policy) if queue else None


def _of_bucket(backend: Any, arn: str, path: str) -> Found:
    bucket = backend.buckets.get(path.partition("/")[0])
    return (f"policy of bucket {bucket.name}", bucket.policy and bucket.policy.decode()) if bucket else None


def _of_function(backend: Any, arn: str, path: str) -> Found:
    # AWS keeps a policy for each version and alias. Moto keeps one, that versions share until the code changes; each
    # statement names by its ARN what it is for, so that all of them together decide alike.
    name = path.split(":")[1] if ":" in path else ""
    versions = backend._lambdas._functions.get(name)
    if versions is None:
        return None
    kept = {id(version.policy): version.policy for version in [versions["latest"], *versions["versions"]]}
    statements = [_function_statement(statement) for policy in kept.values() for statement in policy.statements]
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}) if statements else None
    return f"policy of function {name}", text


def _function_statement(statement: dict[str, Any]) -> dict[str, Any]:
    """A statement as `GetPolicy` of AWS shows it; moto leaves some parameters of `AddPermission` as they came."""
    shown = dict(statement)
    principal = shown.get("Principal")
    if isinstance(principal, str) and principal != "*":
        shown["Principal"] = {"AWS": principal}
    conditions = {operator: dict(keys) for operator, keys in shown.get("Condition", {}).items()}
    auth_type = shown.pop("FunctionUrlAuthType", None)
    if auth_type is not None:
        conditions.setdefault("StringEquals", {})["lambda:FunctionUrlAuthType"] = auth_type
    via_url = shown.pop("InvokedViaFunctionUrl", None)
    if via_url is not None:
        conditions.setdefault("Bool", {})["lambda:InvokedViaFunctionUrl"] = str(via_url).lower()
    if conditions:
        shown["Condition"] = conditions
    return shown


def _of_event_bus(backend: Any, arn: str, path: str) -> Found:
    kind, _, name = path.partition("/")
    bus = backend.event_buses.get(name) if kind == "event-bus" else None
    return (f"policy of event bus {name}", bus.policy) if bus else None


def _of_topic(backend: Any, arn: str, name: str) -> Found:
    topic = backend.topics.get(arn)
    return (f"policy of topic {name}", topic.policy) if topic else None


def _of_key(backend: Any, arn: str, path: str) -> Found:
    kind, _, key_id = path.partition("/")
    key = backend.keys.get(key_id) if kind == "key" else None
    return (f"policy of key {key_id}", key.policy) if key else None


def _of_secret(backend: Any, arn: str, path: str) -> Found:
    secret = next((secret for secret in backend.secrets.values() if secret.arn == arn), None)
    return (f"policy of secret {secret.name}", secret.policy) if secret else None


def _of_table(backend: Any, arn: str, path: str) -> Found:
    # An index has its table's policy; a stream has one of its own.
    thing, _, _ = path.partition("/index/")
    policy = backend.resource_policies.get(arn.removesuffix(path) + thing)
    return (f"policy of {thing.replace('/', ' ')}", policy.policy_doc) if policy else None


def _of_stream(backend: Any, arn: str, path: str) -> Found:
    return f"policy of {path.replace('/', ' ')}", backend.resource_policies.get(arn)


def _of_role(backend: Any, arn: str, path: str) -> Found:
    role = _role(backend, arn)
    return (f"trust of role {role.name}", role.assume_role_policy_document) if role else None


_READERS: dict[str, Callable[[Any, str, str], Found]] = {
    "sqs": _of_queue,
    "s3": _of_bucket,
    "lambda": _of_function,
    "events": _of_event_bus,
    "sns": _of_topic,
    "kms": _of_key,
    "secretsmanager": _of_secret,
    "dynamodb": _of_table,
    "kinesis": _of_stream,
    "iam": _of_role,
}
