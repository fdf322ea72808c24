"""The rights of CloudWatch Logs calls: on a log stream, or on a log group."""

from __future__ import annotations

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right

_OF_TAGS = {"ListTagsForResource", "TagResource", "UntagResource"}


def rights(call: Call) -> list[Right]:
    context = reference.tags_of(call.params)
    if call.operation in _OF_TAGS:
        # These three are on the group's ARN as it is (CloudWatch Logs API Reference, "LogGroup", on its two ARNs).
        return [Right(f"logs:{call.operation}", call.params["resourceArn"], context)]
    group = call.params.get("logGroupName") or call.params.get("logGroupIdentifier")
    if group is None or group.startswith("arn:"):
        return reference.rights(call)
    # A group is asked for as all its streams: policies name it `log-group:NAME:*` (CloudWatch Logs User Guide,
    # "CloudWatch Logs resources and operations").
    stream = call.params.get("logStreamName", "")
    arn = call.arn("logs", f"log-group:{group}:log-stream:{stream}")
    needed = [Right(reference.action("logs", call), arn, context)]
    if call.operation == "CreateLogGroup" and context:
        # `logs:TagLogGroup` would do as well, and is on its way out (API Reference, "CreateLogGroup", on `tags`).
        needed.append(Right("logs:TagResource", call.arn("logs", f"log-group:{group}"), context))
    return needed
