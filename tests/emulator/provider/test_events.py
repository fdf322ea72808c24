"""Buses, rules and targets are made as EventBridge makes them, and refused as it refuses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.emulator.programs import deployed, problems

RULE = """
bus = aws.cloudwatch.EventBus("announcements", description="strong quakes")
rule = aws.cloudwatch.EventRule("strong", event_bus_name=bus.name, state="DISABLED",
    event_pattern=json.dumps({"source": ["seismic.feeds"]}))
queue = aws.sqs.Queue("readings")
def target(**said):
    said = {"arn": queue.arn, "rule": rule.name, **said}
    return aws.cloudwatch.EventTarget("target", event_bus_name=bus.name, **said)
"""
TARGET = "aws:cloudwatch/eventTarget:EventTarget target"


def test_a_target_hangs_on_a_rule_of_a_bus(tmp_path: Path) -> None:
    source = f"""{RULE}
target(dead_letter_config={{"arn": queue.arn}}, input_transformer={{"input_template": '{{"id": <id>}}',
    "input_paths": {{"id": "$.id"}}}}, retry_policy={{"maximum_event_age_in_seconds": 60, "maximum_retry_attempts": 0}})
"""

    with deployed(tmp_path, source) as (account, deployment):
        bus, rule = deployment.named("EventBus", "announcements"), deployment.named("EventRule", "strong")
        name = rule.outputs["name"]
        target, queue = deployment.named("EventTarget", "target"), deployment.named("Queue", "readings")
        events = account.client("events")

        assert (rule.id, target.arn) == (f"{bus.id}/{name}", None)
        assert rule.arn == f"arn:aws:events:eu-west-1:111111111111:rule/{bus.id}/{name}"
        told = events.describe_rule(Name=name, EventBusName=bus.id)
        assert (told["State"], json.loads(told["EventPattern"])) == ("DISABLED", {"source": ["seismic.feeds"]})
        assert events.list_targets_by_rule(Rule=name, EventBusName=bus.id)["Targets"] == [
            {
                "Id": target.outputs["targetId"],
                "Arn": queue.arn,
                "DeadLetterConfig": {"Arn": queue.arn},
                "InputTransformer": {"InputTemplate": '{"id": <id>}', "InputPathsMap": {"id": "$.id"}},
                "RetryPolicy": {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0},
            }
        ]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('retry_policy={"maximum_retry_attempts": 186}', "retryPolicy.maximumRetryAttempts 186 needs 0 to 185"),
        (
            'retry_policy={"maximum_event_age_in_seconds": 59}',
            "retryPolicy.maximumEventAgeInSeconds 59 needs 60 to 86400 seconds",
        ),
        ('input="{}", input_path="$.detail"', "input and inputPath exclude each other: a target is told one thing"),
        (
            'arn="arn:aws:states:eu-west-1:1:s"',
            "arn 'arn:aws:states:eu-west-1:1:s' needs the ARN of a thing of lambda or sqs",
        ),
        ('role_arn="arn:aws:iam::1:role/r"', "the embedded account does not do `roleArn` yet"),
        ('rule="gone"', "PutTargets answers ResourceNotFoundException: Rule gone does not exist"),
    ],
)
def test_what_a_target_cannot_be_is_refused(tmp_path: Path, said: str, told: str) -> None:
    (problem,) = problems(tmp_path, f"{RULE}\ntarget({said})")

    assert problem.startswith(f"{TARGET}: {told}")


def test_a_rule_on_the_default_bus_is_known_by_its_name(tmp_path: Path) -> None:
    source = 'aws.cloudwatch.EventRule("strong", name="strong", event_pattern=json.dumps({"source": ["a"]}))'

    with deployed(tmp_path, source) as (_, deployment):
        rule = deployment.named("EventRule", "strong")
        assert (rule.id, rule.arn) == ("strong", "arn:aws:events:eu-west-1:111111111111:rule/strong")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("event_pattern='{'", "eventPattern '{' needs a JSON document: "),
        ("event_pattern='[]'", "eventPattern '[]' needs mending: a pattern is a JSON object"),
        ('event_pattern=\'{"source": "a"}\'', 'eventPattern \'{"source": "a"}\' needs mending: '),
        ('schedule_expression="rate(1 minute)"', "the embedded account does not do `scheduleExpression` yet"),
    ],
)
def test_what_a_rule_cannot_be_is_refused(tmp_path: Path, said: str, told: str) -> None:
    assert problems(tmp_path, f'aws.cloudwatch.EventRule("strong", {said})')[0].startswith(
        f"aws:cloudwatch/eventRule:EventRule strong: {told}"
    )


def test_the_default_bus_cannot_be_made(tmp_path: Path) -> None:
    assert problems(tmp_path, 'aws.cloudwatch.EventBus("bus", name="default")') == [
        "aws:cloudwatch/eventBus:EventBus bus: name 'default' is the bus that every account has: it cannot be made"
    ]


def test_the_policy_of_a_bus_is_kept_whole(tmp_path: Path) -> None:
    source = """
        bus = aws.cloudwatch.EventBus("bus")
        aws.cloudwatch.EventBusPolicy("policy", event_bus_name=bus.name, policy=allow("events:PutEvents", bus.arn,
            Sid="Ours", Principal="*", Condition={"StringEquals": {"aws:PrincipalAccount": "111111111111"}}))
    """

    with deployed(tmp_path, source) as (account, deployment):
        bus = deployment.named("EventBus", "bus")
        told = json.loads(account.client("events").describe_event_bus(Name=bus.id)["Policy"])

        assert told["Statement"] == [
            {
                "Sid": "Ours",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "events:PutEvents",
                "Resource": bus.arn,
                "Condition": {"StringEquals": {"aws:PrincipalAccount": "111111111111"}},
            }
        ]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ({"Principal": "*"}, "statement 1 needs a Sid: the embedded account keeps the statements of a bus by it"),
        (
            {"Sid": "A", "Effect": "Deny", "NotPrincipal": "*"},
            "statement 1 has NotPrincipal, which the embedded account does not keep for a bus yet",
        ),
    ],
)
def test_what_the_account_cannot_keep_of_a_bus_policy_is_refused(
    tmp_path: Path, statement: dict[str, str], told: str
) -> None:
    whole = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": "*", **statement}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [whole]})

    found = problems(tmp_path, f"aws.cloudwatch.EventBusPolicy('policy', policy='{policy}')")

    assert any(problem.endswith(f"needs mending: {told}") for problem in found)
