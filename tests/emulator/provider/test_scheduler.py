"""Groups and schedules are made, changed and read as Scheduler does it, and refused as it refuses them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Refused
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live
from tests.emulator.schedules import FUNCTION_ARN, GROUP, GROUP_ARN, ROLE_ARN, SCHEDULE_ARN, Schedules
from tests.emulator.stage import queue_arn

GROUP_TYPE = "aws:scheduler/scheduleGroup:ScheduleGroup"
TYPE = "aws:scheduler/schedule:Schedule"

PROGRAM = """
group = aws.scheduler.ScheduleGroup("sweep-group", tags={"team": "ours"})
role = aws.iam.Role("runs", assume_role_policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole",
     "Condition": {"ArnEquals": {"aws:SourceArn": group.arn}}}]}))
work = function("work", aws.iam.Role("works", assume_role_policy=TRUST))
def schedule(target=None, **said):
    said = {"schedule_expression": "rate(1 hour)", "flexible_time_window": {"mode": "OFF"}, **said}
    return aws.scheduler.Schedule("sweep", group_name=group.name,
        target={"arn": work.arn, "role_arn": role.arn, **(target or {})}, **said)
"""


def test_a_schedule_stands_in_its_group(tmp_path: Path) -> None:
    source = f"""{PROGRAM}
dead = aws.sqs.Queue("dead")
schedule(schedule_expression="cron(0 3 * * ? *)", schedule_expression_timezone="Europe/Berlin", description="sweeps",
    start_date="2030-01-02T00:00:00+01:00", end_date="2031-01-02T00:00:00Z", action_after_completion="DELETE",
    flexible_time_window={{"mode": "FLEXIBLE", "maximum_window_in_minutes": 5}},
    target={{"input": '{{"a": 1}}', "dead_letter_config": {{"arn": dead.arn}},
        "retry_policy": {{"maximum_retry_attempts": 3, "maximum_event_age_in_seconds": 60}}}})
"""

    with deployed(tmp_path, source) as (account, deployment):
        group, made = deployment.named("ScheduleGroup", "sweep-group"), deployment.named("Schedule", "sweep")
        name = made.outputs["name"]
        told = account.client("scheduler").get_schedule(GroupName=group.id, Name=name)

        assert (group.arn, group.outputs["state"]) == (GROUP_ARN.replace(GROUP, group.id), "ACTIVE")
        assert group.outputs["creationDate"] == group.outputs["lastModificationDate"] == "2030-01-01T12:00:00Z"
        assert made.id == f"{group.id}/{name}"
        assert made.arn == told["Arn"] == f"arn:aws:scheduler:eu-west-1:111111111111:schedule/{group.id}/{name}"
        assert told["StartDate"] == datetime.fromisoformat("2030-01-01T23:00:00Z")
        assert told["EndDate"] == datetime.fromisoformat("2031-01-02T00:00:00Z")
        assert {word: told[word] for word in ("ScheduleExpression", "ScheduleExpressionTimezone", "State")} == {
            "ScheduleExpression": "cron(0 3 * * ? *)",
            "ScheduleExpressionTimezone": "Europe/Berlin",
            "State": "ENABLED",
        }
        assert (told["ActionAfterCompletion"], told["Description"]) == ("DELETE", "sweeps")
        assert told["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}
        assert told["Target"] == {
            "Arn": deployment.named("Function", "work").arn,
            "RoleArn": deployment.named("Role", "runs").arn,
            "Input": '{"a": 1}',
            "DeadLetterConfig": {"Arn": deployment.named("Queue", "dead").arn},
            "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 60},
        }


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('schedule_expression="rate(1 minutes)"', "rate '1 minutes' needs minute after 1"),
        (
            'schedule_expression="cron(0 9 1 * MON *)"',
            "day-of-month '1' with day-of-week 'MON' needs `?` in one of the two",
        ),
        ('schedule_expression_timezone="Mars"', "time zone 'Mars' needs a name of the IANA database"),
        (
            'schedule_expression="at(2030-01-01T11:00:00)"',
            "CreateSchedule answers ValidationException: Invalid Schedule Expression at(2030-01-01T11:00:00): "
            "this moment has passed, it is 2030-01-01T12:00:00Z",
        ),
        ('start_date="tomorrow"', "startDate 'tomorrow' needs a moment as in 2030-01-31T12:00:00Z"),
        ('end_date="2030-02-30T00:00:00Z"', "endDate 2030-02-30T00:00:00Z is a moment that no calendar has"),
        (
            'flexible_time_window={"mode": "OFF", "maximum_window_in_minutes": 5}',
            "flexibleTimeWindow.maximumWindowInMinutes belongs to mode FLEXIBLE, and only to it",
        ),
        (
            'flexible_time_window={"mode": "FLEXIBLE", "maximum_window_in_minutes": 1441}',
            "flexibleTimeWindow.maximumWindowInMinutes 1441 needs 1 to 1440 minutes",
        ),
        (
            'target={"input": "<aws.scheduler.scheduled-time>"}',
            "target.input '<aws.scheduler.scheduled-time>' needs a JSON document",
        ),
        (
            """target={"input": '"<aws.scheduler.now>"'}""",
            "target.input has <aws.scheduler.now>, which Scheduler does not fill in",
        ),
        (
            'target={"dead_letter_config": {"arn": "arn:aws:sqs:eu-west-1:111111111111:dead.fifo"}}',
            "target.deadLetterConfig.arn needs a standard queue: Scheduler sends to no FIFO queue",
        ),
        (
            'target={"arn": "arn:aws:sqs:eu-west-1:111111111111:readings"}',
            "target.arn 'arn:aws:sqs:eu-west-1:111111111111:readings' needs the ARN of a thing of lambda",
        ),
        (
            'target={"retry_policy": {"maximum_retry_attempts": 186}}',
            "target.retryPolicy.maximumRetryAttempts 186 needs 0 to 185",
        ),
        (
            'target={"role_arn": "arn:aws:iam::111111111111:role/gone"}',
            "target.roleArn names arn:aws:iam::111111111111:role/gone, and there is no such role",
        ),
        ('kms_key_arn="arn:aws:kms:eu-west-1:111111111111:key/k"', "the embedded account does not do `kmsKeyArn` yet"),
    ],
)
def test_what_a_schedule_cannot_be_is_refused(tmp_path: Path, said: str, told: str) -> None:
    (problem,) = problems(tmp_path, f"{PROGRAM}\nschedule({said})")

    assert problem.startswith(f"aws:scheduler/schedule:Schedule sweep: {told}")


def test_a_role_that_does_not_trust_scheduler_for_the_group_is_refused(tmp_path: Path) -> None:
    source = PROGRAM.replace('"aws:SourceArn": group.arn', '"aws:SourceArn": pulumi.Output.concat(group.arn, "-2")')

    (problem,) = problems(tmp_path, f"{source}\nschedule()")

    assert problem.startswith("aws:scheduler/schedule:Schedule sweep: ")
    assert "scheduler.amazonaws.com may sts:AssumeRole on runs" in problem


def test_the_default_group_cannot_be_made(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, 'aws.scheduler.ScheduleGroup("group", name="default")')

    assert problem == (
        "aws:scheduler/scheduleGroup:ScheduleGroup group: name 'default' is the group that every account has: "
        "it cannot be made"
    )


def test_a_group_changes_and_goes(account: Account) -> None:
    life = live(
        account,
        GROUP_TYPE,
        {"name": GROUP, "tags": {"team": "seismology", "old": "yes"}},
        {"name": GROUP, "tags": {"team": "alerts"}},
        {"name": GROUP},
    )

    assert (life.id, life.arn) == (GROUP, GROUP_ARN)


def test_a_group_of_another_name_takes_the_place_of_the_old_one(account: Account) -> None:
    old = checked(account, GROUP_TYPE, {"name": GROUP})

    assert Provisioner(account).difference(GROUP_TYPE, old, {**old, "name": "other"}).replaces == {"name"}


@pytest.mark.parametrize("made_id", ["", "a/b", "a b"])
def test_an_id_that_names_no_group_is_refused(account: Account, made_id: str) -> None:
    with pytest.raises(Refused, match="needs the name of a schedule group: 1 to 64 characters"):
        Provisioner(account).read(GROUP_TYPE, made_id, {}, SETTINGS)


TARGET: dict[str, Any] = {"arn": FUNCTION_ARN, "roleArn": ROLE_ARN}
GIVEN: dict[str, Any] = {
    "groupName": GROUP,
    "name": "sweep",
    "scheduleExpression": "rate(1 hour)",
    "flexibleTimeWindow": {"mode": "OFF"},
    "target": TARGET,
}
ALL: dict[str, Any] = {
    "actionAfterCompletion": "DELETE",
    "description": "sweeps",
    "endDate": "2031-01-01T00:00:00Z",
    "flexibleTimeWindow": {"mode": "FLEXIBLE", "maximumWindowInMinutes": 5},
    "scheduleExpressionTimezone": "Europe/Berlin",
    "startDate": "2030-02-01T00:00:00+01:00",
    "state": "DISABLED",
    "target": {
        **TARGET,
        "deadLetterConfig": {"arn": queue_arn("dead")},
        "input": '{"a":  1}',
        "retryPolicy": {"maximumEventAgeInSeconds": 60, "maximumRetryAttempts": 3},
    },
}


@pytest.fixture
def ready(schedules: Schedules) -> Schedules:
    """A group and a role."""
    schedules.group()
    schedules.role()
    return schedules


def made(account: Account, **given: Any) -> dict[str, Any]:
    """The checked inputs of a schedule that was made."""
    told = checked(account, TYPE, {**GIVEN, **given})
    Provisioner(account).create(TYPE, told)
    return told


def read(account: Account, known: dict[str, Any] | None = None, made_id: str = f"{GROUP}/sweep") -> Any:
    return Provisioner(account).read(TYPE, made_id, known or {}, SETTINGS)


@pytest.mark.usefixtures("ready")
def test_a_schedule_changes_and_goes(account: Account) -> None:
    life = live(
        account,
        TYPE,
        GIVEN,
        {**GIVEN, **ALL},
        {**GIVEN, **ALL, "target": {**TARGET, "retryPolicy": {"maximumRetryAttempts": 0}}},
        {**GIVEN, "scheduleExpression": "cron(0 3 * * ? *)", "description": ""},
        {**GIVEN, "scheduleExpression": "at(2030-01-31T12:00:00)"},
        GIVEN,
    )

    assert (life.id, life.arn) == (f"{GROUP}/sweep", SCHEDULE_ARN)


@pytest.mark.parametrize(
    ("by_somebody", "seen"),
    [
        ({"ScheduleExpression": "rate(2 hours)"}, {"scheduleExpression": "rate(2 hours)"}),
        ({"ScheduleExpressionTimezone": "Asia/Tokyo"}, {"scheduleExpressionTimezone": "Asia/Tokyo"}),
        ({"State": "DISABLED"}, {"state": "DISABLED"}),
        ({"Description": "theirs"}, {"description": "theirs"}),
        ({"ActionAfterCompletion": "DELETE"}, {"actionAfterCompletion": "DELETE"}),
        ({"StartDate": START + timedelta(days=1)}, {"startDate": "2030-01-02T12:00:00Z"}),
        (
            {"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 9}},
            {"flexibleTimeWindow": {"mode": "FLEXIBLE", "maximumWindowInMinutes": 9}},
        ),
        ({"target": {"Input": "[]"}}, {"target": {**TARGET, "input": "[]"}}),
        (
            {"target": {"RetryPolicy": {"MaximumRetryAttempts": 1}}},
            {"target": {**TARGET, "retryPolicy": {"maximumEventAgeInSeconds": 86_400, "maximumRetryAttempts": 1}}},
        ),
        (
            {"target": {"DeadLetterConfig": {"Arn": queue_arn("dead")}}},
            {"target": {**TARGET, "deadLetterConfig": {"arn": queue_arn("dead")}}},
        ),
    ],
)
def test_what_somebody_else_put_is_read(
    account: Account, ready: Schedules, by_somebody: dict[str, Any], seen: dict[str, Any]
) -> None:
    told = made(account)

    target = by_somebody.pop("target", None)
    account.client("scheduler").update_schedule(**{**ready.asked("rate(1 hour)", target=target), **by_somebody})

    assert read(account, told).inputs == {**told, **seen}


@pytest.mark.usefixtures("ready")
def test_what_means_the_same_keeps_its_text(account: Account) -> None:
    told = made(account, **ALL)

    assert read(account, told).inputs == told
    other = {**told, "startDate": "2030-01-31T23:00:00Z", "target": {**told["target"], "input": '{"a": 1}'}}
    assert Provisioner(account).difference(TYPE, told, other).changes == {}


@pytest.mark.usefixtures("ready")
def test_a_schedule_is_imported_by_the_names_of_its_group_and_its_own(account: Account) -> None:
    told = made(account, **ALL)

    found = read(account)

    assert (found.made.id, found.made.arn) == (f"{GROUP}/sweep", SCHEDULE_ARN)
    assert found.inputs == {**told, "startDate": "2030-01-31T23:00:00Z"}


@pytest.mark.parametrize("made_id", ["sweep", "a/b/c", "a/", "a b/c"])
def test_an_id_that_names_no_schedule_is_refused(account: Account, made_id: str) -> None:
    with pytest.raises(Refused) as raised:
        read(account, made_id=made_id)

    assert str(raised.value) == (
        f"id '{made_id}' needs the names of a group and of its schedule, as in reports/nightly"
    )


@pytest.mark.usefixtures("ready")
def test_a_schedule_is_gone_itself_and_with_its_group(account: Account) -> None:
    told, scheduler = made(account), account.client("scheduler")

    scheduler.delete_schedule(GroupName=GROUP, Name="sweep")
    assert read(account, told) is None

    scheduler.delete_schedule_group(Name=GROUP)
    assert read(account, told) is None


@pytest.mark.parametrize("word", ["groupName", "name"])
def test_a_schedule_of_other_names_takes_the_place_of_the_old_one(account: Account, word: str) -> None:
    old = checked(account, TYPE, GIVEN)

    assert Provisioner(account).difference(TYPE, old, {**old, word: "other"}).replaces == {word}


def test_what_scheduler_would_not_take_in_an_update_is_refused(account: Account, ready: Schedules) -> None:
    told = made(account)
    account.clock.advance(60)

    with pytest.raises(Refused, match=r"UpdateSchedule answers ValidationException: .*this moment has passed"):
        Provisioner(account).update(
            TYPE, f"{GROUP}/sweep", told, {**told, "scheduleExpression": "at(2030-01-01T12:00:30)"}
        )


def test_a_change_reaches_the_account_at_work(account: Account, ready: Schedules) -> None:
    ready.functions.make("def handle(event, context): return event", name="sweep")
    told = made(account, scheduleExpression="rate(1 day)")
    account.let_pass(60)

    new = {**told, "target": {**TARGET, "input": json.dumps({"told": "anew"})}}
    Provisioner(account).update(TYPE, f"{GROUP}/sweep", told, new)
    account.let_pass(86_400)

    payloads = [hop.details["payload"] for hop in account.journal.hops if "function" in hop.details]
    assert [payload.get("told", "nothing") for payload in payloads] == ["nothing", "anew"]
