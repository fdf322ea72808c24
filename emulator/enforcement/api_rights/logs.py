"""The rights of CloudWatch Logs calls: on a log stream, or on a log group."""

from __future__ import annotations

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right


def rights(call: Call) -> list[Right]:
    group = call.params.get("logGroupName") or call.params.get("logGroupIdentifier")
    if group is None or group.startswith("arn:"):
        return reference.rights(call)
    # A group is asked for as all its streams: policies name it `log-group:NAME:*` (CloudWatch Logs User Guide,
    # "CloudWatch Logs resources and operations").
    stream = call.params.get("logStreamName", "")
    arn = call.arn("logs", f"log-group:{group}:log-stream:{stream}")
    return [Right(reference.action("logs", call), arn)]
