"""What becomes of asynchronous events is what was said, within Lambda's limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.execution.settings import AsynchronousSettings, read_asynchronous_settings
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Found, Refused
from tests.emulator.functions import Functions
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live

WORKER = """
role = aws.iam.Role("role", assume_role_policy=TRUST)
worker = function("worker", role, timeout=1)
"""


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("maximum_retry_attempts=3", "maximumRetryAttempts 3 needs 0 to 2"),
        ("maximum_event_age_in_seconds=59", "maximumEventAgeInSeconds 59 needs 60 to 21600 seconds"),
        ("maximum_event_age_in_seconds=21601", "maximumEventAgeInSeconds 21601 needs 60 to 21600 seconds"),
        (
            "region='eu-west-1'",
            "needs one of destinationConfig, maximumEventAgeInSeconds, maximumRetryAttempts: it says nothing otherwise",
        ),
        (
            'destination_config={"on_failure": {"destination": "arn:aws:sqs:eu-west-1:111111111111:gone"}}',
            "destinationConfig names arn:aws:sqs:eu-west-1:111111111111:gone, and there is no such queue",
        ),
    ],
)
def test_what_cannot_become_of_events_is_refused(tmp_path: Path, said: str, told: str) -> None:
    source = f"{WORKER}\naws.lambda_.FunctionEventInvokeConfig('config', function_name=worker.name, {said})"

    assert problems(tmp_path, source) == [
        f"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig config: {told}"
    ]


def test_retries_and_age_of_events_reach_the_function(tmp_path: Path) -> None:
    source = f"""{WORKER}
aws.lambda_.FunctionEventInvokeConfig("config", function_name=worker.name, maximum_retry_attempts=0,
    maximum_event_age_in_seconds=60)
"""

    with deployed(tmp_path, source) as (account, deployment):
        worker = deployment.named("Function", "worker").id
        told = account.client("lambda").get_function_event_invoke_config(FunctionName=worker)
        assert (told["MaximumRetryAttempts"], told["MaximumEventAgeInSeconds"]) == (0, 60)


CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
FUNCTION_ARN = "arn:aws:lambda:eu-west-1:111111111111:function:split"
QUEUE_ARN = "arn:aws:sqs:eu-west-1:111111111111:failures"


@pytest.fixture
def function(functions: Functions) -> str:
    """A function called `split`; its ARN."""
    return functions.make("")


def read(account: Account, known: Mapping[str, Any], made_id: str = "split") -> Found | None:
    return Provisioner(account).read(CONFIG, made_id, known, SETTINGS)


@pytest.mark.parametrize("named", ["split", FUNCTION_ARN])
def test_a_configuration_changes_everything_but_its_function_and_goes(
    account: Account, function: str, named: str
) -> None:
    live(
        account,
        CONFIG,
        {
            "functionName": named,
            "destinationConfig": {"onFailure": {"destination": QUEUE_ARN}},
            "maximumEventAgeInSeconds": 60,
            "maximumRetryAttempts": 0,
        },
        {
            "functionName": named,
            "destinationConfig": {
                "onFailure": {"destination": f"{QUEUE_ARN}-2"},
                "onSuccess": {"destination": QUEUE_ARN},
            },
            "maximumEventAgeInSeconds": 120,
            "maximumRetryAttempts": 2,
        },
        {"functionName": named, "destinationConfig": {"onSuccess": {"destination": QUEUE_ARN}}},
        {"functionName": named, "destinationConfig": {}, "maximumEventAgeInSeconds": 21_600},
        {"functionName": named, "maximumRetryAttempts": 1},
    )


def test_an_update_takes_the_place_of_what_was_there(account: Account, function: str) -> None:
    old = checked(account, CONFIG, {"functionName": "split", "maximumRetryAttempts": 0})
    new = checked(account, CONFIG, {"functionName": "split", "maximumEventAgeInSeconds": 60})
    provisioner = Provisioner(account)
    provisioner.create(CONFIG, old)

    assert provisioner.update(CONFIG, "split", old, new).outputs["maximumRetryAttempts"] == 2

    kept = account.storage.backend("lambda").get_function("split")
    assert read_asynchronous_settings(kept) == AsynchronousSettings(2, 60, None, None, None)
    told = account.client("lambda").get_function_event_invoke_config(FunctionName="split")
    assert told["MaximumEventAgeInSeconds"] == 60
    assert "MaximumRetryAttempts" not in told


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"MaximumRetryAttempts": 0}, {"maximumRetryAttempts": 0}),
        ({"MaximumRetryAttempts": 1}, {"maximumRetryAttempts": 1}),
        (
            {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 60},
            {"maximumRetryAttempts": 1, "maximumEventAgeInSeconds": 60},
        ),
        (
            {"DestinationConfig": {"OnSuccess": {"Destination": QUEUE_ARN}, "OnFailure": {}}},
            {"maximumRetryAttempts": 2, "destinationConfig": {"onSuccess": {"destination": QUEUE_ARN}}},
        ),
    ],
)
def test_a_configuration_that_was_changed_behind_the_engine_is_seen(
    account: Account, function: str, change: dict[str, Any], found: dict[str, Any]
) -> None:
    known = checked(account, CONFIG, {"functionName": "split", "maximumRetryAttempts": 1})
    Provisioner(account).create(CONFIG, known)

    account.client("lambda").put_function_event_invoke_config(FunctionName="split", **change)

    now = read(account, known)
    assert now is not None
    assert now.inputs == {**known, **found}


@pytest.mark.parametrize("named", ["split", FUNCTION_ARN])
def test_a_configuration_is_imported_by_its_function(account: Account, function: str, named: str) -> None:
    told = checked(
        account,
        CONFIG,
        {
            "functionName": named,
            "destinationConfig": {"onFailure": {"destination": QUEUE_ARN}},
            "maximumEventAgeInSeconds": 60,
        },
    )
    made = Provisioner(account).create(CONFIG, told)

    found = read(account, {}, named)

    assert found is not None
    assert found.inputs == told
    assert found.made == made


@pytest.mark.parametrize("made_id", ["split:live", f"{FUNCTION_ARN}:live", "arn:aws:sqs:eu-west-1:1:split", "a b"])
def test_an_id_that_names_no_function_as_a_whole_is_refused(account: Account, made_id: str) -> None:
    told = f"id {made_id!r} needs the name or the ARN of a function as a whole: versions and aliases are not emulated"

    with pytest.raises(Refused, match=f"^{re.escape(told)}$"):
        read(account, {}, made_id)


def test_a_configuration_that_went_alone_or_with_its_function_is_gone(account: Account, function: str) -> None:
    known = checked(account, CONFIG, {"functionName": "split", "maximumRetryAttempts": 1})
    client = account.client("lambda")
    for delete in (client.delete_function_event_invoke_config, client.delete_function):
        Provisioner(account).create(CONFIG, known)
        assert read(account, known) is not None
        delete(FunctionName="split")
        assert read(account, known) is None


def test_a_configuration_of_another_function_takes_the_place_of_the_old_one(account: Account) -> None:
    old = checked(account, CONFIG, {"functionName": "split", "maximumRetryAttempts": 1})

    difference = Provisioner(account).difference(CONFIG, old, {**old, "functionName": "merge"})

    assert difference.replaces == {"functionName"}
    assert not difference.delete_first
