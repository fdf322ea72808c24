"""What Lambda polls, and what it needs for that."""

from __future__ import annotations

import pytest

from emulator.account import Account
from emulator.provider.lambda_sources import POLLED, destination_needs, source_of
from emulator.provisioning.resource_type import Refused
from tests.emulator.functions import Functions
from tests.emulator.stage import QUIET, Stage
from tests.emulator.streams import Streams

KINESIS_ON_STREAM = [
    *("kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords"),
    *("kinesis:GetShardIterator", "kinesis:ListShards"),
]


def test_batches_are_smaller_from_a_queue() -> None:
    assert {service: polled.batch_size for service, polled in POLLED.items()} == {
        "dynamodb": 100,
        "kinesis": 100,
        "sqs": 10,
    }


def test_a_queue_is_polled_by_three_rights(account: Account, stage: Stage) -> None:
    stage.queue("readings")

    source = source_of(account, "arn:aws:sqs:eu-west-1:111111111111:readings")

    assert [action for action, _ in source.rights] == [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    ]
    assert (source.name, source.word) == ("readings", "queue")


def test_streams_are_listed_by_a_right_to_all_of_them(account: Account, streams: Streams) -> None:
    arn = streams.table()

    source = source_of(account, arn)

    assert source.rights == [
        ("dynamodb:DescribeStream", arn),
        ("dynamodb:GetRecords", arn),
        ("dynamodb:GetShardIterator", arn),
        ("dynamodb:ListStreams", "*"),
    ]


def test_a_consumer_takes_rights_of_its_own_beside_those_to_the_stream(account: Account, streams: Streams) -> None:
    arn = streams.stream()
    consumer = streams.consumer(arn)

    assert source_of(account, arn).rights == [(action, arn) for action in KINESIS_ON_STREAM]
    assert source_of(account, consumer).rights == [
        *((action, arn) for action in KINESIS_ON_STREAM),
        ("kinesis:DescribeStreamConsumer", consumer),
        ("kinesis:SubscribeToShard", consumer),
    ]


@pytest.mark.parametrize(
    ("arn", "told"),
    [
        ("arn:aws:sqs:eu-west-1:111111111111:gone", "there is no queue "),
        ("arn:aws:dynamodb:eu-west-1:111111111111:table/quakes/stream/another", "there is no stream "),
        ("arn:aws:kinesis:eu-west-1:111111111111:stream/gone", "there is no stream "),
        ("arn:aws:kinesis:eu-west-1:111111111111:stream/tremors/consumer/gone:1", "tremors has no consumer "),
    ],
)
def test_what_is_not_there_is_not_polled(account: Account, streams: Streams, arn: str, told: str) -> None:
    streams.table()
    streams.stream()

    with pytest.raises(Refused, match=f"^{told}"):
        source_of(account, arn)


def test_a_bucket_for_failed_batches_is_written_and_listed(
    account: Account, streams: Streams, functions: Functions
) -> None:
    streams.bucket()
    functions.make(QUIET, name="record")
    function = account.storage.backend("lambda").get_function("record")

    needs = list(destination_needs(account, function, "arn:aws:s3:::failed"))

    assert [need.says.rpartition(" may ")[2].partition(" on ")[0] for need in needs] == [
        "s3:PutObject",
        "s3:ListBucket",
    ]
    assert [need.decide().allowed for need in needs] == [False, False]
