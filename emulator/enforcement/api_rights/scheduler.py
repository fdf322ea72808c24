"""The rights of EventBridge Scheduler calls: on a schedule in its group, or on a group."""

from __future__ import annotations

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right

_OF_TAGS = {"ListTagsForResource", "TagResource", "UntagResource"}


def rights(call: Call) -> list[Right]:
    if call.operation in _OF_TAGS:
        # Only groups can have tags (Scheduler API reference, "TagResource").
        return [Right(f"scheduler:{call.operation}", call.params["ResourceArn"], reference.tags_of(call.params))]
    name = call.params.get("Name")
    if call.operation.endswith("ScheduleGroup") and name is not None:
        return _on_group(call, call.arn("scheduler", f"schedule-group/{name}"))
    if call.operation.endswith("Schedule") and name is not None:
        path = f"schedule/{call.params.get('GroupName', 'default')}/{name}"
        return [Right(reference.action("scheduler", call), call.arn("scheduler", path)), *_passing(call)]
    return reference.rights(call)


def _on_group(call: Call, arn: str) -> list[Right]:
    tags = reference.tags_of(call.params)
    needed = [Right(reference.action("scheduler", call), arn, tags)]
    if call.operation == "CreateScheduleGroup" and tags:
        # Not documented: taken from buses, where it was seen.
        needed.append(Right("scheduler:TagResource", arn, tags))
    return needed


def _passing(call: Call) -> list[Right]:
    """The right to hand a schedule its role (Scheduler guide, "Identity-based policies", on `iam:PassRole`)."""
    role_arn = call.params.get("Target", {}).get("RoleArn")
    return [Right("iam:PassRole", role_arn, {"iam:PassedToService": "scheduler.amazonaws.com"})] if role_arn else []
