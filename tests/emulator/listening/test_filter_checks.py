"""CloudWatch Logs refuses what AWS refuses, whoever asks."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.logs.models import SubscriptionFilter
from moto.logs.responses import LogsResponse

from emulator.account import Account
from emulator.listening.filter_checks import REFUSED
from tests.emulator.contracts import parameters
from tests.emulator.log_groups import FUNCTION_ARN, GROUP, LogGroups
from tests.emulator.stage import QUIET, queue_arn


def test_moto_still_takes_what_we_take() -> None:
    assert parameters(LogsResponse.put_subscription_filter) == ["self"]
    assert parameters(SubscriptionFilter.update) == ["self", "filter_pattern", "destination_arn", "role_arn"]


def refusal(log_groups: LogGroups, **asked: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as raised:
        log_groups.listen(FUNCTION_ARN, **asked)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


def filters(account: Account) -> dict[str, str]:
    told = account.client("logs").describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"]
    return {each["filterName"]: each["filterPattern"] for each in told}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"pattern": "foo-bar"},
            "Invalid filter pattern: needs a term of A-Z a-z 0-9 _, or any text in double quotes, ",
        ),
        ({"pattern": "{ $.a"}, "Invalid filter pattern: needs one of = != < > <= >= after $.a, "),
        ({"destinationArn": queue_arn("q")}, f"destination {queue_arn('q')} is not emulated: only functions are"),
        (
            {"roleArn": "arn:aws:iam::111111111111:role/any"},
            "destinationArn for vendor lambda cannot be used with roleArn",
        ),
        ({"applyOnTransformedLogs": True}, "applyOnTransformedLogs is not emulated"),
        ({"emitSystemFields": ["@aws.account"]}, "emitSystemFields is not emulated"),
    ],
)
def test_what_cannot_be_a_filter_is_refused(
    account: Account, log_groups: LogGroups, asked: dict[str, Any], told: str
) -> None:
    log_groups.hearing_function()

    code, message = refusal(log_groups, name="other", **asked)

    assert code == "InvalidParameterException"
    assert message.startswith(told)
    assert filters(account) == {"errors": "ERROR"}


def test_a_function_that_does_not_let_the_log_group_in_is_tested_and_refused(
    account: Account, log_groups: LogGroups
) -> None:
    log_groups.group()
    log_groups.functions.make(QUIET, name="warn")

    assert refusal(log_groups) == ("InvalidParameterException", REFUSED)
    assert filters(account) == {}
    # That is no denial of the account: nothing happened.
    assert account.journal.denials == []


def test_a_function_that_is_not_there_is_refused_in_the_same_words(log_groups: LogGroups) -> None:
    log_groups.group()

    assert refusal(log_groups) == ("InvalidParameterException", REFUSED)


def test_a_log_group_that_is_not_there_is_not_found(log_groups: LogGroups) -> None:
    assert refusal(log_groups) == ("ResourceNotFoundException", "The specified log group does not exist.")


def test_a_group_takes_two_filters_and_each_may_be_put_again(account: Account, log_groups: LogGroups) -> None:
    arn = log_groups.hearing_function()
    log_groups.listen(arn, name="second")

    log_groups.listen(arn, "WARN", name="second")

    assert refusal(log_groups, name="third")[0] == "LimitExceededException"
    assert filters(account) == {"errors": "ERROR", "second": "WARN"}
