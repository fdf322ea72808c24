"""A topic: what is published here goes to every function and queue that has subscribed, each with its own filter."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

import pulumi_aws as aws
from pydantic import model_validator

from components import iam
from components.resource import Resource, ResourceConfig, Verb

KEY = "alias/aws/sns"
"""SNS's own key. Its key policy lets everybody of the account use it through SNS whom SNS lets in. AWS services that
publish in their own name (S3, EventBridge, CloudWatch) would need another key, whose policy names them, as nobody can
change this one's (SNS developer guide, "Key management")."""


class TopicConfig(ResourceConfig):
    """An SNS topic. Encrypted with SNS's own key, closed to publishers without TLS; its own policy lets nobody in."""

    kind: Literal["topic"]
    fifo: bool = False
    """Keep the order of each message group. SNS delivers a FIFO topic to queues only, never to a function."""
    content_based_deduplication: bool = False
    """FIFO only: tell duplicates by the body."""

    verbs: ClassVar = {"publish": Verb(("sns:Publish",), wakes=True)}

    @model_validator(mode="after")
    def only_fifo_deduplicates(self) -> Self:
        if self.content_based_deduplication and not self.fifo:
            raise ValueError("content_based_deduplication needs fifo: true, a standard topic does not deduplicate")
        return self


class Topic(Resource[TopicConfig]):
    """A topic whose publishers are named, each by an access line of its own."""

    config_class = TopicConfig
    handle = "TOPIC_ARN"

    def build(self, config: TopicConfig) -> None:
        self.topic = aws.sns.Topic(
            f"{self.name}-topic",
            fifo_topic=True if config.fifo else None,
            content_based_deduplication=True if config.content_based_deduplication else None,
            kms_master_key_id=KEY,
            opts=self.child,
        )
        self.arn = self.topic.arn
        self.told = self.topic.arn
        aws.sns.TopicPolicy(
            f"{self.name}-policy",
            arn=self.arn,
            # It takes the place of SNS's default policy, which lets in whoever belongs to the account.
            policy=iam.document(iam.deny_without_tls("sns:Publish", on=self.arn)),
            opts=self.child,
        )
