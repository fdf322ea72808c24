"""The rights of EventBridge calls: events are put on a bus, one by one, each with its source and detail type."""

from __future__ import annotations

import json
from typing import Any

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right

_ON_A_RULE = {
    "DeleteRule",
    "DescribeRule",
    "DisableRule",
    "EnableRule",
    "ListTargetsByRule",
    "PutRule",
    "PutTargets",
    "RemoveTargets",
}
_ON_A_BUS = {"CreateEventBus", "DeleteEventBus", "DescribeEventBus", "UpdateEventBus"}
_OF_TAGS = {"ListTagsForResource", "TagResource", "UntagResource"}


def rights(call: Call) -> list[Right]:
    if call.operation == "PutEvents":
        return [_of_entry(call, entry) for entry in call.params["Entries"]]
    if call.operation in _ON_A_RULE:
        return _on_rule(call)
    if call.operation in _ON_A_BUS:
        return _on_bus(call)
    if call.operation == "StartReplay":
        return _of_replay(call)
    if call.operation in _OF_TAGS:
        return [Right(f"events:{call.operation}", call.params["ResourceARN"], reference.tags_of(call.params))]
    # PutPermission and RemovePermission are among the rest: they have no resource type, although they are of one bus.
    return reference.rights(call)


def _of_entry(call: Call, entry: dict[str, Any]) -> Right:
    # The keys are arrays of strings (Service Authorization Reference, "Amazon EventBridge"). Whether AWS judges a
    # call's entries together or one by one is not documented; here each entry is judged with its own values.
    context: dict[str, str | list[str]] = {}
    if "Source" in entry:
        context["events:source"] = [entry["Source"]]
    if "DetailType" in entry:
        context["events:detail-type"] = [entry["DetailType"]]
    return Right("events:PutEvents", _bus(call, entry.get("EventBusName")), context)


def _on_bus(call: Call) -> list[Right]:
    bus, context = _bus(call, call.params.get("Name")), reference.tags_of(call.params)
    needed = [Right(f"events:{call.operation}", bus, context)]
    if call.operation == "CreateEventBus" and context:
        # Not documented; seen on AWS (hashicorp/terraform-provider-aws, issue 26710).
        needed.append(Right("events:TagResource", bus, context))
    return needed


def _of_replay(call: Call) -> list[Right]:
    """On the archive, the bus and the replay itself (Service Authorization Reference, "Amazon EventBridge")."""
    params = call.params
    things = (
        params["EventSourceArn"],
        _bus(call, params["Destination"]["Arn"]),
        call.arn("events", f"replay/{params['ReplayName']}"),
    )
    return [Right("events:StartReplay", thing) for thing in things]


def _on_rule(call: Call) -> list[Right]:
    params = call.params
    bus = _bus(call, params.get("EventBusName")).rpartition("/")[2]
    name = params.get("Name") or params.get("Rule")
    context: dict[str, str | list[str]] = {"events:creatorAccount": call.storage.account_id}
    if call.operation == "PutRule":
        pattern = json.loads(params.get("EventPattern") or "{}")
        for key, field in (("events:source", "source"), ("events:detail-type", "detail-type")):
            values = [value for value in pattern.get(field, []) if isinstance(value, str)]
            if values:
                context[key] = values
    if call.operation == "PutTargets":
        context["events:TargetArn"] = [target["Arn"] for target in params["Targets"]]
    # A rule's ARN names its bus only where that is not the default one.
    arn = call.arn("events", f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")
    tags = reference.tags_of(params)
    needed = [Right(f"events:{call.operation}", arn, {**context, **tags})]
    if call.operation == "PutRule" and tags:
        # EventBridge API Reference, "PutRule", on tags.
        needed.append(Right("events:TagResource", arn, tags))
    return needed


def _bus(call: Call, name: str | None) -> str:
    """ARN of a bus given by name or ARN; the default bus where none is given."""
    if name and name.startswith("arn:"):
        return name
    return call.arn("events", f"event-bus/{name or 'default'}")
