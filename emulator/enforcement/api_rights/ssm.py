"""The rights of Systems Manager calls: those on parameters are on each parameter, or on a path of them."""

from __future__ import annotations

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right, given

_ON_PARAMETER = {
    "DeleteParameter",
    "GetParameter",
    "GetParameterHistory",
    "LabelParameterVersion",
    "PutParameter",
    "UnlabelParameterVersion",
}
_ON_PARAMETERS = {"DeleteParameters", "GetParameters"}


def rights(call: Call) -> list[Right]:
    params = call.params
    if call.operation in _ON_PARAMETER:
        return [_right(call, params["Name"])]
    if call.operation in _ON_PARAMETERS:
        return [_right(call, name) for name in params["Names"]]
    if call.operation == "GetParametersByPath":
        return [_right(call, params["Path"], given(ssm__Recursive=str(params.get("Recursive", False)).lower()))]
    return reference.rights(call)


def _right(call: Call, name: str, context: dict[str, str | list[str]] | None = None) -> Right:
    # A selector behind the name (`:3`, `:label`) is no part of the ARN, nor is the leading slash.
    if not name.startswith("arn:"):
        name = call.arn("ssm", f"parameter/{name.partition(':')[0].lstrip('/')}")
    return Right(f"ssm:{call.operation}", name, context or {})
