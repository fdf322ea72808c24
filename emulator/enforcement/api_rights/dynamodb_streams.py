"""The rights of DynamoDB Streams calls: to IAM they are DynamoDB's, on a stream of a table."""

from __future__ import annotations

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right


def rights(call: Call) -> list[Right]:
    if call.operation == "GetRecords":
        # An iterator begins with the ARN of the stream it was made for.
        return [Right("dynamodb:GetRecords", call.params["ShardIterator"].partition("|")[0])]
    if "StreamArn" in call.params:
        return [Right(reference.action("dynamodb", call), call.params["StreamArn"])]
    return reference.rights(call)
