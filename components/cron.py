"""Cron expressions as EventBridge reads them: which minutes of the calendar they mean, on a clock without a time zone.

Sources: EventBridge Scheduler guide, "Schedule types" (fields, wildcards); EventBridge guide, "Setting a schedule
pattern for scheduled rules" (a value in one of the two day fields, `?` in the other). What neither of them says is
refused: `LW`, `L-3`, ranges that run backwards, `L`, `W` or `#` among other values.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from components.problems import shown

DaysOf = Callable[[int, int], tuple[int, ...]]
"""Tells the days of a month that an expression means, by year and month, in order."""


class InvalidCron(ValueError):
    """What EventBridge refuses in a cron expression: every problem."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True)
class _Field:
    """One of the six fields: what may stand in it."""

    name: str
    least: int
    most: int
    words: tuple[str, ...] = ()
    """Names for its numbers, the first for `least`."""

    def number(self, text: str) -> int:
        """A value as a number.

        Raises:
            ValueError: it is none that the field can hold.
        """
        if text in self.words:
            return self.least + self.words.index(text)
        if re.fullmatch("[0-9]{1,4}", text) and self.least <= int(text) <= self.most:
            return int(text)
        raise ValueError(f"{self.name} {shown(text)} needs {self.says}")

    @property
    def says(self) -> str:
        words = f" or {self.words[0]} to {self.words[-1]}" if self.words else ""
        return f"{self.least} to {self.most}{words}"

    def numbers(self, text: str) -> tuple[int, ...]:
        """Every number a list of values, ranges and steps means, in order.

        Raises:
            ValueError: part of it cannot stand here.
        """
        return tuple(sorted({number for item in text.split(",") for number in self._item(item)}))

    def _item(self, item: str) -> range:
        values, slash, step = item.partition("/")
        first, dash, last = values.partition("-")
        begin = self.least if values == "*" else self.number(first)
        # A single value with a step begins a range: `5/10` is 5, 15, 25 and so on.
        end = self.number(last) if dash else self.most if slash or values == "*" else begin
        if end < begin:
            raise ValueError(f"{self.name} {shown(values)} needs its smaller value first")
        if slash and not (re.fullmatch("[0-9]{1,4}", step) and 1 <= int(step) <= self.most):
            raise ValueError(f"{self.name} {shown(item)} needs a step of 1 to {self.most}")
        return range(begin, end + 1, int(step) if slash else 1)


_MINUTES = _Field("minutes", 0, 59)
_HOURS = _Field("hours", 0, 23)
_DAYS_OF_MONTH = _Field("day-of-month", 1, 31)
_MONTHS = _Field("month", 1, 12, tuple(name.upper() for name in calendar.month_abbr[1:]))
_DAYS_OF_WEEK = _Field("day-of-week", 1, 7, ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))
_YEARS = _Field("year", 1970, 2199)
_FIELDS = (_MINUTES, _HOURS, _DAYS_OF_MONTH, _MONTHS, _DAYS_OF_WEEK, _YEARS)


@dataclass(frozen=True)
class Cron:
    """The minutes of the calendar that an expression means."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days_of: DaysOf
    months: tuple[int, ...]
    years: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Read the six fields: `0 12 * * ? *`.

        Raises:
            InvalidCron: with every problem.
        """
        fields = text.split()
        if len(fields) != len(_FIELDS) or text != text.strip():
            names = " ".join(field.name for field in _FIELDS)
            raise InvalidCron([f"cron needs six fields ({names}), got {shown(text)}"])
        readers: list[Callable[[], Any]] = [
            lambda: _MINUTES.numbers(fields[0]),
            lambda: _HOURS.numbers(fields[1]),
            lambda: _days(fields[2], fields[4]),
            lambda: _MONTHS.numbers(fields[3]),
            lambda: _YEARS.numbers(fields[5]),
        ]
        read, problems = [], []
        for reader in readers:
            try:
                read.append(reader())
            except ValueError as error:
                problems.append(str(error))
        if problems:
            raise InvalidCron(problems)
        return cls(*read)

    def minutes_from(self, moment: datetime) -> Iterator[datetime]:
        """Every minute from `moment` on, in order; neither has a time zone. It ends with the last year there is."""
        today = moment.date()
        for day in self._days_from(today):
            for hour in self.hours:
                if day == today and hour < moment.hour:
                    continue
                minutes = (datetime(day.year, day.month, day.day, hour, minute) for minute in self.minutes)
                yield from (minute for minute in minutes if minute >= moment)

    def _days_from(self, today: date) -> Iterator[date]:
        for year in self.years:
            for month in self.months:
                if (year, month) >= (today.year, today.month):
                    days = (date(year, month, day) for day in self.days_of(year, month))
                    yield from (day for day in days if day >= today)


def _days(of_month: str, of_week: str) -> DaysOf:
    """What the two day fields mean together.

    Raises:
        ValueError: they cannot stand together, or one of them means nothing.
    """
    if (of_month == "?") == (of_week == "?"):
        raise ValueError(
            f"day-of-month {shown(of_month)} with day-of-week {shown(of_week)} needs `?` in one of the two: "
            "a day is told by its number in the month or by its name"
        )
    return _days_of_week(of_week) if of_month == "?" else _days_of_month(of_month)


def _days_of_month(text: str) -> DaysOf:
    if text == "L":
        return lambda year, month: (_length(year, month),)
    if text.endswith("W"):
        day = _DAYS_OF_MONTH.number(text[:-1])
        return lambda year, month: _nearest_weekday(year, month, day)
    numbers = _DAYS_OF_MONTH.numbers(text)
    return lambda year, month: tuple(day for day in numbers if day <= _length(year, month))


def _days_of_week(text: str) -> DaysOf:
    if text == "L":
        # The last day of the week.
        text = "SAT"
    if text.endswith("L"):
        last = _DAYS_OF_WEEK.number(text[:-1])
        return lambda year, month: _of_week(year, month, (last,))[-1:]
    weekday, hash_sign, count = text.partition("#")
    if hash_sign:
        if not re.fullmatch("[1-5]", count):
            raise ValueError(f"day-of-week {shown(text)} needs a number of 1 to 5 after #")
        one, index = _DAYS_OF_WEEK.number(weekday), int(count) - 1
        return lambda year, month: _of_week(year, month, (one,))[index : index + 1]
    numbers = _DAYS_OF_WEEK.numbers(text)
    return lambda year, month: _of_week(year, month, numbers)


def _of_week(year: int, month: int, weekdays: tuple[int, ...]) -> tuple[int, ...]:
    """The days of a month that fall on these weekdays, 1 for Sunday."""
    return tuple(day for day in range(1, _length(year, month) + 1) if _weekday(year, month, day) in weekdays)


def _nearest_weekday(year: int, month: int, day: int) -> tuple[int, ...]:
    """The day of Monday to Friday that is nearest and in the same month; none where the month is too short."""
    length = _length(year, month)
    if day > length:
        return ()
    if _weekday(year, month, day) == 7:
        return (day - 1 if day > 1 else day + 2,)
    if _weekday(year, month, day) == 1:
        return (day + 1 if day < length else day - 2,)
    return (day,)


def _weekday(year: int, month: int, day: int) -> int:
    """1 for Sunday to 7 for Saturday, as EventBridge counts."""
    return date(year, month, day).isoweekday() % 7 + 1


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
