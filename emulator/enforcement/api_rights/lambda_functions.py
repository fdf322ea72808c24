"""The rights of Lambda calls: on a function, or on one version or alias of it where the call names one."""

from __future__ import annotations

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right

# Service Authorization Reference, "AWS Lambda": one action for every way to invoke.
_INVOKE = {"Invoke", "InvokeAsync", "InvokeWithResponseStream"}


def rights(call: Call) -> list[Right]:
    if call.operation in _INVOKE:
        return [Right("lambda:InvokeFunction", function_arn(call))]
    if call.operation == "CreateEventSourceMapping":
        # The action has no resource type; the function is a condition key.
        return [Right("lambda:CreateEventSourceMapping", "*", {"lambda:FunctionArn": function_arn(call)})]
    if "FunctionName" in call.params:
        return [Right(reference.action("lambda", call), function_arn(call))]
    return reference.rights(call)


def function_arn(call: Call) -> str:
    """The function's ARN, with the qualifier of the call; it is given as a name, an ARN or a part of one."""
    given: str = call.params["FunctionName"]
    name = given.rpartition("function:")[2]
    account_id = call.storage.account_id
    if given.startswith("arn:"):
        account_id = given.split(":")[4]
    elif ":function:" in given:
        account_id = given.partition(":")[0]
    qualifier = call.params.get("Qualifier")
    if qualifier and ":" not in name:
        name = f"{name}:{qualifier}"
    return f"arn:{call.storage.partition}:lambda:{call.region}:{account_id}:function:{name}"
