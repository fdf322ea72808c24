"""Every record of a lane comes to its end, whatever its function does."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.journal import Outcome
from tests.emulator.streams import NAMES_THE_BAD_RECORD, Streams, ids

RAISES = """
    import base64

    def handle(event, context):
        if any(base64.b64decode(record["kinesis"]["data"]).startswith(b"bad") for record in event["Records"]):
            raise ValueError("bad")
    """

NAMES_ALL_BAD_RECORDS = """
    import base64

    def handle(event, context):
        bad = [
            record["kinesis"]["sequenceNumber"]
            for record in event["Records"]
            if base64.b64decode(record["kinesis"]["data"]).startswith(b"bad")
        ]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in bad]}
    """

FAILS_TWICE = """
    count = 0

    def handle(event, context):
        global count
        count += 1
        if count <= 2:
            raise ValueError("not yet")
    """


@pytest.mark.parametrize("function", [RAISES, NAMES_THE_BAD_RECORD, NAMES_ALL_BAD_RECORDS])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_that_is_good_is_done_with_once_and_all_that_is_bad_lands_once(
    account: Account, streams: Streams, function: str, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  (it chooses what a test sends)
    names = [f"{chance.choice(['bad', 'good', 'fine', 'best'])}-{number}" for number in range(25)]
    streams.careful_function(
        function, streams.stream(), BatchSize=chance.choice([4, 10, 25]), MaximumRetryAttempts=chance.choice([0, 1])
    )

    for name in names:
        streams.record(name, key=name.partition("-")[0])
    account.settle()

    bad = [name for name in names if name.startswith("bad")]
    done = [each for hop in streams.hops(Outcome.DELIVERED) for each in ids(hop.details["payload"])[: hop.size]]
    assert sorted(streams.failed_ids()) == sorted(bad)
    assert done == [name for name in names if not name.startswith("bad")]
    assert streams.counts("feeds.tremors") == (25, 25 - len(bad), len(bad), 0)


@pytest.mark.parametrize("retries", [0, 1, 4])
def test_a_record_alone_is_tried_once_and_as_often_again_as_it_may_be(
    account: Account, streams: Streams, retries: int
) -> None:
    streams.careful_function(RAISES, streams.stream(), MaximumRetryAttempts=retries)

    streams.record("bad")
    account.settle()

    assert len(streams.seen()) == retries + 1
    assert account.clock.now - START == timedelta(seconds=2**retries - 1)
    (batch,) = streams.failed().values()
    assert batch["requestContext"]["approximateInvokeCount"] == retries + 1


def test_a_batch_that_succeeds_in_the_end_is_done_with(account: Account, streams: Streams) -> None:
    streams.careful_function(FAILS_TWICE, streams.stream(), BisectBatchOnFunctionError=False)

    streams.record("one", "two")
    account.settle()

    assert streams.seen() == [["one", "two"]] * 3
    assert [hop.attempt for hop in streams.hops(Outcome.DELIVERED)] == [3]
    assert streams.counts("feeds.tremors") == (2, 2, 0, 0)


def test_only_what_is_too_old_is_given_up(account: Account, streams: Streams) -> None:
    streams.careful_function(
        RAISES,
        streams.stream(),
        BisectBatchOnFunctionError=False,
        MaximumBatchingWindowInSeconds=40,
        MaximumRecordAgeInSeconds=60,
        MaximumRetryAttempts=-1,
    )

    streams.record("bad")
    assert account.deliveries["kinesis"].deliver()
    account.clock.advance(30)
    streams.record("good")
    account.settle()

    assert streams.seen() == [["bad", "good"]] * 5 + [["good"]]
    assert [(hop.at - START).total_seconds() for hop in streams.invocations()] == [40, 41, 43, 47, 55, 60]
    assert streams.failed_ids() == ["bad"]
    assert streams.counts("feeds.tremors") == (2, 1, 1, 0)


def test_one_invocation_is_told_in_full_once(account: Account, streams: Streams) -> None:
    streams.careful_function(NAMES_THE_BAD_RECORD, streams.stream(), MaximumRetryAttempts=0)

    streams.record("one", "bad")
    account.settle()

    told = Counter(hop.details["request_id"] for hop in streams.invocations())
    assert list(told.values()) == [1, 1]
    assert [(hop.what, hop.outcome) for hop in account.journal.hops] == [
        ("1 of 2 records", Outcome.DELIVERED),
        ("1 of 2 records", Outcome.FAILED),
        ("1 record", Outcome.FAILED),
        ("1 record", Outcome.DEAD),
    ]
