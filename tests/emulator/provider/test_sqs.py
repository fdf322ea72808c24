"""Queues are made as SQS makes them, and refused as SQS refuses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.emulator.programs import deployed, problems

QUEUE = "aws:sqs/queue:Queue q"
ARN = "arn:aws:sqs:eu-west-1:111111111111"


def test_every_attribute_reaches_the_queue(tmp_path: Path) -> None:
    source = """
        dead = aws.sqs.Queue("dead")
        aws.sqs.Queue("q", delay_seconds=900, max_message_size=1024, message_retention_seconds=60,
            receive_wait_time_seconds=20, visibility_timeout_seconds=43200, sqs_managed_sse_enabled=False,
            redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 5}))
    """

    with deployed(tmp_path, source) as (account, deployment):
        queue = deployment.named("Queue", "q")
        told = account.client("sqs").get_queue_attributes(QueueUrl=queue.id, AttributeNames=["All"])["Attributes"]

        assert {name: told[name] for name in told if "Timestamp" not in name and "Approximate" not in name} == {
            "DelaySeconds": "900",
            "MaximumMessageSize": "1024",
            "MessageRetentionPeriod": "60",
            "QueueArn": queue.arn,
            "ReceiveMessageWaitTimeSeconds": "20",
            "RedrivePolicy": json.dumps(
                {"deadLetterTargetArn": deployment.named("Queue", "dead").arn, "maxReceiveCount": 5}
            ),
            "SqsManagedSseEnabled": "false",
            "VisibilityTimeout": "43200",
        }


def test_a_fifo_queue_ends_in_fifo(tmp_path: Path) -> None:
    source = 'aws.sqs.Queue("q", fifo_queue=True, content_based_deduplication=True)'

    with deployed(tmp_path, source) as (account, deployment):
        queue = deployment.named("Queue", "q")
        told = account.client("sqs").get_queue_attributes(QueueUrl=queue.id, AttributeNames=["All"])["Attributes"]

        assert queue.outputs["name"].endswith(".fifo")
        assert (told["FifoQueue"], told["ContentBasedDeduplication"]) == ("true", "true")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("visibility_timeout_seconds=43201", "visibilityTimeoutSeconds 43201 needs 0 to 43200 seconds"),
        ("message_retention_seconds=59", "messageRetentionSeconds 59 needs 60 to 1209600 seconds"),
        ("message_retention_seconds=1209601", "messageRetentionSeconds 1209601 needs 60 to 1209600 seconds"),
        ("delay_seconds=901", "delaySeconds 901 needs 0 to 900 seconds"),
        ("max_message_size=1023", "maxMessageSize 1023 needs 1024 to 1048576 bytes"),
        ("receive_wait_time_seconds=21", "receiveWaitTimeSeconds 21 needs 0 to 20 seconds"),
        ('name="q.fifo"', "name 'q.fifo' and fifoQueue false: a FIFO queue ends in .fifo, and no other does"),
        ('name="q", fifo_queue=True', "name 'q' and fifoQueue true: a FIFO queue ends in .fifo, and no other does"),
        ("content_based_deduplication=True", "contentBasedDeduplication needs fifoQueue true"),
        ('deduplication_scope="queue"', "deduplicationScope needs fifoQueue true"),
        ('redrive_policy="{}"', "redrivePolicy '{}' needs mending: it holds deadLetterTargetArn and maxReceiveCount"),
        (
            'redrive_policy=json.dumps({"deadLetterTargetArn": "a", "maxReceiveCount": 0})',
            'redrivePolicy \'{"deadLetterTargetArn": "a", "maxReceiveCount": 0}\' needs mending: '
            "maxReceiveCount 0 needs 1 to 1000",
        ),
        (
            f'redrive_policy=json.dumps({{"deadLetterTargetArn": "{ARN}:gone", "maxReceiveCount": 3}})',
            f"redrivePolicy names {ARN}:gone, and there is no such queue",
        ),
        ('policy="{}"', "policy '{}' needs mending: "),
    ],
)
def test_what_sqs_would_not_take_is_refused(tmp_path: Path, said: str, told: str) -> None:
    assert problems(tmp_path, f'aws.sqs.Queue("q", {said})')[0].startswith(f"{QUEUE}: {told}")


def test_a_queue_and_its_dead_letter_queue_are_of_one_type(tmp_path: Path) -> None:
    source = """
        dead = aws.sqs.Queue("dead", name="dead")
        aws.sqs.Queue("q", fifo_queue=True, redrive_policy=pulumi.Output.json_dumps(
            {"deadLetterTargetArn": dead.arn, "maxReceiveCount": 3}))
    """

    assert problems(tmp_path, source) == [
        f"{QUEUE}: redrivePolicy names dead: a queue and its dead-letter queue are both FIFO or neither is"
    ]


@pytest.mark.parametrize(
    "allowed",
    ['{"redrivePermission": "denyAll"}', f'{{"redrivePermission": "byQueue", "sourceQueueArns": ["{ARN}:other"]}}'],
)
def test_a_dead_letter_queue_may_refuse_a_queue(tmp_path: Path, allowed: str) -> None:
    source = f"""
        dead = aws.sqs.Queue("dead", name="dead", redrive_allow_policy='{allowed}')
        aws.sqs.Queue("q", name="q", redrive_policy=pulumi.Output.json_dumps(
            {{"deadLetterTargetArn": dead.arn, "maxReceiveCount": 3}}))
    """

    assert problems(tmp_path, source) == [
        f"{QUEUE}: redrivePolicy names dead, whose redriveAllowPolicy does not let q use it"
    ]


def test_a_dead_letter_queue_may_let_in_one_queue(tmp_path: Path) -> None:
    source = f"""
        dead = aws.sqs.Queue("dead", redrive_allow_policy=json.dumps(
            {{"redrivePermission": "byQueue", "sourceQueueArns": ["{ARN}:q"]}}))
        aws.sqs.Queue("q", name="q", redrive_policy=pulumi.Output.json_dumps(
            {{"deadLetterTargetArn": dead.arn, "maxReceiveCount": 3}}))
    """

    with deployed(tmp_path, source) as (_, deployment):
        assert deployment.named("Queue", "q").arn == f"{ARN}:q"


SETTINGS = """
    queue = aws.sqs.Queue("q")
    dead = aws.sqs.Queue("dead")
    first = aws.sqs.QueuePolicy("policy", queue_url=queue.url,
        policy=allow("sqs:SendMessage", queue.arn, Principal="*"))
    second = aws.sqs.RedrivePolicy("redrive", queue_url=queue.url, opts=after(first),
        redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 3}))
    aws.sqs.RedriveAllowPolicy("redrive-allow", queue_url=queue.url, opts=after(second),
        redrive_allow_policy=json.dumps({"redrivePermission": "denyAll"}))
"""


def test_settings_of_a_queue_leave_each_other_alone(tmp_path: Path) -> None:
    with deployed(tmp_path, SETTINGS) as (account, deployment):
        queue = account.storage.backend("sqs").queues[deployment.named("Queue", "q").outputs["name"]]

        assert json.loads(queue.policy)["Statement"][0]["Action"] == "sqs:SendMessage"
        assert queue.redrive_policy["maxReceiveCount"] == 3
        assert queue.redrive_allow_policy == '{"redrivePermission": "denyAll"}'


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('{"redrivePermission": "some"}', "redrivePermission 'some' needs one of allowAll, denyAll, byQueue"),
        ('{"redrivePermission": "byQueue"}', "sourceQueueArns belong to byQueue, and only to it"),
        (
            '{"redrivePermission": "denyAll", "sourceQueueArns": ["a"]}',
            "sourceQueueArns belong to byQueue, and only to it",
        ),
        (
            json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": ["a"] * 11}),
            "sourceQueueArns holds 11 queues, needs at most 10",
        ),
    ],
)
def test_a_redrive_allow_policy_is_checked(tmp_path: Path, said: str, told: str) -> None:
    assert problems(tmp_path, f"aws.sqs.Queue('q', redrive_allow_policy='{said}')")[0].endswith(
        f"needs mending: {told}"
    )


def test_a_queue_has_one_policy(tmp_path: Path) -> None:
    source = """
        queue = aws.sqs.Queue("q", name="q")
        for name in ("a", "b"):
            aws.sqs.QueuePolicy(name, queue_url=queue.url, policy=allow("sqs:SendMessage", queue.arn, Principal="*"))
    """

    (problem,) = problems(tmp_path, source)

    assert problem.startswith("aws:sqs/queuePolicy:QueuePolicy b: queueUrl 'https://sqs.eu-west-1.amazonaws.com/")
    assert problem.endswith(" is a's already: AWS keeps one, and a second would replace it without a word")


def test_a_policy_for_no_queue_is_refused(tmp_path: Path) -> None:
    source = """
        aws.sqs.QueuePolicy("policy", queue_url="https://sqs/1/gone", policy=allow("sqs:*", "*", Principal="*"))
    """

    assert problems(tmp_path, source) == [
        "aws:sqs/queuePolicy:QueuePolicy policy: there is no queue at https://sqs/1/gone"
    ]
