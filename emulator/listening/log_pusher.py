"""CloudWatch Logs as it stands before a function: the service, at work for one log group of one account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.eventing.service_push import Pusher

if TYPE_CHECKING:
    from emulator.account import Account

PRINCIPAL = "logs.amazonaws.com"


def log_pusher(account: Account, log_group_arn: str, function_arn: str) -> Pusher:
    """Who wakes the function for a log group. A permission may name the service with its region too, as the guide did
    for years ("Subscription filters with AWS Lambda")."""
    # The condition keys of that guide's permission; its ARN of a log group means all streams.
    pushers = [
        Pusher(principal, f"{log_group_arn}:*", account.names.of(log_group_arn), source_account=account.account_id)
        for principal in (PRINCIPAL, f"logs.{account.region}.amazonaws.com")
    ]
    return next((pusher for pusher in pushers if _may_invoke(account, pusher, function_arn)), pushers[0])


def _may_invoke(account: Account, pusher: Pusher, function_arn: str) -> bool:
    return account.rights.of_service(pusher.principal, "lambda:InvokeFunction", function_arn, pusher.context).allowed
