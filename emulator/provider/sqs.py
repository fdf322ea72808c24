"""SQS: queues, their policies, and where their dead letters go."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.iam import check_document
from emulator.provisioning.inputs import Document, Flag, Input, Text, Whole
from emulator.provisioning.resource_type import TAGS, Autoname, Made, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

NAME = r"[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo"

_ATTRIBUTES = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deduplicationScope": "DeduplicationScope",
    "delaySeconds": "DelaySeconds",
    "fifoThroughputLimit": "FifoThroughputLimit",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
"""Attributes of `SetQueueAttributes` by their inputs."""


def _redrive_problems(document: Any) -> Iterable[str]:
    """`RedrivePolicy` of `SetQueueAttributes`: a target, and 1 to 1,000 receives."""
    if not isinstance(document, dict) or document.keys() != {"deadLetterTargetArn", "maxReceiveCount"}:
        yield "it holds deadLetterTargetArn and maxReceiveCount and nothing else"
        return
    receives = str(document["maxReceiveCount"])
    if not receives.isdigit() or not 1 <= int(receives) <= 1_000:
        yield f"maxReceiveCount {receives} needs 1 to 1000"


def _redrive_allow_problems(document: Any) -> Iterable[str]:
    """`RedriveAllowPolicy` of `SetQueueAttributes`: a permission, and up to 10 queues with `byQueue`."""
    if not isinstance(document, dict) or document.keys() - {"redrivePermission", "sourceQueueArns"}:
        yield "it holds redrivePermission and sourceQueueArns and nothing else"
        return
    permission, sources = document.get("redrivePermission"), document.get("sourceQueueArns")
    if permission not in ("allowAll", "denyAll", "byQueue"):
        yield f"redrivePermission {permission!r} needs one of allowAll, denyAll, byQueue"
    elif (permission == "byQueue") != bool(sources):
        yield "sourceQueueArns belong to byQueue, and only to it"
    elif sources and len(sources) > 10:
        yield f"sourceQueueArns holds {len(sources)} queues, needs at most 10"


_POLICY = Document(problems=lambda document: check_document(document, kind="resource"))
_REDRIVE = Document(problems=_redrive_problems)
_REDRIVE_ALLOW = Document(problems=_redrive_allow_problems)


class Queue(ResourceType):
    """A queue (SQS API reference, `CreateQueue`)."""

    pulumi_type = "aws:sqs/queue:Queue"
    inputs: ClassVar[Mapping[str, Input]] = {
        "name": Text(pattern=NAME, says="1 to 80 characters of A-Z a-z 0-9 _ -, the last five .fifo on a FIFO queue"),
        "contentBasedDeduplication": Flag(default=False),
        "deduplicationScope": Text(among=("messageGroup", "queue")),
        "delaySeconds": Whole(least=0, most=900, unit="seconds", default=0),
        "fifoQueue": Flag(default=False),
        "fifoThroughputLimit": Text(among=("perQueue", "perMessageGroupId")),
        "maxMessageSize": Whole(least=1_024, most=1_048_576, unit="bytes", default=1_048_576),
        "messageRetentionSeconds": Whole(least=60, most=1_209_600, unit="seconds", default=345_600),
        "policy": _POLICY,
        "receiveWaitTimeSeconds": Whole(least=0, most=20, unit="seconds", default=0),
        "redriveAllowPolicy": _REDRIVE_ALLOW,
        "redrivePolicy": _REDRIVE,
        "sqsManagedSseEnabled": Flag(default=True),
        "tags": TAGS,
        "visibilityTimeoutSeconds": Whole(least=0, most=43_200, unit="seconds", default=30),
    }
    autoname = Autoname("name", 80, suffix=lambda inputs: ".fifo" if inputs.get("fifoQueue") else "")
    one_per = ("name",)

    def contradictions(self, inputs: Values) -> Iterator[str]:
        name, fifo = inputs.get("name", ""), inputs["fifoQueue"]
        if name and name.endswith(".fifo") != fifo:
            yield f"name {name!r} and fifoQueue {str(fifo).lower()}: a FIFO queue ends in .fifo, and no other does"
        for word in ("deduplicationScope", "fifoThroughputLimit"):
            if word in inputs and not fifo:
                yield f"{word} needs fifoQueue true"
        if inputs["contentBasedDeduplication"] and not fifo:
            yield "contentBasedDeduplication needs fifoQueue true"

    def create(self, account: Account, inputs: Values) -> Made:
        if "redrivePolicy" in inputs:
            _look_at_target(account, inputs["name"], inputs["redrivePolicy"])
        fifo = {"FifoQueue": "true"} if inputs["fifoQueue"] else {}
        attributes = {**_attributes(inputs, standard=not inputs["fifoQueue"]), **fifo}
        sqs = account.client("sqs")
        url = sqs.create_queue(QueueName=inputs["name"], Attributes=attributes, tags=inputs["tagsAll"])["QueueUrl"]
        return Made(url, queue_arn(account, inputs["name"]), {"url": url})

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("sqs").delete_queue(QueueUrl=made_id)


class QueueSetting(ResourceType):
    """One attribute of a queue, as a resource of its own."""

    word = ""
    one_per = ("queueUrl",)

    def create(self, account: Account, inputs: Values) -> Made:
        self._set(account, inputs, inputs[self.word])
        return Made(inputs["queueUrl"])

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        self._set(account, inputs, "")

    def _set(self, account: Account, inputs: Values, text: str) -> None:
        queue = find_queue(account, queue_arn(account, _name(inputs["queueUrl"])))
        if queue is None:
            raise Refused(f"there is no queue at {inputs['queueUrl']}")
        # Moto forgets the policy whenever other attributes are set.
        attributes = {"Policy": queue.policy or "", _ATTRIBUTES[self.word]: text}
        account.client("sqs").set_queue_attributes(QueueUrl=inputs["queueUrl"], Attributes=attributes)


class QueuePolicy(QueueSetting):
    """Who may do what with a queue."""

    pulumi_type = "aws:sqs/queuePolicy:QueuePolicy"
    inputs: ClassVar[Mapping[str, Input]] = {
        "queueUrl": Text(required=True),
        "policy": Document(problems=_POLICY.problems, required=True),
    }
    word = "policy"

    def right_on(self, account: Account, inputs: Values) -> str | None:
        return queue_arn(account, _name(inputs["queueUrl"]))


class RedrivePolicy(QueueSetting):
    """Where the messages go that were received too often."""

    pulumi_type = "aws:sqs/redrivePolicy:RedrivePolicy"
    inputs: ClassVar[Mapping[str, Input]] = {
        "queueUrl": Text(required=True),
        "redrivePolicy": Document(problems=_redrive_problems, required=True),
    }
    word = "redrivePolicy"

    def create(self, account: Account, inputs: Values) -> Made:
        _look_at_target(account, _name(inputs["queueUrl"]), inputs["redrivePolicy"])
        return super().create(account, inputs)


class RedriveAllowPolicy(QueueSetting):
    """Which queues may name this one as the place for their dead letters."""

    pulumi_type = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
    inputs: ClassVar[Mapping[str, Input]] = {
        "queueUrl": Text(required=True),
        "redriveAllowPolicy": Document(problems=_redrive_allow_problems, required=True),
    }
    word = "redriveAllowPolicy"


def queue_arn(account: Account, name: str) -> str:
    return f"arn:{account.partition}:sqs:{account.region}:{account.account_id}:{name}"


def find_queue(account: Account, arn: str) -> Any:
    """The queue as moto keeps it, or None."""
    queue = account.storage.backend("sqs").queues.get(arn.rpartition(":")[2])
    return queue if queue is not None and queue.queue_arn == arn else None


def _look_at_target(account: Account, name: str, redrive_policy: str) -> None:
    """A dead-letter queue is there, of the same type, and does not refuse the queue (SQS developer guide,
    "Using dead-letter queues")."""
    target = json.loads(redrive_policy)["deadLetterTargetArn"]
    queue = find_queue(account, target)
    if queue is None:
        raise Refused(f"redrivePolicy names {target}, and there is no such queue")
    if queue.fifo_queue != name.endswith(".fifo"):
        raise Refused(
            f"redrivePolicy names {queue.name}: a queue and its dead-letter queue are both FIFO or neither is"
        )
    allowed = json.loads(getattr(queue, "redrive_allow_policy", None) or "{}")
    permission = allowed.get("redrivePermission", "allowAll")
    if permission == "denyAll" or (
        permission == "byQueue" and queue_arn(account, name) not in allowed["sourceQueueArns"]
    ):
        raise Refused(f"redrivePolicy names {queue.name}, whose redriveAllowPolicy does not let {name} use it")


def _attributes(inputs: Values, *, standard: bool) -> dict[str, str]:
    """The attributes as `CreateQueue` takes them: all of them texts. A standard queue has none of FIFO's."""
    said = {name: value for name, value in inputs.items() if name in _ATTRIBUTES}
    if standard:
        said.pop("contentBasedDeduplication", None)
    return {
        _ATTRIBUTES[name]: str(value).lower() if isinstance(value, bool) else str(value) for name, value in said.items()
    }


def _name(queue_url: str) -> str:
    return queue_url.rpartition("/")[2]


TYPES = (Queue(), QueuePolicy(), RedrivePolicy(), RedriveAllowPolicy())
