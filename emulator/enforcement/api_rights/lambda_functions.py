"""The rights of Lambda calls: on a function, or on a version or alias of it where one is named, or on a mapping."""

from __future__ import annotations

from moto.awslambda.exceptions import UnknownFunctionException

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right, given

# Service Authorization Reference, "AWS Lambda": one action for every way to invoke.
_INVOKE = {"Invoke", "InvokeAsync", "InvokeWithResponseStream"}
_ON_A_MAPPING = {"GetEventSourceMapping", "UpdateEventSourceMapping", "DeleteEventSourceMapping"}
_CREATES = {"CreateFunction", "CreateEventSourceMapping"}


def rights(call: Call) -> list[Right]:
    if call.operation in _INVOKE:
        return [Right("lambda:InvokeFunction", function_arn(call))]
    return [*_main(call), *_tagging(call), *_passing(call)]


def _main(call: Call) -> list[Right]:
    params = call.params
    tags = reference.tags_of(params)
    if call.operation == "CreateEventSourceMapping":
        # The action has no resource type; the function is a condition key.
        return [Right("lambda:CreateEventSourceMapping", "*", {"lambda:FunctionArn": function_arn(call), **tags})]
    if call.operation == "ListEventSourceMappings":
        return [Right("lambda:ListEventSourceMappings", "*")]
    if call.operation in _ON_A_MAPPING:
        arn = call.arn("lambda", f"event-source-mapping:{params['UUID']}")
        return [Right(f"lambda:{call.operation}", arn, given(lambda__FunctionArn=_function_of_mapping(call)))]
    if "FunctionName" in params:
        context = tags
        if call.operation == "AddPermission":
            context = given(
                lambda__Principal=params["Principal"], lambda__FunctionUrlAuthType=params.get("FunctionUrlAuthType")
            )
        return [Right(reference.action("lambda", call), function_arn(call), context)]
    return reference.rights(call)


def _tagging(call: Call) -> list[Right]:
    """The rights to tags of a call that has another purpose (Lambda guide, "Permissions required for working with
    tags")."""
    if call.operation == "GetFunction" and _has_tags(call):
        # Without it Lambda answers, and leaves the tags out: here such a call is refused as a whole.
        # Tags are of the function as a whole, whichever version or alias is asked for.
        return [Right("lambda:ListTags", ":".join(function_arn(call).split(":")[:7]))]
    if call.operation not in _CREATES or not call.params.get("Tags"):
        return []
    # A mapping has no ARN before it is there. Which one AWS looks at then is not documented.
    mapping = call.operation == "CreateEventSourceMapping"
    arn = call.arn("lambda", "event-source-mapping:*") if mapping else function_arn(call)
    return [Right("lambda:TagResource", arn, reference.tags_of(call.params))]


def _passing(call: Call) -> list[Right]:
    """The right to hand a function its role (Lambda guide, "Identity-based IAM policies for Lambda")."""
    if call.operation not in ("CreateFunction", "UpdateFunctionConfiguration") or "Role" not in call.params:
        return []
    return [Right("iam:PassRole", call.params["Role"], {"iam:PassedToService": "lambda.amazonaws.com"})]


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


def _has_tags(call: Call) -> bool:
    try:
        function = call.storage.backend("lambda").get_function(function_arn(call))
    except UnknownFunctionException:
        return False
    return bool(function.tags)


def _function_of_mapping(call: Call) -> str | None:
    """The function a mapping is of; the one it will be of, where the call names another."""
    if "FunctionName" in call.params:
        return function_arn(call)
    mapping = call.storage.backend("lambda").get_event_source_mapping(call.params["UUID"])
    return mapping.function_arn if mapping is not None else None
