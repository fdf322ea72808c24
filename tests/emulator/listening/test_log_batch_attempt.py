"""A try to hand a batch over: it is Lambda's, comes again, or is lost; the whole way is in the delivery's tests."""

from __future__ import annotations

from datetime import timedelta

from emulator.account import Account
from emulator.clock import START
from emulator.journal import Outcome
from emulator.listening.log_batch import LogBatch
from emulator.listening.log_batch_attempt import LogBatchAttempt
from emulator.tally import Edge
from tests.emulator.log_groups import FUNCTION_ARN, GROUP_ARN, LOG, LogGroups


def batch(account: Account) -> LogBatch:
    edge = Edge(LOG, "feeds.warn")
    account.tally.sent(edge, "batch 1")
    return LogBatch(
        event={"awslogs": {"data": ""}},
        messages=("ERROR",),
        log_group_arn=GROUP_ARN,
        log_stream="one",
        filter_name="errors",
        function_arn=FUNCTION_ARN,
        edge=edge,
        event_id="batch 1",
        began=START,
        due=START,
    )


def test_what_lambda_takes_is_lambdas(account: Account, log_groups: LogGroups) -> None:
    log_groups.hearing_function()
    attempt = LogBatchAttempt(account, batch(account))

    assert not attempt.make()
    assert not attempt.refused
    assert account.journal.hops == []
    assert account.deliveries["asynchronous"].next_due() == START


def test_an_error_of_the_servers_side_is_told_and_comes_again(account: Account, log_groups: LogGroups) -> None:
    log_groups.hearing_function()
    waiting = batch(account)
    attempt = LogBatchAttempt(account, waiting)

    assert attempt.make("ServiceException")
    assert not attempt.refused
    (hop,) = account.journal.hops
    assert (hop.outcome, hop.cause, hop.attempt) == (Outcome.FAILED, "Lambda answered ServiceException", 1)
    assert waiting.due == START + timedelta(seconds=1)


def test_a_refusal_is_told_with_the_lines_and_comes_no_more(account: Account, log_groups: LogGroups) -> None:
    log_groups.group()
    attempt = LogBatchAttempt(account, batch(account))

    assert not attempt.make()
    assert attempt.refused
    (hop,) = account.journal.hops
    assert (hop.outcome, hop.details["messages"]) == (Outcome.LOST, ("ERROR",))
    assert hop.cause == "there is no function warn; CloudWatch Logs does not try again, and the log lines are lost"


def test_what_is_skipped_is_told_and_not_tried(account: Account, log_groups: LogGroups) -> None:
    log_groups.hearing_function()
    attempt = LogBatchAttempt(account, batch(account))

    attempt.skip("the filter is off")

    assert [(hop.outcome, hop.cause) for hop in account.journal.hops] == [(Outcome.LOST, "the filter is off")]
    assert account.deliveries["asynchronous"].next_due() is None
