"""A bucket's notifications: to functions, to queues, to the default event bus."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.s3.models import Notification

from emulator.account import Account
from emulator.journal import Outcome
from tests.emulator.contracts import parameters
from tests.emulator.shapes import differences
from tests.emulator.stage import ACCOUNT_ID, FAILING, QUIET, Stage, queue_arn

FEED = "arn:aws:s3:::feed"


def test_moto_still_matches_as_we_ask_it_to() -> None:
    assert parameters(Notification.matches) == ["self", "event_name", "key_name"]


def put(account: Account, key: str, body: bytes = b"abc") -> None:
    account.client("s3").put_object(Bucket="feed", Key=key, Body=body)


def let_s3_send(stage: Stage, name: str, bucket_arn: str = FEED) -> None:
    stage.queue_policy(
        name,
        {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue_arn(name),
            "Condition": {"ArnLike": {"aws:SourceArn": bucket_arn}, "StringEquals": {"aws:SourceAccount": ACCOUNT_ID}},
        },
    )


def test_an_object_that_is_put_wakes_the_function(account: Account, stage: Stage) -> None:
    stage.bucket()
    stage.told_function()

    put(account, "incoming/a.geojson")
    account.settle()

    (hop,) = account.journal.hops
    assert (hop.what, hop.source, hop.target, hop.outcome) == (
        "ObjectCreated:Put incoming/a.geojson",
        "feed",
        "feeds.split",
        Outcome.DELIVERED,
    )
    assert stage.counts("feed", "feeds.split") == (1, 1, 0, 0)


def test_moto_itself_wakes_nobody(account: Account, stage: Stage) -> None:
    stage.bucket()
    stage.told_function()

    put(account, "a")

    assert account.journal.hops == []


def test_the_event_has_the_recorded_shape(account: Account, stage: Stage) -> None:
    stage.bucket()
    stage.told_function()

    put(account, "in box/a+b.txt")
    account.settle()

    (event,) = stage.payloads()
    assert differences(event, "s3_object_created.json") == []
    record = event["Records"][0]
    assert record["eventTime"] == "2030-01-01T12:00:00.000Z"
    assert record["s3"]["configurationId"] == "told"
    assert record["s3"]["object"] == {
        "key": "in+box/a%2Bb.txt",
        "size": 3,
        "eTag": "900150983cd24fb0d6963f7d28e17f72",
        "sequencer": record["s3"]["object"]["sequencer"],
    }


def test_the_handler_that_puts_an_object_is_its_principal(account: Account, stage: Stage) -> None:
    stage.bucket()
    stage.bucket("bulletins")
    writes = """
        import boto3

        def handle(event, context):
            boto3.client("s3").put_object(Bucket="bulletins", Key="b", Body=b"")
        """
    may = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::bulletins/*"}
    arn = stage.functions.make(writes, may, name="split")
    stage.let("s3.amazonaws.com", arn, FEED, SourceAccount=ACCOUNT_ID)
    stage.notify("feed", arn)
    stage.told_function(QUIET, "bulletins", name="read")

    put(account, "a")
    account.settle()

    first, second = (payload["Records"][0]["userIdentity"]["principalId"] for payload in stage.payloads())
    role_id = account.client("iam").get_role(RoleName="split-role")["Role"]["RoleId"]
    assert (first, second) == (f"AWS:{ACCOUNT_ID}", f"AWS:{role_id}:split")


def test_a_permission_for_another_bucket_lets_nothing_in_and_the_event_is_lost(account: Account, stage: Stage) -> None:
    stage.bucket()
    arn = stage.functions.make(QUIET)
    stage.let("s3.amazonaws.com", arn, "arn:aws:s3:::other", SourceAccount=ACCOUNT_ID)
    stage.notify("feed", arn)

    put(account, "a")
    account.settle()

    (denial,) = account.journal.denials
    (hop,) = account.journal.hops
    assert (denial.principal, denial.action, denial.resource, denial.caller) == (
        "s3.amazonaws.com",
        "lambda:InvokeFunction",
        arn,
        "feed",
    )
    assert hop.outcome is Outcome.DENIED
    assert "the event is lost" in (hop.cause or "")
    assert stage.counts("feed", "feeds.split") == (1, 0, 0, 0)


def test_a_permission_for_another_account_lets_nothing_in(account: Account, stage: Stage) -> None:
    stage.bucket()
    arn = stage.functions.make(QUIET)
    stage.let("s3.amazonaws.com", arn, FEED, SourceAccount="999999999999")
    stage.notify("feed", arn)

    put(account, "a")
    account.settle()

    assert [hop.outcome for hop in account.journal.hops] == [Outcome.DENIED]


def test_an_event_for_a_function_that_is_gone_is_lost(account: Account, stage: Stage) -> None:
    stage.bucket()
    stage.told_function()
    account.client("lambda").delete_function(FunctionName="split")

    put(account, "a")
    account.settle()

    (hop,) = account.journal.hops
    assert (hop.outcome, hop.cause) == (
        Outcome.LOST,
        "there is no function feeds.split; S3 does not try again, and the event is lost",
    )


def test_what_the_function_makes_of_it_is_not_the_buckets_affair(account: Account, stage: Stage) -> None:
    stage.bucket()
    stage.told_function(FAILING)

    put(account, "a")
    account.settle()

    assert len(stage.invocations()) == 3
    assert stage.counts("feed", "feeds.split") == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("key", "told"), [("incoming/a.geojson", True), ("incoming/a.json", False), ("a.geojson", False)]
)
def test_prefix_and_suffix_choose(account: Account, stage: Stage, key: str, told: bool) -> None:
    stage.bucket()
    arn = stage.told_function()
    stage.notify("feed", arn, "s3:ObjectCreated:*", prefix="incoming/", suffix=".geojson")

    put(account, key)
    account.settle()

    assert len(stage.invocations()) == (1 if told else 0)
    assert sum(row.sent for row in account.tally.rows()) == (1 if told else 0)


@pytest.mark.parametrize(
    ("event", "told"), [("s3:ObjectCreated:Put", True), ("s3:ObjectCreated:Copy", False), ("s3:ObjectRemoved:*", False)]
)
def test_event_types_choose(account: Account, stage: Stage, event: str, told: bool) -> None:
    stage.bucket()
    arn = stage.told_function()
    stage.notify("feed", arn, event)

    put(account, "a")
    account.settle()

    assert len(stage.invocations()) == (1 if told else 0)


def test_a_queue_hears_that_it_will_be_told_and_then_of_each_object(account: Account, stage: Stage) -> None:
    stage.bucket()
    stage.queue("readings")
    let_s3_send(stage, "readings")

    stage.notify("feed", queue_arn("readings"))
    put(account, "a b")
    account.settle()

    first, second = map(json.loads, stage.bodies("readings"))
    assert {key: first[key] for key in ("Service", "Event", "Time", "Bucket")} == {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": "2030-01-01T12:00:00.000Z",
        "Bucket": "feed",
    }
    assert sorted(first) == ["Bucket", "Event", "HostId", "RequestId", "Service", "Time"]
    assert differences(second, "s3_object_created.json") == []
    assert stage.counts("feed", "readings") == (1, 1, 0, 0)
    assert [hop.outcome for hop in account.journal.hops] == [Outcome.DELIVERED]


def test_a_queue_whose_policy_names_another_bucket_gets_nothing(account: Account, stage: Stage) -> None:
    stage.bucket()
    stage.queue("readings")
    let_s3_send(stage, "readings", "arn:aws:s3:::other")

    stage.notify("feed", queue_arn("readings"))
    put(account, "a")
    account.settle()

    assert stage.bodies("readings") == []
    assert {denial.action for denial in account.journal.denials} == {"sqs:SendMessage"}
    assert [hop.outcome for hop in account.journal.hops] == [Outcome.DENIED]


def test_the_default_event_bus_gets_an_event_of_the_recorded_shape(account: Account, stage: Stage) -> None:
    stage.bucket()
    stage.notify("feed", None)
    rule_arn = stage.rule({"source": ["aws.s3"]}, bus="default")
    arn = stage.functions.make(QUIET)
    stage.let("events.amazonaws.com", arn, rule_arn)
    stage.target(arn, bus="default")

    put(account, "in box/a+b.txt")
    account.client("s3").delete_object(Bucket="feed", Key="in box/a+b.txt")
    account.settle()

    created, deleted = stage.payloads()
    assert differences(created, "s3_eventbridge_object_created.json") == []
    assert differences(deleted, "s3_eventbridge_object_deleted.json") == []
    assert (created["detail-type"], created["detail"]["reason"]) == ("Object Created", "PutObject")
    assert created["detail"]["object"]["key"] == "in box/a+b.txt"
    assert (deleted["detail"]["reason"], deleted["detail"]["deletion-type"]) == ("DeleteObject", "Permanently Deleted")
    assert stage.counts("default event bus", "feeds.split") == (2, 2, 0, 0)


def test_no_other_bus_gets_the_buckets_events(account: Account, stage: Stage) -> None:
    stage.bucket()
    stage.notify("feed", None)
    stage.bus()
    rule_arn = stage.rule({"source": ["aws.s3"]})
    arn = stage.functions.make(QUIET)
    stage.let("events.amazonaws.com", arn, rule_arn)
    stage.target(arn)

    put(account, "a")
    account.settle()

    assert stage.invocations() == []
    assert stage.counts("default event bus", "no rule") == (1, 0, 0, 1)


def test_a_notification_to_a_topic_is_refused_by_name(account: Account, stage: Stage) -> None:
    stage.bucket()
    topic: dict[str, Any] = {"TopicArn": f"arn:aws:sns:eu-west-1:{ACCOUNT_ID}:news", "Events": ["s3:ObjectCreated:*"]}

    with pytest.raises(ClientError, match="notifications to topics are not emulated"):
        account.client("s3").put_bucket_notification_configuration(
            Bucket="feed", NotificationConfiguration={"TopicConfigurations": [topic]}
        )
