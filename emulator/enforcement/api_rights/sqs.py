"""The rights of SQS calls: every one is on a queue, and a batch needs the right of a single message."""

from __future__ import annotations

from urllib.parse import urlsplit

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right

# Service Authorization Reference, "Amazon SQS": there are no actions for batches.
_SINGLE = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
}


def rights(call: Call) -> list[Right]:
    action = f"sqs:{_SINGLE.get(call.operation, call.operation)}"
    if call.operation == "ListQueues":
        return [Right(action, "*")]
    context = reference.tags_of(call.params)
    needed = [Right(action, _queue(call), context)]
    if call.operation == "CreateQueue" and context:
        # Amazon SQS API Reference, "CreateQueue", on `tags`.
        needed.append(Right("sqs:TagQueue", _queue(call), context))
    return needed


def _queue(call: Call) -> str:
    params = call.params
    if "QueueUrl" in params:
        # https://sqs.eu-west-1.amazonaws.com/111111111111/readings
        *_, account_id, name = urlsplit(params["QueueUrl"]).path.split("/")
        return f"arn:{call.storage.partition}:sqs:{call.region}:{account_id}:{name}"
    if "QueueName" in params:
        owner = params.get("QueueOwnerAWSAccountId", call.storage.account_id)
        return f"arn:{call.storage.partition}:sqs:{call.region}:{owner}:{params['QueueName']}"
    if "SourceArn" in params:
        return str(params["SourceArn"])
    raise call.unknown("its parameters name no queue")
