"""When a target is tried again, and when not any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.clock import START
from emulator.eventing.retried_push import RetriedPush
from emulator.tally import Edge


def delivery(attempts: int = 0, event_id: str = "e1/strong/1", **policy: int) -> RetriedPush:
    target: dict[str, Any] = {"Id": "1", "Arn": "arn:aws:lambda:eu-west-1:111111111111:function:assess"}
    if policy:
        target["RetryPolicy"] = policy
    return RetriedPush(
        target=target,
        edge=Edge("alerts.announcements", "alerts.assess"),
        event_id=event_id,
        began=START,
        due=START,
        attempts=attempts,
    )


def test_the_default_is_a_day_and_185_retries() -> None:
    assert delivery().most_retries == 185
    assert delivery().expires == START + timedelta(days=1)


@pytest.mark.parametrize(
    ("attempts", "seconds", "condition"),
    [
        (1, 0, None),
        (2, 0, None),
        (3, 0, "MaximumRetryAttempts"),
        (1, 59.999, None),
        (1, 60, "MaximumEventAgeInSeconds"),
        (3, 60, "MaximumRetryAttempts"),
    ],
)
def test_a_limit_ends_the_retries(attempts: int, seconds: float, condition: str | None) -> None:
    tried = delivery(attempts, MaximumRetryAttempts=2, MaximumEventAgeInSeconds=60)

    assert tried.exhausted(START + timedelta(seconds=seconds)) == condition


def test_without_retries_the_first_try_is_the_last() -> None:
    assert delivery(1, MaximumRetryAttempts=0).exhausted(START) == "MaximumRetryAttempts"


@given(st.integers(min_value=1, max_value=185), st.text())
def test_a_pause_doubles_up_to_ten_minutes_and_varies_downwards(attempts: int, event_id: str) -> None:
    tried = delivery(attempts, event_id)

    tried.wait(START)

    longest = timedelta(seconds=min(2 ** (attempts - 1), 600))
    assert longest / 2 < tried.due - START <= longest


def test_the_same_event_waits_the_same_time_and_another_one_another() -> None:
    dues = []
    for event_id in ("a", "a", "b"):
        tried = delivery(9, event_id)
        tried.wait(START)
        dues.append(tried.due)

    assert dues[0] == dues[1] != dues[2]


def test_no_pause_outlives_the_event() -> None:
    tried = delivery(9, MaximumEventAgeInSeconds=60)

    tried.wait(START + timedelta(seconds=50))

    assert tried.due == START + timedelta(seconds=60)


def test_a_target_may_have_a_place_for_dead_letters() -> None:
    with_place = delivery()
    with_place.target = {**with_place.target, "DeadLetterConfig": {"Arn": "q"}}

    assert (delivery().dead_letter_arn, with_place.dead_letter_arn) == (None, "q")
