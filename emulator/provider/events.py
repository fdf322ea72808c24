"""EventBridge: buses with their policies, and rules with their targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from components.event_pattern import EventPattern, InvalidPattern
from emulator.iam import check_document
from emulator.provisioning.inputs import Arn, Block, Document, Entries, Input, Text, Whole
from emulator.provisioning.resource_type import TAGS, Autoname, Made, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

_NAME = r"[.\-_A-Za-z0-9]+"
_NAME_SAYS = "characters of A-Z a-z 0-9 . - _"
_DESCRIPTION = Text(most=512)

LARGEST_BUS_POLICY_BYTES = 10_240
"""EventBridge API reference, `PutPermission`."""

_POLICY_ELEMENTS = ("Sid", "Effect", "Principal", "Action", "Resource", "Condition")


def _pattern_problems(pattern: Any) -> Iterable[str]:
    if not isinstance(pattern, dict):
        return ["a pattern is a JSON object"]
    try:
        EventPattern.parse(pattern)
    except InvalidPattern as error:
        return error.problems
    return ()


def _bus_policy_problems(policy: Any) -> Iterator[str]:
    yield from check_document(policy, kind="resource")
    statements = policy.get("Statement", []) if isinstance(policy, dict) else []
    for number, statement in enumerate([statements] if isinstance(statements, dict) else statements, start=1):
        if "Sid" not in statement:
            yield f"statement {number} needs a Sid: the embedded account keeps the statements of a bus by it"
        for element in [element for element in statement if element not in _POLICY_ELEMENTS]:
            yield f"statement {number} has {element}, which the embedded account does not keep for a bus yet"


class EventBus(ResourceType):
    """A custom bus (EventBridge API reference, `CreateEventBus`)."""

    pulumi_type = "aws:cloudwatch/eventBus:EventBus"
    inputs: ClassVar[Mapping[str, Input]] = {
        "description": _DESCRIPTION,
        "name": Text(pattern=_NAME, says=_NAME_SAYS, most=256),
        "tags": TAGS,
    }
    autoname = Autoname("name", 255)
    one_per = ("name",)

    def contradictions(self, inputs: Values) -> Iterator[str]:
        if inputs.get("name") == "default":
            yield "name 'default' is the bus that every account has: it cannot be made"

    def create(self, account: Account, inputs: Values) -> Made:
        said = {"Description": inputs["description"]} if "description" in inputs else {}
        name = inputs["name"]
        arn = account.client("events").create_event_bus(Name=name, Tags=_tags(inputs), **said)["EventBusArn"]
        return Made(name, arn)

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("events").delete_event_bus(Name=made_id)


class EventBusPolicy(ResourceType):
    """Who may do what with a bus (EventBridge API reference, `PutPermission`)."""

    pulumi_type = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"
    inputs: ClassVar[Mapping[str, Input]] = {
        "eventBusName": Text(default="default"),
        "policy": Document(problems=_bus_policy_problems, most=LARGEST_BUS_POLICY_BYTES, required=True),
    }
    one_per = ("eventBusName",)

    def right_on(self, account: Account, inputs: Values) -> str | None:
        return bus_arn(account, inputs["eventBusName"])

    def create(self, account: Account, inputs: Values) -> Made:
        account.client("events").put_permission(EventBusName=inputs["eventBusName"], Policy=inputs["policy"])
        return Made(inputs["eventBusName"])

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("events").remove_permission(EventBusName=made_id, RemoveAllPermissions=True)


class EventRule(ResourceType):
    """A rule that hears events of a pattern (EventBridge API reference, `PutRule`)."""

    pulumi_type = "aws:cloudwatch/eventRule:EventRule"
    inputs: ClassVar[Mapping[str, Input]] = {
        "description": _DESCRIPTION,
        "eventBusName": Text(default="default"),
        "eventPattern": Document(problems=_pattern_problems, required=True),
        "name": Text(pattern=_NAME, says=_NAME_SAYS, most=64),
        "state": Text(among=("ENABLED", "DISABLED"), default="ENABLED"),
        "tags": TAGS,
    }
    autoname = Autoname("name", 64)
    one_per = ("eventBusName", "name")

    def create(self, account: Account, inputs: Values) -> Made:
        said = {"Description": inputs["description"]} if "description" in inputs else {}
        bus, name = inputs["eventBusName"], inputs["name"]
        arn = account.client("events").put_rule(
            Name=name,
            EventBusName=bus,
            EventPattern=inputs["eventPattern"],
            State=inputs["state"],
            Tags=_tags(inputs),
            **said,
        )["RuleArn"]
        return Made(name if bus == "default" else f"{bus}/{name}", arn)

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("events").delete_rule(Name=inputs["name"], EventBusName=inputs["eventBusName"])


class EventTarget(ResourceType):
    """What a rule hands its events to (EventBridge API reference, `PutTargets`)."""

    pulumi_type = "aws:cloudwatch/eventTarget:EventTarget"
    inputs: ClassVar[Mapping[str, Input]] = {
        "arn": Arn(of=("lambda", "sqs"), required=True),
        "deadLetterConfig": Block(of={"arn": Arn(of=("sqs",))}),
        "eventBusName": Text(default="default"),
        "input": Document(most=8_192),
        "inputPath": Text(most=256),
        "inputTransformer": Block(
            of={
                "inputPaths": Entries(of=Text(most=256), most=100),
                "inputTemplate": Text(least=1, most=8_192, required=True),
            }
        ),
        "retryPolicy": Block(
            of={
                "maximumEventAgeInSeconds": Whole(least=60, most=86_400, unit="seconds"),
                "maximumRetryAttempts": Whole(least=0, most=185),
            }
        ),
        "rule": Text(required=True),
        "sqsTarget": Block(of={"messageGroupId": Text(most=100)}),
        "targetId": Text(pattern=_NAME, says=_NAME_SAYS, most=64),
    }
    # Pulumi's own limit is 255, AWS's is less.
    autoname = Autoname("targetId", 64)
    one_per = ("eventBusName", "rule", "targetId")

    def contradictions(self, inputs: Values) -> Iterator[str]:
        said = [word for word in ("input", "inputPath", "inputTransformer") if word in inputs]
        if len(said) > 1:
            yield f"{' and '.join(said)} exclude each other: a target is told one thing"

    def create(self, account: Account, inputs: Values) -> Made:
        rule, bus, target_id = inputs["rule"], inputs["eventBusName"], inputs["targetId"]
        answer = account.client("events").put_targets(Rule=rule, EventBusName=bus, Targets=[_target(inputs)])
        for entry in answer["FailedEntries"]:
            raise Refused(f"PutTargets answers {entry['ErrorCode']}: {entry['ErrorMessage']}")
        return Made(f"{rule}-{target_id}" if bus == "default" else f"{bus}-{rule}-{target_id}")

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("events").remove_targets(
            Rule=inputs["rule"], EventBusName=inputs["eventBusName"], Ids=[inputs["targetId"]]
        )


def bus_arn(account: Account, name: str) -> str:
    """The ARN of a bus; where a bus can be named, its ARN can stand too."""
    if name.startswith("arn:"):
        return name
    return f"arn:{account.partition}:events:{account.region}:{account.account_id}:event-bus/{name}"


def _tags(inputs: Values) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in inputs["tagsAll"].items()]


def _target(inputs: Values) -> dict[str, Any]:
    """A target as `PutTargets` takes it."""
    target: dict[str, Any] = {"Id": inputs["targetId"], "Arn": inputs["arn"]}
    if dead_letters := inputs.get("deadLetterConfig", {}).get("arn"):
        target["DeadLetterConfig"] = {"Arn": dead_letters}
    if retries := inputs.get("retryPolicy"):
        target["RetryPolicy"] = {f"{word[0].upper()}{word[1:]}": value for word, value in retries.items()}
    if group := inputs.get("sqsTarget", {}).get("messageGroupId"):
        target["SqsParameters"] = {"MessageGroupId": group}
    if "input" in inputs:
        target["Input"] = inputs["input"]
    if "inputPath" in inputs:
        target["InputPath"] = inputs["inputPath"]
    if transformer := inputs.get("inputTransformer"):
        target["InputTransformer"] = {
            "InputTemplate": transformer["inputTemplate"],
            "InputPathsMap": transformer.get("inputPaths", {}),
        }
    return target


TYPES = (EventBus(), EventBusPolicy(), EventRule(), EventTarget())
