"""One try to bring an event to a target."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.eventing.target_attempt import TargetAttempt
from emulator.eventing.target_delivery import RETRYABLE, TargetDelivery
from emulator.journal import Outcome
from emulator.tally import Edge
from tests.emulator.stage import QUIET, Stage

RULE = "arn:aws:events:eu-west-1:111111111111:rule/strong"
EDGE = Edge("alerts.announcements", "feeds.assess")


def delivery(account: Account, arn: str, **target: Any) -> TargetDelivery:
    account.tally.sent(EDGE, "e1")
    event = {"id": "e1", "detail-type": "Strong Quake", "detail": {}}
    return TargetDelivery(
        event=event,
        rule_arn=RULE,
        target={"Id": "1", "Arn": arn, **target},
        edge=EDGE,
        event_id="e1",
        began=START,
        due=START,
    )


@pytest.fixture
def function(stage: Stage) -> str:
    arn = stage.functions.make(QUIET, name="assess")
    stage.let("events.amazonaws.com", arn, RULE)
    return arn


def test_a_function_takes_the_event_over(account: Account, function: str) -> None:
    assert not TargetAttempt(account, delivery(account, function)).make()

    assert account.journal.hops == []
    account.settle()
    assert [hop.outcome for hop in account.journal.hops] == [Outcome.DELIVERED]


@pytest.mark.parametrize("code", sorted(RETRYABLE))
def test_after_an_error_that_passes_there_is_another_try(account: Account, function: str, code: str) -> None:
    event = delivery(account, function)

    assert TargetAttempt(account, event).make(fault=code)

    assert event.due > START
    (hop,) = account.journal.hops
    assert (hop.outcome, hop.attempt, hop.cause) == (Outcome.FAILED, 1, f"{code}: the target answered {code}")


@pytest.mark.parametrize("code", ["NO_PERMISSIONS", "NO_RESOURCE", "INVALID_PARAMETER", "UNKNOWN"])
def test_after_any_other_error_there_is_none(account: Account, function: str, code: str) -> None:
    assert not TargetAttempt(account, delivery(account, function)).make(fault=code)

    assert [hop.outcome for hop in account.journal.hops] == [Outcome.FAILED, Outcome.LOST]


def test_the_last_try_allowed_is_the_last(account: Account, function: str) -> None:
    event = delivery(account, function, RetryPolicy={"MaximumRetryAttempts": 1})

    assert TargetAttempt(account, event).make(fault="THROTTLING")
    assert not TargetAttempt(account, event).make(fault="THROTTLING")

    assert [(hop.outcome, hop.attempt, hop.attempts_allowed) for hop in account.journal.hops] == [
        (Outcome.FAILED, 1, 2),
        (Outcome.FAILED, 2, 2),
        (Outcome.LOST, 2, 2),
    ]


def test_who_was_denied_is_told_by_the_rule(account: Account, stage: Stage) -> None:
    arn = stage.functions.make(QUIET, name="assess")
    account.names.give(RULE, "alerts.assess-on-announcements")

    assert not TargetAttempt(account, delivery(account, arn)).make()

    (denial,) = account.journal.denials
    assert denial.caller == "alerts.assess-on-announcements"
