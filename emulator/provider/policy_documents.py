"""Policy documents that pulumi-aws writes: `aws.iam.get_policy_document` turns statements into JSON."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from emulator.provisioning.inputs import Block, Input, Items, Text
from emulator.provisioning.resource_type import Function, Values

if TYPE_CHECKING:
    from emulator.account import Account

_TEXTS = Items(of=Text())
_PRINCIPALS = Items(of=Block(of={"type": Text(required=True), "identifiers": Items(of=Text(), required=True)}))
_CONDITION = Block(
    of={
        "test": Text(required=True),
        "variable": Text(required=True),
        "values": Items(of=Text(), required=True),
    }
)

_STATEMENT: Mapping[str, Input] = {
    "sid": Text(),
    "effect": Text(among=("Allow", "Deny"), default="Allow"),
    "actions": _TEXTS,
    "notActions": _TEXTS,
    "resources": _TEXTS,
    "notResources": _TEXTS,
    "principals": _PRINCIPALS,
    "notPrincipals": _PRINCIPALS,
    "conditions": Items(of=_CONDITION),
}

_ARGUMENTS: Mapping[str, Input] = {
    "policyId": Text(),
    "statements": Items(of=Block(of=_STATEMENT), default=[]),
    "version": Text(among=("2008-10-17", "2012-10-17"), default="2012-10-17"),
}

_LISTS = {"actions": "Action", "notActions": "NotAction", "resources": "Resource", "notResources": "NotResource"}
_WHO = {"principals": "Principal", "notPrincipals": "NotPrincipal"}


def _policy_document(account: Account, arguments: Values) -> Values:
    document: dict[str, Any] = {"Version": arguments["version"]}
    if "policyId" in arguments:
        document["Id"] = arguments["policyId"]
    document["Statement"] = [_statement(said) for said in arguments["statements"]]
    text = json.dumps(document, indent=2)
    minified = json.dumps(document, separators=(",", ":"))
    return {**arguments, "id": str(zlib.crc32(text.encode())), "json": text, "minifiedJson": minified}


def _statement(said: Values) -> dict[str, Any]:
    statement: dict[str, Any] = {"Sid": said["sid"]} if said.get("sid") else {}
    statement["Effect"] = said["effect"]
    for word, element in _LISTS.items():
        if said.get(word):
            statement[element] = _one_or_more(said[word])
    for word, element in _WHO.items():
        if said.get(word):
            statement[element] = _who(said[word])
    for condition in said.get("conditions", ()):
        keys = statement.setdefault("Condition", {}).setdefault(condition["test"], {})
        keys[condition["variable"]] = _one_or_more(condition["values"])
    return statement


def _who(principals: Sequence[Values]) -> Any:
    """`*` of the type `*` is everybody, and stands alone."""
    if any(each["type"] == "*" for each in principals):
        return "*"
    named: dict[str, list[str]] = {}
    for each in principals:
        named.setdefault(each["type"], []).extend(each["identifiers"])
    return {kind: _one_or_more(names) for kind, names in named.items()}


def _one_or_more(texts: Sequence[str]) -> Any:
    """Policy variables are written `&{...}` in the function's arguments (pulumi-aws, `getPolicyDocument`)."""
    written = [text.replace("&{", "${") for text in texts]
    return written[0] if len(written) == 1 else written


FUNCTIONS = (Function("aws:iam/getPolicyDocument:getPolicyDocument", _ARGUMENTS, _policy_document),)
