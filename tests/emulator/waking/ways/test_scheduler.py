"""A run by hand begins now, by the schedule's own role, and lands where the schedule's runs land."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.clock import START
from emulator.journal import Outcome
from emulator.waking.waking import Waking
from emulator.waking.way import way_of
from tests.emulator.by_hand import faults, left_out, ready, send
from tests.emulator.functions import NOBODY_TRUST, document
from tests.emulator.schedules import FUNCTION_ARN, SCHEDULE_ARN, Schedules
from tests.emulator.stage import Stage, queue_arn


def waking(schedules: Schedules, **more: Any) -> Waking:
    function = schedules.woken_function("rate(1 hour)", **more)
    things = {"sweep": ("function", function), "sweep_on_schedule": ("schedule", SCHEDULE_ARN)}
    name = "feeds.sweep-on-schedule"
    return ready(
        schedules.account, "assume", "scheduler.amazonaws.com", waker=name, woken="feeds.sweep", name=name, **things
    )


@pytest.mark.parametrize("event", [{"hour": 12}, "text", [1, None]])
def test_the_function_receives_the_event_in_the_place_of_the_input(
    schedules: Schedules, stage: Stage, event: Any
) -> None:
    send(waking(schedules, target={"Input": '{"hour": "<aws.scheduler.scheduled-time>"}'}), event)

    assert stage.payloads() == [event]
    assert [hop.at for hop in stage.invocations()] == [START]
    assert stage.counts("feeds.sweep-on-schedule", "feeds.sweep") == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("policy", "principal", "action", "resource"),
    [
        ("right", "arn:aws:sts::111111111111:assumed-role/sweep-schedule-role/", "lambda:InvokeFunction", FUNCTION_ARN),
        ("trust", "scheduler.amazonaws.com", "sts:AssumeRole", "arn:aws:iam::111111111111:role/sweep-schedule-role"),
    ],
)
def test_without_the_role_nobody_is_woken(
    schedules: Schedules, stage: Stage, policy: str, principal: str, action: str, resource: str
) -> None:
    stage.queue("dead")
    by_hand = waking(schedules, target={"DeadLetterConfig": {"Arn": queue_arn("dead")}})
    iam = schedules.account.client("iam")
    if policy == "right":
        iam.delete_role_policy(RoleName="sweep-schedule-role", PolicyName="sweep-may-invoke")
    else:
        iam.update_assume_role_policy(RoleName="sweep-schedule-role", PolicyDocument=document(NOBODY_TRUST))

    send(by_hand, {})

    denial = stage.account.journal.denials[0]
    assert denial.principal.startswith(principal)
    assert (denial.action, denial.resource) == (action, resource)
    assert stage.invocations() == []


def test_what_cannot_be_handed_over_lands_in_the_dead_letters_of_the_schedule(
    schedules: Schedules, stage: Stage
) -> None:
    stage.queue("dead")
    by_hand = waking(schedules, target={"DeadLetterConfig": {"Arn": queue_arn("dead")}})
    schedules.account.client("lambda").delete_function(FunctionName="sweep")

    send(by_hand, {"hour": 12})

    assert stage.bodies("dead") == ['{"hour": 12}']
    assert stage.counts("feeds.sweep-on-schedule", "feeds.sweep") == (1, 0, 1, 0)


def test_a_schedule_that_is_switched_off_hands_nothing_over(schedules: Schedules, stage: Stage) -> None:
    send(waking(schedules, State="DISABLED"), {})

    assert [hop.cause for hop in stage.hops(Outcome.FILTERED)] == ["the schedule is switched off"]
    assert stage.invocations() == []


def test_the_schedule_of_the_example_is_the_one_that_is_sent_by(schedules: Schedules) -> None:
    by_hand = waking(schedules)

    made_up = way_of(by_hand.line, by_hand.book)(by_hand).made_up

    example = "arn:aws:scheduler:eu-west-1:111111111111:schedule/example/nightly"
    assert dict(made_up) == {example: SCHEDULE_ARN}
    assert faults(by_hand, 5) == []
    assert left_out(by_hand, 5) == ["the run begins now: when the schedule would have begun one is not looked at"]
