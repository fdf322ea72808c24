"""EventBridge: buses and their policies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.iam import check_document
from emulator.provisioning.inputs import Document, Input, Text
from emulator.provisioning.known_words import in_known_words
from emulator.provisioning.resource_type import TAGS, Autoname, Found, Made, Refused, ResourceType, Values
from emulator.provisioning.tagging import retag

if TYPE_CHECKING:
    from emulator.account import Account

NAME = r"[.\-_A-Za-z0-9]+"
NAME_SAYS = "characters of A-Z a-z 0-9 . - _"
BUS = rf"(?:arn:[^/]+/)?{NAME}"
"""A bus by its name or its ARN."""

DESCRIPTION = Text(most=512)

LARGEST_BUS_POLICY_BYTES = 10_240
"""EventBridge API reference, `PutPermission`."""

_POLICY_ELEMENTS = ("Sid", "Effect", "Principal", "Action", "Resource", "Condition")


def _bus_policy_problems(policy: Any) -> Iterator[str]:
    yield from check_document(policy, kind="resource")
    for number, statement in enumerate(_statements(policy) if isinstance(policy, dict) else (), start=1):
        if "Sid" not in statement:
            yield f"statement {number} needs a Sid: the embedded account keeps the statements of a bus by it"
        for element in [element for element in statement if element not in _POLICY_ELEMENTS]:
            yield f"statement {number} has {element}, which the embedded account does not keep for a bus yet"


class EventBus(ResourceType):
    """A custom bus (EventBridge API reference, `CreateEventBus`)."""

    pulumi_type = "aws:cloudwatch/eventBus:EventBus"
    inputs: ClassVar[Mapping[str, Input]] = {
        "description": DESCRIPTION,
        "name": Text(pattern=NAME, says=NAME_SAYS, most=256),
        "tags": TAGS,
    }
    autoname = Autoname("name", 255)
    one_per = ("name",)
    replaces = ("name",)

    def contradictions(self, inputs: Values) -> Iterator[str]:
        if inputs.get("name") == "default":
            yield "name 'default' is the bus that every account has: it cannot be made"

    def create(self, account: Account, inputs: Values) -> Made:
        said = {"Description": inputs["description"]} if "description" in inputs else {}
        account.client("events").create_event_bus(Name=inputs["name"], Tags=tag_list(inputs["tagsAll"]), **said)
        return _made(account, inputs["name"])

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        description = new.get("description", "")
        if old.get("description", "") != description:
            # An empty one is none.
            account.client("events").update_event_bus(Name=made_id, Description=description)
        retag_thing(account, bus_arn(account, made_id), old, new)
        return _made(account, made_id)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        bus = _find_bus(account, made_id)
        if bus is None:
            return None
        inputs = {"name": bus["Name"], "tagsAll": tags_of(account, bus["Arn"])}
        if (description := bus.get("Description", "")) or "description" in known:
            inputs["description"] = description
        return Found(inputs, _made(account, bus["Name"]))

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
    replaces = ("eventBusName",)

    def right_on(self, account: Account, inputs: Values) -> str | None:
        return bus_arn(account, inputs["eventBusName"])

    def create(self, account: Account, inputs: Values) -> Made:
        name, policy = inputs["eventBusName"], _as_moto_keeps_it(json.loads(inputs["policy"]))
        account.client("events").put_permission(EventBusName=name, Policy=json.dumps(policy))
        # EventBridge puts a policy in the place of the one there was; moto puts it beside that.
        bus = account.storage.backend("events").describe_event_bus(name)
        bus.remove_statements()
        bus.add_policy(policy)
        return Made(name)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        return self.create(account, new)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        policy = (_find_bus(account, made_id) or {}).get("Policy")
        if policy is None:
            return None
        if "policy" in known and _as_moto_keeps_it(json.loads(known["policy"])) == json.loads(policy):
            policy = known["policy"]
        inputs = {"eventBusName": made_id, "policy": policy}
        return Found(in_known_words(self.inputs, inputs, known), Made(made_id))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("events").remove_permission(EventBusName=made_id, RemoveAllPermissions=True)


def bus_arn(account: Account, name: str) -> str:
    """The ARN of a bus; where a bus can be named, its ARN can stand too."""
    if name.startswith("arn:"):
        return name
    return f"arn:{account.partition}:events:{account.region}:{account.account_id}:event-bus/{name}"


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as EventBridge takes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tags_of(account: Account, arn: str) -> dict[str, str]:
    """The tags of a bus or a rule."""
    tags = account.client("events").list_tags_for_resource(ResourceARN=arn)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def retag_thing(account: Account, arn: str, old: Values, new: Values) -> None:
    """Make the tags of a bus or a rule, which were those of the `old` inputs, those of the `new` ones."""
    events = account.client("events")
    retag(
        old["tagsAll"],
        new["tagsAll"],
        lambda tags: events.tag_resource(ResourceARN=arn, Tags=tag_list(tags)),
        lambda keys: events.untag_resource(ResourceARN=arn, TagKeys=keys),
    )


def _find_bus(account: Account, made_id: str) -> Mapping[str, Any] | None:
    """What EventBridge tells of a bus; None where there is no such bus."""
    if re.fullmatch(BUS, made_id) is None:
        raise Refused(f"id {made_id!r} needs the name of an event bus: {NAME_SAYS}")
    events = account.client("events")
    try:
        bus: Mapping[str, Any] = events.describe_event_bus(Name=made_id)
    except events.exceptions.ResourceNotFoundException:
        return None
    return bus


def _made(account: Account, name: str) -> Made:
    return Made(name, bus_arn(account, name))


def _as_moto_keeps_it(policy: Mapping[str, Any]) -> dict[str, Any]:
    """Moto keeps the statements of a policy and nothing else of it."""
    return {"Version": "2012-10-17", "Statement": _statements(policy)}


def _statements(policy: Mapping[str, Any]) -> list[dict[str, Any]]:
    statements = policy.get("Statement", [])
    return [statements] if isinstance(statements, dict) else statements


TYPES = (EventBus(), EventBusPolicy())
