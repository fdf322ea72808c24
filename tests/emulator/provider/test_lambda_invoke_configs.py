"""What becomes of asynchronous events is what was said, within Lambda's limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.programs import deployed, problems

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
