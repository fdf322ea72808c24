"""Schedule expressions of EventBridge Scheduler: what `cron(...)`, `rate(...)` and `at(...)` mean in a time zone.

Sources: EventBridge Scheduler guide, "Schedule types"; API reference, `CreateSchedule`. Where clocks go forward, a time
that does not exist is skipped; where they go back, a time that comes twice counts the first time. A rate knows no time
zone: a day is 24 hours.

Stricter than Scheduler in one thing: `rate(1 minutes)` and `rate(5 minute)` are refused, as EventBridge rules refuse
them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from components.cron import Cron, InvalidCron
from components.problems import nearest, shown

T = TypeVar("T")

LONGEST_EXPRESSION = 256
"""Characters (Scheduler API reference, `CreateSchedule`)."""

_FORM = re.compile(r"(?P<word>cron|rate|at)\((?P<inside>.*)\)", re.DOTALL)
_RATE = re.compile(r"(?P<value>[0-9]+) +(?P<unit>[a-z]+)")
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_UNITS = ("minute", "hour", "day")
_YEARS = range(1970, 2200)
"""Those of cron expressions; of `at` the guide names none."""


class InvalidSchedule(ValueError):
    """What is wrong with an expression or its time zone: every problem."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True)
class ScheduleExpression:
    """When a schedule runs."""

    timing: Cron | timedelta | datetime
    """Minutes of the calendar, a time from run to run, or the one moment, without a time zone."""
    zone: tzinfo

    @classmethod
    def parse(cls, text: str, time_zone: str = "UTC") -> ScheduleExpression:
        """Read an expression.

        Args:
            text: `cron(0 12 * * ? *)`, `rate(5 minutes)` or `at(2030-01-31T12:00:00)`.
            time_zone: a name of the IANA time zone database, `Europe/Berlin`.

        Raises:
            InvalidSchedule: with every problem.
        """
        problems: list[str] = []
        zone = _noted(problems, _zone, time_zone)
        timing = _noted(problems, _timing, text)
        if isinstance(timing, datetime) and zone is not None and not _exists(timing, zone):
            problems.append(f"{text} names a time that {time_zone} does not have: its clocks go forward then")
        if timing is None or zone is None or problems:
            raise InvalidSchedule(problems)
        return cls(timing, zone)

    @property
    def runs_once(self) -> bool:
        return isinstance(self.timing, datetime)

    def next_run(self, after: datetime, counted_from: datetime) -> datetime | None:
        """The first run later than a moment, in UTC; None where there is none any more.

        Args:
            after: the moment, with a time zone.
            counted_from: the first run of a rate, which all others follow at its distance.
        """
        if isinstance(self.timing, datetime):
            moment = self.timing.replace(tzinfo=self.zone).astimezone(UTC)
            return moment if moment > after else None
        if isinstance(self.timing, timedelta):
            periods = max(0, (after - counted_from) // self.timing + 1)
            try:
                return counted_from.astimezone(UTC) + periods * self.timing
            except OverflowError:
                return None
        wall_time = after.astimezone(self.zone).replace(tzinfo=None)
        for minute in self.timing.minutes_from(wall_time):
            # Of a time that comes twice, this is the first.
            moment = minute.replace(tzinfo=self.zone).astimezone(UTC)
            if moment > after and _exists(minute, self.zone):
                return moment
        return None


def _noted(problems: list[str], read: Callable[[str], T], text: str) -> T | None:
    try:
        return read(text)
    except InvalidSchedule as error:
        problems += error.problems
        return None


def _timing(text: str) -> Cron | timedelta | datetime:
    form = _FORM.fullmatch(text)
    if form is None or len(text) > LONGEST_EXPRESSION:
        needs = f"cron(...), rate(...) or at(...), of at most {LONGEST_EXPRESSION} characters"
        raise InvalidSchedule([f"schedule {shown(text)} needs {needs}"])
    if form["word"] == "rate":
        return _rate(form["inside"])
    if form["word"] == "at":
        return _at(form["inside"])
    try:
        return Cron.parse(form["inside"])
    except InvalidCron as error:
        raise InvalidSchedule(error.problems) from error


def _rate(inside: str) -> timedelta:
    read = _RATE.fullmatch(inside)
    if read is None or read["unit"].removesuffix("s") not in _UNITS:
        raise InvalidSchedule(
            [f"rate {shown(inside)} needs a number and minutes, hours or days, as in rate(5 minutes)"]
        )
    value, unit = int(read["value"]), read["unit"]
    if value == 0:
        raise InvalidSchedule([f"rate {shown(inside)} needs at least 1: once a minute is the most there is"])
    needed = unit.removesuffix("s") + ("" if value == 1 else "s")
    if unit != needed:
        raise InvalidSchedule([f"rate {shown(inside)} needs {needed} after {value}"])
    try:
        return timedelta(**{f"{unit.removesuffix('s')}s": value})
    except OverflowError:
        raise InvalidSchedule([f"rate {shown(inside)} needs a time that a calendar can hold"]) from None


def _at(inside: str) -> datetime:
    try:
        moment = datetime.fromisoformat(inside) if _AT.fullmatch(inside) else None
    except ValueError:
        moment = None
    if moment is None:
        raise InvalidSchedule([f"at {shown(inside)} needs a date and a time, as in at(2030-01-31T12:00:00)"])
    if moment.year not in _YEARS:
        raise InvalidSchedule([f"at {shown(inside)} needs a year of {_YEARS[0]} to {_YEARS[-1]}"])
    return moment


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    if name in _zone_names():
        return ZoneInfo(name)
    meant = nearest(name, _zone_names())
    hint = f", did you mean {meant}?" if meant else ""
    raise InvalidSchedule([f"time zone {shown(name)} needs a name of the IANA database, as in Europe/Berlin{hint}"])


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def _exists(wall_time: datetime, zone: tzinfo) -> bool:
    """Whether clocks of a zone ever show a time."""
    return wall_time.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall_time
