"""EventBridge Scheduler wakes a function."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from components.archive import handler_files
from components.function import FunctionConfig, LambdaFunction
from components.ledger import Condition, Grant, Handshake, Landing
from components.triggers.schedule import ScheduleTrigger, ScheduleTriggerConfig
from tests.emulator.shapes import differences
from tests.given import ENVIRONMENT, handlers

NAME = "operations-sweep-on-schedule"
GROUP = f"arn:aws:scheduler:eu-west-1:111111111111:schedule-group/{NAME}-group"
FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:operations-sweep-function"
DEAD_LETTERS = f"arn:aws:sqs:eu-west-1:111111111111:{NAME}-dead-letters-queue"


@pytest.fixture
def wire(tmp_path: Path) -> Any:
    files = handler_files(handlers(tmp_path, "sweep"), "sweep.handle")

    def program(found: list[Any] | None = None, **config: Any) -> Any:
        def build() -> None:
            sweep = LambdaFunction(
                "operations.sweep", FunctionConfig(handler="sweep.handle"), files, environment={}, asynchronous=True
            )
            trigger = ScheduleTrigger(
                "operations.sweep-on-schedule",
                ScheduleTriggerConfig(**{"kind": "schedule", "schedule": "cron(0 3 * * ? *)", **config}),
                sweep,
                None,
                ENVIRONMENT,
            )
            if found is not None:
                found.append(trigger)

        return build

    return program


def test_the_role_is_trusted_for_its_own_group_alone(deploy: Any, wire: Any) -> None:
    [statement] = deploy(wire())["Role", f"{NAME}-role"].statements("assumeRolePolicy")

    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "scheduler.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnEquals": {"aws:SourceArn": GROUP},
            "StringEquals": {"aws:SourceAccount": "111111111111"},
        },
    }


def test_the_role_may_invoke_the_function_and_send_dead_letters_and_nothing_else(deploy: Any, wire: Any) -> None:
    deployed = deploy(wire())

    policies = [entry for entry in deployed.registered if entry.inputs.get("role") == f"{NAME}-role"]
    assert {entry.name: (entry.inputs["name"], entry.statements()) for entry in policies} == {
        f"{NAME}-may-invoke-sweep": (
            "sweep-on-schedule-may-invoke-sweep",
            [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": FUNCTION}],
        ),
        f"{NAME}-may-send-to-its-dead-letters": (
            "sweep-on-schedule-may-send-to-its-dead-letters",
            [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": DEAD_LETTERS}],
        ),
    }


def test_nobody_else_may_wake_the_function(deploy: Any, wire: Any) -> None:
    assert deploy(wire()).names("Permission") == []


def test_the_schedule_runs_by_the_calendar_and_tries_for_an_hour(deploy: Any, wire: Any) -> None:
    schedule = deploy(wire(time_zone="Europe/Berlin", description="sweeps"))["Schedule", f"{NAME}-schedule"]

    assert schedule.inputs == {
        "name": "sweep",
        "groupName": f"{NAME}-group",
        "description": "sweeps",
        "scheduleExpression": "cron(0 3 * * ? *)",
        "scheduleExpressionTimezone": "Europe/Berlin",
        "flexibleTimeWindow": {"mode": "OFF"},
        "target": {
            "arn": FUNCTION,
            "roleArn": f"arn:aws:iam::111111111111:role/{NAME}-role",
            "retryPolicy": {"maximumRetryAttempts": 185, "maximumEventAgeInSeconds": 3_600},
            "deadLetterConfig": {"arn": DEAD_LETTERS},
        },
        "actionAfterCompletion": "NONE",
        "state": "ENABLED",
    }


@pytest.mark.parametrize(
    ("config", "inputs"),
    [
        ({"enabled": False}, {"state": "DISABLED"}),
        ({"start": "2030-01-01T00:00:00Z"}, {"startDate": "2030-01-01T00:00:00Z"}),
        (
            {"end": "2030-01-01T00:00:00Z", "after_completion": "delete"},
            {"endDate": "2030-01-01T00:00:00Z", "actionAfterCompletion": "DELETE"},
        ),
        (
            {"flexible_window_minutes": 15},
            {"flexibleTimeWindow": {"mode": "FLEXIBLE", "maximumWindowInMinutes": 15}},
        ),
    ],
)
def test_what_is_said_reaches_the_schedule(deploy: Any, wire: Any, config: Any, inputs: dict[str, Any]) -> None:
    schedule = deploy(wire(**config))["Schedule", f"{NAME}-schedule"]

    assert {key: schedule.inputs[key] for key in inputs} == inputs


def test_what_runs_once_is_tried_for_a_day(deploy: Any, wire: Any) -> None:
    schedule = deploy(wire(schedule="at(2030-01-31T12:00:00)", max_retries=3))["Schedule", f"{NAME}-schedule"]

    policy = {"maximumRetryAttempts": 3, "maximumEventAgeInSeconds": 86_400}
    assert schedule.inputs["target"]["retryPolicy"] == policy


def test_the_function_receives_what_the_page_says(deploy: Any, wire: Any) -> None:
    given = {"oldest": "<aws.scheduler.scheduled-time>"}

    target = deploy(wire(input=given, max_event_age_seconds=60))["Schedule", f"{NAME}-schedule"].inputs["target"]

    assert json.loads(target["input"]) == given
    assert target["retryPolicy"]["maximumEventAgeInSeconds"] == 60


def test_the_schedule_waits_for_its_rights(deploy: Any, wire: Any) -> None:
    waits_for = deploy(wire())["Schedule", f"{NAME}-schedule"].depends_on

    assert waits_for >= {
        f"{NAME}-may-invoke-sweep",
        f"{NAME}-may-send-to-its-dead-letters",
        "operations-sweep-may-write-its-logs",
        "operations-sweep-may-send-to-its-failures",
    }


def test_its_dead_letters_are_reached_by_tls_only_and_by_no_policy(deploy: Any, wire: Any) -> None:
    [statement] = deploy(wire())["QueuePolicy", f"{NAME}-dead-letters-policy"].statements()

    assert (statement["Effect"], statement["Sid"]) == ("Deny", "TlsOnly")


def test_the_ledger_tells_who_wakes_whom_and_where_a_run_lands(deploy: Any, wire: Any) -> None:
    found: list[Any] = []

    deploy(wire(found))

    address = "operations.sweep-on-schedule"
    assert found[0].handshake == Handshake(
        name=address,
        waker=address,
        woken="operations.sweep",
        mechanism="assume",
        principal="scheduler.amazonaws.com",
        actions=("lambda:InvokeFunction",),
        resource="operations.sweep",
        conditions=(
            Condition("ArnEquals", "aws:SourceArn", (f"{address} (group)",)),
            Condition("StringEquals", "aws:SourceAccount", ("111111111111",)),
        ),
        landings=(
            Landing("Lambda cannot be reached", "185 retries or 3600 seconds", f"{address}.dead-letters"),
            Landing("the function fails", "3 attempts or 21600 seconds", "operations.sweep.failures"),
        ),
        right=f"{NAME}-may-invoke-sweep",
    )
    assert found[0].grants == [
        Grant(
            name=f"{address}-may-send-to-its-dead-letters",
            grantee=address,
            verb="send_to",
            resource=f"{address}.dead-letters",
            actions=("sqs:SendMessage",),
            scope="",
            conditions=(),
            right=f"{NAME}-may-send-to-its-dead-letters",
        )
    ]


def test_without_dead_letters_a_run_is_lost_and_the_ledger_says_so(deploy: Any, wire: Any) -> None:
    found: list[Any] = []

    deployed = deploy(wire(found, dead_letters="discard", max_retries=0, max_event_age_seconds=60))

    assert "deadLetterConfig" not in deployed["Schedule", f"{NAME}-schedule"].inputs["target"]
    assert found[0].handshake.landings[0] == Landing("Lambda cannot be reached", "0 retries or 60 seconds", None)
    assert found[0].grants == []
    assert f"{NAME}-may-send-to-its-dead-letters" not in deployed.names("RolePolicy")


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"schedule": "rate(1 minutes)"}, "rate '1 minutes' needs minute after 1"),
        ({"schedule": "cron(0 9 1 * MON *)"}, "day-of-month '1' with day-of-week 'MON' needs `\\?` in one of the two"),
        ({"time_zone": "Europe/Berlln"}, "time zone 'Europe/Berlln' needs .*, did you mean Europe/Berlin\\?"),
        ({"max_retries": 186}, "less than or equal to 185"),
        ({"max_event_age_seconds": 59}, "greater than or equal to 60"),
        ({"max_event_age_seconds": 86_401}, "less than or equal to 86400"),
        ({"flexible_window_minutes": 0}, "greater than or equal to 1"),
        ({"flexible_window_minutes": 1_441}, "less than or equal to 1440"),
        ({"start": "2030-01-01"}, "String should match pattern"),
        ({"start": "2030-02-30T00:00:00Z"}, "day is out of range for month"),
        (
            {"start": "2030-01-02T00:00:00Z", "end": "2030-01-02T00:00:00Z"},
            "start 2030-01-02T00:00:00Z needs to be before end 2030-01-02T00:00:00Z: nothing would run",
        ),
        (
            {"schedule": "at(2030-01-31T12:00:00)", "end": "2031-01-02T00:00:00Z"},
            "start and end say nothing of at\\(2030-01-31T12:00:00\\), which runs once",
        ),
        ({"after_completion": "delete"}, "after_completion: delete needs an end for cron\\(0 3 \\* \\* \\? \\*\\)"),
        ({"input": {"a": "<aws.scheduler.now>"}}, "input has <aws.scheduler.now>, which Scheduler does not fill in"),
    ],
)
def test_what_scheduler_would_refuse_or_ignore_is_refused_before(config: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ScheduleTriggerConfig(**{"kind": "schedule", "schedule": "cron(0 3 * * ? *)", **config})


def test_a_moment_in_its_zone_may_be_deleted_when_it_is_over() -> None:
    config = ScheduleTriggerConfig(kind="schedule", schedule="at(2030-01-31T12:00:00)", after_completion="delete")

    assert config.expression.runs_once


def test_the_example_event_is_schedulers_notification_or_the_filled_input() -> None:
    plain = ScheduleTriggerConfig(kind="schedule", schedule="rate(1 day)")
    told = ScheduleTriggerConfig(
        kind="schedule", schedule="rate(1 day)", input={"time": "<aws.scheduler.scheduled-time>", "n": 1}
    )

    assert differences(plain.example_event(), "scheduler_default.json") == []
    assert told.example_event() == {"time": "2030-01-01T12:00:00Z", "n": 1}
