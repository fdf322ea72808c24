"""A batch of log lines by hand goes through a subscription filter: its pattern, and the right of the log group."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import pytest

from components.triggers.log_subscription import LogSubscriptionTriggerConfig
from emulator.journal import Outcome
from emulator.waking.waking import Waking
from tests.emulator.by_hand import faults, left_out, ready, send
from tests.emulator.log_groups import FUNCTION_ARN, GROUP_ARN, LogGroups
from tests.emulator.stage import QUIET, Stage

LOG = "feeds.split-logs"


def event(pattern: str = "ERROR") -> Any:
    return LogSubscriptionTriggerConfig(kind="log_subscription", logs_of="split", pattern=pattern).example_event()


def waking(log_groups: LogGroups, pattern: str = "ERROR") -> Waking:
    log_groups.hearing_function(QUIET, pattern)
    things = {"warn": ("function", FUNCTION_ARN), "split_logs": ("log_group", GROUP_ARN)}
    return ready(log_groups.account, "push", "logs.amazonaws.com", waker=LOG, woken="feeds.warn", **things)


def test_the_function_receives_the_batch(stage: Stage, log_groups: LogGroups) -> None:
    send(waking(log_groups), event())

    assert stage.payloads() == [event()]
    assert [hop.what for hop in stage.invocations()] == ["1 log line"]
    assert stage.counts(LOG, "feeds.warn") == (1, 1, 0, 0)


def test_a_batch_of_which_the_filter_wants_no_line_is_filtered_with_the_reason(
    stage: Stage, log_groups: LogGroups
) -> None:
    send(waking(log_groups, "WARN"), event())

    [hop] = stage.hops(Outcome.FILTERED)
    assert hop.cause == f"{LOG} is heard for 'WARN', and no line is so"
    assert stage.invocations() == []
    assert stage.counts(LOG, "feeds.warn") == (1, 0, 0, 1)


def test_without_the_right_the_batch_is_lost_and_the_denial_is_told(stage: Stage, log_groups: LogGroups) -> None:
    by_hand = waking(log_groups)
    stage.account.client("lambda").remove_permission(FunctionName=FUNCTION_ARN, StatementId="logs")

    send(by_hand, event())

    [denial] = stage.account.journal.denials
    assert (denial.principal, denial.action, denial.caller) == ("logs.amazonaws.com", "lambda:InvokeFunction", LOG)
    [hop] = stage.hops(Outcome.DENIED)
    assert str(hop.cause).endswith("; CloudWatch Logs does not try again, and the log lines are lost")
    assert stage.counts(LOG, "feeds.warn") == (1, 0, 0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"awslogs": {"data": "no base64"}},
        {"awslogs": {"data": base64.b64encode(b"not compressed").decode()}},
        {"awslogs": {"data": base64.b64encode(gzip.compress(b"{}", mtime=0)).decode()}},
        {"awslogs": {"data": 5}},
    ],
)
def test_a_batch_needs_to_be_one(log_groups: LogGroups, wrong: Any) -> None:
    by_hand = waking(log_groups)

    assert [path for path, _ in faults(by_hand, wrong)] == ["awslogs.data"]
    assert faults(by_hand, event()) == []


def test_what_is_left_out_is_told(log_groups: LogGroups) -> None:
    assert left_out(waking(log_groups), event()) == [f"nothing is written into {LOG}, and nobody else hears it"]
