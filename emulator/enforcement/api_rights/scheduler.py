"""The rights of EventBridge Scheduler calls: on a schedule in its group, or on a group."""

from __future__ import annotations

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right


def rights(call: Call) -> list[Right]:
    name = call.params.get("Name")
    if call.operation.endswith("ScheduleGroup") and name is not None:
        return [Right(reference.action("scheduler", call), call.arn("scheduler", f"schedule-group/{name}"))]
    if call.operation.endswith("Schedule") and name is not None:
        path = f"schedule/{call.params.get('GroupName', 'default')}/{name}"
        return [Right(reference.action("scheduler", call), call.arn("scheduler", path))]
    return reference.rights(call)
