"""One try to hand a run over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.journal import Outcome
from emulator.scheduling.run_attempt import RunAttempt
from emulator.scheduling.scheduled_run import RETRYABLE, ScheduledRun
from emulator.tally import Edge
from tests.emulator.functions import NOBODY_TRUST, allow, document
from tests.emulator.schedules import FUNCTION_ARN, GROUP, ROLE_ARN, SCHEDULE_ARN, Schedules
from tests.emulator.stage import QUIET, queue_arn

EDGE = Edge("operations.sweep-on-schedule", "feeds.sweep")


@pytest.fixture
def run(account: Account, schedules: Schedules) -> ScheduledRun:
    schedules.functions.make(QUIET, name="sweep")
    schedules.role()
    account.client("sqs").create_queue(QueueName="dead")
    account.tally.sent(EDGE, "run 1")
    return ScheduledRun(
        target={"Arn": FUNCTION_ARN, "RoleArn": ROLE_ARN, "DeadLetterConfig": {"Arn": queue_arn("dead")}},
        edge=EDGE,
        event_id="run 1",
        began=START,
        due=START,
        schedule_arn=SCHEDULE_ARN,
        group_name=GROUP,
        scheduled=START,
    )


def lands(account: Account, run: ScheduledRun, fault: str | None = None) -> Any:
    """The error code of the dead letter that a last try leaves."""
    assert not RunAttempt(account, run).make(fault)
    (message,) = account.storage.backend("sqs").queues["dead"]._messages
    return message.message_attributes["ERROR_CODE"]["StringValue"]


def test_a_function_takes_the_run_over(account: Account, run: ScheduledRun) -> None:
    assert not RunAttempt(account, run).make()

    assert account.journal.hops == []
    account.settle()
    assert [(hop.outcome, hop.what) for hop in account.journal.hops] == [
        (Outcome.DELIVERED, "run of 2030-01-01T12:00:00Z")
    ]


@pytest.mark.parametrize("code", sorted(RETRYABLE))
def test_after_an_error_that_passes_there_is_another_try(account: Account, run: ScheduledRun, code: str) -> None:
    assert RunAttempt(account, run).make(fault=code)

    assert START < run.due <= START + timedelta(seconds=1)
    (hop,) = account.journal.hops
    assert (hop.outcome, hop.attempt, hop.attempts_allowed) == (Outcome.FAILED, 1, 186)
    assert hop.cause == f"{code}: Lambda answered {code}"


def test_after_any_other_error_there_is_none(account: Account, run: ScheduledRun) -> None:
    assert lands(account, run, "InvalidRequestContentException") == "InvalidRequestContentException"
    assert [hop.outcome for hop in account.journal.hops] == [Outcome.FAILED, Outcome.DEAD]
    assert account.tally.open() == []


def test_the_right_may_be_the_functions_own_policy_too(account: Account, run: ScheduledRun) -> None:
    iam = account.client("iam")
    iam.put_role_policy(
        RoleName="sweep-schedule-role",
        PolicyName="sweep-may-invoke",
        PolicyDocument=document(allow("sqs:SendMessage", queue_arn("dead"))),
    )
    account.client("lambda").add_permission(
        FunctionName="sweep", StatementId="role", Action="lambda:InvokeFunction", Principal=ROLE_ARN
    )

    assert not RunAttempt(account, run).make()
    account.settle()
    assert [hop.outcome for hop in account.journal.hops] == [Outcome.DELIVERED]


def test_a_role_that_trusts_scheduler_no_more_is_told(account: Account, run: ScheduledRun) -> None:
    account.client("iam").update_assume_role_policy(
        RoleName="sweep-schedule-role", PolicyDocument=document(NOBODY_TRUST)
    )

    assert not RunAttempt(account, run).make()

    denials = account.journal.denials
    assert {(denial.principal, denial.action, denial.resource) for denial in denials} == {
        ("scheduler.amazonaws.com", "sts:AssumeRole", ROLE_ARN)
    }
    assert [hop.outcome for hop in account.journal.hops] == [Outcome.DENIED, Outcome.LOST]
    assert account.storage.backend("sqs").queues["dead"]._messages == []


def test_a_dead_letter_queue_that_is_gone_is_told(account: Account, run: ScheduledRun) -> None:
    account.client("sqs").delete_queue(QueueUrl="dead")

    assert not RunAttempt(account, run).make("InvalidRequestContentException")

    lost = account.journal.hops[-1]
    assert lost.outcome is Outcome.LOST
    assert lost.cause is not None
    assert "; and its dead-letter queue: The specified queue does not exist" in lost.cause
