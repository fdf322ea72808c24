"""Topics are made as SNS makes them, and refused as SNS refuses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provider.sns import default_policy
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Found, Refused
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live
from tests.emulator.provider.rights import needs_these_rights

ARN = "arn:aws:sns:eu-west-1:111111111111"
TOPIC = "aws:sns/topic:Topic"
POLICY = "aws:sns/topicPolicy:TopicPolicy"


def policy(sid: str, arn: str = f"{ARN}:news") -> str:
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": "111111111111"},
        "Action": "sns:Publish",
        "Resource": arn,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def found(account: Account, type_token: str, made_id: str, known: Any = None) -> Found | None:
    return Provisioner(account).read(type_token, made_id, known or {}, SETTINGS)


def test_every_attribute_reaches_the_topic(tmp_path: Path) -> None:
    source = """
        aws.sns.Topic("t", display_name="News", kms_master_key_id="alias/aws/sns", tags={"team": "ours"})
    """

    with deployed(tmp_path, source) as (account, deployment):
        topic = deployment.named("Topic", "t")
        told = account.client("sns").get_topic_attributes(TopicArn=topic.id)["Attributes"]

        assert topic.arn == topic.id == f"{ARN}:{topic.outputs['name']}"
        assert topic.outputs["owner"] == "111111111111"
        assert (told["DisplayName"], told["KmsMasterKeyId"]) == ("News", "alias/aws/sns")
        assert account.client("sns").list_tags_for_resource(ResourceArn=topic.id)["Tags"] == [
            {"Key": "team", "Value": "ours"}
        ]


@pytest.mark.parametrize("key", ["alias/aws/sns", "arn:aws:kms:eu-west-1:111111111111:alias/aws/sns", ""])
def test_snss_own_key_is_taken_by_either_name_and_so_is_none(account: Account, key: str) -> None:
    assert checked(account, TOPIC, {"name": "news", "kmsMasterKeyId": key})["kmsMasterKeyId"] == key


def test_a_fifo_topic_ends_in_fifo(tmp_path: Path) -> None:
    with deployed(tmp_path, 'aws.sns.Topic("t", fifo_topic=True, content_based_deduplication=True)') as (
        account,
        deployment,
    ):
        topic = deployment.named("Topic", "t")
        told = account.client("sns").get_topic_attributes(TopicArn=topic.id)["Attributes"]

        assert topic.outputs["name"].endswith(".fifo")
        assert (told["FifoTopic"], told["ContentBasedDeduplication"]) == ("true", "true")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('name="a topic"', "name 'a topic' needs 1 to 256 characters of A-Z a-z 0-9 _ -"),
        ('name="t.fifo"', "name 't.fifo' and fifoTopic false: a FIFO topic ends in .fifo, and no other does"),
        ('name="t", fifo_topic=True', "name 't' and fifoTopic true: a FIFO topic ends in .fifo, and no other does"),
        ("content_based_deduplication=True", "contentBasedDeduplication needs fifoTopic true"),
        ('policy="{}"', "policy '{}' needs mending: "),
        (
            'kms_master_key_id="alias/ours"',
            "kmsMasterKeyId 'alias/ours' is not emulated: only SNS's own key alias/aws/sns is",
        ),
        ("signature_version=2", "the embedded account does not do `signatureVersion` yet"),
        ('delivery_policy="{}"', "the embedded account does not do `deliveryPolicy` yet"),
    ],
)
def test_what_sns_would_not_take_is_refused(tmp_path: Path, said: str, told: str) -> None:
    assert problems(tmp_path, f'aws.sns.Topic("t", {said})')[0].startswith(f"{TOPIC} t: {told}")


def test_a_topic_goes_through_its_life(account: Account) -> None:
    made = live(
        account,
        TOPIC,
        {"name": "news"},
        {"name": "news", "displayName": "News", "kmsMasterKeyId": "alias/aws/sns", "tags": {"a": "1", "b": "2"}},
        {"name": "news", "displayName": "Other", "policy": policy("One"), "tags": {"a": "3"}},
        {"name": "news", "policy": policy("Two")},
        {"name": "news"},
    )

    assert made.id == f"{ARN}:news"


def test_a_fifo_topic_goes_through_its_life(account: Account) -> None:
    live(
        account,
        TOPIC,
        {"name": "news.fifo", "fifoTopic": True},
        {"name": "news.fifo", "fifoTopic": True, "contentBasedDeduplication": True},
    )


def test_a_policy_that_is_taken_away_leaves_snss_own(account: Account) -> None:
    provisioner = Provisioner(account)
    old, new = (
        checked(account, TOPIC, {"name": "news", "policy": policy("One")}),
        checked(account, TOPIC, {"name": "news"}),
    )
    made = provisioner.create(TOPIC, old)

    provisioner.update(TOPIC, made.id, old, new)

    told = account.client("sns").get_topic_attributes(TopicArn=made.id)["Attributes"]["Policy"]
    assert json.loads(told) == json.loads(default_policy(made.id, "111111111111"))


def test_snss_own_policy_is_the_one_that_a_new_topic_has(account: Account) -> None:
    arn = account.client("sns").create_topic(Name="news")["TopicArn"]

    told = account.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]

    assert json.loads(told) == json.loads(default_policy(arn, "111111111111"))


@pytest.mark.parametrize("word", ["name", "fifoTopic"])
def test_another_name_or_type_is_another_topic(account: Account, word: str) -> None:
    old = checked(account, TOPIC, {"name": "news"})
    new = checked(account, TOPIC, {"name": "newer.fifo", "fifoTopic": True})

    assert word in Provisioner(account).difference(TOPIC, old, new).replaces


@pytest.mark.parametrize(
    ("name", "value", "word", "seen"),
    [
        ("DisplayName", "Other", "displayName", "Other"),
        ("KmsMasterKeyId", "alias/other", "kmsMasterKeyId", "alias/other"),
        ("Policy", policy("Two"), "policy", policy("Two")),
    ],
)
def test_what_was_changed_behind_the_engine_is_seen(
    account: Account, name: str, value: str, word: str, seen: str
) -> None:
    known = checked(account, TOPIC, {"name": "news", "policy": policy("One")})
    made = Provisioner(account).create(TOPIC, known)

    account.client("sns").set_topic_attributes(TopicArn=made.id, AttributeName=name, AttributeValue=value)

    now = found(account, TOPIC, made.id, known)
    assert now is not None
    changes = Provisioner(account).difference(TOPIC, known, now.inputs).changes
    assert list(changes) == [word]
    assert json.loads(now.inputs[word]) == json.loads(seen) if word == "policy" else now.inputs[word] == seen


def test_a_tag_that_was_changed_is_seen(account: Account) -> None:
    known = checked(account, TOPIC, {"name": "news", "tags": {"a": "1"}})
    made = Provisioner(account).create(TOPIC, known)

    account.client("sns").tag_resource(ResourceArn=made.id, Tags=[{"Key": "a", "Value": "2"}])

    now = found(account, TOPIC, made.id, known)
    assert now is not None
    assert now.inputs["tagsAll"]["a"] == "2"


def test_a_topic_is_imported_by_its_arn(account: Account) -> None:
    known = checked(account, TOPIC, {"name": "news.fifo", "fifoTopic": True, "displayName": "News"})
    made = Provisioner(account).create(TOPIC, known)

    now = found(account, TOPIC, made.id)

    assert now is not None
    assert now.inputs == {**known, "tagsAll": now.inputs["tagsAll"]}
    assert (now.made.id, now.made.arn) == (made.id, made.arn)


@pytest.mark.parametrize("type_token", [TOPIC, POLICY])
def test_a_topic_that_is_not_here_is_not_found(account: Account, type_token: str) -> None:
    assert found(account, type_token, f"{ARN}:gone") is None
    assert found(account, type_token, "arn:aws:sns:eu-west-1:222222222222:news") is None
    assert found(account, type_token, "arn:aws:sns:us-east-1:111111111111:news") is None


@pytest.mark.parametrize("type_token", [TOPIC, POLICY])
def test_an_id_that_is_no_topics_is_refused(account: Account, type_token: str) -> None:
    with pytest.raises(Refused, match=f"id 'news' needs the ARN of a topic, as in {ARN}:news"):
        found(account, type_token, "news")


def test_a_policy_goes_through_its_life(account: Account) -> None:
    arn = account.client("sns").create_topic(Name="news")["TopicArn"]

    made = live(account, POLICY, {"arn": arn, "policy": policy("One")}, {"arn": arn, "policy": policy("Two")})

    assert (made.id, made.outputs["owner"]) == (arn, "111111111111")
    told = account.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
    assert json.loads(told)["Id"] == "__default_policy_ID"


def test_a_policy_is_a_right_on_its_topic(account: Account) -> None:
    assert Provisioner(account).right_on(POLICY, {"arn": f"{ARN}:news", "policy": "{}"}) == f"{ARN}:news"


def test_a_policy_is_imported_and_its_drift_seen(account: Account) -> None:
    arn = account.client("sns").create_topic(Name="news")["TopicArn"]
    known = checked(account, POLICY, {"arn": arn, "policy": policy("One")})
    Provisioner(account).create(POLICY, known)
    now = found(account, POLICY, arn)
    assert now is not None
    assert json.loads(now.inputs["policy"]) == json.loads(policy("One"))

    account.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy("Two"))

    later = found(account, POLICY, arn, known)
    assert later is not None
    assert list(Provisioner(account).difference(POLICY, known, later.inputs).changes) == ["policy"]


def test_a_topic_has_one_policy(tmp_path: Path) -> None:
    source = """
        topic = aws.sns.Topic("t", name="news")
        for name in ("one", "two"):
            aws.sns.TopicPolicy(name, arn=topic.arn, policy=allow("sns:Publish", topic.arn, Principal={"AWS": "*"}))
    """

    [problem] = problems(tmp_path, source)

    assert "two" in problem
    assert "one" in problem


def test_an_update_needs_the_rights_to_what_it_changes(account: Account) -> None:
    old = checked(account, TOPIC, {"name": "news", "tags": {"a": "1"}})
    new = checked(account, TOPIC, {"name": "news", "displayName": "News", "tags": {"b": "1"}})
    made = Provisioner(account).create(TOPIC, old)

    needs_these_rights(
        account, TOPIC, made.id, old, new, ["sns:SetTopicAttributes", "sns:TagResource", "sns:UntagResource"]
    )
