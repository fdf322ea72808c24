"""Scheduler refuses what AWS refuses, whoever asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.scheduler.models import EventBridgeSchedulerBackend
from moto.scheduler.responses import EventBridgeSchedulerResponse

from emulator.account import Account
from emulator.clock import START
from tests.emulator.contracts import parameters
from tests.emulator.functions import NOBODY_TRUST
from tests.emulator.schedules import GROUP, GROUP_ARN, ROLE_ARN, TRUST, Schedules
from tests.emulator.stage import queue_arn

ASSUME = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."


@pytest.mark.parametrize(
    ("function", "taken"),
    [
        (EventBridgeSchedulerBackend.create_schedule_group, "self name tags"),
        (EventBridgeSchedulerBackend.delete_schedule_group, "self name"),
        (EventBridgeSchedulerResponse.update_schedule, "self"),
    ],
)
def test_moto_still_takes_what_we_take(function: Any, taken: str) -> None:
    assert parameters(function) == taken.split()


@pytest.mark.parametrize("function", ["create_schedule", "update_schedule"])
def test_moto_still_says_what_we_look_at(function: str) -> None:
    said = {"name", "group_name", "schedule_expression", "schedule_expression_timezone", "start_date", "end_date"}

    assert said | {"flexible_time_window", "target"} <= set(parameters(getattr(EventBridgeSchedulerBackend, function)))


def refusal(account: Account, **asked: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as raised:
        account.client("scheduler").create_schedule(**asked)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"ScheduleExpression": "rate(1 minutes)"},
            "Invalid Schedule Expression rate(1 minutes): rate '1 minutes' needs minute after 1",
        ),
        (
            {"ScheduleExpression": "at(2030-01-01T11:59:59)"},
            "Invalid Schedule Expression at(2030-01-01T11:59:59): this moment has passed, it is 2030-01-01T12:00:00Z",
        ),
        (
            {"ScheduleExpression": "at(2030-01-01T12:30:00)", "ScheduleExpressionTimezone": "Europe/Berlin"},
            "Invalid Schedule Expression at(2030-01-01T12:30:00): this moment has passed, it is 2030-01-01T12:00:00Z",
        ),
        ({"ScheduleExpressionTimezone": "Mars"}, "Invalid Schedule Expression rate(1 hour): time zone 'Mars' needs"),
        (
            {"StartDate": START - timedelta(minutes=5, seconds=1)},
            "The StartDate you specify cannot be earlier than 5 minutes ago.",
        ),
        ({"EndDate": START}, "The EndDate you specify needs to be later than the StartDate and than now."),
        (
            {"StartDate": START + timedelta(days=1), "EndDate": START + timedelta(days=1)},
            "The EndDate you specify needs to be later than the StartDate and than now.",
        ),
        (
            {"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}},
            "MaximumWindowInMinutes belongs to the mode FLEXIBLE, and only to it.",
        ),
        (
            {"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}},
            "MaximumWindowInMinutes belongs to the mode FLEXIBLE, and only to it.",
        ),
        (
            {"target": {"Arn": queue_arn("readings")}},
            "target arn:aws:sqs:eu-west-1:111111111111:readings is not emulated: only functions are",
        ),
        (
            {"target": {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"}},
            "target arn:aws:scheduler:::aws-sdk:sqs:sendMessage is not emulated: only functions are",
        ),
        ({"target": {"Input": "no JSON"}}, "Invalid Input: input needs JSON text: "),
        (
            {"target": {"DeadLetterConfig": {"Arn": queue_arn("dead.fifo")}}},
            "dead-letter queue arn:aws:sqs:eu-west-1:111111111111:dead.fifo needs to be a standard queue",
        ),
        (
            {"target": {"RoleArn": "arn:aws:iam::111111111111:role/gone"}},
            f"{ASSUME} There is no role arn:aws:iam::111111111111:role/gone.",
        ),
    ],
)
def test_what_scheduler_would_not_take_is_refused(
    account: Account, schedules: Schedules, asked: dict[str, Any], told: str
) -> None:
    schedules.group()
    schedules.role()

    code, message = refusal(account, **{**schedules.asked("rate(1 hour)", target=asked.pop("target", None)), **asked})

    assert code == "ValidationException"
    assert message.startswith(told)


@pytest.mark.parametrize(
    "trust",
    [
        NOBODY_TRUST,
        {**TRUST, "Condition": {"ArnEquals": {"aws:SourceArn": f"{GROUP_ARN}-2"}}},
        {**TRUST, "Condition": {"ArnLike": {"aws:SourceArn": GROUP_ARN.replace("schedule-group", "schedule") + "/*"}}},
        {**TRUST, "Condition": {"StringEquals": {"aws:SourceAccount": "222222222222"}}},
    ],
)
def test_a_role_has_to_trust_scheduler_for_this_group(
    account: Account, schedules: Schedules, trust: dict[str, Any]
) -> None:
    schedules.group()
    schedules.role(trust=trust)

    code, message = refusal(account, **schedules.asked("rate(1 hour)"))

    assert code == "ValidationException"
    assert message.startswith(f"{ASSUME} ")


def test_a_schedule_needs_its_group(account: Account, schedules: Schedules) -> None:
    schedules.role()

    assert refusal(account, **schedules.asked("rate(1 hour)")) == (
        "ResourceNotFoundException",
        f"Schedule group {GROUP} does not exist.",
    )


def test_a_group_is_made_once_and_goes_with_its_schedules(account: Account, schedules: Schedules) -> None:
    schedules.woken_function("rate(1 hour)")
    scheduler = account.client("scheduler")

    with pytest.raises(scheduler.exceptions.ConflictException, match="Schedule group sweep-group already exists"):
        schedules.group()
    assert len(scheduler.list_schedules()["Schedules"]) == 1

    scheduler.delete_schedule_group(Name=GROUP)
    assert scheduler.list_schedules()["Schedules"] == []
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException, match="Schedule group sweep-group does not"):
        scheduler.delete_schedule_group(Name=GROUP)
    with pytest.raises(scheduler.exceptions.ValidationException, match="default schedule group cannot be deleted"):
        scheduler.delete_schedule_group(Name="default")


def test_a_moment_that_was_taken_may_pass(account: Account, schedules: Schedules) -> None:
    schedules.woken_function("at(2030-01-01T13:00:00)")
    account.clock.advance(7_200)
    scheduler = account.client("scheduler")

    scheduler.update_schedule(**schedules.asked("at(2030-01-01T13:00:00)", Description="done"))

    assert scheduler.get_schedule(GroupName=GROUP, Name="sweep")["Description"] == "done"
    with pytest.raises(scheduler.exceptions.ValidationException, match="this moment has passed"):
        scheduler.update_schedule(**schedules.asked("at(2030-01-01T13:30:00)"))


def test_an_update_is_looked_at_like_a_new_schedule(account: Account, schedules: Schedules) -> None:
    schedules.woken_function("rate(1 hour)")
    scheduler = account.client("scheduler")

    with pytest.raises(scheduler.exceptions.ValidationException, match="needs minute after 1"):
        scheduler.update_schedule(**schedules.asked("rate(1 minutes)"))
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.update_schedule(**{**schedules.asked("rate(1 hour)"), "Name": "other"})
    assert scheduler.get_schedule(GroupName=GROUP, Name="sweep")["Target"]["RoleArn"] == ROLE_ARN
