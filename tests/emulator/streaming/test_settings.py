"""What a mapping of a stream says, and what it leaves to Lambda."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from emulator.account import Account
from emulator.streaming.settings import StreamSettings, read_settings
from tests.emulator.streams import QUIET, Streams


def settings(account: Account, streams: Streams, **said: Any) -> StreamSettings:
    arn = streams.stream()
    uuid = streams.feed(streams.functions.make(QUIET, name="record"), arn, **said)
    return read_settings(account.storage.backend("lambda").get_event_source_mapping(uuid))


def test_a_mapping_that_says_nothing_tries_without_end(account: Account, streams: Streams) -> None:
    assert settings(account, streams) == StreamSettings(
        batch_size=100,
        batch_window=timedelta(0),
        max_retries=None,
        max_record_age=None,
        bisects=False,
        reports_failures=False,
        lanes=1,
        tumbling_window=None,
        destination_arn=None,
        patterns=(),
    )


def test_everything_that_is_said_counts(account: Account, streams: Streams) -> None:
    said = settings(
        account,
        streams,
        BatchSize=7,
        MaximumBatchingWindowInSeconds=8,
        MaximumRetryAttempts=0,
        MaximumRecordAgeInSeconds=60,
        BisectBatchOnFunctionError=True,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        ParallelizationFactor=9,
        TumblingWindowInSeconds=10,
        DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::failed"}},
        FilterCriteria={"Filters": [{"Pattern": '{"data": {"a": [1]}}'}]},
    )

    assert said == StreamSettings(
        batch_size=7,
        batch_window=timedelta(seconds=8),
        max_retries=0,
        max_record_age=timedelta(seconds=60),
        bisects=True,
        reports_failures=True,
        lanes=9,
        tumbling_window=timedelta(seconds=10),
        destination_arn="arn:aws:s3:::failed",
        patterns=('{"data": {"a": [1]}}',),
    )


@pytest.mark.parametrize("word", ["MaximumRetryAttempts", "MaximumRecordAgeInSeconds"])
def test_minus_one_is_no_limit(account: Account, streams: Streams, word: str) -> None:
    said = settings(account, streams, **{word: -1})

    assert (said.max_retries, said.max_record_age) == (None, None)
