"""CloudWatch Logs comes as its service, for one log group of one account."""

from __future__ import annotations

import pytest

from emulator.account import Account
from emulator.listening.log_pusher import log_pusher
from tests.emulator.log_groups import FUNCTION_ARN, GROUP_ARN, LOG, LogGroups
from tests.emulator.stage import QUIET


@pytest.mark.parametrize(
    ("let_in", "comes_as"),
    [
        (None, "logs.amazonaws.com"),
        ("logs.amazonaws.com", "logs.amazonaws.com"),
        ("logs.eu-west-1.amazonaws.com", "logs.eu-west-1.amazonaws.com"),
        ("logs.eu-central-1.amazonaws.com", "logs.amazonaws.com"),
    ],
)
def test_it_comes_by_the_name_that_is_let_in(
    account: Account, log_groups: LogGroups, let_in: str | None, comes_as: str
) -> None:
    log_groups.group()
    log_groups.functions.make(QUIET, name="warn")
    if let_in is not None:
        log_groups.let(FUNCTION_ARN, principal=let_in)

    pusher = log_pusher(account, GROUP_ARN, FUNCTION_ARN)

    assert (pusher.principal, pusher.caller) == (comes_as, LOG)
    assert pusher.context == {"aws:SourceArn": f"{GROUP_ARN}:*", "aws:SourceAccount": "111111111111"}
