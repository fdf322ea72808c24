"""Where a schedule stands: when it began to run as it is now, and which run comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from moto.scheduler.models import Schedule

from components.schedule_expression import ScheduleExpression

_JUST_BEFORE = timedelta(microseconds=1)

_parse = lru_cache(maxsize=1024)(ScheduleExpression.parse)


@dataclass
class SchedulePlan:
    """The runs of a schedule, as long as nobody changes when it runs.

    A rate is counted from its start date, or from the moment its schedule was made. What becomes of it when the
    schedule is changed is not documented: here it is counted anew from the change.
    """

    of: tuple[Any, ...]
    """What it was made of: whatever changes when the schedule runs."""
    counted_from: datetime
    next_run: datetime | None = None
    runs: int = 0
    """How many began."""

    @classmethod
    def begin(cls, schedule: Schedule) -> SchedulePlan:
        """The plan of a schedule from its last change on."""
        began, (start, _) = _moment(schedule.last_modified_date), _bounds(schedule)
        plan = cls(made_of(schedule), counted_from=start or began)
        if schedule.state == "ENABLED":
            plan._look_after(_just_before_the_first(schedule, began, start), schedule)
        return plan

    def advance(self, schedule: Schedule) -> None:
        """The next run began: on to the one after it."""
        if self.next_run is not None:
            self.runs += 1
            self._look_after(self.next_run, schedule)

    def _look_after(self, moment: datetime, schedule: Schedule) -> None:
        run, (_, end) = _expression(schedule).next_run(moment, self.counted_from), _bounds(schedule)
        self.next_run = None if run and end and run > end else run


def made_of(schedule: Schedule) -> tuple[Any, ...]:
    """Whatever of a schedule decides when it runs."""
    return (
        schedule.creation_date,
        schedule.schedule_expression,
        schedule.schedule_expression_timezone,
        schedule.start_date,
        schedule.end_date,
        schedule.state,
    )


def _just_before_the_first(schedule: Schedule, began: datetime, start: datetime | None) -> datetime:
    """The moment after which the first run is looked for."""
    if start is not None and start > began:
        # A run may be on the start date itself.
        return start - _JUST_BEFORE
    # A rate runs at once, and `at` may name this moment. But a minute of the calendar in which the schedule was made
    # has begun without it.
    return began if schedule.schedule_expression.startswith("cron") else began - _JUST_BEFORE


def _bounds(schedule: Schedule) -> tuple[datetime | None, datetime | None]:
    """Start and end date; what runs once has neither, whatever it was told (Scheduler API reference)."""
    if _expression(schedule).runs_once:
        return None, None
    return _moment(schedule.start_date), _moment(schedule.end_date)


def _expression(schedule: Schedule) -> ScheduleExpression:
    return _parse(schedule.schedule_expression, schedule.schedule_expression_timezone)


def _moment(epoch_seconds: Any) -> Any:
    return None if epoch_seconds is None else datetime.fromtimestamp(float(epoch_seconds), UTC)
