"""Subscriptions are made as SNS makes them, and refused as SNS refuses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Found, Refused
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live
from tests.emulator.provider.rights import needs_these_rights

TYPE = "aws:sns/topicSubscription:TopicSubscription"
QUEUE = "arn:aws:sqs:eu-west-1:111111111111:letters"
FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:assess"
DEAD = json.dumps({"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:111111111111:dead"})
FLAT = json.dumps({"kind": ["strong"]})
NESTED = json.dumps({"detail": {"kind": ["strong"]}})


@pytest.fixture
def topic(account: Account) -> str:
    arn: str = account.client("sns").create_topic(Name="news")["TopicArn"]
    return arn


def found(account: Account, made_id: str, known: Any = None) -> Found | None:
    return Provisioner(account).read(TYPE, made_id, known or {}, SETTINGS)


def test_every_attribute_reaches_the_subscription(tmp_path: Path) -> None:
    source = """
        topic = aws.sns.Topic("t", name="news")
        queue = aws.sqs.Queue("q", name="letters")
        dead = aws.sqs.Queue("d", name="dead")
        aws.sns.TopicSubscription("s", topic=topic.arn, protocol="sqs", endpoint=queue.arn, raw_message_delivery=True,
            filter_policy=json.dumps({"detail": {"kind": ["strong"]}}), filter_policy_scope="MessageBody",
            redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn}))
    """

    with deployed(tmp_path, source) as (account, deployment):
        made = deployment.named("TopicSubscription", "s")
        told = account.client("sns").get_subscription_attributes(SubscriptionArn=made.id)["Attributes"]

        assert made.arn == made.id
        assert made.id.startswith("arn:aws:sns:eu-west-1:111111111111:news:")
        assert (made.outputs["ownerId"], made.outputs["pendingConfirmation"]) == ("111111111111", False)
        assert (told["Endpoint"], told["Protocol"], told["RawMessageDelivery"]) == (QUEUE, "sqs", "true")
        assert json.loads(told["FilterPolicy"]) == json.loads(NESTED)
        assert told["FilterPolicyScope"] == "MessageBody"
        assert json.loads(told["RedrivePolicy"]) == json.loads(DEAD)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('protocol="email", endpoint="a@b.c"', "protocol 'email' needs one of lambda, sqs"),
        (
            f'protocol="sqs", endpoint="{QUEUE}", filter_policy_scope="MessageBody"',
            "filterPolicyScope needs a filterPolicy",
        ),
        (
            f'protocol="sqs", endpoint="{QUEUE}", filter_policy=json.dumps({{"a": {{"b": ["x"]}}}})',
            "filterPolicy needs mending: a: needs a list of wanted values: attributes hold no objects",
        ),
        (
            f'protocol="lambda", endpoint="{FUNCTION}", raw_message_delivery=True',
            "rawMessageDelivery needs protocol sqs: a function gets every message in an event",
        ),
        (
            f'protocol="sqs", endpoint="{QUEUE}", redrive_policy="{{}}"',
            "redrivePolicy '{}' needs mending: it holds deadLetterTargetArn and nothing else",
        ),
        (
            f'protocol="sqs", endpoint="{FUNCTION}"',
            "Subscribe answers InvalidParameter: Invalid parameter: sqs endpoint ARN",
        ),
        (
            f'protocol="sqs", endpoint="{QUEUE}.fifo"',
            "Subscribe answers InvalidParameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be "
            "subscribed to standard SNS topics",
        ),
        (
            f'protocol="sqs", endpoint="{QUEUE}", replay_policy="{{}}"',
            "the embedded account does not do `replayPolicy`",
        ),
    ],
)
def test_what_sns_would_not_take_is_refused(tmp_path: Path, said: str, told: str) -> None:
    source = f'topic = aws.sns.Topic("t", name="news")\naws.sns.TopicSubscription("s", topic=topic.arn, {said})'

    assert told in "\n".join(problems(tmp_path, source))


def test_a_function_does_not_hear_a_fifo_topic(tmp_path: Path) -> None:
    source = f"""
        topic = aws.sns.Topic("t", fifo_topic=True)
        aws.sns.TopicSubscription("s", topic=topic.arn, protocol="lambda", endpoint="{FUNCTION}")
    """

    [problem] = problems(tmp_path, source)

    assert "Invalid parameter: Invalid protocol type: lambda" in problem


def test_a_function_hears_a_topic_once(tmp_path: Path) -> None:
    source = f"""
        topic = aws.sns.Topic("t", name="news")
        for name in ("one", "two"):
            aws.sns.TopicSubscription(name, topic=topic.arn, protocol="lambda", endpoint="{FUNCTION}")
    """

    [problem] = problems(tmp_path, source)

    assert "two" in problem
    assert "one" in problem


def test_a_queues_subscription_goes_through_its_life(account: Account, topic: str) -> None:
    base = {"topic": topic, "protocol": "sqs", "endpoint": QUEUE}

    live(
        account,
        TYPE,
        base,
        {**base, "filterPolicy": FLAT, "rawMessageDelivery": True},
        {**base, "filterPolicy": NESTED, "filterPolicyScope": "MessageBody", "redrivePolicy": DEAD},
        {**base, "filterPolicy": FLAT, "filterPolicyScope": "MessageAttributes", "redrivePolicy": DEAD},
        {**base, "filterPolicy": NESTED, "filterPolicyScope": "MessageBody"},
        {**base, "redrivePolicy": DEAD},
        {**base, "filterPolicy": FLAT},
        {**base, "filterPolicy": json.dumps({"kind": ["weak"]})},
        {**base, "filterPolicy": "{}"},
        base,
    )


def test_a_functions_subscription_goes_through_its_life(account: Account, topic: str) -> None:
    base = {"topic": topic, "protocol": "lambda", "endpoint": FUNCTION}

    made = live(account, TYPE, base, {**base, "confirmationTimeoutInMinutes": 5, "endpointAutoConfirms": True})

    assert made.outputs["confirmationWasAuthenticated"] is True


def test_a_scope_that_nobody_says_is_told(account: Account, topic: str) -> None:
    provisioner = Provisioner(account)
    base = {"topic": topic, "protocol": "sqs", "endpoint": QUEUE}
    plain, filtered = checked(account, TYPE, base), checked(account, TYPE, {**base, "filterPolicy": FLAT})

    made = provisioner.create(TYPE, plain)
    assert made.outputs["filterPolicyScope"] == ""
    assert provisioner.update(TYPE, made.id, plain, filtered).outputs["filterPolicyScope"] == "MessageAttributes"


@pytest.mark.parametrize(
    ("word", "value"),
    [("topic", "arn:aws:sns:eu-west-1:111111111111:other"), ("endpoint", FUNCTION), ("protocol", "lambda")],
)
def test_another_end_is_another_subscription(account: Account, topic: str, word: str, value: str) -> None:
    old = checked(account, TYPE, {"topic": topic, "protocol": "sqs", "endpoint": QUEUE})

    assert Provisioner(account).difference(TYPE, old, {**old, word: value}).replaces == {word}


@pytest.mark.parametrize(
    ("name", "value", "word", "seen"),
    [
        ("RawMessageDelivery", "true", "rawMessageDelivery", True),
        ("FilterPolicy", json.dumps({"kind": ["weak"]}), "filterPolicy", json.dumps({"kind": ["weak"]})),
        ("FilterPolicyScope", "MessageBody", "filterPolicyScope", "MessageBody"),
        ("RedrivePolicy", DEAD, "redrivePolicy", DEAD),
    ],
)
def test_what_was_changed_behind_the_engine_is_seen(
    account: Account, topic: str, name: str, value: str, word: str, seen: Any
) -> None:
    known = checked(account, TYPE, {"topic": topic, "protocol": "sqs", "endpoint": QUEUE, "filterPolicy": FLAT})
    made = Provisioner(account).create(TYPE, known)

    account.client("sns").set_subscription_attributes(SubscriptionArn=made.id, AttributeName=name, AttributeValue=value)

    now = found(account, made.id, known)
    assert now is not None
    assert list(Provisioner(account).difference(TYPE, known, now.inputs).changes) == [word]
    assert now.inputs[word] == seen


def test_a_subscription_is_imported_by_its_arn(account: Account, topic: str) -> None:
    known = checked(
        account,
        TYPE,
        {
            "topic": topic,
            "protocol": "sqs",
            "endpoint": QUEUE,
            "filterPolicy": NESTED,
            "filterPolicyScope": "MessageBody",
            "redrivePolicy": DEAD,
            "rawMessageDelivery": True,
        },
    )
    made = Provisioner(account).create(TYPE, known)

    now = found(account, made.id)

    assert now is not None
    assert now.inputs == known
    assert (now.made.id, now.made.arn) == (made.id, made.arn)


def test_a_subscription_that_is_not_here_is_not_found(account: Account, topic: str) -> None:
    assert found(account, f"{topic}:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55") is None
    assert found(account, "arn:aws:sns:us-east-1:111111111111:news:2bcfbf39") is None


def test_a_subscription_goes_with_its_topic(account: Account, topic: str) -> None:
    known = checked(account, TYPE, {"topic": topic, "protocol": "sqs", "endpoint": QUEUE})
    made = Provisioner(account).create(TYPE, known)

    account.client("sns").delete_topic(TopicArn=topic)

    assert found(account, made.id, known) is None


def test_an_id_that_is_no_subscriptions_is_refused(account: Account, topic: str) -> None:
    with pytest.raises(
        Refused, match="needs the ARN of a subscription, as in arn:aws:sns:eu-west-1:111111111111:news:"
    ):
        found(account, topic)


def test_an_update_needs_the_right_to_what_it_changes(account: Account, topic: str) -> None:
    base = {"topic": topic, "protocol": "sqs", "endpoint": QUEUE}
    old, new = checked(account, TYPE, base), checked(account, TYPE, {**base, "rawMessageDelivery": True})
    made = Provisioner(account).create(TYPE, old)

    needs_these_rights(account, TYPE, made.id, old, new, ["sns:SetSubscriptionAttributes"])
