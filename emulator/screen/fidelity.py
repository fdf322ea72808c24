"""How far the embedded account can be believed: what it does as AWS does, what it simplifies, what is not there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How close to AWS something is."""

    EMULATED = "emulated"
    APPROXIMATED = "approximated"
    ABSENT = "absent"


@dataclass(frozen=True)
class Note:
    """One thing AWS does, and what stands for it here."""

    subject: str
    level: Level
    sentence: str


NOTES = (
    Note(
        "S3 notifications", Level.EMULATED, "record shape, prefix and suffix, right of the bucket, checked destination"
    ),
    Note("S3 notifications", Level.APPROXIMATED, "told once and at once; AWS tells at least once, at times late"),
    Note("S3 notifications", Level.ABSENT, "topics"),
    Note(
        "Lambda async queue", Level.EMULATED, "retries after 1 and 2 minutes, event age, on-failure destination record"
    ),
    Note(
        "SQS to Lambda", Level.EMULATED, "batches, window, visibility, partial failures, redrive, filters, FIFO order"
    ),
    Note("SQS to Lambda", Level.APPROXIMATED, "one poller, one batch at a time; AWS polls with five or more"),
    Note(
        "DynamoDB streams",
        Level.EMULATED,
        "view types, order by key, windows, retries, bisecting, record age, failed batches to S3",
    ),
    Note("DynamoDB streams", Level.APPROXIMATED, "read at once; one shard; retry waits are a guess"),
    Note("DynamoDB streams", Level.ABSENT, "expiry by time to live, what was unread of an old stream"),
    Note(
        "Kinesis to Lambda",
        Level.EMULATED,
        "shards, resharding, retention, fan-out, and what DynamoDB streams have",
    ),
    Note(
        "Kinesis to Lambda",
        Level.APPROXIMATED,
        "read at once; four shards on demand; retry waits are a guess",
    ),
    Note(
        "EventBridge rules",
        Level.EMULATED,
        "patterns, input paths and transformers, retry limits, dead-letter queues, archives, replays",
    ),
    Note(
        "EventBridge rules",
        Level.APPROXIMATED,
        "each once, in order; replays at once; retry waits are a guess",
    ),
    Note(
        "Scheduler", Level.EMULATED, "cron, rate, at, time zones, start and end, retry limits, dead letters, deletion"
    ),
    Note("Scheduler", Level.APPROXIMATED, "runs only in time that is let pass; retry pauses are a guess"),
    Note("Scheduler", Level.ABSENT, "targets but functions"),
    Note("EventBridge rules", Level.ABSENT, "schedules, targets but functions and queues, other accounts"),
    Note(
        "SNS topics", Level.EMULATED, "filter policies, raw delivery, FIFO groups, retries, dead letters, record shape"
    ),
    Note("SNS topics", Level.APPROXIMATED, "retry pauses do not vary; changed filters hold at once; unsigned"),
    Note("SNS topics", Level.ABSENT, "subscribers but functions and queues, archives and replays"),
    Note("SNS topics", Level.ABSENT, "services that publish by themselves"),
    Note("Log subscriptions", Level.EMULATED, "filter patterns, batches, the tested right, a day of retries"),
    Note("Log subscriptions", Level.APPROXIMATED, "a batch is what one call wrote; pauses of retries are a guess"),
    Note("Log subscriptions", Level.ABSENT, "destinations but functions, account policies, transformed logs"),
    Note("IAM", Level.EMULATED, "identity, resource, boundary and session policies, on every call, push and poll"),
    Note("IAM", Level.ABSENT, "policies of the organisation and of VPC endpoints"),
    Note(
        "Lambda runtime", Level.EMULATED, "environment, role, module state, context, timeout, log lines, error shapes"
    ),
    Note("Lambda runtime", Level.APPROXIMATED, "memory is estimated, and one invocation runs at a time"),
    Note(
        "Lambda runtime",
        Level.ABSENT,
        "throttling but at concurrency 0, layers, versions",
    ),
    Note("Time", Level.EMULATED, "virtual: every wait is skipped, and what is due comes in its order"),
    Note("All services", Level.ABSENT, "encryption, network, quotas, metrics, alarms, cost, duplicates"),
)
"""What a run shows under `NOT emulated` is what is approximated or absent; `--json` holds all."""


def not_emulated() -> list[Note]:
    """Everything that a green run does not prove."""
    return [note for note in NOTES if note.level is not Level.EMULATED]
