"""EventBridge Scheduler: groups, and the schedules in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from components import schedule_input
from components.schedule_expression import InvalidSchedule, ScheduleExpression
from emulator.provider.lambda_functions import find_role
from emulator.provisioning.inputs import Arn, Block, Document, Input, Text, Whole
from emulator.provisioning.known_words import in_known_words
from emulator.provisioning.resource_type import TAGS, Autoname, Found, Made, Need, Refused, ResourceType, Values
from emulator.provisioning.tagging import retag
from emulator.scheduling.schedule_checks import PRINCIPAL, group_arn, role_context

if TYPE_CHECKING:
    from emulator.account import Account

_NAME = r"[0-9a-zA-Z\-_.]{1,64}"
_NAME_SAYS = "1 to 64 characters of A-Z a-z 0-9 - _ ."
_ID = re.compile(rf"(?P<groupName>{_NAME})/(?P<name>{_NAME})")

_RETRIES = {
    "maximumEventAgeInSeconds": ("MaximumEventAgeInSeconds", 86_400),
    "maximumRetryAttempts": ("MaximumRetryAttempts", 185),
}
"""Each with its name in the API, and what it is where nobody says (terraform-provider-aws, "scheduler/schedule.go")."""


@dataclass(frozen=True, kw_only=True)
class _Moment(Text):
    """A moment to the second, in whatever offset it is written."""

    pattern: str = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)"
    says: str = "a moment as in 2030-01-31T12:00:00Z"

    def same(self, old: Any, new: Any) -> bool:
        if not isinstance(old, str) or not isinstance(new, str):
            return super().same(old, new)
        return datetime.fromisoformat(old) == datetime.fromisoformat(new)


class ScheduleGroup(ResourceType):
    """A group of schedules (Scheduler API reference, `CreateScheduleGroup`)."""

    pulumi_type = "aws:scheduler/scheduleGroup:ScheduleGroup"
    inputs: ClassVar[Mapping[str, Input]] = {
        "name": Text(pattern=_NAME, says=_NAME_SAYS),
        "tags": TAGS,
    }
    autoname = Autoname("name", 64)
    one_per = ("name",)
    replaces = ("name",)

    def contradictions(self, inputs: Values) -> Iterator[str]:
        if inputs.get("name") == "default":
            yield "name 'default' is the group that every account has: it cannot be made"

    def create(self, account: Account, inputs: Values) -> Made:
        scheduler = account.client("scheduler")
        scheduler.create_schedule_group(Name=inputs["name"], Tags=_tag_list(inputs["tagsAll"]))
        return _made_group(scheduler.get_schedule_group(Name=inputs["name"]))

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        scheduler, arn = account.client("scheduler"), group_arn(account, made_id)
        retag(
            old["tagsAll"],
            new["tagsAll"],
            lambda tags: scheduler.tag_resource(ResourceArn=arn, Tags=_tag_list(tags)),
            lambda keys: scheduler.untag_resource(ResourceArn=arn, TagKeys=keys),
        )
        return _made_group(scheduler.get_schedule_group(Name=made_id))

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        if re.fullmatch(_NAME, made_id) is None:
            raise Refused(f"id {made_id!r} needs the name of a schedule group: {_NAME_SAYS}")
        scheduler = account.client("scheduler")
        try:
            group = scheduler.get_schedule_group(Name=made_id)
        except scheduler.exceptions.ResourceNotFoundException:
            return None
        tags = scheduler.list_tags_for_resource(ResourceArn=group["Arn"])["Tags"]
        inputs = {"name": made_id, "tagsAll": {tag["Key"]: tag["Value"] for tag in tags}}
        return Found(inputs, _made_group(group))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("scheduler").delete_schedule_group(Name=made_id)


class Schedule(ResourceType):
    """A schedule that invokes a function (Scheduler API reference, `CreateSchedule`)."""

    pulumi_type = "aws:scheduler/schedule:Schedule"
    inputs: ClassVar[Mapping[str, Input]] = {
        "actionAfterCompletion": Text(among=("NONE", "DELETE"), default="NONE"),
        "description": Text(most=512),
        "endDate": _Moment(),
        "flexibleTimeWindow": Block(
            of={
                "maximumWindowInMinutes": Whole(least=1, most=1_440, unit="minutes"),
                "mode": Text(among=("OFF", "FLEXIBLE"), required=True),
            },
            required=True,
        ),
        "groupName": Text(pattern=_NAME, says=_NAME_SAYS, default="default"),
        "name": Text(pattern=_NAME, says=_NAME_SAYS),
        "scheduleExpression": Text(least=1, most=256, required=True),
        "scheduleExpressionTimezone": Text(least=1, most=50, default="UTC"),
        "startDate": _Moment(),
        "state": Text(among=("ENABLED", "DISABLED"), default="ENABLED"),
        "target": Block(
            of={
                "arn": Arn(of=("lambda",), required=True),
                "deadLetterConfig": Block(of={"arn": Arn(of=("sqs",), required=True)}),
                "input": Document(most=schedule_input.LARGEST_INPUT_BYTES),
                "retryPolicy": Block(
                    of={
                        "maximumEventAgeInSeconds": Whole(least=60, most=86_400, unit="seconds", default=86_400),
                        "maximumRetryAttempts": Whole(least=0, most=185, default=185),
                    }
                ),
                "roleArn": Arn(of=("iam",), required=True),
            },
            required=True,
        ),
    }
    autoname = Autoname("name", 64)
    one_per = ("groupName", "name")
    replaces = ("groupName", "name")

    def contradictions(self, inputs: Values) -> Iterator[str]:
        try:
            ScheduleExpression.parse(inputs["scheduleExpression"], inputs["scheduleExpressionTimezone"])
        except InvalidSchedule as error:
            yield from error.problems
        for word in ("startDate", "endDate"):
            if word in inputs and not _is_moment(inputs[word]):
                yield f"{word} {inputs[word]} is a moment that no calendar has"
        window = inputs["flexibleTimeWindow"]
        if (window["mode"] == "FLEXIBLE") != ("maximumWindowInMinutes" in window):
            yield "flexibleTimeWindow.maximumWindowInMinutes belongs to mode FLEXIBLE, and only to it"
        yield from (f"target.{problem}" for problem in schedule_input.problems(inputs["target"].get("input", "null")))
        if inputs["target"].get("deadLetterConfig", {}).get("arn", "").endswith(".fifo"):
            yield "target.deadLetterConfig.arn needs a standard queue: Scheduler sends to no FIFO queue"

    def needs(self, account: Account, inputs: Values) -> Iterator[Need]:
        role_arn = inputs["target"]["roleArn"]
        if find_role(account, role_arn) is None:
            raise Refused(f"target.roleArn names {role_arn}, and there is no such role")
        context = role_context(account, inputs["groupName"])
        yield Need(
            f"{PRINCIPAL} may sts:AssumeRole on {account.names.of(role_arn)} for {context['aws:SourceArn']}",
            role_arn,
            lambda: account.rights.of_trust(PRINCIPAL, role_arn, context),
        )

    def create(self, account: Account, inputs: Values) -> Made:
        account.client("scheduler").create_schedule(**_asked(inputs))
        return _made(account, inputs)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        account.client("scheduler").update_schedule(**_asked(new))  # What is not said anew is at its default again.
        return _made(account, new)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        names = _ID.fullmatch(made_id)
        if names is None:
            raise Refused(f"id {made_id!r} needs the names of a group and of its schedule, as in reports/nightly")
        scheduler = account.client("scheduler")
        try:
            told = scheduler.get_schedule(GroupName=names["groupName"], Name=names["name"])
        except scheduler.exceptions.ResourceNotFoundException:
            return None
        inputs = {**names.groupdict(), **_told(told, known)}
        return Found(in_known_words(self.inputs, inputs, known), _made(account, inputs))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("scheduler").delete_schedule(GroupName=inputs["groupName"], Name=inputs["name"])


def _asked(inputs: Values) -> dict[str, Any]:
    """A schedule as `CreateSchedule` and `UpdateSchedule` both take it."""
    window, target = inputs["flexibleTimeWindow"], inputs["target"]
    asked: dict[str, Any] = {
        "ActionAfterCompletion": inputs["actionAfterCompletion"],
        "FlexibleTimeWindow": {"Mode": window["mode"]},
        "GroupName": inputs["groupName"],
        "Name": inputs["name"],
        "ScheduleExpression": inputs["scheduleExpression"],
        "ScheduleExpressionTimezone": inputs["scheduleExpressionTimezone"],
        "State": inputs["state"],
        "Target": {"Arn": target["arn"], "RoleArn": target["roleArn"]},
    }
    if "maximumWindowInMinutes" in window:
        asked["FlexibleTimeWindow"]["MaximumWindowInMinutes"] = window["maximumWindowInMinutes"]
    if "description" in inputs:
        asked["Description"] = inputs["description"]
    for word, name in (("startDate", "StartDate"), ("endDate", "EndDate")):
        if word in inputs:
            asked[name] = datetime.fromisoformat(inputs[word])
    if "input" in target:
        asked["Target"]["Input"] = target["input"]
    if retries := target.get("retryPolicy"):
        asked["Target"]["RetryPolicy"] = {_RETRIES[word][0]: value for word, value in retries.items()}
    if dead_letters := target.get("deadLetterConfig"):
        asked["Target"]["DeadLetterConfig"] = {"Arn": dead_letters["arn"]}
    return asked


def _told(told: Mapping[str, Any], known: Values) -> dict[str, Any]:
    """What Scheduler tells of a schedule, beside its names."""
    window = told["FlexibleTimeWindow"]
    minutes = window.get("MaximumWindowInMinutes")
    inputs: dict[str, Any] = {
        "actionAfterCompletion": told.get("ActionAfterCompletion", "NONE"),
        "flexibleTimeWindow": {
            "mode": window["Mode"],
            **({"maximumWindowInMinutes": minutes} if minutes is not None else {}),
        },
        "scheduleExpression": told["ScheduleExpression"],
        "scheduleExpressionTimezone": told["ScheduleExpressionTimezone"],
        "state": told["State"],
        "target": _told_target(told["Target"], known.get("target", {})),
    }
    if (description := told.get("Description") or "") or "description" in known:
        inputs["description"] = description
    for word, name in (("startDate", "StartDate"), ("endDate", "EndDate")):
        if told.get(name) is not None:
            inputs[word] = _spelled(told[name])
    return inputs


def _told_target(told: Mapping[str, Any], known: Values) -> dict[str, Any]:
    target: dict[str, Any] = {"arn": told["Arn"], "roleArn": told["RoleArn"]}
    retries = {word: told["RetryPolicy"].get(name, unsaid) for word, (name, unsaid) in _RETRIES.items()}
    # Where nobody says them Scheduler tells its defaults.
    if "retryPolicy" in known or retries != {word: unsaid for word, (_, unsaid) in _RETRIES.items()}:
        target["retryPolicy"] = retries
    if told.get("Input"):
        target["input"] = told["Input"]
    if dead_letters := (told.get("DeadLetterConfig") or {}).get("Arn"):
        target["deadLetterConfig"] = {"arn": dead_letters}
    return target


def _made(account: Account, inputs: Values) -> Made:
    path = f"{inputs['groupName']}/{inputs['name']}"
    return Made(path, f"arn:{account.partition}:scheduler:{account.region}:{account.account_id}:schedule/{path}")


def _made_group(group: Mapping[str, Any]) -> Made:
    dates = {
        "creationDate": _spelled(group["CreationDate"]),
        "lastModificationDate": _spelled(group["LastModificationDate"]),
    }
    return Made(group["Name"], group["Arn"], {**dates, "state": group["State"]})


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _spelled(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


TYPES = (ScheduleGroup(), Schedule())
