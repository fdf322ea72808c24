"""SNS: topics and their policies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.iam import check_document
from emulator.provisioning.inputs import Arn, Document, Flag, Input, Text
from emulator.provisioning.known_words import in_known_words
from emulator.provisioning.resource_type import TAGS, Autoname, Found, Made, Refused, ResourceType, Values
from emulator.provisioning.tagging import retag

if TYPE_CHECKING:
    from emulator.account import Account

NAME = r"[A-Za-z0-9_-]{1,256}|[A-Za-z0-9_-]{1,251}\.fifo"

_POLICY = Document(problems=lambda document: check_document(document, kind="resource"))

OWN_KEY = "alias/aws/sns"

_ATTRIBUTES = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "displayName": "DisplayName",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
}
"""Attributes of `SetTopicAttributes` by their inputs."""

_DEFAULT_POLICY = "__default_policy_ID"
"""What SNS calls the policy that it gives a topic of its own accord."""


class Topic(ResourceType):
    """A topic (SNS API reference, `CreateTopic`)."""

    pulumi_type = "aws:sns/topic:Topic"
    inputs: ClassVar[Mapping[str, Input]] = {
        "contentBasedDeduplication": Flag(default=False),
        "displayName": Text(most=100),
        "fifoTopic": Flag(default=False),
        "kmsMasterKeyId": Text(),
        "name": Text(pattern=NAME, says="1 to 256 characters of A-Z a-z 0-9 _ -, the last five .fifo on a FIFO topic"),
        "policy": _POLICY,
        "tags": TAGS,
    }
    autoname = Autoname("name", 80, suffix=lambda inputs: ".fifo" if inputs.get("fifoTopic") else "")
    one_per = ("name",)
    replaces = ("fifoTopic", "name")

    def contradictions(self, inputs: Values) -> Iterator[str]:
        name, fifo = inputs.get("name", ""), inputs["fifoTopic"]
        if name and name.endswith(".fifo") != fifo:
            yield f"name {name!r} and fifoTopic {str(fifo).lower()}: a FIFO topic ends in .fifo, and no other does"
        if inputs["contentBasedDeduplication"] and not fifo:
            yield "contentBasedDeduplication needs fifoTopic true"
        key = inputs.get("kmsMasterKeyId")
        if isinstance(key, str) and key and not key.endswith(OWN_KEY):
            yield (
                f"kmsMasterKeyId {key!r} is not emulated: only SNS's own key {OWN_KEY} is, "
                "which everybody may use whom the topic lets in"
            )

    def create(self, account: Account, inputs: Values) -> Made:
        fifo = {"Attributes": {"FifoTopic": "true"}} if inputs["fifoTopic"] else {}
        arn = account.client("sns").create_topic(Name=inputs["name"], Tags=_tag_list(inputs["tagsAll"]), **fifo)[
            "TopicArn"
        ]
        for word in _ATTRIBUTES:
            if inputs.get(word):
                _set(account, arn, word, inputs[word])
        return _made(account, arn)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        for word in _ATTRIBUTES:
            if old.get(word) != new.get(word):
                unsaid = default_policy(made_id, account.account_id) if word == "policy" else ""
                _set(account, made_id, word, new.get(word, unsaid))
        sns = account.client("sns")
        retag(
            old["tagsAll"],
            new["tagsAll"],
            lambda tags: sns.tag_resource(ResourceArn=made_id, Tags=_tag_list(tags)),
            lambda keys: sns.untag_resource(ResourceArn=made_id, TagKeys=keys),
        )
        return _made(account, made_id)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        told = told_of_topic(account, made_id)
        if told is None:
            return None
        tags = account.client("sns").list_tags_for_resource(ResourceArn=made_id)["Tags"]
        inputs: dict[str, Any] = {
            "contentBasedDeduplication": told.get("ContentBasedDeduplication") == "true",
            "fifoTopic": told.get("FifoTopic") == "true",
            "name": made_id.rpartition(":")[2],
            "tagsAll": {tag["Key"]: tag["Value"] for tag in tags},
        }
        for word in ("displayName", "kmsMasterKeyId"):
            if (text := told.get(_ATTRIBUTES[word], "")) or word in known:
                inputs[word] = text
        # A resource of its own may have set the policy.
        if "policy" in known:
            inputs["policy"] = told["Policy"]
        return Found(in_known_words(self.inputs, inputs, known), _made(account, made_id))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("sns").delete_topic(TopicArn=made_id)


class TopicPolicy(ResourceType):
    """Who may do what with a topic."""

    pulumi_type = "aws:sns/topicPolicy:TopicPolicy"
    inputs: ClassVar[Mapping[str, Input]] = {
        "arn": Arn(of=("sns",), required=True),
        "policy": Document(problems=_POLICY.problems, required=True),
    }
    one_per = ("arn",)
    replaces = ("arn",)

    def right_on(self, account: Account, inputs: Values) -> str | None:
        return str(inputs["arn"])

    def create(self, account: Account, inputs: Values) -> Made:
        _set(account, inputs["arn"], "policy", inputs["policy"])
        return self._made(account, inputs["arn"])

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        return self.create(account, new)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        told = told_of_topic(account, made_id)
        if told is None or json.loads(told["Policy"]).get("Id") == _DEFAULT_POLICY:
            return None
        inputs = {"arn": made_id, "policy": told["Policy"]}
        return Found(in_known_words(self.inputs, inputs, known), self._made(account, made_id))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        # A topic is never without a policy.
        _set(account, made_id, "policy", default_policy(made_id, account.account_id))

    def _made(self, account: Account, topic_arn: str) -> Made:
        return Made(topic_arn, outputs={"owner": account.account_id})


def told_of_topic(account: Account, topic_arn: str) -> dict[str, str] | None:
    """What SNS tells of a topic; None where there is no such topic here."""
    own = f"arn:{account.partition}:sns:{account.region}:{account.account_id}:"
    if topic_arn.count(":") != own.count(":") or not topic_arn.startswith("arn:"):
        raise Refused(f"id {topic_arn!r} needs the ARN of a topic, as in {own}news")
    if not topic_arn.startswith(own):
        return None
    sns = account.client("sns")
    try:
        told: dict[str, str] = sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]
    except sns.exceptions.NotFoundException:
        return None
    return told


def default_policy(topic_arn: str, account_id: str) -> str:
    """The policy of a topic that has no other (SNS developer guide, "Creating an Amazon SNS topic", access policy)."""
    actions = (
        *("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic"),
        *("Subscribe", "ListSubscriptionsByTopic", "Publish"),
    )
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in actions],
        "Resource": topic_arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": account_id}},
    }
    return json.dumps({"Version": "2008-10-17", "Id": _DEFAULT_POLICY, "Statement": [statement]})


def _set(account: Account, topic_arn: str, word: str, value: Any) -> None:
    text = str(value).lower() if isinstance(value, bool) else value
    account.client("sns").set_topic_attributes(TopicArn=topic_arn, AttributeName=_ATTRIBUTES[word], AttributeValue=text)


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _made(account: Account, topic_arn: str) -> Made:
    return Made(topic_arn, topic_arn, {"beginningArchiveTime": "", "owner": account.account_id})


TYPES = (Topic(), TopicPolicy())
