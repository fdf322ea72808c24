"""Every record of a lane comes to its end, whatever its function does."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.account import Account
from emulator.clock import START
from emulator.journal import Outcome
from emulator.queueing.batch_answers import REPORTS_FAILURES
from emulator.tally import Ending
from tests.emulator.paper_streams import (
    PaperStream,
    Planned,
    Settings,
    bad_ones,
    names_all_bad_ones,
    names_the_first_bad_one,
    numbers,
    raises_on_bad_ones,
)
from tests.emulator.streams import NAMES_THE_BAD_RECORD, Streams

RAISES = """
    import base64

    def handle(event, context):
        if any(base64.b64decode(record["kinesis"]["data"]).startswith(b"bad") for record in event["Records"]):
            raise ValueError("bad")
    """

FAILS_TWICE = """
    count = 0

    def handle(event, context):
        global count
        count += 1
        if count <= 2:
            raise ValueError("not yet")
    """


PLANS = st.lists(
    st.builds(
        Planned,
        key=st.sampled_from("abcd"),
        bad=st.sampled_from([False, False, False, True]),
        wanted=st.sampled_from([True, True, True, False]),
        seconds_before=st.sampled_from([0, 0, 0, 1, 7]),
    ),
    max_size=24,
)
FUNCTIONS = st.sampled_from([raises_on_bad_ones, names_the_first_bad_one, names_all_bad_ones])
MAPPINGS = {
    "batch_size": st.integers(1, 12),
    "max_batch_window": st.sampled_from([0, 0, 5]),
    "max_retry_attempts": st.integers(0, 3),
    "parallelization_factor": st.integers(1, 4),
}


def run(plan: list[Planned], function: Any, shards: int, **settings: Any) -> PaperStream:
    stream = PaperStream(Settings(function_response_types=[REPORTS_FAILURES], **settings), function, shards)
    stream.put(*plan)
    stream.settle()
    assert stream.tally.open() == []
    assert sorted(stream.ended(Ending.FILTERED)) == [number for number, each in enumerate(plan) if not each.wanted]
    return stream


def wanted(plan: list[Planned], *, bad: bool) -> list[int]:
    return [number for number, each in enumerate(plan) if each.wanted and each.bad is bad]


def dead_batches(stream: PaperStream) -> list[list[int]]:
    return [numbers(json.loads(told["payload"])) for told in stream.failed]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(PLANS, FUNCTIONS, st.integers(1, 3), st.fixed_dictionaries(MAPPINGS))
def test_with_bisecting_all_that_is_good_is_done_with_and_all_that_is_bad_lands_alone(
    plan: list[Planned], function: Any, shards: int, said: dict[str, int]
) -> None:
    stream = run(plan, function, shards, bisect_on_error=True, **said)

    assert sorted(stream.ended(Ending.PROCESSED)) == wanted(plan, bad=False)
    assert sorted(dead_batches(stream)) == [[number] for number in wanted(plan, bad=True)]
    assert sorted(stream.ended(Ending.DEAD_LETTERED)) == wanted(plan, bad=True)
    for told in stream.failed:
        assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"
        assert told["requestContext"]["approximateInvokeCount"] == said["max_retry_attempts"] + 1


@settings(max_examples=200, deadline=None, derandomize=True)
@given(PLANS, FUNCTIONS, st.integers(1, 3), st.fixed_dictionaries(MAPPINGS))
def test_without_bisecting_nothing_is_lost_and_nothing_lands_without_something_bad_before_or_beside_it(
    plan: list[Planned], function: Any, shards: int, said: dict[str, int]
) -> None:
    stream = run(plan, function, shards, **said)

    processed, dead = stream.ended(Ending.PROCESSED), stream.ended(Ending.DEAD_LETTERED)
    assert sorted(processed + dead) == sorted(wanted(plan, bad=False) + wanted(plan, bad=True))
    assert set(wanted(plan, bad=True)) <= set(dead)
    assert sorted(itertools.chain.from_iterable(dead_batches(stream))) == sorted(dead)
    for batch in dead_batches(stream):
        assert any(plan[number].bad for number in batch)
        assert function is raises_on_bad_ones or plan[batch[0]].bad


@settings(max_examples=100, deadline=None, derandomize=True)
@given(PLANS, FUNCTIONS, st.booleans(), st.integers(60, 120), st.integers(1, 12))
def test_where_only_age_ends_it_no_record_is_tried_after_that(
    plan: list[Planned], function: Any, bisects: bool, age: int, batch_size: int
) -> None:
    stream = run(plan, function, 1, bisect_on_error=bisects, max_record_age=age, batch_size=batch_size)

    arrived = list(itertools.accumulate(each.seconds_before for each in plan))
    for at, (_, event) in zip(stream.seconds(), stream.events, strict=True):
        assert all(at < arrived[number] + age for number in numbers(event))
    assert set(wanted(plan, bad=True)) <= set(stream.ended(Ending.DEAD_LETTERED))
    assert {told["requestContext"]["condition"] for told in stream.failed} <= {"RecordAgeExceeded"}


def sums_up(event: Any) -> Any:
    """Fails on bad records, and hands on which ones it has dealt with in the window."""
    if bad_ones(event):
        raise ValueError("bad")
    return {"state": {"seen": [*event["state"].get("seen", []), *numbers(event)]}}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(PLANS, st.integers(1, 12), st.integers(0, 2), st.sampled_from([1, 5, 30]))
def test_the_state_of_a_window_knows_all_that_was_done_with_in_it_and_nothing_else(
    plan: list[Planned], batch_size: int, retries: int, window: int
) -> None:
    stream = run(
        plan,
        sums_up,
        1,
        bisect_on_error=True,
        batch_size=batch_size,
        max_retry_attempts=retries,
        tumbling_window=window,
    )

    arrived = list(itertools.accumulate(each.seconds_before for each in plan))
    closed = [event for _, event in stream.events if event["isFinalInvokeForWindow"]]
    for event in closed:
        seen = event["state"].get("seen", [])
        assert len({arrived[number] // window for number in seen}) <= 1
    told = [number for event in closed for number in event["state"].get("seen", [])]
    assert told == stream.ended(Ending.PROCESSED)
    assert stream.ended(Ending.PROCESSED) == wanted(plan, bad=False)


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
