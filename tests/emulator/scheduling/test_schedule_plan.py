"""Which run of a schedule comes next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from moto.scheduler.models import Schedule

from emulator.account import Account
from emulator.clock import START
from emulator.scheduling.schedule_plan import SchedulePlan, made_of
from tests.emulator.schedules import FUNCTION_ARN, ROLE_ARN


def schedule(expression: str, **more: Any) -> Schedule:
    """A schedule that is made at this moment."""
    told = {
        "region": "eu-west-1",
        "account_id": "111111111111",
        "group_name": "reports",
        "name": "nightly",
        "description": None,
        "schedule_expression": expression,
        "schedule_expression_timezone": None,
        "flexible_time_window": {"Mode": "OFF"},
        "target": {"Arn": FUNCTION_ARN, "RoleArn": ROLE_ARN},
        "state": "ENABLED",
        "kms_key_arn": None,
        "start_date": None,
        "end_date": None,
        "action_after_completion": None,
    }
    return Schedule(**{**told, **more})


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def runs(made: Schedule, most: int = 3) -> list[float | None]:
    """Minutes from now to the next runs; None after the last."""
    plan, found = SchedulePlan.begin(made), []
    for _ in range(most):
        found.append((plan.next_run - START) / timedelta(minutes=1) if plan.next_run else None)
        plan.advance(made)
    return found


@pytest.mark.parametrize(
    ("expression", "bounds", "expected"),
    [
        ("rate(10 minutes)", {}, [0, 10, 20]),
        ("rate(10 minutes)", {"start_date": after(25).timestamp()}, [25, 35, 45]),
        ("rate(10 minutes)", {"start_date": after(-3).timestamp()}, [7, 17, 27]),
        ("rate(10 minutes)", {"end_date": after(10).timestamp()}, [0, 10, None]),
        ("rate(10 minutes)", {"end_date": after(9.9).timestamp()}, [0, None, None]),
        ("cron(0/10 * * * ? *)", {}, [10, 20, 30]),
        ("cron(0/10 * * * ? *)", {"start_date": after(20).timestamp()}, [20, 30, 40]),
        ("cron(0/10 * * * ? *)", {"start_date": after(21).timestamp()}, [30, 40, 50]),
        ("cron(0/10 * * * ? *)", {"start_date": after(-3).timestamp()}, [10, 20, 30]),
        ("cron(0/10 * * * ? *)", {"end_date": after(20).timestamp()}, [10, 20, None]),
        ("at(2030-01-01T12:00:00)", {}, [0, None, None]),
        ("at(2030-01-01T12:30:00)", {}, [30, None, None]),
        ("at(2030-01-01T12:30:00)", {"start_date": after(60).timestamp()}, [30, None, None]),
        ("at(2030-01-01T12:30:00)", {"end_date": after(10).timestamp()}, [30, None, None]),
        ("rate(10 minutes)", {"state": "DISABLED"}, [None, None, None]),
    ],
)
def test_runs_begin_with_the_schedule_and_keep_within_its_bounds(
    account: Account, expression: str, bounds: dict[str, Any], expected: list[float | None]
) -> None:
    assert runs(schedule(expression, **bounds)) == expected


def test_a_plan_counts_what_began(account: Account) -> None:
    made = schedule("at(2030-01-01T12:30:00)")
    plan = SchedulePlan.begin(made)

    plan.advance(made)
    plan.advance(made)

    assert (plan.runs, plan.next_run) == (1, None)


def test_only_what_decides_when_a_schedule_runs_makes_another_plan(account: Account) -> None:
    plan = made_of(schedule("rate(1 day)"))

    assert made_of(schedule("rate(1 day)", description="daily", target={"Arn": "a", "RoleArn": "b"})) == plan
    for changed in (
        schedule("rate(2 days)"),
        schedule("rate(1 day)", schedule_expression_timezone="Europe/Berlin"),
        schedule("rate(1 day)", start_date=after(1).timestamp()),
        schedule("rate(1 day)", end_date=after(1).timestamp()),
        schedule("rate(1 day)", state="DISABLED"),
    ):
        assert made_of(changed) != plan
    account.clock.advance(1)
    assert made_of(schedule("rate(1 day)")) != plan
