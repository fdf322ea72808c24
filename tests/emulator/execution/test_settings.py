"""A function's configuration as the account keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from moto.awslambda.models import LambdaFunction

from emulator.account import Account
from emulator.execution.settings import AsynchronousSettings, kept_whole, read_asynchronous_settings, read_settings
from tests.emulator.functions import Functions, zipped

QUEUE = "arn:aws:sqs:eu-west-1:111111111111:failures"


def kept(account: Account, name: str = "split") -> LambdaFunction:
    function: LambdaFunction = account.storage.backend("lambda").get_function(name)
    return function


def test_what_was_not_said_has_lambda_s_own_default(account: Account, functions: Functions) -> None:
    role = account.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    account.client("lambda").create_function(
        FunctionName="bare", Runtime="python3.13", Role=role, Handler="a.b", Code={"ZipFile": zipped({})}
    )

    settings = read_settings(kept(account, "bare"))

    assert (settings.memory_mb, settings.timeout_seconds) == (128, 3)
    assert (settings.log_group, settings.log_format) == ("/aws/lambda/bare", "Text")
    assert (settings.application_log_level, settings.system_log_level) == ("INFO", "INFO")
    assert settings.reserved_concurrency is None
    assert read_asynchronous_settings(kept(account, "bare")) == AsynchronousSettings(2, 21_600, None, None, None)


def test_the_logging_configuration_is_kept_and_shown(account: Account, functions: Functions) -> None:
    logging = {"LogFormat": "JSON", "ApplicationLogLevel": "WARN", "SystemLogLevel": "DEBUG", "LogGroup": "/feeds"}

    functions.make("", LoggingConfig=logging)

    settings = read_settings(kept(account))
    assert (settings.log_format, settings.application_log_level) == ("JSON", "WARN")
    assert (settings.system_log_level, settings.log_group) == ("DEBUG", "/feeds")
    shown = account.client("lambda").get_function_configuration(FunctionName="split")
    assert shown["LoggingConfig"] == logging


def test_an_update_changes_what_it_names_and_nothing_else(account: Account, functions: Functions) -> None:
    functions.make("", LoggingConfig={"LogFormat": "JSON"}, DeadLetterConfig={"TargetArn": QUEUE})

    account.client("lambda").update_function_configuration(FunctionName="split", LoggingConfig={"LogFormat": "Text"})

    assert read_settings(kept(account)).log_format == "Text"
    assert read_asynchronous_settings(kept(account)).dead_letter_target == QUEUE


def test_the_event_invoke_configuration_that_came_last_counts(account: Account, functions: Functions) -> None:
    functions.make("")
    client = account.client("lambda")
    client.put_function_event_invoke_config(FunctionName="split", MaximumRetryAttempts=0)

    client.put_function_event_invoke_config(
        FunctionName="split",
        MaximumRetryAttempts=1,
        MaximumEventAgeInSeconds=60,
        DestinationConfig={"OnFailure": {"Destination": QUEUE}, "OnSuccess": {}},
    )

    assert read_asynchronous_settings(kept(account)) == AsynchronousSettings(1, 60, None, QUEUE, None)


def test_concurrency_is_a_number(account: Account, functions: Functions) -> None:
    functions.make("")

    account.client("lambda").put_function_concurrency(FunctionName="split", ReservedConcurrentExecutions=0)

    assert read_settings(kept(account)).reserved_concurrency == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"run_time": "nodejs20.x"}, r"^split has nodejs20\.x and needs a python runtime: no other is emulated$"),
        ({"run_time": None, "package_type": "Image"}, "^split has package type Image and needs a python runtime"),
        ({"layers": [{"Arn": "a layer"}]}, "^split has layers and needs its modules in its archive"),
        ({"version": "1"}, "^split is asked for in version 1 and needs to be run as it is now"),
    ],
)
def test_what_is_not_emulated_is_refused_by_name(
    account: Account, functions: Functions, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], message: str
) -> None:
    functions.make("")
    for name, value in change.items():
        monkeypatch.setattr(kept(account), name, value)

    with pytest.raises(ValueError, match=message):
        read_settings(kept(account))


def test_afterwards_moto_is_as_it_was() -> None:
    before = LambdaFunction.__init__, LambdaFunction.update_configuration, LambdaFunction.get_configuration

    with kept_whole():
        assert LambdaFunction.__init__ is not before[0]

    assert (LambdaFunction.__init__, LambdaFunction.update_configuration, LambdaFunction.get_configuration) == before
