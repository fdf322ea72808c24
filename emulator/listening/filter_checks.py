"""What a subscription filter may be: as CloudWatch Logs refuses it, and what is not emulated, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn
from unittest.mock import patch

from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse

from components.log_pattern import InvalidLogPattern, LogPattern
from emulator.listening.log_pusher import log_pusher

if TYPE_CHECKING:
    from emulator.account import Account

_NOT_EMULATED = ("applyOnTransformedLogs", "emitSystemFields")

REFUSED = (
    "Could not execute the lambda function. "
    "Make sure you have given CloudWatch Logs permission to execute your function."
)
"""What CloudWatch Logs answers where its test of the function fails."""


@contextmanager
def checked(account: Account) -> Iterator[None]:
    """Inside, `PutSubscriptionFilter` refuses what CloudWatch Logs refuses beside what moto does."""
    put = LogsResponse.put_subscription_filter
    with patch.object(LogsResponse, "put_subscription_filter", _checking(account, put)):
        yield


def _checking(account: Account, put: Callable[[LogsResponse], str]) -> Callable[[LogsResponse], str]:
    def checking(response: LogsResponse) -> str:
        group: LogGroup | None = response.logs_backend.groups.get(response._get_param("logGroupName"))
        if group is None:
            return put(response)  # Which refuses it.
        _check_pattern(response._get_param("filterPattern"))
        for name in _NOT_EMULATED:
            if response._get_param(name):
                _refuse(f"{name} is not emulated")
        destination = response._get_param("destinationArn")
        _check_destination(account, group, destination, response._get_param("roleArn"))
        known = group.subscription_filters.get(response._get_param("filterName"))
        if known is None:
            return put(response)
        # Moto counts a filter twice that is put again.
        known.update(response._get_param("filterPattern"), destination, role_arn="")
        return ""

    return checking


def _check_pattern(text: str) -> None:
    try:
        LogPattern.parse(text)
    except InvalidLogPattern as invalid:
        _refuse(f"Invalid filter pattern: {invalid}")


def _check_destination(account: Account, group: LogGroup, destination_arn: str, role_arn: str | None) -> None:
    service = (destination_arn.split(":") + [""] * 3)[2]
    if service != "lambda":
        _refuse(f"destination {destination_arn} is not emulated: only functions are")
    if role_arn:
        _refuse("destinationArn for vendor lambda cannot be used with roleArn")
    pusher = log_pusher(account, group.arn, destination_arn)
    decision = account.rights.of_service(pusher.principal, "lambda:InvokeFunction", destination_arn, pusher.context)
    if not decision.allowed:
        _refuse(REFUSED)


def _refuse(reason: str) -> NoReturn:
    raise InvalidParameterException(reason)
