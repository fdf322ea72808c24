"""Events of AWS services by name: each makes the pattern that hears it, and an example in its recorded shape."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from components.event_pattern import EventPattern
from components.service_events import SERVICE_EVENTS, AnyServiceEvent, ServiceEvent
from tests.emulator.shapes import differences

SHAPES = {
    "ec2_instance_state_change": "ec2_state_change.json",
    "cloudwatch_alarm_state_change": "cloudwatch_alarm_state_change.json",
    "ecs_task_state_change": "ecs_task_state_change.json",
    "health_event": "health.json",
    "codepipeline_execution_state_change": "codepipeline_pipeline_state.json",
}

NARROWED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"kind": "ec2_instance_state_change", "states": ["stopped"], "instance_ids": ["i-01234567"]},
        {
            "source": ["aws.ec2"],
            "detail-type": ["EC2 Instance State-change Notification"],
            "detail": {"state": ["stopped"], "instance-id": ["i-01234567"]},
        },
    ),
    (
        {"kind": "cloudwatch_alarm_state_change", "alarm_names": ["cpu"], "states": ["ALARM", "INSUFFICIENT_DATA"]},
        {
            "source": ["aws.cloudwatch"],
            "detail-type": ["CloudWatch Alarm State Change"],
            "detail": {"alarmName": ["cpu"], "state": {"value": ["ALARM", "INSUFFICIENT_DATA"]}},
        },
    ),
    (
        {
            "kind": "ecs_task_state_change",
            "clusters": ["main", "spare"],
            "last_statuses": ["STOPPED"],
            "desired_statuses": ["RUNNING"],
            "stop_codes": ["TaskFailedToStart"],
        },
        {
            "source": ["aws.ecs"],
            "detail-type": ["ECS Task State Change"],
            "detail": {
                "clusterArn": [{"suffix": ":cluster/main"}, {"suffix": ":cluster/spare"}],
                "lastStatus": ["STOPPED"],
                "desiredStatus": ["RUNNING"],
                "stopCode": ["TaskFailedToStart"],
            },
        },
    ),
    (
        {
            "kind": "health_event",
            "services": ["LAMBDA"],
            "categories": ["issue", "scheduledChange"],
            "event_type_codes": ["AWS_LAMBDA_OPERATIONAL_ISSUE"],
        },
        {
            "source": ["aws.health"],
            "detail-type": ["AWS Health Event"],
            "detail": {
                "service": ["LAMBDA"],
                "eventTypeCategory": ["issue", "scheduledChange"],
                "eventTypeCode": ["AWS_LAMBDA_OPERATIONAL_ISSUE"],
            },
        },
    ),
    (
        {"kind": "codepipeline_execution_state_change", "pipelines": ["release"], "states": ["FAILED", "STOPPED"]},
        {
            "source": ["aws.codepipeline"],
            "detail-type": ["CodePipeline Pipeline Execution State Change"],
            "detail": {"pipeline": ["release"], "state": ["FAILED", "STOPPED"]},
        },
    ),
]


def event(**said: Any) -> ServiceEvent:
    found: ServiceEvent = TypeAdapter(AnyServiceEvent).validate_python(said, strict=False)
    return found


def listed(said: dict[str, Any]) -> dict[str, Any]:
    """As YAML says it, lists as tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}


def test_every_event_has_its_recorded_shape_here() -> None:
    assert {kind.kind_of() for kind in SERVICE_EVENTS} == set(SHAPES)


@pytest.mark.parametrize("kind", SHAPES)
def test_an_event_that_is_asked_nothing_more_is_known_by_source_and_detail_type(kind: str) -> None:
    found = event(kind=kind)

    assert found.pattern() == {"source": [found.source], "detail-type": [found.detail_type]}


@pytest.mark.parametrize(("said", "pattern"), NARROWED, ids=list(SHAPES))
def test_what_is_asked_makes_the_pattern(said: dict[str, Any], pattern: dict[str, Any]) -> None:
    assert event(**listed(said)).pattern() == pattern


@pytest.mark.parametrize("said", [*({"kind": kind} for kind in SHAPES), *(said for said, _ in NARROWED)])
def test_the_example_has_the_recorded_shape_and_is_heard(said: dict[str, Any]) -> None:
    found = event(**listed(said))

    assert differences(found.example_event(), SHAPES[said["kind"]]) == []
    assert EventPattern.parse(found.pattern()).matches(found.example_event())


@pytest.mark.parametrize(("said", "pattern"), NARROWED, ids=list(SHAPES))
def test_another_example_of_the_kind_is_not_heard_where_something_is_asked(
    said: dict[str, Any], pattern: dict[str, Any]
) -> None:
    others = {
        "ec2_instance_state_change": {"states": ("running",)},
        "cloudwatch_alarm_state_change": {"states": ("OK",)},
        "ecs_task_state_change": {"clusters": ("remain",)},
        "health_event": {"services": ("EC2",)},
        "codepipeline_execution_state_change": {"states": ("STARTED",)},
    }

    other = event(kind=said["kind"], **others[said["kind"]])

    assert not EventPattern.parse(pattern).matches(other.example_event())


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"kind": "ec2_instance_state_change", "states": ("halted",)}, "states"),
        ({"kind": "ec2_instance_state_change", "instance_ids": ("i-xyz",)}, "instance_ids"),
        ({"kind": "ec2_instance_state_change", "alarm_names": ("cpu",)}, "alarm_names"),
        ({"kind": "cloudwatch_alarm_state_change", "states": ("RED",)}, "states"),
        ({"kind": "cloudwatch_alarm_state_change", "alarm_names": ("",)}, "alarm_names"),
        ({"kind": "ecs_task_state_change", "clusters": ("arn:aws:ecs:eu-west-1:111111111111:cluster/a",)}, "clusters"),
        ({"kind": "ecs_task_state_change", "last_statuses": ("GONE",)}, "last_statuses"),
        ({"kind": "ecs_task_state_change", "stop_codes": ("Bored",)}, "stop_codes"),
        ({"kind": "health_event", "categories": ("gossip",)}, "categories"),
        ({"kind": "health_event", "services": ("a",)}, "services"),
        ({"kind": "codepipeline_execution_state_change", "states": ("DONE",)}, "states"),
        ({"kind": "codepipeline_execution_state_change", "pipelines": ("a b",)}, "pipelines"),
        ({"kind": "rds_event"}, "rds_event"),
    ],
)
def test_what_the_service_never_says_is_refused_by_name(said: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        event(**said)
