"""The topic."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from components.resources.topic import Topic, TopicConfig
from tests.given import ENVIRONMENT

ARN = "arn:aws:sns:eu-west-1:111111111111:alerts-news-topic"


def build(**config: Any) -> Any:
    return lambda: Topic("alerts.news", TopicConfig(kind="topic", **config), ENVIRONMENT).close()


def test_a_topic_is_encrypted(deploy: Any) -> None:
    assert deploy(build())["Topic", "alerts-news-topic"].inputs == {"kmsMasterKeyId": "alias/aws/sns"}


def test_its_policy_lets_nobody_in_and_keeps_those_without_tls_out(deploy: Any) -> None:
    policy = deploy(build())["TopicPolicy", "alerts-news-policy"]

    assert policy.inputs["arn"] == ARN
    assert policy.statements() == [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": ARN,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]


def test_a_fifo_topic_keeps_order_and_may_deduplicate(deploy: Any) -> None:
    inputs = deploy(build(fifo=True, content_based_deduplication=True))["Topic", "alerts-news-topic"].inputs

    assert (inputs["fifoTopic"], inputs["contentBasedDeduplication"]) == (True, True)


def test_only_a_fifo_topic_deduplicates() -> None:
    with pytest.raises(ValidationError, match="content_based_deduplication needs fifo: true"):
        TopicConfig(kind="topic", content_based_deduplication=True)


def test_publishing_is_one_action_on_one_topic(deploy: Any) -> None:
    assert {word: verb.actions for word, verb in TopicConfig.verbs.items()} == {"publish": ("sns:Publish",)}
