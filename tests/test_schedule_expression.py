"""Schedules run when AWS says they run: in their time zone, over changes of the clock, and no more often than once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.schedule_expression import InvalidSchedule, ScheduleExpression

LINES = (Path(__file__).parent / "data/schedules.jsonl").read_text(encoding="utf-8").splitlines()
CASES = [json.loads(line) for line in LINES]

# No clock and no dice: the same examples each time, however slow the machine.
steady = settings(deadline=None, derandomize=True, max_examples=30)

START = datetime(2031, 1, 1, tzinfo=UTC)


def runs(text: str, zone: str, after: datetime, most: int) -> list[datetime]:
    """The runs after a moment, which is the first run of a rate."""
    expression, begin, found = ScheduleExpression.parse(text, zone), after, []
    for _ in range(most):
        run = expression.next_run(after, counted_from=begin)
        if run is None:
            break
        found.append(run)
        after = run
    return found


@pytest.mark.parametrize("case", [case for case in CASES if "next" in case], ids=lambda case: case["id"])
def test_every_recorded_schedule_runs_when_it_should(case: dict[str, object]) -> None:
    expected = [datetime.fromisoformat(moment) for moment in case["next"]]  # type: ignore[attr-defined]
    after = datetime.fromisoformat(str(case["after"]))

    # Where there are none, not even one may come.
    assert runs(str(case["expression"]), str(case["timezone"]), after, len(expected) or 1) == expected


@pytest.mark.parametrize("case", [case for case in CASES if "invalid" in case], ids=lambda case: case["id"])
def test_every_recorded_mistake_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(InvalidSchedule):
        ScheduleExpression.parse(case["expression"])


@pytest.mark.parametrize(
    ("text", "zone", "told"),
    [
        ("rate(1 minutes)", "UTC", "rate '1 minutes' needs minute after 1"),
        ("rate(2 hour)", "UTC", "rate '2 hour' needs hours after 2"),
        ("rate(0 minutes)", "UTC", "rate '0 minutes' needs at least 1: once a minute is the most there is"),
        ("rate(30 seconds)", "UTC", "rate '30 seconds' needs a number and minutes, hours or days"),
        ("rate(-5 minutes)", "UTC", "rate '-5 minutes' needs a number and"),
        ("rate( 5 minutes )", "UTC", "rate ' 5 minutes ' needs a number and"),
        (" rate(5 minutes)", "UTC", "schedule ' rate(5 minutes)' needs cron(...), rate(...) or at(...)"),
        ("every day", "UTC", "schedule 'every day' needs cron(...), rate(...) or at(...)"),
        (f"rate({'0' * 250}1 minute)", "UTC", "schedule 'rate(000"),
        (f"rate({'9' * 20} days)", "UTC", f"rate '{'9' * 20} days' needs a time that a calendar can hold"),
        ("at(2031-05-06T07:08:09Z)", "UTC", "at '2031-05-06T07:08:09Z' needs a date and a time, as in"),
        ("at(2200-01-01T00:00:00)", "UTC", "at '2200-01-01T00:00:00' needs a year of 1970 to 2199"),
        (
            "at(2031-03-09T02:30:00)",
            "America/New_York",
            "at(2031-03-09T02:30:00) names a time that America/New_York does not have: its clocks go forward then",
        ),
        (
            "rate(5 minutes)",
            "europe/berlin",
            "time zone 'europe/berlin' needs a name of the IANA database, as in Europe/Berlin, "
            "did you mean Europe/Berlin?",
        ),
        ("rate(5 minutes)", "CEST", "time zone 'CEST' needs a name of the IANA database, as in Europe/Berlin"),
        ("rate(5 minutes)", "", "time zone '' needs a name"),
        (
            "cron(60 12 * * ? *)",
            "Mars",
            "time zone 'Mars' needs a name of the IANA database, as in Europe/Berlin; minutes '60' needs 0 to 59",
        ),
    ],
)
def test_a_mistake_is_told_in_words(text: str, zone: str, told: str) -> None:
    with pytest.raises(InvalidSchedule) as raised:
        ScheduleExpression.parse(text, zone)

    assert str(raised.value).startswith(told)


def test_only_a_moment_runs_once() -> None:
    assert ScheduleExpression.parse("at(2031-05-06T07:08:09)").runs_once
    assert not ScheduleExpression.parse("rate(1 minute)").runs_once
    assert not ScheduleExpression.parse("cron(0 0 1 1 ? 2031)").runs_once


def test_a_moment_is_told_by_the_clocks_of_its_zone() -> None:
    moment = datetime(2031, 7, 1, 10, 0, tzinfo=UTC)

    assert runs("at(2031-07-01T12:00:00)", "Europe/Berlin", START, 2) == [moment]
    assert runs("at(2031-07-01T12:00:00)", "Europe/Berlin", moment, 2) == []


def test_the_first_run_of_a_rate_is_where_it_is_counted_from() -> None:
    expression = ScheduleExpression.parse("rate(2 days)")

    assert expression.next_run(START - timedelta(days=9), counted_from=START) == START
    assert expression.next_run(START, counted_from=START) == START + timedelta(days=2)


def test_a_rate_beyond_the_calendar_does_not_run_again() -> None:
    assert ScheduleExpression.parse("rate(99999999 days)").next_run(START, counted_from=START) is None


def test_a_day_that_a_zone_left_out_has_no_run() -> None:
    # Samoa went from Thursday to Saturday when it changed sides of the date line.
    after = datetime(2011, 12, 28, 12, 0, tzinfo=UTC)

    found = runs("cron(0 12 * * ? *)", "Pacific/Apia", after, 3)

    local = [run.astimezone(ZoneInfo("Pacific/Apia")).date().isoformat() for run in found]
    assert local == ["2011-12-28", "2011-12-29", "2011-12-31"]


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kathmandu"]
)
# Around the changes of the clock that these zones have in one year.
MOMENTS = st.sampled_from(
    [
        *(datetime(2031, 3, 9, tzinfo=UTC), datetime(2031, 3, 30, tzinfo=UTC), datetime(2031, 4, 5, tzinfo=UTC)),
        *(datetime(2031, 9, 27, tzinfo=UTC), datetime(2031, 10, 4, tzinfo=UTC), datetime(2031, 10, 26, tzinfo=UTC)),
        datetime(2031, 11, 2, tzinfo=UTC),
    ]
)


@steady
@given(
    st.sampled_from(["*", "0", "0/15", "1,59"]),
    st.sampled_from(["*", "1", "2", "1-3", "0/2"]),
    ZONES,
    MOMENTS,
    st.integers(-600, 600),
)
def test_a_cron_runs_at_the_minutes_its_zone_shows_for_the_first_time(
    minutes: str, hours: str, zone: str, moment: datetime, passed: int
) -> None:
    after, length = moment + timedelta(minutes=passed), 24 * 60
    expression = ScheduleExpression.parse(f"cron({minutes} {hours} * * ? *)", zone)
    asked = ScheduleExpression.parse(f"cron({minutes} {hours} * * ? *)").timing

    by_looking_at_each = []
    for run in (after + timedelta(minutes=each) for each in range(1, length + 1)):
        shown = run.astimezone(ZoneInfo(zone))
        if shown.minute in asked.minutes and shown.hour in asked.hours and shown.fold == 0:  # type: ignore[union-attr]
            by_looking_at_each.append(run)
    found, last = [], after + timedelta(minutes=length)
    run = expression.next_run(after, counted_from=after)
    while run is not None and run <= last:
        found.append(run)
        run = expression.next_run(run, counted_from=after)

    assert found == by_looking_at_each


@steady
@given(
    st.integers(1, 10_000),
    st.sampled_from([("minutes", 60), ("hours", 3_600), ("days", 86_400)]),
    st.integers(-(10**6), 10**6),
)
def test_a_rate_keeps_its_distance(value: int, unit: tuple[str, int], passed: int) -> None:
    word, seconds = unit
    text = f"rate({value} {word if value > 1 else word[:-1]})"
    expression, after = ScheduleExpression.parse(text, "Europe/Berlin"), START + timedelta(seconds=passed)

    first = expression.next_run(after, counted_from=START)
    assert first is not None
    second = expression.next_run(first, counted_from=START)

    assert second == first + timedelta(seconds=value * seconds)
    assert first > after
    assert first >= START
    assert (first - START) % timedelta(seconds=value * seconds) == timedelta()
    assert first == START or first - timedelta(seconds=value * seconds) <= after
