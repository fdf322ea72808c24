"""Targets are made, changed and read as EventBridge does it, and refused as it refuses them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Refused
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live
from tests.emulator.stage import Stage, queue_arn

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


TYPE = "aws:cloudwatch/eventTarget:EventTarget"
GIVEN: dict[str, Any] = {
    "arn": queue_arn("readings"),
    "eventBusName": "announcements",
    "rule": "strong",
    "targetId": "notify",
}
ALL: dict[str, Any] = {
    "deadLetterConfig": {"arn": queue_arn("dead")},
    "inputTransformer": {"inputTemplate": '{"id": <id>}', "inputPaths": {"id": "$.id"}},
    "retryPolicy": {"maximumEventAgeInSeconds": 60, "maximumRetryAttempts": 0},
}


@pytest.fixture
def rule(account: Account, stage: Stage) -> str:
    """A rule on a bus and one of the same name on the default bus, and queues."""
    bus = stage.bus()
    for queue in ("readings", "others", "dead", "ordered.fifo"):
        stage.queue(queue)
    for name in (bus, "default"):
        account.client("events").put_rule(Name="strong", EventBusName=name, EventPattern='{"source": ["a"]}')
    return "strong"


def made(account: Account, **given: Any) -> dict[str, Any]:
    """The checked inputs of a target that was made."""
    told = checked(account, TYPE, {**GIVEN, **given})
    Provisioner(account).create(TYPE, told)
    return told


def read(account: Account, known: Mapping[str, Any] | None = None, made_id: str = "announcements-strong-notify") -> Any:
    return Provisioner(account).read(TYPE, made_id, known or {}, SETTINGS)


def test_a_target_changes_and_goes(account: Account, rule: str) -> None:
    life = live(
        account,
        TYPE,
        {**GIVEN, **ALL},
        {
            **GIVEN,
            "arn": queue_arn("others"),
            "deadLetterConfig": {},
            "inputTransformer": {"inputTemplate": '"strong"'},
            "retryPolicy": {"maximumRetryAttempts": 3},
        },
        {**GIVEN, "input": '{"a":  1}', "retryPolicy": {}},
        {**GIVEN, "arn": queue_arn("ordered.fifo"), "inputPath": "$.detail", "sqsTarget": {"messageGroupId": "a"}},
        {**GIVEN, "arn": queue_arn("ordered.fifo"), "sqsTarget": {"messageGroupId": "b"}},
        {**GIVEN, "sqsTarget": {"messageGroupId": ""}},
        GIVEN,
        {**GIVEN, "deadLetterConfig": {"arn": queue_arn("dead")}, "inputTransformer": {"inputTemplate": '"a"'}},
    )

    assert (life.id, life.arn) == ("announcements-strong-notify", None)


def test_a_change_leaves_the_rules_other_targets_alone(account: Account, rule: str) -> None:
    told, other = made(account), made(account, targetId="other", **ALL)

    Provisioner(account).update(TYPE, "announcements-strong-notify", told, {**told, "arn": queue_arn("others")})

    assert read(account, other, "announcements-strong-other").inputs == other


@pytest.mark.parametrize(
    ("by_somebody", "seen"),
    [
        ({"Arn": queue_arn("others")}, {"arn": queue_arn("others")}),
        ({"DeadLetterConfig": {"Arn": queue_arn("others")}}, {"deadLetterConfig": {"arn": queue_arn("others")}}),
        ({"DeadLetterConfig": None}, {"deadLetterConfig": None}),
        ({"RetryPolicy": {"MaximumRetryAttempts": 5}}, {"retryPolicy": {"maximumRetryAttempts": 5}}),
        ({"RetryPolicy": None}, {"retryPolicy": None}),
        ({"SqsParameters": {"MessageGroupId": "b"}}, {"sqsTarget": {"messageGroupId": "b"}}),
        (
            {"InputTransformer": {"InputTemplate": '"b"'}},
            {"inputTransformer": {"inputTemplate": '"b"'}},
        ),
        ({"InputTransformer": None, "Input": '{"b": 2}'}, {"inputTransformer": None, "input": '{"b": 2}'}),
        ({"InputTransformer": None, "InputPath": "$.b"}, {"inputTransformer": None, "inputPath": "$.b"}),
    ],
)
def test_what_somebody_else_put_is_read(
    account: Account, rule: str, by_somebody: dict[str, Any], seen: dict[str, Any]
) -> None:
    told = made(account, **ALL)
    events = account.client("events")
    (standing,) = events.list_targets_by_rule(Rule=rule, EventBusName="announcements")["Targets"]

    put = {word: value for word, value in {**standing, **by_somebody}.items() if value is not None}
    events.put_targets(Rule=rule, EventBusName="announcements", Targets=[put])

    expected = {word: value for word, value in {**told, **seen}.items() if value is not None}
    assert read(account, told).inputs == expected


def test_an_input_that_means_the_same_keeps_its_text(account: Account, rule: str) -> None:
    told = made(account, input='{"a":  1}')

    target = {"Id": "notify", "Arn": queue_arn("readings"), "Input": '{"a": 1}'}
    account.client("events").put_targets(Rule=rule, EventBusName="announcements", Targets=[target])

    assert read(account, told).inputs == told


@pytest.mark.parametrize(
    ("bus", "made_id", "id_of_the_made"),
    [
        ("announcements", "announcements/strong/notify", "announcements-strong-notify"),
        (
            "arn:aws:events:eu-west-1:111111111111:event-bus/announcements",
            "arn:aws:events:eu-west-1:111111111111:event-bus/announcements/strong/notify",
            "arn:aws:events:eu-west-1:111111111111:event-bus/announcements-strong-notify",
        ),
        ("default", "strong/notify", "strong-notify"),
        ("default", "default/strong/notify", "strong-notify"),
    ],
)
def test_a_target_is_imported_by_the_names_of_bus_and_rule_and_its_own(
    account: Account, rule: str, bus: str, made_id: str, id_of_the_made: str
) -> None:
    told = made(account, eventBusName=bus, **ALL)

    found = read(account, made_id=made_id)

    assert (found.inputs, found.made.id, found.made.arn) == (told, id_of_the_made, None)


@pytest.mark.parametrize("made_id", ["announcements-strong-notify", "strong", "a/b/c/d", "strong/", "a b/c"])
def test_an_id_whose_names_cannot_be_told_is_refused(account: Account, made_id: str) -> None:
    with pytest.raises(Refused) as raised:
        read(account, made_id=made_id)

    assert str(raised.value) == (
        f"id '{made_id}' needs the names of a bus, of its rule and of a target, as in "
        "announcements/strong-quakes/notify; no bus is the default one"
    )


def test_a_target_is_gone_itself_and_with_its_rule_and_its_bus(account: Account, rule: str) -> None:
    told, events = made(account), account.client("events")

    events.remove_targets(Rule=rule, EventBusName="announcements", Ids=["notify"])
    assert read(account, told) is None

    events.delete_rule(Name=rule, EventBusName="announcements")
    assert read(account, told) is None

    events.delete_event_bus(Name="announcements")
    assert read(account, told) is None


@pytest.mark.parametrize("word", ["eventBusName", "rule", "targetId"])
def test_a_target_of_other_names_takes_the_place_of_the_old_one(account: Account, word: str) -> None:
    old = checked(account, TYPE, GIVEN)

    assert Provisioner(account).difference(TYPE, old, {**old, word: "other"}).replaces == {word}


def test_what_events_would_not_take_in_an_update_is_refused(account: Account, rule: str) -> None:
    told = made(account)

    with pytest.raises(Refused, match=r"dead-letter target .*ordered\.fifo needs to be a standard queue"):
        Provisioner(account).update(
            TYPE,
            "announcements-strong-notify",
            told,
            {**told, "deadLetterConfig": {"arn": queue_arn("ordered.fifo")}},
        )
