"""Subscriptions that are refused, and what they are told when they are taken."""

from __future__ import annotations

import json
from typing import Any

import moto.sns.models
import pytest
from botocore.exceptions import ClientError
from moto.sns.models import SNSBackend
from moto.sns.responses import SNSResponse

from emulator.account import Account
from emulator.notifying.subscription_checks import dead_letter_target
from tests.emulator.contracts import parameters
from tests.emulator.stage import Stage, queue_arn

FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:assess"
QUEUE = queue_arn("letters")
FLAT = {"kind": ["strong"]}
NESTED = {"detail": {"kind": ["strong"]}}


@pytest.mark.parametrize(
    ("function", "taken"),
    [
        (SNSResponse.subscribe, "self"),
        (SNSBackend.set_subscription_attributes, "self arn name value"),
        (SNSBackend._validate_filter_policy, "self value scope"),
        (SNSBackend._find_subscription, "self topic_arn endpoint protocol"),
        (moto.sns.models.FilterPolicyMatcher.__init__, "self filter_policy filter_policy_scope"),
    ],
)
def test_moto_still_takes_what_we_take(function: Any, taken: str) -> None:
    assert parameters(function) == taken.split()


def refusal(stage: Stage, topic_arn: str, endpoint: str, **attributes: Any) -> str:
    with pytest.raises(ClientError) as refused:
        stage.subscribe(topic_arn, endpoint, **attributes)
    error = refused.value.response["Error"]
    assert error["Code"] == "InvalidParameter"
    return str(error["Message"]).removeprefix("Invalid parameter: ")


def attributes_of(account: Account, arn: str) -> dict[str, str]:
    told: dict[str, str] = account.client("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    return told


@pytest.mark.parametrize(
    ("topic", "endpoint", "attributes", "reason"),
    [
        ("news", "a:b:email", {}, "protocol email is not emulated: only lambda and sqs are"),
        ("news", "a:b:firehose", {}, "protocol firehose is not emulated: only lambda and sqs are"),
        ("news.fifo", FUNCTION, {}, "Invalid protocol type: lambda"),
        (
            "news",
            queue_arn("letters.fifo"),
            {},
            "Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
        ),
        (
            "news",
            FUNCTION,
            {"RawMessageDelivery": "true"},
            "Attributes Reason: Delivery protocol [lambda] does not support raw message delivery.",
        ),
        (
            "news",
            QUEUE,
            {"FilterPolicy": NESTED},
            "Attributes Reason: FilterPolicy: detail: needs a list of wanted values: "
            "attributes hold no objects, only a message's body does",
        ),
        (
            "news",
            QUEUE,
            {"FilterPolicyScope": "Body"},
            "Attributes Reason: FilterPolicyScope: needs MessageAttributes or MessageBody, got Body",
        ),
        (
            "news",
            QUEUE,
            {"RedrivePolicy": {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:111111111111:dead"}},
            "Attributes Reason: RedrivePolicy: needs deadLetterTargetArn and nothing else, "
            "a queue of the subscription's account and region, "
            'got {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:111111111111:dead"}',
        ),
        (
            "news",
            QUEUE,
            {"RedrivePolicy": {"deadLetterTargetArn": queue_arn("dead"), "maxReceiveCount": 3}},
            "Attributes Reason: RedrivePolicy: needs deadLetterTargetArn and nothing else, "
            "a queue of the subscription's account and region, got "
            + json.dumps({"deadLetterTargetArn": queue_arn("dead"), "maxReceiveCount": 3}),
        ),
        (
            "news",
            QUEUE,
            {"RedrivePolicy": {"deadLetterTargetArn": queue_arn("dead.fifo")}},
            "Attributes Reason: RedrivePolicy: the dead-letter queue dead.fifo and the topic are both FIFO or "
            "neither is",
        ),
        (
            "news.fifo",
            QUEUE,
            {"RedrivePolicy": {"deadLetterTargetArn": queue_arn("dead")}},
            "Attributes Reason: RedrivePolicy: the dead-letter queue dead and the topic are both FIFO or neither is",
        ),
        (
            "news.fifo",
            QUEUE,
            {"ReplayPolicy": {}},
            "Attributes Reason: attribute ReplayPolicy is not emulated: only FilterPolicy, FilterPolicyScope, "
            "RawMessageDelivery, RedrivePolicy are",
        ),
    ],
)
def test_what_sns_does_not_subscribe_is_refused_and_leaves_nothing(
    account: Account, stage: Stage, topic: str, endpoint: str, attributes: dict[str, Any], reason: str
) -> None:
    assert refusal(stage, stage.topic(topic), endpoint, **attributes) == reason
    assert account.client("sns").list_subscriptions()["Subscriptions"] == []


@pytest.mark.parametrize("protocol", ["sqs", "lambda"])
def test_an_endpoint_is_of_its_protocol(account: Account, stage: Stage, protocol: str) -> None:
    endpoint = FUNCTION if protocol == "sqs" else QUEUE

    with pytest.raises(ClientError, match=f"Invalid parameter: {protocol} endpoint ARN"):
        account.client("sns").subscribe(TopicArn=stage.topic(), Protocol=protocol, Endpoint=endpoint)


@pytest.mark.parametrize(
    ("topic", "endpoint"),
    [("news", FUNCTION), ("news", QUEUE), ("news.fifo", QUEUE), ("news.fifo", queue_arn("letters.fifo"))],
)
def test_functions_and_queues_are_subscribed(account: Account, stage: Stage, topic: str, endpoint: str) -> None:
    told = attributes_of(account, stage.subscribe(stage.topic(topic), endpoint))

    assert (told["Endpoint"], told["RawMessageDelivery"], told["PendingConfirmation"]) == (endpoint, "false", "false")
    assert {"FilterPolicy", "FilterPolicyScope", "RedrivePolicy"}.isdisjoint(told)


@pytest.mark.parametrize("wish", [{"cidr": "10.0.0.0/8"}, {"equals-ignore-case": "x"}, {"suffix": "x"}, True, None])
def test_operators_that_moto_does_not_know_are_taken(account: Account, stage: Stage, wish: Any) -> None:
    arn = stage.subscribe(stage.topic(), QUEUE, FilterPolicy={"$or": [{"a": [wish]}, {"b": [wish]}]})

    assert attributes_of(account, arn)["FilterPolicyScope"] == "MessageAttributes"


def test_who_subscribes_twice_has_one_subscription_and_may_not_want_two_things(stage: Stage) -> None:
    topic = stage.topic()
    first = stage.subscribe(topic, QUEUE, FilterPolicy=FLAT)

    assert stage.subscribe(topic, QUEUE, FilterPolicy=FLAT) == first
    assert refusal(stage, topic, QUEUE, FilterPolicy={"kind": ["weak"]}) == (
        "Attributes Reason: Subscription already exists with different attributes"
    )


def set_attribute(account: Account, arn: str, name: str, value: Any = None) -> None:
    said = {} if value is None else {"AttributeValue": value if isinstance(value, str) else json.dumps(value)}
    account.client("sns").set_subscription_attributes(SubscriptionArn=arn, AttributeName=name, **said)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("FilterPolicyScope", "MessageAttributes", "FilterPolicy: detail: needs a list of wanted values"),
        ("FilterPolicy", {"k": []}, r"FilterPolicy: k: needs at least one wanted value, got \[\]"),
        ("RawMessageDelivery", "true", r"Delivery protocol \[lambda\] does not support raw message delivery"),
        ("DeliveryPolicy", {}, "attribute DeliveryPolicy is not emulated"),
    ],
)
def test_a_change_that_sns_does_not_take_changes_nothing(
    account: Account, stage: Stage, name: str, value: Any, reason: str
) -> None:
    arn = stage.subscribe(stage.topic(), FUNCTION, FilterPolicy=NESTED, FilterPolicyScope="MessageBody")
    before = attributes_of(account, arn)

    with pytest.raises(ClientError, match=f"Invalid parameter: {reason}"):
        set_attribute(account, arn, name, value)

    assert attributes_of(account, arn) == before


def test_a_filter_policy_is_taken_away_with_what_it_looked_at(account: Account, stage: Stage) -> None:
    arn = stage.subscribe(stage.topic(), QUEUE, FilterPolicy=NESTED, FilterPolicyScope="MessageBody")

    set_attribute(account, arn, "FilterPolicy", {})
    assert {"FilterPolicy", "FilterPolicyScope"}.isdisjoint(attributes_of(account, arn))

    set_attribute(account, arn, "FilterPolicy", FLAT)
    assert attributes_of(account, arn)["FilterPolicyScope"] == "MessageAttributes"


def test_dead_letters_are_taken_away(account: Account, stage: Stage) -> None:
    arn = stage.subscribe(stage.topic(), QUEUE, RedrivePolicy={"deadLetterTargetArn": queue_arn("dead")})

    set_attribute(account, arn, "RedrivePolicy")

    assert "RedrivePolicy" not in attributes_of(account, arn)


def test_a_subscription_that_is_not_there_is_not_found(account: Account, stage: Stage) -> None:
    with pytest.raises(ClientError, match="NotFound"):
        set_attribute(account, f"{stage.topic()}:1", "RawMessageDelivery", "true")


def test_the_queue_for_dead_letters_is_named_by_the_redrive_policy() -> None:
    assert dead_letter_target('{"deadLetterTargetArn": "arn"}') == "arn"
    assert dead_letter_target(None) is None
