"""SQS: queues, their policies, and where their dead letters go."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.iam import check_document
from emulator.provisioning.inputs import Document, Flag, Input, Text, Whole
from emulator.provisioning.known_words import in_known_words
from emulator.provisioning.resource_type import TAGS, Autoname, Found, Made, Refused, ResourceType, Values
from emulator.provisioning.tagging import retag

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

_POLICIES = ("policy", "redriveAllowPolicy", "redrivePolicy")
"""The inputs that a resource of their own can set on a queue as well."""

_FIFO_UNSAID = {"deduplicationScope": "queue", "fifoThroughputLimit": "perQueue"}
"""What SQS makes of these where a FIFO queue is told nothing (terraform-provider-aws, "sqs/queue_test.go")."""

_URL = re.compile(r"https?://(?:sqs\.(?P<region>[a-z0-9-]+)\.)?[^/]+/(?P<account_id>\d{12})/(?P<name>[^/]+)")


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
    replaces = ("fifoQueue", "name")

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
        account.client("sqs").create_queue(QueueName=inputs["name"], Attributes=attributes, tags=inputs["tagsAll"])
        return _made(account, inputs)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        changed = [name for name in _ATTRIBUTES if old.get(name) != new.get(name)]
        if "redrivePolicy" in changed and "redrivePolicy" in new:
            _look_at_target(account, new["name"], new["redrivePolicy"])
        if changed:
            unsaid = {**dict.fromkeys(_POLICIES, ""), **_FIFO_UNSAID}
            wanted = {name: new.get(name, unsaid.get(name)) for name in changed}
            _set_attributes(account, made_id, _attributes(wanted, standard=not new["fifoQueue"]))
        sqs = account.client("sqs")
        retag(
            old["tagsAll"],
            new["tagsAll"],
            lambda tags: sqs.tag_queue(QueueUrl=made_id, Tags=tags),
            lambda keys: sqs.untag_queue(QueueUrl=made_id, TagKeys=keys),
        )
        return _made(account, new)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        queue = _told(account, made_id)
        if queue is None:
            return None
        name, told = queue
        inputs = {
            "contentBasedDeduplication": False,
            **{
                word: _value(self.inputs[word], told[attribute])
                for word, attribute in _ATTRIBUTES.items()
                if attribute in told and (word in known or not _is_left_open(word, told[attribute]))
            },
            "fifoQueue": told.get("FifoQueue") == "true",
            "name": name,
            "tagsAll": account.client("sqs").list_queue_tags(QueueUrl=_url(account, name)).get("Tags", {}),
        }
        return Found(in_known_words(self.inputs, inputs, known), _made(account, inputs))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("sqs").delete_queue(QueueUrl=made_id)


class QueueSetting(ResourceType):
    """One attribute of a queue, as a resource of its own."""

    word = ""
    one_per = ("queueUrl",)
    replaces = ("queueUrl",)

    def create(self, account: Account, inputs: Values) -> Made:
        self._set(account, inputs["queueUrl"], inputs[self.word])
        return Made(inputs["queueUrl"])

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        return self.create(account, new)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        queue = _told(account, made_id)
        if queue is None or _ATTRIBUTES[self.word] not in queue[1]:
            return None
        name, told = queue
        url = known.get("queueUrl", _url(account, name))
        inputs = {"queueUrl": url, self.word: told[_ATTRIBUTES[self.word]]}
        return Found(in_known_words(self.inputs, inputs, known), Made(url))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        self._set(account, made_id, "")

    def _set(self, account: Account, queue_url: str, text: str) -> None:
        _set_attributes(account, queue_url, {_ATTRIBUTES[self.word]: text})


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


def _set_attributes(account: Account, queue_url: str, attributes: dict[str, str]) -> None:
    queue = find_queue(account, queue_arn(account, _name(queue_url)))
    if queue is None:
        raise Refused(f"there is no queue at {queue_url}")
    # Moto forgets the policy whenever other attributes are set.
    said = {"Policy": queue.policy or "", **attributes}
    account.client("sqs").set_queue_attributes(QueueUrl=queue_url, Attributes=said)


def _told(account: Account, queue_url: str) -> tuple[str, dict[str, str]] | None:
    """A queue's name, and its attributes as SQS tells them; None where there is no such queue here."""
    read = _URL.fullmatch(queue_url)
    if read is None:
        raise Refused(f"id {queue_url!r} needs the URL of a queue, as in {_url(account, 'readings')}")
    if read["account_id"] != account.account_id or read["region"] not in (None, account.region):
        return None
    name, sqs = read["name"], account.client("sqs")
    try:
        told = sqs.get_queue_attributes(QueueUrl=_url(account, name), AttributeNames=["All"])["Attributes"]
    except sqs.exceptions.QueueDoesNotExist:
        return None
    # Moto keeps this one and does not tell it.
    allow = getattr(find_queue(account, queue_arn(account, name)), "redrive_allow_policy", None)
    return name, {**told, "RedriveAllowPolicy": allow} if allow else told


def _value(declared: Input, text: str) -> Any:
    if isinstance(declared, Flag):
        return text.lower() == "true"
    return int(text) if isinstance(declared, Whole) else text


def _is_left_open(word: str, text: str) -> bool:
    """Whether a queue has this value where its own resource says nothing: another resource sets it, or it is SQS's."""
    return word in _POLICIES or _FIFO_UNSAID.get(word) == text


def _made(account: Account, inputs: Values) -> Made:
    fifo = {word: inputs.get(word, unsaid) for word, unsaid in _FIFO_UNSAID.items()} if inputs["fifoQueue"] else {}
    url = _url(account, inputs["name"])
    return Made(url, queue_arn(account, inputs["name"]), {"url": url, **fifo})


def _url(account: Account, name: str) -> str:
    return f"https://sqs.{account.region}.amazonaws.com/{account.account_id}/{name}"


def _name(queue_url: str) -> str:
    return queue_url.rpartition("/")[2]


TYPES = (Queue(), QueuePolicy(), RedrivePolicy(), RedriveAllowPolicy())
