"""The rights of calls to IoT's data plane: a message is published on a topic."""

from __future__ import annotations

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right


def rights(call: Call) -> list[Right]:
    if call.operation == "Publish":
        return [Right("iot:Publish", call.arn("iot", f"topic/{call.params['topic']}"))]
    return reference.rights(call)
