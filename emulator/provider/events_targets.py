"""EventBridge targets: what a rule hands its events to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.provider.events import BUS, NAME, NAME_SAYS
from emulator.provisioning.inputs import Arn, Block, Document, Entries, Input, Text, Whole
from emulator.provisioning.known_words import in_known_words
from emulator.provisioning.resource_type import Autoname, Found, Made, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

_IMPORT_ID = re.compile(rf"(?:(?P<eventBusName>{BUS})/)?(?P<rule>{NAME})/(?P<targetId>{NAME})")

_RETRIES = {
    "maximumEventAgeInSeconds": "MaximumEventAgeInSeconds",
    "maximumRetryAttempts": "MaximumRetryAttempts",
}


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
        "targetId": Text(pattern=NAME, says=NAME_SAYS, most=64),
    }
    # Pulumi's own limit is 255, AWS's is less.
    autoname = Autoname("targetId", 64)
    one_per = ("eventBusName", "rule", "targetId")
    replaces = ("eventBusName", "rule", "targetId")

    def contradictions(self, inputs: Values) -> Iterator[str]:
        said = [word for word in ("input", "inputPath", "inputTransformer") if word in inputs]
        if len(said) > 1:
            yield f"{' and '.join(said)} exclude each other: a target is told one thing"

    def create(self, account: Account, inputs: Values) -> Made:
        answer = account.client("events").put_targets(
            Rule=inputs["rule"], EventBusName=inputs["eventBusName"], Targets=[_target(inputs)]
        )
        for entry in answer["FailedEntries"]:
            raise Refused(f"PutTargets answers {entry['ErrorCode']}: {entry['ErrorMessage']}")
        return _made(inputs)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        return self.create(account, new)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        names = _names(made_id, known)
        events = account.client("events")
        pages = events.get_paginator("list_targets_by_rule").paginate(
            Rule=names["rule"], EventBusName=names["eventBusName"]
        )
        try:
            targets = [target for page in pages for target in page["Targets"]]
        except events.exceptions.ResourceNotFoundException:
            return None
        target = next((each for each in targets if each["Id"] == names["targetId"]), None)
        if target is None:
            return None
        if known and _target(known) == target:
            inputs: Values = {word: known[word] for word in self.inputs if word in known}
        else:
            inputs = in_known_words(self.inputs, {**names, **_told(target)}, known)
        return Found(inputs, _made(inputs))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("events").remove_targets(
            Rule=inputs["rule"], EventBusName=inputs["eventBusName"], Ids=[inputs["targetId"]]
        )


def _names(made_id: str, known: Values) -> dict[str, str]:
    """The names of bus, rule and target that an id stands for.

    Somebody who imports a target parts them by `/`. Of the id of one that was made they cannot be told: `-` parts them,
    which stands in names too (terraform-provider-aws, "events/target.go"); so what is known of it has to say.
    """
    written = _IMPORT_ID.fullmatch(made_id)
    if written is not None:
        return {"eventBusName": "default", **{word: name for word, name in written.groupdict().items() if name}}
    if known:
        return {word: known[word] for word in ("eventBusName", "rule", "targetId")}
    raise Refused(
        f"id {made_id!r} needs the names of a bus, of its rule and of a target, as in "
        "announcements/strong-quakes/notify; no bus is the default one"
    )


def _made(inputs: Values) -> Made:
    rule, bus, target_id = inputs["rule"], inputs["eventBusName"], inputs["targetId"]
    return Made(f"{rule}-{target_id}" if bus == "default" else f"{bus}-{rule}-{target_id}")


def _target(inputs: Values) -> dict[str, Any]:
    """A target as `PutTargets` takes it."""
    target: dict[str, Any] = {"Id": inputs["targetId"], "Arn": inputs["arn"]}
    if dead_letters := inputs.get("deadLetterConfig", {}).get("arn"):
        target["DeadLetterConfig"] = {"Arn": dead_letters}
    if retries := inputs.get("retryPolicy"):
        target["RetryPolicy"] = {_RETRIES[word]: value for word, value in retries.items()}
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


def _told(target: Mapping[str, Any]) -> dict[str, Any]:
    """What EventBridge tells of a target, beside its names."""
    inputs: dict[str, Any] = {"arn": target["Arn"]}
    if dead_letters := target.get("DeadLetterConfig", {}).get("Arn"):
        inputs["deadLetterConfig"] = {"arn": dead_letters}
    if retries := target.get("RetryPolicy"):
        inputs["retryPolicy"] = {word: retries[name] for word, name in _RETRIES.items() if name in retries}
    if group := target.get("SqsParameters", {}).get("MessageGroupId"):
        inputs["sqsTarget"] = {"messageGroupId": group}
    if "Input" in target:
        inputs["input"] = target["Input"]
    if "InputPath" in target:
        inputs["inputPath"] = target["InputPath"]
    if transformer := target.get("InputTransformer"):
        paths = transformer.get("InputPathsMap")
        inputs["inputTransformer"] = {
            "inputTemplate": transformer["InputTemplate"],
            **({"inputPaths": paths} if paths else {}),
        }
    return inputs


TYPES = (EventTarget(),)
