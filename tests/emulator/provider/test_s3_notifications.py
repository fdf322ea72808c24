"""A bucket's notifications are one configuration, and none of them overlap."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Refused
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live
from tests.emulator.stage import QUIET, Stage, queue_arn

NOTIFICATION = "aws:s3/bucketNotification:BucketNotification notification"
QUEUE = """
bucket = aws.s3.Bucket("feed")
queue = aws.sqs.Queue("readings")
policy = aws.sqs.QueuePolicy("policy", queue_url=queue.url, policy=allow("sqs:SendMessage", queue.arn,
    Principal={"Service": "s3.amazonaws.com"}, Condition={"StringEquals": {"aws:SourceAccount": "111111111111"},
        "ArnLike": {"aws:SourceArn": bucket.arn}}))
def notification(*wishes, name="notification", **more):
    aws.s3.BucketNotification(name, bucket=bucket.bucket, queues=[{"queue_arn": queue.arn, **wish} for wish in wishes],
        opts=after(policy), **more)
CREATED = {"events": ["s3:ObjectCreated:*"]}
"""


def test_everything_that_is_wished_reaches_the_bucket(tmp_path: Path) -> None:
    source = f"""{QUEUE}
notification({{"id": "a", "filter_prefix": "in/", "filter_suffix": ".json", **CREATED}},
    {{"id": "b", "events": ["s3:ObjectRemoved:Delete"]}}, eventbridge=True)
"""

    with deployed(tmp_path, source) as (account, deployment):
        bucket = deployment.named("Bucket", "feed").id
        told = account.client("s3").get_bucket_notification_configuration(Bucket=bucket)

        queue = deployment.named("Queue", "readings").arn
        rules = [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".json"}]
        assert told["QueueConfigurations"] == [
            {
                "Id": "a",
                "QueueArn": queue,
                "Events": ["s3:ObjectCreated:*"],
                "Filter": {"Key": {"FilterRules": rules}},
            },
            {"Id": "b", "QueueArn": queue, "Events": ["s3:ObjectRemoved:Delete"]},
        ]
        assert account.storage.backend("s3").buckets[bucket].notification_configuration.event_bridge is not None


def test_a_bucket_has_one_notification(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f"{QUEUE}\nnotification(CREATED)\nnotification(CREATED, name='other')")

    assert problem.startswith("aws:s3/bucketNotification:BucketNotification other: bucket 'feed-")
    assert problem.endswith(" is notification's already: AWS keeps one, and a second would replace it without a word")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CREATED", "CREATED"),
        ("CREATED", '{"events": ["s3:ObjectCreated:Put"]}'),
        ('{**CREATED, "filter_prefix": "in/"}', '{**CREATED, "filter_prefix": "in/deep/"}'),
        ('{**CREATED, "filter_prefix": "in/"}', '{**CREATED, "filter_suffix": ".json"}'),
        ('{**CREATED, "filter_suffix": ".json"}', '{**CREATED, "filter_suffix": "s.json"}'),
    ],
)
def test_two_wishes_for_the_same_event_and_key_are_refused(tmp_path: Path, one: str, other: str) -> None:
    assert problems(tmp_path, f"{QUEUE}\nnotification({one}, {other})") == [
        f"{NOTIFICATION}: queues[1] overlaps queues[0]: S3 takes no two that want the same event for the same key, "
        "neither prefixes nor suffixes tell them apart"
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CREATED", '{"events": ["s3:ObjectRemoved:*"]}'),
        ('{"events": ["s3:ObjectCreated:Put"]}', '{"events": ["s3:ObjectCreated:Copy"]}'),
        ('{**CREATED, "filter_prefix": "in/"}', '{**CREATED, "filter_prefix": "out/"}'),
        ('{**CREATED, "filter_suffix": ".json"}', '{**CREATED, "filter_suffix": ".csv"}'),
    ],
)
def test_wishes_that_differ_stand_beside_each_other(tmp_path: Path, one: str, other: str) -> None:
    with deployed(tmp_path, f"{QUEUE}\nnotification({one}, {other})") as (_, deployment):
        assert deployment.named("BucketNotification", "notification").id


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ('{"events": []}', "queues[0].events [] needs at least 1 entries, has 0"),
        ('{"events": ["s3:Everything"]}', "queues[0].events[0] 's3:Everything' needs one of s3:ObjectCreated:*, "),
        ('{"events": ["s3:ObjectRestore:*"]}', "queues[0].events[0] 's3:ObjectRestore:*' needs one of "),
        (
            '{**CREATED, "queue_arn": "arn:aws:sqs:eu-west-1:111111111111:gone"}',
            "queues name arn:aws:sqs:eu-west-1:111111111111:gone, and there is no such queue",
        ),
        (
            '{**CREATED, "queue_arn": "arn:aws:sqs:eu-west-1:111111111111:q.fifo"}',
            "queues[0].queueArn 'arn:aws:sqs:eu-west-1:111111111111:q.fifo' needs a standard queue: ",
        ),
    ],
)
def test_what_s3_would_not_take_is_refused(tmp_path: Path, wish: str, told: str) -> None:
    assert problems(tmp_path, f"{QUEUE}\nnotification({wish})")[0].startswith(f"{NOTIFICATION}: {told}")


def test_a_function_that_is_not_there_is_refused(tmp_path: Path) -> None:
    arn = "arn:aws:lambda:eu-west-1:111111111111:function:gone"
    source = f"""{QUEUE}
aws.s3.BucketNotification("notification", bucket=bucket.bucket, lambda_functions=[
    {{"lambda_function_arn": "{arn}", **CREATED}}])
"""

    assert problems(tmp_path, source) == [f"{NOTIFICATION}: lambdaFunctions name {arn}, and there is no such function"]


def test_topics_are_refused_by_name(tmp_path: Path) -> None:
    assert problems(tmp_path, f"{QUEUE}\nnotification(topics=[{{'topic_arn': 'a', **CREATED}}])") == [
        f"{NOTIFICATION}: the embedded account does not do `topics` yet"
    ]


TYPE = "aws:s3/bucketNotification:BucketNotification"
READINGS = queue_arn("readings")
MADE: dict[str, Any] = {"queueArn": READINGS, "events": ["s3:ObjectCreated:*"]}
REMOVED: dict[str, Any] = {"queueArn": READINGS, "events": ["s3:ObjectRemoved:*"]}


@pytest.fixture
def feed(stage: Stage) -> str:
    """A bucket, and a queue that it may tell."""
    stage.queue("readings")
    let_tell(stage, "readings")
    return stage.bucket("quakes-feed")


def let_tell(stage: Stage, queue: str) -> None:
    let = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage"}
    stage.queue_policy(queue, {**let, "Resource": queue_arn(queue)})


def made(account: Account, **given: Any) -> dict[str, Any]:
    """The checked inputs of notifications that were made."""
    told = checked(account, TYPE, {"bucket": "quakes-feed", **given})
    Provisioner(account).create(TYPE, told)
    return told


def read(account: Account, known: Mapping[str, Any] | None = None) -> Any:
    found = Provisioner(account).read(TYPE, "quakes-feed", known or {}, SETTINGS)
    return found and found.inputs


def put(account: Account, **configuration: Any) -> None:
    account.client("s3").put_bucket_notification_configuration(
        Bucket="quakes-feed", NotificationConfiguration=configuration
    )


def test_notifications_change_and_go(account: Account, stage: Stage, feed: str) -> None:
    split = stage.functions.make(QUIET, name="split")
    life = live(
        account,
        TYPE,
        {"bucket": feed, "queues": [{**MADE, "filterPrefix": "in/"}], "eventbridge": True},
        {
            "bucket": feed,
            "queues": [{**MADE, "id": "made", "filterPrefix": "out/", "filterSuffix": ".json"}, REMOVED],
        },
        {
            "bucket": feed,
            "queues": [{**MADE, "filterPrefix": ""}],
            "lambdaFunctions": [{"lambdaFunctionArn": split, "events": ["s3:ObjectTagging:*", "s3:ObjectAcl:Put"]}],
        },
        {"bucket": feed, "eventbridge": True},
    )

    assert (life.id, life.arn) == (feed, None)


def test_a_change_reaches_the_account_at_work(account: Account, stage: Stage, feed: str) -> None:
    stage.queue("removals")
    let_tell(stage, "removals")
    told = made(account, queues=[MADE])
    Provisioner(account).update(TYPE, feed, told, {**told, "queues": [{**MADE, "queueArn": queue_arn("removals")}]})
    account.client("sqs").purge_queue(QueueUrl="readings")

    account.client("s3").put_object(Bucket=feed, Key="quake.json", Body=b"{}")
    account.settle()

    assert stage.bodies("readings") == []
    (test_event, event) = (json.loads(body) for body in stage.bodies("removals"))
    assert test_event["Event"] == "s3:TestEvent"
    assert event["Records"][0]["s3"]["object"]["key"] == "quake.json"


def test_every_destination_is_looked_at_again_when_one_changes(account: Account, stage: Stage, feed: str) -> None:
    told = made(account, queues=[MADE, {**REMOVED, "queueArn": READINGS}])
    stage.queue("gone")
    new = {**told, "queues": [{**MADE, "queueArn": queue_arn("gone")}, REMOVED]}

    needs = list(Provisioner(account).needs(TYPE, new))

    assert [(need.holder, need.decide().allowed) for need in needs] == [(queue_arn("gone"), False), (READINGS, True)]


def test_events_in_another_order_are_the_same_events(account: Account, feed: str) -> None:
    told = made(account, queues=[{**MADE, "events": ["s3:ObjectCreated:Put", "s3:ObjectCreated:Copy"]}])

    put(
        account,
        QueueConfigurations=[
            {"Id": "x", "QueueArn": READINGS, "Events": ["s3:ObjectCreated:Copy", "s3:ObjectCreated:Put"]}
        ],
    )

    assert read(account, told) == told
    turned = {**told, "queues": [{**MADE, "events": ["s3:ObjectCreated:Copy", "s3:ObjectCreated:Put"]}]}
    assert Provisioner(account).difference(TYPE, told, turned).changes == {}


@pytest.mark.parametrize(
    ("by_somebody", "seen"),
    [
        ({"Id": "other"}, {"id": "other"}),
        ({"Events": ["s3:ObjectCreated:Put"]}, {"events": ["s3:ObjectCreated:Put"]}),
        (
            {"Filter": {"Key": {"FilterRules": [{"Name": "suffix", "Value": ".csv"}]}}},
            {"filterSuffix": ".csv", "filterPrefix": None},
        ),
        ({"QueueArn": queue_arn("removals")}, {"queueArn": queue_arn("removals")}),
    ],
)
def test_what_somebody_else_wished_is_read(
    account: Account, stage: Stage, feed: str, by_somebody: dict[str, Any], seen: dict[str, Any]
) -> None:
    stage.queue("removals")
    told = made(account, queues=[{**MADE, "id": "made", "filterPrefix": "in/"}])
    (standing,) = account.client("s3").get_bucket_notification_configuration(Bucket=feed)["QueueConfigurations"]

    put(account, QueueConfigurations=[{**standing, **by_somebody}])

    changed = {**told["queues"][0], **seen}
    # An id that nobody said is one that S3 made up, as far as can be told.
    expected = {word: value for word, value in changed.items() if value is not None and value != "other"}
    assert read(account, told) == {**told, "queues": [expected]}


def test_wishes_that_somebody_else_added_are_read(account: Account, stage: Stage, feed: str) -> None:
    split = stage.functions.make(QUIET, name="split")
    told = made(account, queues=[MADE])

    put(
        account,
        QueueConfigurations=[{"QueueArn": READINGS, "Events": ["s3:ObjectCreated:*"]}],
        LambdaFunctionConfigurations=[{"LambdaFunctionArn": split, "Events": ["s3:ObjectRemoved:*"]}],
        EventBridgeConfiguration={},
    )

    assert read(account, told) == {
        **told,
        "eventbridge": True,
        "lambdaFunctions": [{"lambdaFunctionArn": split, "events": ["s3:ObjectRemoved:*"]}],
    }


def test_notifications_are_imported_by_their_buckets_name(account: Account, feed: str) -> None:
    told = made(
        account,
        queues=[{**MADE, "id": "made", "filterPrefix": "in/"}, {**REMOVED, "id": "removed"}],
        eventbridge=True,
    )

    assert read(account) == told


def test_notifications_are_gone_with_their_wishes_and_with_their_bucket(account: Account, feed: str) -> None:
    told = made(account, queues=[MADE])

    put(account)
    assert read(account, told) is None
    assert read(account) is None

    account.client("s3").delete_bucket(Bucket=feed)
    assert read(account, told) is None


def test_notifications_that_never_wished_anything_are_there(account: Account, feed: str) -> None:
    told = made(account)

    assert read(account, told) == told == {"bucket": feed, "eventbridge": False, "lambdaFunctions": [], "queues": []}


def test_the_notifications_of_another_bucket_take_the_place_of_the_old_ones(account: Account) -> None:
    old, new = (checked(account, TYPE, {"bucket": name}) for name in ("quakes-one", "quakes-two"))

    assert Provisioner(account).difference(TYPE, old, new).replaces == {"bucket"}


def test_an_id_that_is_no_bucket_name_is_refused(account: Account) -> None:
    with pytest.raises(Refused, match=r"^id 'Quakes' needs the name of a bucket and nothing else: "):
        Provisioner(account).read(TYPE, "Quakes", {}, SETTINGS)
