"""EventBridge rules: which events of a bus are wanted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from components.event_pattern import EventPattern, InvalidPattern
from emulator.provider.events import BUS, DESCRIPTION, NAME, NAME_SAYS, retag_thing, tag_list, tags_of
from emulator.provisioning.inputs import Document, Input, Text
from emulator.provisioning.known_words import in_known_words
from emulator.provisioning.resource_type import TAGS, Autoname, Found, Made, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

_ID = re.compile(rf"(?:(?P<bus>{BUS})/)?(?P<name>{NAME})")


def _pattern_problems(pattern: Any) -> Iterable[str]:
    if not isinstance(pattern, dict):
        return ["a pattern is a JSON object"]
    try:
        EventPattern.parse(pattern)
    except InvalidPattern as error:
        return error.problems
    return ()


class EventRule(ResourceType):
    """A rule that hears events of a pattern (EventBridge API reference, `PutRule`)."""

    pulumi_type = "aws:cloudwatch/eventRule:EventRule"
    inputs: ClassVar[Mapping[str, Input]] = {
        "description": DESCRIPTION,
        "eventBusName": Text(default="default"),
        "eventPattern": Document(problems=_pattern_problems, required=True),
        "name": Text(pattern=NAME, says=NAME_SAYS, most=64),
        "state": Text(among=("ENABLED", "DISABLED"), default="ENABLED"),
        "tags": TAGS,
    }
    autoname = Autoname("name", 64)
    one_per = ("eventBusName", "name")
    replaces = ("eventBusName", "name")

    def create(self, account: Account, inputs: Values) -> Made:
        said = {"Description": inputs["description"]} if "description" in inputs else {}
        account.client("events").put_rule(
            Name=inputs["name"],
            EventBusName=inputs["eventBusName"],
            EventPattern=inputs["eventPattern"],
            State=inputs["state"],
            Tags=tag_list(inputs["tagsAll"]),
            **said,
        )
        return _made(account, inputs)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        # PutRule has no ear for the tags of a rule that is there.
        retag_thing(account, _arn(account, new), old, new)
        if any(old.get(word) != new.get(word) for word in ("description", "eventPattern", "state")):
            self.create(account, new)
        return _made(account, new)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        names = _ID.fullmatch(made_id)
        if names is None:
            raise Refused(f"id {made_id!r} needs the names of a bus and of its rule, as in announcements/strong-quakes")
        bus, name = names["bus"] or "default", names["name"]
        events = account.client("events")
        try:
            rule = events.describe_rule(Name=name, EventBusName=bus)
        except events.exceptions.ResourceNotFoundException:
            return None
        inputs = {
            "eventBusName": bus,
            "name": name,
            "state": rule["State"],
            "tagsAll": tags_of(account, rule["Arn"]),
        }
        if "EventPattern" in rule:
            inputs["eventPattern"] = rule["EventPattern"]
        if (description := rule.get("Description", "")) or "description" in known:
            inputs["description"] = description
        return Found(in_known_words(self.inputs, inputs, known), _made(account, inputs))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("events").delete_rule(Name=inputs["name"], EventBusName=inputs["eventBusName"])


def _made(account: Account, inputs: Values) -> Made:
    bus, name = inputs["eventBusName"], inputs["name"]
    return Made(name if bus == "default" else f"{bus}/{name}", _arn(account, inputs))


def _arn(account: Account, inputs: Values) -> str:
    """The ARN of a rule: it names no bus where that is the default one."""
    bus, name = inputs["eventBusName"].rpartition("/")[2], inputs["name"]
    path = name if bus == "default" else f"{bus}/{name}"
    return f"arn:{account.partition}:events:{account.region}:{account.account_id}:rule/{path}"


TYPES = (EventRule(),)
