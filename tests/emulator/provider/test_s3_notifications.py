"""A bucket's notifications are one configuration, and none of them overlap."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.programs import deployed, problems

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
