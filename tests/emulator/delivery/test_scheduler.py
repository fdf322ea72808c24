"""Schedules run in the time that passes, each run reaches its function by its role, or lands where it should."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.journal import Outcome
from tests.emulator.functions import allow
from tests.emulator.schedules import FUNCTION_ARN, GROUP, ROLE_ARN, SCHEDULE, SCHEDULE_ARN, Schedules
from tests.emulator.shapes import differences
from tests.emulator.stage import FAILING, Stage, queue_arn

HOUR, DAY = 3_600, 86_400
DEAD = {"DeadLetterConfig": {"Arn": queue_arn("dead")}}
TIMES = {"Input": '{"at": "<aws.scheduler.scheduled-time>"}'}


def times(stage: Stage) -> list[str]:
    """When runs were to be, as the function was told, in order."""
    return [payload["at"] for payload in stage.payloads()]


def moments(stage: Stage) -> list[str]:
    """When the function ran."""
    return [hop.at.strftime("%m-%d %H:%M:%S") for hop in stage.invocations()]


def dead_letters(account: Account) -> list[tuple[Any, dict[str, str]]]:
    messages = account.storage.backend("sqs").queues["dead"]._messages
    return [
        (json.loads(message.body), {key: value["StringValue"] for key, value in message.message_attributes.items()})
        for message in messages
    ]


def test_a_schedule_wakes_its_function_with_a_notification(
    account: Account, stage: Stage, schedules: Schedules
) -> None:
    schedules.woken_function("cron(30 12 * * ? *)")

    account.let_pass(HOUR)

    (event,) = stage.payloads()
    assert differences(event, "scheduler_default.json") == []
    assert event == {
        "version": "0",
        "id": event["id"],
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": "111111111111",
        "time": "2030-01-01T12:30:00Z",
        "region": "eu-west-1",
        "resources": [SCHEDULE_ARN],
        "detail": "{}",
    }
    assert moments(stage) == ["01-01 12:30:00"]
    assert stage.counts(SCHEDULE, "feeds.sweep") == (1, 1, 0, 0)


def test_settling_waits_for_no_run(account: Account, stage: Stage, schedules: Schedules) -> None:
    schedules.woken_function("rate(1 minute)")

    account.settle()

    assert (account.clock.now, stage.invocations()) == (START, [])


def test_what_time_set_off_settles_while_the_schedule_goes_on(
    account: Account, stage: Stage, schedules: Schedules
) -> None:
    schedules.woken_function("rate(1 minute)", source=FAILING)

    account.let_pass(60)
    account.settle()

    # Two runs with three attempts each; none of those that came due while they were tried again.
    assert len(stage.invocations()) == 6
    assert account.clock.now == START + timedelta(minutes=4)
    assert [row.sent for row in account.tally.rows()] == [2]


def test_a_rate_runs_at_once_and_then_at_its_distance(account: Account, stage: Stage, schedules: Schedules) -> None:
    schedules.woken_function("rate(6 hours)")

    account.let_pass(DAY)

    assert moments(stage) == [
        "01-01 12:00:00",
        "01-01 18:00:00",
        "01-02 00:00:00",
        "01-02 06:00:00",
        "01-02 12:00:00",
    ]
    assert account.clock.now == START + timedelta(days=1)


def test_time_that_passes_bit_by_bit_is_the_same_time(account: Account, stage: Stage, schedules: Schedules) -> None:
    schedules.woken_function("rate(1 hour)", target=TIMES)

    for _ in range(6):
        account.let_pass(HOUR / 2)

    assert times(stage) == [
        "2030-01-01T12:00:00Z",
        "2030-01-01T13:00:00Z",
        "2030-01-01T14:00:00Z",
        "2030-01-01T15:00:00Z",
    ]


def test_a_run_that_came_due_while_others_settled_comes_late_and_not_never(
    account: Account, stage: Stage, schedules: Schedules
) -> None:
    schedules.woken_function("rate(1 minute)", source=FAILING, target=TIMES)
    account.let_pass(0)
    account.settle()
    assert account.clock.now == START + timedelta(minutes=3)

    account.let_pass(0)

    assert times(stage)[3:] == ["2030-01-01T12:01:00Z", "2030-01-01T12:02:00Z", "2030-01-01T12:03:00Z"]


def test_a_cron_does_not_run_in_the_minute_in_which_it_is_made(
    account: Account, stage: Stage, schedules: Schedules
) -> None:
    schedules.woken_function("cron(0 12 * * ? *)")

    account.let_pass(DAY)

    assert moments(stage) == ["01-02 12:00:00"]


def test_a_schedule_goes_by_the_clocks_of_its_zone_over_their_change(
    account: Account, stage: Stage, schedules: Schedules
) -> None:
    account.clock.advance_to(datetime(2030, 3, 29, 12, 0, tzinfo=UTC))
    schedules.woken_function("cron(30 2 * * ? *)", ScheduleExpressionTimezone="Europe/Berlin")

    account.let_pass(4 * DAY)

    # On 31 March 2030 there is no half past two, and from then on it is two hours ahead of UTC.
    assert moments(stage) == ["03-30 01:30:00", "04-01 00:30:00", "04-02 00:30:00"]


def test_a_time_that_comes_twice_runs_once(account: Account, stage: Stage, schedules: Schedules) -> None:
    account.clock.advance_to(datetime(2030, 10, 26, 12, 0, tzinfo=UTC))
    schedules.woken_function("cron(30 2 * * ? *)", ScheduleExpressionTimezone="Europe/Berlin")

    account.let_pass(2 * DAY)

    assert moments(stage) == ["10-27 00:30:00", "10-28 01:30:00"]


def test_a_moment_runs_once(account: Account, stage: Stage, schedules: Schedules) -> None:
    schedules.woken_function("at(2030-01-01T15:00:30)", ScheduleExpressionTimezone="Europe/Berlin")

    account.let_pass(DAY)

    assert moments(stage) == ["01-01 14:00:30"]
    assert account.client("scheduler").get_schedule(GroupName=GROUP, Name="sweep")["State"] == "ENABLED"


def test_runs_keep_between_start_and_end(account: Account, stage: Stage, schedules: Schedules) -> None:
    schedules.woken_function(
        "rate(1 hour)",
        StartDate=START + timedelta(minutes=90),
        EndDate=START + timedelta(minutes=210),
    )

    account.let_pass(DAY)

    assert moments(stage) == ["01-01 13:30:00", "01-01 14:30:00", "01-01 15:30:00"]


def test_a_schedule_that_is_switched_off_does_not_run(account: Account, stage: Stage, schedules: Schedules) -> None:
    schedules.woken_function("rate(1 hour)", State="DISABLED")
    account.let_pass(90 * 60)

    account.client("scheduler").update_schedule(**schedules.asked("rate(1 hour)", State="ENABLED"))
    account.let_pass(HOUR)

    assert moments(stage) == ["01-01 13:30:00", "01-01 14:30:00"]


def test_a_change_of_what_it_tells_leaves_its_times_alone(account: Account, stage: Stage, schedules: Schedules) -> None:
    schedules.woken_function("rate(1 hour)")
    account.let_pass(90 * 60)

    account.client("scheduler").update_schedule(**schedules.asked("rate(1 hour)", target=TIMES))
    account.let_pass(HOUR)

    assert moments(stage) == ["01-01 12:00:00", "01-01 13:00:00", "01-01 14:00:00"]
    assert stage.payloads()[-1] == {"at": "2030-01-01T14:00:00Z"}


def test_a_schedule_that_is_deleted_runs_no_more(account: Account, stage: Stage, schedules: Schedules) -> None:
    schedules.woken_function("rate(1 hour)")
    account.let_pass(60)

    account.client("scheduler").delete_schedule(GroupName=GROUP, Name="sweep")
    account.let_pass(DAY)

    assert moments(stage) == ["01-01 12:00:00"]


@pytest.mark.parametrize("minutes", [1, 15, 1_440])
def test_a_flexible_window_delays_a_run_and_always_as_much(
    account: Account, stage: Stage, schedules: Schedules, minutes: int
) -> None:
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes}
    schedules.woken_function("at(2030-01-01T13:00:00)", FlexibleTimeWindow=window, target=TIMES)

    account.let_pass(HOUR)
    account.settle()

    (hop,) = stage.invocations()
    begun = START + timedelta(hours=1)
    assert begun <= hop.at < begun + timedelta(minutes=minutes)
    assert hop.at.strftime("%d %H:%M:%S") == {1: "01 13:00:41", 15: "01 13:12:41", 1_440: "02 03:27:41"}[minutes]
    assert times(stage) == ["2030-01-01T13:00:00Z"]


def test_all_schedules_and_all_else_happen_in_the_order_of_time(
    account: Account, stage: Stage, schedules: Schedules
) -> None:
    schedules.woken_function("rate(2 minutes)", source=FAILING, target=TIMES)
    schedules.make("cron(1/2 * * * ? *)", Name="other", target={"Input": '{"at": "other"}'})

    account.let_pass(150)

    told = [(hop.at - START, hop.details["payload"]["at"][-9:], hop.attempt) for hop in stage.invocations()]
    assert told == [
        (timedelta(minutes=0), "12:00:00Z", 1),
        (timedelta(minutes=1), "12:00:00Z", 2),
        (timedelta(minutes=1), "other", 1),
        (timedelta(minutes=2), "other", 2),
        (timedelta(minutes=2), "12:02:00Z", 1),
    ]


# What is handed over.


def test_the_function_receives_the_input_with_what_scheduler_fills_in(
    account: Account, stage: Stage, schedules: Schedules
) -> None:
    given = {
        "arn": "<aws.scheduler.schedule-arn>",
        "at": "<aws.scheduler.scheduled-time>",
        "id": "<aws.scheduler.execution-id>",
        "try": "<aws.scheduler.attempt-number>",
        "left": [1, None],
    }
    schedules.woken_function("at(2030-01-01T13:00:00)", target={"Input": json.dumps(given)})
    account.deliveries["scheduler"].refuse(FUNCTION_ARN, "TooManyRequestsException", 1)  # type: ignore[attr-defined]

    account.let_pass(DAY)

    (event,) = stage.payloads()
    assert event == {
        "arn": SCHEDULE_ARN,
        "at": "2030-01-01T13:00:00Z",
        "id": event["id"],
        "try": "2",
        "left": [1, None],
    }
    assert len(event["id"]) == 16


def test_each_run_is_a_chain_of_its_own(account: Account, stage: Stage, schedules: Schedules) -> None:
    schedules.woken_function("rate(1 hour)")

    account.let_pass(HOUR)

    assert [hop.chain for hop in stage.invocations()] == ["c1", "c2"]


# When it fails.


def test_a_function_that_fails_is_lambdas_to_try_again(account: Account, stage: Stage, schedules: Schedules) -> None:
    stage.queue("dead")
    schedules.woken_function("at(2030-01-01T13:00:00)", source=FAILING, target=DEAD)

    account.let_pass(DAY)

    assert moments(stage) == ["01-01 13:00:00", "01-01 13:01:00", "01-01 13:03:00"]
    assert dead_letters(account) == []


def test_lambda_that_cannot_be_reached_is_tried_again_until_it_can(
    account: Account, stage: Stage, schedules: Schedules
) -> None:
    stage.queue("dead")
    schedules.woken_function("at(2030-01-01T13:00:00)", target=DEAD)
    account.deliveries["scheduler"].refuse(FUNCTION_ARN, "ServiceException", 3)  # type: ignore[attr-defined]

    account.let_pass(DAY)

    failed = stage.hops(Outcome.FAILED)
    assert [(hop.attempt, hop.attempts_allowed) for hop in failed] == [(1, 186), (2, 186), (3, 186)]
    (hop,) = stage.invocations()
    # At most 1 + 2 + 4 seconds, and at least half of that.
    assert timedelta(seconds=3.5) <= hop.at - (START + timedelta(hours=1)) <= timedelta(seconds=7)
    assert stage.counts(SCHEDULE, "feeds.sweep") == (1, 1, 0, 0)
    assert dead_letters(account) == []


@pytest.mark.parametrize(
    ("policy", "tries", "condition"),
    [
        ({"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 86_400}, 3, "MaximumRetryAttempts"),
        ({"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}, 1, "MaximumRetryAttempts"),
        ({"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 60}, 8, "MaximumEventAgeInSeconds"),
    ],
)
def test_what_is_given_up_lands_among_the_dead_letters(
    account: Account, stage: Stage, schedules: Schedules, policy: dict[str, int], tries: int, condition: str
) -> None:
    stage.queue("dead")
    told = {"Input": '{"try": "<aws.scheduler.attempt-number>"}'}
    schedules.woken_function("at(2030-01-01T13:00:00)", target={**DEAD, **told, "RetryPolicy": policy})
    account.deliveries["scheduler"].refuse(FUNCTION_ARN, "ServiceException", 500)  # type: ignore[attr-defined]

    account.let_pass(DAY)

    ((body, attributes),) = dead_letters(account)
    assert body == {"try": str(tries)}
    assert attributes == {
        "ERROR_CODE": "ServiceException",
        "ERROR_MESSAGE": "Lambda answered ServiceException",
        "EXECUTION_ID": attributes["EXECUTION_ID"],
        "EXHAUSTED_RETRY_CONDITION": condition,
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": str(tries - 1),
        "SCHEDULED_TIME": "2030-01-01T13:00:00Z",
        "SCHEDULE_ARN": SCHEDULE_ARN,
        "TARGET_ARN": FUNCTION_ARN,
    }
    assert stage.invocations() == []
    assert len(stage.hops(Outcome.FAILED)) == tries
    assert stage.hops(Outcome.FAILED)[-1].at <= START + timedelta(hours=1, seconds=policy["MaximumEventAgeInSeconds"])
    assert stage.counts(SCHEDULE, "feeds.sweep") == (1, 0, 1, 0)


def test_a_dead_letter_has_the_shape_that_others_recorded(account: Account, stage: Stage, schedules: Schedules) -> None:
    stage.queue("dead")
    schedules.woken_function("at(2030-01-01T13:00:00)", target={**DEAD, "RetryPolicy": {"MaximumRetryAttempts": 0}})
    account.deliveries["scheduler"].refuse(FUNCTION_ARN, "ServiceException", 1)  # type: ignore[attr-defined]

    account.let_pass(DAY)

    (message,) = account.client("sqs").receive_message(QueueUrl="dead", MessageAttributeNames=["All"])["Messages"]
    shown = {"Body": message["Body"], "MessageAttributes": message["MessageAttributes"]}
    assert differences(shown, "scheduler_dlq_message.json") == []
    assert differences(json.loads(message["Body"]), "scheduler_default.json") == []


def test_a_run_among_others_that_cannot_be_handed_over_holds_up_none(
    account: Account, stage: Stage, schedules: Schedules
) -> None:
    stage.queue("dead")
    policy = {"RetryPolicy": {"MaximumRetryAttempts": 0}}
    schedules.woken_function("rate(1 hour)", target={**DEAD, **TIMES, **policy})
    account.let_pass(60)
    account.deliveries["scheduler"].refuse(FUNCTION_ARN, "ServiceException", 1)  # type: ignore[attr-defined]

    account.let_pass(3 * HOUR)

    assert times(stage) == ["2030-01-01T12:00:00Z", "2030-01-01T14:00:00Z", "2030-01-01T15:00:00Z"]
    assert [body for body, _ in dead_letters(account)] == [{"at": "2030-01-01T13:00:00Z"}]
    assert stage.counts(SCHEDULE, "feeds.sweep") == (4, 3, 1, 0)
    assert account.tally.open() == []


def test_without_the_right_to_invoke_a_run_lands_at_once(account: Account, stage: Stage, schedules: Schedules) -> None:
    stage.queue("dead")
    schedules.functions.make("def handle(event, context): pass", name="sweep")
    schedules.group()
    schedules.role(allow("sqs:SendMessage", queue_arn("dead")))
    schedules.make("at(2030-01-01T13:00:00)", target=DEAD)

    account.let_pass(DAY)

    ((_, attributes),) = dead_letters(account)
    assert (attributes["ERROR_CODE"], attributes["RETRY_ATTEMPTS"]) == ("AccessDeniedException", "0")
    assert "EXHAUSTED_RETRY_CONDITION" not in attributes
    (denial,) = account.journal.denials
    assert (denial.action, denial.resource, denial.caller) == ("lambda:InvokeFunction", FUNCTION_ARN, SCHEDULE)
    assert denial.principal.startswith("arn:aws:sts::111111111111:assumed-role/sweep-schedule-role/")
    assert [hop.attempt for hop in stage.hops(Outcome.DENIED)] == [1]


def test_a_function_that_is_gone_is_not_tried_again(account: Account, stage: Stage, schedules: Schedules) -> None:
    stage.queue("dead")
    schedules.woken_function("at(2030-01-01T13:00:00)", target=DEAD)
    account.client("lambda").delete_function(FunctionName="sweep")

    account.let_pass(DAY)

    ((_, attributes),) = dead_letters(account)
    assert (attributes["ERROR_CODE"], attributes["RETRY_ATTEMPTS"]) == ("ResourceNotFoundException", "0")


def test_a_role_that_cannot_be_assumed_any_more_sends_no_dead_letter_either(
    account: Account, stage: Stage, schedules: Schedules
) -> None:
    stage.queue("dead")
    schedules.woken_function("at(2030-01-01T13:00:00)", target=DEAD)
    iam = account.client("iam")
    for name in iam.list_role_policies(RoleName="sweep-schedule-role")["PolicyNames"]:
        iam.delete_role_policy(RoleName="sweep-schedule-role", PolicyName=name)
    iam.delete_role(RoleName="sweep-schedule-role")

    account.let_pass(DAY)

    (lost,) = stage.hops(Outcome.LOST)
    assert lost.cause is not None
    assert lost.cause.startswith(f"AccessDeniedException: there is no role {account.names.of(ROLE_ARN)}")
    assert dead_letters(account) == []
    assert [edge.source for edge, _ in account.tally.open()] == [SCHEDULE]


def test_without_the_right_to_send_a_dead_letter_is_lost_and_says_so(
    account: Account, stage: Stage, schedules: Schedules
) -> None:
    stage.queue("dead")
    schedules.functions.make("def handle(event, context): pass", name="sweep")
    schedules.group()
    schedules.role(allow("lambda:GetFunction", FUNCTION_ARN))
    schedules.make("at(2030-01-01T13:00:00)", target=DEAD)

    account.let_pass(DAY)

    (lost,) = stage.hops(Outcome.LOST)
    assert lost.cause is not None
    assert "; and its dead-letter queue: " in lost.cause
    assert [denial.action for denial in account.journal.denials] == ["lambda:InvokeFunction", "sqs:SendMessage"]


def test_without_a_dead_letter_queue_a_run_is_lost(account: Account, stage: Stage, schedules: Schedules) -> None:
    schedules.woken_function("at(2030-01-01T13:00:00)", target={"RetryPolicy": {"MaximumRetryAttempts": 0}})
    account.deliveries["scheduler"].refuse(FUNCTION_ARN, "ServiceException", 1)  # type: ignore[attr-defined]

    account.let_pass(DAY)

    (lost,) = stage.hops(Outcome.LOST)
    assert lost.cause == (
        "ServiceException: Lambda answered ServiceException (MaximumRetryAttempts reached); "
        "the schedule has no dead-letter queue"
    )


# After the last run.


def exists(account: Account) -> bool:
    return bool(account.client("scheduler").list_schedules(GroupName=GROUP)["Schedules"])


def test_a_schedule_may_be_deleted_after_its_only_run(account: Account, stage: Stage, schedules: Schedules) -> None:
    schedules.woken_function("at(2030-01-01T13:00:00)", ActionAfterCompletion="DELETE")

    account.let_pass(HOUR - 1)
    assert exists(account)

    account.let_pass(1)
    assert not exists(account)
    assert len(stage.invocations()) == 1


def test_a_schedule_is_deleted_when_its_last_run_is_through_and_not_before(
    account: Account, stage: Stage, schedules: Schedules
) -> None:
    schedules.woken_function("rate(1 hour)", EndDate=START + timedelta(hours=2), ActionAfterCompletion="DELETE")
    account.let_pass(2 * HOUR - 1)
    account.deliveries["scheduler"].refuse(FUNCTION_ARN, "ServiceException", 1)  # type: ignore[attr-defined]

    account.let_pass(1)
    assert exists(account)

    account.settle()
    assert not exists(account)
    assert len(stage.invocations()) == 3


def test_an_update_says_anew_what_is_to_become_of_it(account: Account, schedules: Schedules) -> None:
    schedules.woken_function("at(2030-01-01T13:00:00)", ActionAfterCompletion="DELETE")

    account.client("scheduler").update_schedule(**schedules.asked("at(2030-01-01T13:00:00)"))
    account.let_pass(DAY)

    assert exists(account)
