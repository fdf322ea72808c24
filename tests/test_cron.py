"""A cron expression means the minutes that AWS says it means, and what AWS refuses is refused in words."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.cron import Cron, InvalidCron

# No clock and no dice: the same examples each time, however slow the machine.
steady = settings(deadline=None, derandomize=True, max_examples=30)


def days(of_month: str, of_week: str, *, year: int, month: int) -> tuple[int, ...]:
    return Cron.parse(f"0 0 {of_month} * {of_week} *").days_of(year, month)


@pytest.mark.parametrize(
    ("field", "minutes"),
    [
        ("5", (5,)),
        ("05", (5,)),
        ("0,30,15", (0, 15, 30)),
        ("10-13", (10, 11, 12, 13)),
        ("30-30", (30,)),
        ("0/20", (0, 20, 40)),
        ("50/7", (50, 57)),
        ("*/25", (0, 25, 50)),
        ("0-15/5,58", (0, 5, 10, 15, 58)),
        ("1-31/30", (1, 31)),
    ],
)
def test_a_field_takes_values_lists_ranges_and_steps(field: str, minutes: tuple[int, ...]) -> None:
    assert Cron.parse(f"{field} 0 * * ? *").minutes == minutes


def test_months_and_days_of_the_week_have_names() -> None:
    assert Cron.parse("0 0 1 JAN,MAR-MAY,DEC ? *").months == (1, 3, 4, 5, 12)
    # 2031-02-02 is a Sunday.
    assert days("?", "SUN,FRI-SAT", year=2031, month=2) == (1, 2, 7, 8, 9, 14, 15, 16, 21, 22, 23, 28)
    assert days("?", "1,6-7", year=2031, month=2) == days("?", "SUN,FRI-SAT", year=2031, month=2)


@pytest.mark.parametrize(
    ("of_month", "of_week", "year", "month", "meant"),
    [
        ("L", "?", 2031, 2, (28,)),
        ("L", "?", 2032, 2, (29,)),
        ("30,31", "?", 2031, 4, (30,)),
        ("15W", "?", 2031, 2, (14,)),  # a Saturday, so the Friday before
        ("15W", "?", 2031, 6, (16,)),  # a Sunday, so the Monday after
        ("15W", "?", 2031, 1, (15,)),
        ("1W", "?", 2031, 2, (3,)),  # a Saturday, and the Friday before is in another month
        ("31W", "?", 2031, 8, (29,)),  # a Sunday, and the Monday after is in another month
        ("31W", "?", 2031, 4, ()),
        ("?", "6L", 2031, 2, (28,)),
        ("?", "FRIL", 2031, 2, (28,)),
        ("?", "2#1", 2031, 2, (3,)),
        ("?", "MON#4", 2031, 2, (24,)),
        ("?", "2#5", 2031, 2, ()),
        ("?", "2#5", 2031, 3, (31,)),
        ("?", "L", 2031, 2, (1, 8, 15, 22)),  # Saturdays
    ],
)
def test_days_are_told_by_their_place_in_month_and_week(
    of_month: str, of_week: str, year: int, month: int, meant: tuple[int, ...]
) -> None:
    assert days(of_month, of_week, year=year, month=month) == meant


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (
            "0 12 * * ?",
            [
                "cron needs six fields (minutes hours day-of-month month day-of-week year), got '0 12 * * ?'",
            ],
        ),
        (" 0 12 * * ? *", ["cron needs six fields (minutes hours day-of-month month day-of-week year)"]),
        ("60 12 * * ? *", ["minutes '60' needs 0 to 59"]),
        ("0 12 1 13 ? *", ["month '13' needs 1 to 12 or JAN to DEC"]),
        ("0 12 ? * mon *", ["day-of-week 'mon' needs 1 to 7 or SUN to SAT"]),
        ("0 12 ? * 0 *", ["day-of-week '0' needs 1 to 7 or SUN to SAT"]),
        ("0 12 ? * 3#0 *", ["day-of-week '3#0' needs a number of 1 to 5 after #"]),
        ("0 12 ? * 3#1,6#3 *", ["day-of-week '3#1,6#3' needs a number of 1 to 5 after #"]),
        ("0 12 * * ? 1969", ["year '1969' needs 1970 to 2199"]),
        ("30-10 12 * * ? *", ["minutes '30-10' needs its smaller value first"]),
        ("0/0 12 * * ? *", ["minutes '0/0' needs a step of 1 to 59"]),
        ("0/60 12 * * ? *", ["minutes '0/60' needs a step of 1 to 59"]),
        ("0/ 12 * * ? *", ["minutes '0/' needs a step of 1 to 59"]),
        ("1-2-3 12 * * ? *", ["minutes '2-3' needs 0 to 59"]),
        ("0 12 LW * ? *", ["day-of-month 'L' needs 1 to 31"]),
        ("0 12 L-3 * ? *", ["day-of-month 'L' needs 1 to 31"]),
        ("0 12 1,15W * ? *", ["day-of-month '1,15' needs 1 to 31"]),
        (
            "0 1 * * * *",
            [
                "day-of-month '*' with day-of-week '*' needs `?` in one of the two: "
                "a day is told by its number in the month or by its name"
            ],
        ),
        ("0 1 1 * MON *", ["day-of-month '1' with day-of-week 'MON' needs `?` in one of the two"]),
        ("71 24 1 * ? *", ["minutes '71' needs 0 to 59", "hours '24' needs 0 to 23"]),
    ],
)
def test_what_cannot_be_is_refused_with_every_problem(text: str, problems: list[str]) -> None:
    with pytest.raises(InvalidCron) as raised:
        Cron.parse(text)

    assert len(raised.value.problems) == len(problems)
    for told, expected in zip(raised.value.problems, problems, strict=True):
        assert told.startswith(expected)


def test_minutes_begin_with_the_moment_itself_and_end_with_the_last_year() -> None:
    noon = datetime(2031, 1, 31, 12, 0)
    daily = Cron.parse("0 12 * * ? *")

    assert list(islice(daily.minutes_from(noon), 2)) == [noon, datetime(2031, 2, 1, 12, 0)]
    assert next(daily.minutes_from(noon + timedelta(seconds=1))) == datetime(2031, 2, 1, 12, 0)
    assert list(Cron.parse("0 12 31 12 ? 2030-2031").minutes_from(noon)) == [datetime(2031, 12, 31, 12, 0)]
    assert list(Cron.parse("0 0 30 2 ? *").minutes_from(noon)) == []


FIELDS = st.tuples(
    st.sampled_from(["*", "0", "0/7", "10-20", "59,3"]),
    st.sampled_from(["*", "0", "2", "1-3", "0/5"]),
    st.sampled_from([("*", "?"), ("31", "?"), ("L", "?"), ("1W", "?"), ("?", "MON-FRI"), ("?", "1#2"), ("?", "7L")]),
    st.sampled_from(["*", "2", "FEB,MAR", "1/4"]),
)


def by_looking_at_each(fields: tuple[str, str, tuple[str, str], str], moment: datetime, minutes: int) -> Iterator[str]:
    """The minutes that fit, one after the other, with the day told by the calendar and not by the code under test."""
    minute, hour, (of_month, of_week), month = fields
    numbers = Cron.parse(f"{minute} {hour} * {month} ? *")
    for told in (moment + timedelta(minutes=passed) for passed in range(minutes)):
        fits = told.minute in numbers.minutes and told.hour in numbers.hours and told.month in numbers.months
        if fits and _is_meant(told.date(), of_month, of_week):
            yield told.isoformat()


def _is_meant(day: date, of_month: str, of_week: str) -> bool:
    length = calendar.monthrange(day.year, day.month)[1]
    working = [each for each in range(1, length + 1) if date(day.year, day.month, each).weekday() < 5]
    return {
        ("*", "?"): True,
        ("31", "?"): day.day == 31,
        ("L", "?"): day.day == length,
        ("1W", "?"): day.day == working[0],
        ("?", "MON-FRI"): day.weekday() < 5,
        ("?", "1#2"): day.weekday() == 6 and 8 <= day.day <= 14,
        ("?", "7L"): day.weekday() == 5 and day.day > length - 7,
    }[of_month, of_week]


@steady
@given(FIELDS, st.datetimes(datetime(2030, 12, 25), datetime(2032, 3, 2)))
def test_the_minutes_are_those_that_fit_and_no_others(
    fields: tuple[str, str, tuple[str, str], str], moment: datetime
) -> None:
    moment, length = moment.replace(second=0, microsecond=0), 2 * 24 * 60
    minute, hour, (of_month, of_week), month = fields
    cron = Cron.parse(f"{minute} {hour} {of_month} {month} {of_week} *")

    found = []
    for told in cron.minutes_from(moment):
        if told >= moment + timedelta(minutes=length):
            break
        found.append(told.isoformat())

    assert found == list(by_looking_at_each(fields, moment, length))


@steady
@given(st.lists(st.text("0123456789*?/-,LW#MONSUJA", max_size=5), min_size=5, max_size=7))
def test_no_text_does_anything_else_than_be_read_or_be_refused(fields: list[str]) -> None:
    try:
        cron = Cron.parse(" ".join(fields))
    except InvalidCron:
        return
    moment = datetime(2031, 1, 1)
    assert all(told >= moment for told in islice(cron.minutes_from(moment), 3))
