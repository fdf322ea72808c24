"""Lambda: what it can poll for a function, what it needs for that, and where it may send what it gives up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.event_filter import DYNAMODB, KINESIS, SQS, FilterCriteria, FilteredSource
from emulator.provider.lambda_functions import right_of_role, right_to_send
from emulator.provider.sqs import find_queue
from emulator.provisioning.resource_type import Need, Refused

if TYPE_CHECKING:
    from emulator.account import Account

_QUEUE_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_TABLE_STREAM_ACTIONS = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
_STREAM_ACTIONS = (
    *("kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords"),
    *("kinesis:GetShardIterator", "kinesis:ListShards"),
)
_CONSUMER_ACTIONS = ("kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard")
"""What the function's role needs (Lambda guide, on the execution roles for SQS, DynamoDB and Kinesis; which of them
Kinesis decides on the stream and which on the consumer: Service Authorization Reference)."""


@dataclass(frozen=True)
class PolledSource:
    """A thing of the account that Lambda is to poll."""

    arn: str
    name: str
    word: str
    """What people call such a thing: `queue`."""
    rights: Sequence[tuple[str, str]]
    """What polling takes: actions, each with the ARN it is on."""
    visibility_timeout: int | None = None
    """Of a queue, in seconds."""

    def needs(self, account: Account, function: Any) -> Iterator[Need]:
        """What Lambda looks for before it polls for this function."""
        if self.visibility_timeout is not None and self.visibility_timeout < function.timeout:
            raise Refused(
                f"visibilityTimeoutSeconds {self.visibility_timeout} of {self.name} needs at least "
                f"{function.timeout}, the timeout of {function.function_name}: "
                "a message would be seen again while it is worked on"
            )
        for action, arn in self.rights:
            yield right_of_role(account, function.role, function.function_name, action, arn)


@dataclass(frozen=True)
class Polled:
    """What Lambda polls of one service."""

    batch_size: int
    """Where nothing is said."""
    filtered: FilteredSource
    find: Callable[[Account, str], PolledSource]

    def read_filters(self, patterns: Sequence[str]) -> FilterCriteria:
        """Filters as a mapping has them.

        Raises:
            InvalidFilters: Lambda would refuse them.
        """
        return FilterCriteria.parse(patterns, self.filtered)


def _queue(account: Account, arn: str) -> PolledSource:
    queue = find_queue(account, arn)
    if queue is None:
        raise Refused(f"there is no queue {arn}")
    rights = [(action, arn) for action in _QUEUE_ACTIONS]
    return PolledSource(arn, queue.name, "queue", rights, queue.visibility_timeout)


def _table_stream(account: Account, arn: str) -> PolledSource:
    name = arn.partition(":table/")[2].partition("/")[0]
    table = account.storage.backend("dynamodb").tables.get(name)
    if table is None or arn != f"{table.table_arn}/stream/{table.latest_stream_label}":
        raise Refused(f"there is no stream {arn}")
    # It is on no resource (Service Authorization Reference, "Amazon DynamoDB"), and Lambda names it where it refuses.
    rights = [*((action, arn) for action in _TABLE_STREAM_ACTIONS), ("dynamodb:ListStreams", "*")]
    return PolledSource(arn, f"the stream of {name}", "stream", rights)


def _stream(account: Account, arn: str) -> PolledSource:
    stream_arn, consumer, _ = arn.partition("/consumer/")
    streams = account.storage.backend("kinesis").streams.values()
    stream = next((stream for stream in streams if stream.arn == stream_arn), None)
    if stream is None:
        raise Refused(f"there is no stream {stream_arn}")
    rights = [(action, stream_arn) for action in _STREAM_ACTIONS]
    if consumer:
        if stream.get_consumer_by_arn(arn) is None:
            raise Refused(f"{stream.stream_name} has no consumer {arn}")
        rights += [(action, arn) for action in _CONSUMER_ACTIONS]
    return PolledSource(arn, stream.stream_name, "stream", rights)


POLLED: Mapping[str, Polled] = {
    "dynamodb": Polled(100, DYNAMODB, _table_stream),
    "kinesis": Polled(100, KINESIS, _stream),
    "sqs": Polled(10, SQS, _queue),
}
"""By the service that an ARN names. The batch sizes are Lambda's own (`CreateEventSourceMapping`, `BatchSize`)."""


def source_of(account: Account, arn: str) -> PolledSource:
    """What a mapping is to poll.

    Raises:
        Refused: there is no such thing.
    """
    return POLLED[arn.split(":")[2]].find(account, arn)


def destination_needs(account: Account, function: Any, arn: str) -> Iterator[Need]:
    """What Lambda looks for before it sends records of failed batches somewhere (Lambda guide, "Retain discarded batch
    records for a Kinesis Data Streams event source")."""
    if arn.split(":")[2] != "s3":
        if ":sqs:" in arn and find_queue(account, arn) is None:
            raise Refused(f"destinationConfig names {arn}, and there is no such queue")
        yield right_to_send(account, function.role, function.function_name, arn)
        return
    if arn.rpartition(":")[2] not in account.storage.backend("s3").buckets:
        raise Refused(f"destinationConfig names {arn}, and there is no such bucket")
    for action, on in (("s3:PutObject", f"{arn}/aws/lambda/any"), ("s3:ListBucket", arn)):
        yield right_of_role(account, function.role, function.function_name, action, on)
