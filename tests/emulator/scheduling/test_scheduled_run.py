"""What one run hands over, and when it begins."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.clock import START
from emulator.eventing.target_delivery import Failure
from emulator.scheduling.scheduled_run import ScheduledRun, delay
from emulator.tally import Edge
from tests.emulator.schedules import FUNCTION_ARN, SCHEDULE_ARN
from tests.emulator.scheduling.test_schedule_plan import schedule

# No clock and no dice: the same examples each time, however slow the machine.
steady = settings(deadline=None, derandomize=True, max_examples=50)


def run(attempts: int = 1, event_id: str = "run 1", **target: Any) -> ScheduledRun:
    return ScheduledRun(
        target={"Arn": FUNCTION_ARN, **target},
        edge=Edge("operations.sweep-on-schedule", "operations.sweep"),
        event_id=event_id,
        began=START + timedelta(seconds=8),
        due=START,
        attempts=attempts,
        schedule_arn=SCHEDULE_ARN,
        group_name="sweep-group",
        scheduled=START,
    )


def test_a_run_is_told_by_its_time() -> None:
    assert run().what == "run of 2030-01-01T12:00:00Z"


def test_each_try_has_an_id_of_its_own_and_each_run_has() -> None:
    ids = {run(attempts, event_id).execution_id for attempts in (1, 2) for event_id in ("run 1", "run 2")}

    assert len(ids) == 4
    assert run().execution_id == run().execution_id
    assert all(len(one) == 16 and int(one, 16) for one in ids)


def test_every_try_hands_over_the_same_notification() -> None:
    first, second = (json.loads(run(attempts).text("111111111111", "eu-west-1")) for attempts in (1, 2))

    assert first == second
    assert first["time"] == "2030-01-01T12:00:08Z"
    assert first["id"] != json.loads(run(event_id="run 2").text("111111111111", "eu-west-1"))["id"]


def test_an_input_is_filled_in_for_its_try() -> None:
    told = run(3, Input='["<aws.scheduler.attempt-number>", "<aws.scheduler.scheduled-time>"]')

    assert told.text("111111111111", "eu-west-1") == '["3", "2030-01-01T12:00:00Z"]'


def test_a_dead_letter_tells_of_a_limit_only_where_one_was_met() -> None:
    given_up = run(4).dead_letter_attributes(Failure("ServiceException", "busy"), "MaximumRetryAttempts")
    denied = run(1).dead_letter_attributes(Failure("AccessDeniedException", "no"), None)

    assert given_up["EXHAUSTED_RETRY_CONDITION"] == {"DataType": "String", "StringValue": "MaximumRetryAttempts"}
    assert given_up["RETRY_ATTEMPTS"]["StringValue"] == "3"
    assert denied.keys() == given_up.keys() - {"EXHAUSTED_RETRY_CONDITION"}
    assert denied["RETRY_ATTEMPTS"]["StringValue"] == "0"


def test_without_a_window_a_run_begins_at_its_time() -> None:
    assert delay(schedule("rate(1 hour)"), START) == timedelta()


@steady
@given(
    st.integers(1, 1_440),
    st.datetimes(datetime(2030, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
)
def test_a_window_holds_the_run_and_always_at_the_same_place(minutes: int, scheduled: datetime) -> None:
    made = schedule("rate(1 hour)", flexible_time_window={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes})

    late = delay(made, scheduled)

    assert timedelta() <= late < timedelta(minutes=minutes)
    assert late == delay(made, scheduled)


@pytest.mark.parametrize("minutes", [15, 60])
def test_runs_are_spread_over_their_windows(minutes: int) -> None:
    made = schedule("rate(1 hour)", flexible_time_window={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes})

    assert len({delay(made, START + timedelta(hours=hour)) for hour in range(20)}) > 15
