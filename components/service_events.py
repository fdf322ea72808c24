"""Common events of AWS services, by name: what may be asked of each, and the pattern that hears it.

AWS services announce them on an account's default bus. Any other event goes by a pattern of one's own.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from components import example
from components.config import Config, JsonObject

ID = "17793124-05d4-b198-2fde-7ededc63b103"


class ServiceEvent(Config):
    """An event of one AWS service. `kind` says which; what is left empty may be anything."""

    source: ClassVar[str]
    """Who announces it."""
    detail_type: ClassVar[str]

    @classmethod
    def kind_of(cls) -> str:
        """The word that stands behind `kind:` on a page."""
        return str(cls.model_fields["kind"].annotation.__args__[0])  # type: ignore[union-attr]

    def pattern(self) -> JsonObject:
        """The pattern of a rule that hears it (EventBridge user guide, "Creating event patterns")."""
        detail = self.wanted()
        return {
            "source": [self.source],
            "detail-type": [self.detail_type],
            **({"detail": detail} if detail else {}),
        }

    def wanted(self) -> JsonObject:
        """What the pattern wants of the event's `detail`, as far as anything is asked."""
        raise NotImplementedError

    def example_event(self) -> JsonObject:
        """Such an event as a function receives it, with made-up values."""
        resource, detail = self.example_detail()
        return {
            "version": "0",
            "id": ID,
            "detail-type": self.detail_type,
            "source": self.source,
            "account": example.ACCOUNT_ID,
            "time": f"{example.TIME}Z",
            "region": example.REGION,
            "resources": [resource],
            "detail": detail,
        }

    def example_detail(self) -> tuple[str, JsonObject]:
        """What the example is about, and its `detail`."""
        raise NotImplementedError


InstanceState = Literal["pending", "running", "stopping", "stopped", "shutting-down", "terminated"]


class Ec2InstanceStateChange(ServiceEvent):
    """An EC2 instance starts, runs, stops (EC2 user guide, "Monitor instance state changes using EventBridge")."""

    kind: Literal["ec2_instance_state_change"]
    states: tuple[InstanceState, ...] = ()
    """What it changed to."""
    instance_ids: tuple[Annotated[str, Field(pattern=r"^i-([0-9a-f]{8}|[0-9a-f]{17})$")], ...] = ()
    """Only these instances."""

    source: ClassVar = "aws.ec2"
    detail_type: ClassVar = "EC2 Instance State-change Notification"

    def wanted(self) -> JsonObject:
        return _asked({"state": self.states, "instance-id": self.instance_ids})

    def example_detail(self) -> tuple[str, JsonObject]:
        instance_id = _first(self.instance_ids, "i-0123456789abcdef0")
        state = _first(self.states, "running")
        return example.arn("ec2", f"instance/{instance_id}"), {"instance-id": instance_id, "state": state}


AlarmState = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]


class CloudWatchAlarmStateChange(ServiceEvent):
    """A CloudWatch alarm goes off, or calms down (CloudWatch user guide, "Alarm events and EventBridge")."""

    kind: Literal["cloudwatch_alarm_state_change"]
    alarm_names: tuple[Annotated[str, Field(min_length=1, max_length=255)], ...] = ()
    """Only these alarms."""
    states: tuple[AlarmState, ...] = ()
    """What it changed to."""

    source: ClassVar = "aws.cloudwatch"
    detail_type: ClassVar = "CloudWatch Alarm State Change"

    def wanted(self) -> JsonObject:
        state = _asked({"value": self.states})
        return {**_asked({"alarmName": self.alarm_names}), **({"state": state} if state else {})}

    def example_detail(self) -> tuple[str, JsonObject]:
        name = _first(self.alarm_names, "machine-is-busy")
        now = _first(self.states, "ALARM")
        return example.arn("cloudwatch", f"alarm:{name}"), {
            "alarmName": name,
            "configuration": {
                "description": "the machine has much to do",
                "metrics": [
                    {
                        "id": "2c4e6a80-1111-4222-8333-0123456789ab",
                        "metricStat": {
                            "metric": {
                                "namespace": "AWS/EC2",
                                "name": "CPUUtilization",
                                "dimensions": {"InstanceId": "i-0123456789abcdef0"},
                            },
                            "period": 300,
                            "stat": "Average",
                        },
                        "returnData": True,
                    }
                ],
            },
            "previousState": _alarm_state("ALARM" if now == "OK" else "OK", "2030-01-01T11:55:00.000+0000"),
            "state": _alarm_state(now, f"{example.TIME}.000+0000"),
        }


TaskStatus = Literal[
    "PROVISIONING",
    "PENDING",
    "ACTIVATING",
    "RUNNING",
    "DEACTIVATING",
    "STOPPING",
    "DEPROVISIONING",
    "STOPPED",
    "DELETED",
]

StopCode = Literal[
    "TaskFailedToStart",
    "EssentialContainerExited",
    "UserInitiated",
    "ServiceSchedulerInitiated",
    "SpotInterruption",
    "TerminationNotice",
    "InfrastructureHealth",
]


class EcsTaskStateChange(ServiceEvent):
    """A task of ECS starts or stops (ECS developer guide, "Amazon ECS task state change events")."""

    kind: Literal["ecs_task_state_change"]
    clusters: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=255)], ...] = ()
    """Only tasks of these clusters, by name."""
    last_statuses: tuple[TaskStatus, ...] = ()
    """What the task is now (ECS developer guide, "Task lifecycle states")."""
    desired_statuses: tuple[Literal["RUNNING", "PENDING", "STOPPED"], ...] = ()
    """What it is to become."""
    stop_codes: tuple[StopCode, ...] = ()
    """Why it stopped (ECS API reference, `Task`)."""

    source: ClassVar = "aws.ecs"
    detail_type: ClassVar = "ECS Task State Change"

    def wanted(self) -> JsonObject:
        # The event names its cluster by the ARN, and a default bus hears of its own account and region alone.
        clusters: JsonObject = {"clusterArn": [{"suffix": f":cluster/{name}"} for name in self.clusters]}
        return {
            **(clusters if self.clusters else {}),
            **_asked(
                {
                    "lastStatus": self.last_statuses,
                    "desiredStatus": self.desired_statuses,
                    "stopCode": self.stop_codes,
                }
            ),
        }

    def example_detail(self) -> tuple[str, JsonObject]:
        cluster, task_id = _first(self.clusters, "main"), "0123456789abcdef0123456789abcdef"
        last_status = _first(self.last_statuses, "STOPPED")
        task = example.arn("ecs", f"task/{cluster}/{task_id}")
        return task, {
            "attachments": [
                {
                    "id": "5a3d1c2e-1111-4222-8333-0123456789ab",
                    "type": "eni",
                    "status": "DELETED",
                    "details": [{"name": "subnetId", "value": "subnet-0123456789abcdef0"}],
                }
            ],
            "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
            "availabilityZone": f"{example.REGION}a",
            "clusterArn": example.arn("ecs", f"cluster/{cluster}"),
            "connectivity": "CONNECTED",
            "connectivityAt": "2030-01-01T11:58:50.000Z",
            "containers": [
                {
                    "containerArn": example.arn(
                        "ecs", f"container/{cluster}/{task_id}/4b2c1d0e-1111-4222-8333-0123456789ab"
                    ),
                    "exitCode": 1,
                    "lastStatus": last_status,
                    "name": "web",
                    "image": "web:1",
                    "runtimeId": f"{task_id}-0123456789",
                    "taskArn": task,
                    "networkInterfaces": [
                        {
                            "attachmentId": "5a3d1c2e-1111-4222-8333-0123456789ab",
                            "privateIpv4Address": "198.51.100.7",
                        }
                    ],
                    "cpu": "0",
                }
            ],
            "cpu": "256",
            "createdAt": "2030-01-01T11:58:40.000Z",
            "desiredStatus": _first(self.desired_statuses, "STOPPED"),
            "enableExecuteCommand": False,
            "ephemeralStorage": {"sizeInGiB": 20},
            "executionStoppedAt": "2030-01-01T11:59:50.000Z",
            "group": "service:web",
            "launchType": "FARGATE",
            "lastStatus": last_status,
            "memory": "512",
            "overrides": {"containerOverrides": [{"name": "web"}]},
            "platformVersion": "1.4.0",
            "pullStartedAt": "2030-01-01T11:58:55.000Z",
            "pullStoppedAt": "2030-01-01T11:59:00.000Z",
            "startedAt": "2030-01-01T11:59:05.000Z",
            "startedBy": "ecs-svc/0123456789012345678",
            "stoppingAt": "2030-01-01T11:59:45.000Z",
            "stoppedAt": f"{example.TIME}.000Z",
            "stoppedReason": "Essential container in task exited",
            "stopCode": _first(self.stop_codes, "EssentialContainerExited"),
            "taskArn": task,
            "taskDefinitionArn": example.arn("ecs", "task-definition/web:1"),
            "updatedAt": f"{example.TIME}.000Z",
            "version": 5,
        }


HealthCategory = Literal["issue", "accountNotification", "scheduledChange", "investigation"]


class HealthEvent(ServiceEvent):
    """AWS tells of trouble or of planned work (AWS Health user guide, "AWS Health events EventBridge schema")."""

    kind: Literal["health_event"]
    services: tuple[Annotated[str, Field(pattern=r"^[^:/]{2,30}$")], ...] = ()
    """Only of these AWS services, as Health calls them: `EC2`, `LAMBDA`."""
    categories: tuple[HealthCategory, ...] = ()
    """What sort of event."""
    event_type_codes: tuple[Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{3,100}$")], ...] = ()
    """Only these: `AWS_EC2_INSTANCE_STOP_SCHEDULED`."""

    source: ClassVar = "aws.health"
    detail_type: ClassVar = "AWS Health Event"

    def wanted(self) -> JsonObject:
        return _asked(
            {
                "service": self.services,
                "eventTypeCategory": self.categories,
                "eventTypeCode": self.event_type_codes,
            }
        )

    def example_detail(self) -> tuple[str, JsonObject]:
        service = _first(self.services, "EC2")
        code = _first(self.event_type_codes, f"AWS_{service}_OPERATIONAL_ISSUE")
        noon, instance_id = "Tue, 1 Jan 2030 12:00:00 GMT", "i-0123456789abcdef0"
        return instance_id, {
            "eventArn": example.arn("health", f"event/{service}/{code}/{code}_0123456789", account_id=""),
            "service": service,
            "eventTypeCode": code,
            "eventTypeCategory": _first(self.categories, "issue"),
            "eventScopeCode": "ACCOUNT_SPECIFIC",
            "communicationId": "0123456789abcdef-1",
            "startTime": noon,
            "endTime": "Tue, 1 Jan 2030 13:00:00 GMT",
            "lastUpdatedTime": noon,
            "statusCode": "open",
            "eventRegion": example.REGION,
            "eventDescription": [{"language": "en_US", "latestDescription": "Some instances cannot be reached."}],
            "affectedAccount": example.ACCOUNT_ID,
            "affectedEntities": [{"entityValue": instance_id, "lastUpdatedTime": noon, "status": "IMPAIRED"}],
            "page": "1",
            "totalPages": "1",
        }


PipelineState = Literal["STARTED", "RESUMED", "SUCCEEDED", "FAILED", "STOPPING", "STOPPED", "CANCELED", "SUPERSEDED"]


class CodePipelineExecutionStateChange(ServiceEvent):
    """A run of a pipeline of CodePipeline begins or ends (CodePipeline user guide, "Monitoring CodePipeline
    events")."""

    kind: Literal["codepipeline_execution_state_change"]
    pipelines: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9.@_-]+$", max_length=100)], ...] = ()
    """Only these pipelines of CodePipeline."""
    states: tuple[PipelineState, ...] = ()
    """What the run is now."""

    source: ClassVar = "aws.codepipeline"
    detail_type: ClassVar = "CodePipeline Pipeline Execution State Change"

    def wanted(self) -> JsonObject:
        return _asked({"pipeline": self.pipelines, "state": self.states})

    def example_detail(self) -> tuple[str, JsonObject]:
        pipeline = _first(self.pipelines, "release")
        return example.arn("codepipeline", pipeline), {
            "pipeline": pipeline,
            "execution-id": "01234567-1111-4222-8333-0123456789ab",
            "state": _first(self.states, "FAILED"),
            "version": 3.0,
        }


SERVICE_EVENTS: tuple[type[ServiceEvent], ...] = (
    Ec2InstanceStateChange,
    CloudWatchAlarmStateChange,
    EcsTaskStateChange,
    HealthEvent,
    CodePipelineExecutionStateChange,
)

AnyServiceEvent: Any = Annotated[reduce(or_, SERVICE_EVENTS), Field(discriminator="kind")]


def _asked(wishes: dict[str, tuple[str, ...]]) -> JsonObject:
    """The fields of which anything is asked."""
    return {field: list(wanted) for field, wanted in wishes.items() if wanted}


def _first(wanted: tuple[str, ...], otherwise: str) -> str:
    return wanted[0] if wanted else otherwise


def _alarm_state(value: str, at: str) -> JsonObject:
    data = f'{{"version":"1.0","queryDate":"{at}","statistic":"Average","period":300,"threshold":1.0}}'
    return {"value": value, "reason": "Threshold Crossed", "reasonData": data, "timestamp": at}
