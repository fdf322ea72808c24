"""The rights of SNS calls: on a topic; a batch needs the right of a single message."""

from __future__ import annotations

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right, given


def rights(call: Call) -> list[Right]:
    params = call.params
    if call.operation in ("Publish", "PublishBatch"):
        target = params.get("TopicArn") or params.get("TargetArn") or params.get("PhoneNumber")
        if target is None:
            raise call.unknown("its parameters name no topic")
        return [Right("sns:Publish", target)]
    if call.operation == "CreateTopic":
        arn, context = call.arn("sns", params["Name"]), reference.tags_of(params)
        needed = [Right("sns:CreateTopic", arn, context)]
        if context:
            # SNS API Reference, "CreateTopic", on `Tags`.
            needed.append(Right("sns:TagResource", arn, context))
        return needed
    if call.operation == "Subscribe":
        context = given(sns__Protocol=params["Protocol"], sns__Endpoint=params.get("Endpoint"))
        return [Right("sns:Subscribe", params["TopicArn"], context)]
    if "SubscriptionArn" in params:
        # A subscription's ARN is its topic's with an id behind it; rights are on the topic.
        return [Right(reference.action("sns", call), params["SubscriptionArn"].rpartition(":")[0])]
    return reference.rights(call)
