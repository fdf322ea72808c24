"""EventBridge archives: which events of a bus are kept, and for how long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from components.event_pattern import EventPattern, InvalidPattern
from emulator.eventing.archives import LONGEST_NAME, LONGEST_PATTERN
from emulator.provider.events import DESCRIPTION, NAME, NAME_SAYS
from emulator.provisioning.inputs import Arn, Document, Input, Text, Whole
from emulator.provisioning.known_words import in_known_words
from emulator.provisioning.resource_type import Autoname, Found, Made, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

_LARGEST_INTEGER = 2_147_483_647

_SAID = {"description": "Description", "eventPattern": "EventPattern", "retentionDays": "RetentionDays"}
"""The inputs that an update may change, and what EventBridge calls each."""


def _pattern_problems(pattern: Any) -> Iterable[str]:
    if not isinstance(pattern, dict):
        return ["a pattern is a JSON object"]
    try:
        EventPattern.parse(pattern, max_characters=LONGEST_PATTERN)
    except InvalidPattern as error:
        return error.problems
    return ()


class EventArchive(ResourceType):
    """What is kept of a bus's events (EventBridge API reference, `CreateArchive`)."""

    pulumi_type = "aws:cloudwatch/eventArchive:EventArchive"
    inputs: ClassVar[Mapping[str, Input]] = {
        "description": DESCRIPTION,
        "eventPattern": Document(problems=_pattern_problems),
        "eventSourceArn": Arn(of=("events",), required=True),
        "name": Text(pattern=NAME, says=NAME_SAYS, most=LONGEST_NAME),
        # 0 keeps them for ever, as where nothing is said.
        "retentionDays": Whole(least=0, most=_LARGEST_INTEGER, unit="days"),
    }
    # Pulumi's own limit is 255, AWS's is less.
    autoname = Autoname("name", LONGEST_NAME)
    one_per = ("name",)
    replaces = ("eventSourceArn", "name")

    def create(self, account: Account, inputs: Values) -> Made:
        account.client("events").create_archive(
            ArchiveName=inputs["name"], EventSourceArn=inputs["eventSourceArn"], **_said(inputs)
        )
        return _made(account, inputs["name"])

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        for word in ("eventPattern", "retentionDays"):
            if word in old and word not in new:
                raise Refused(
                    f"{word} needs a value, as it had one: whether UpdateArchive takes it back where it is not said is "
                    "not documented"
                )
        emptied = {"Description": ""} if "description" in old and "description" not in new else {}
        account.client("events").update_archive(ArchiveName=made_id, **_said(new), **emptied)
        return _made(account, made_id)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        if re.fullmatch(NAME, made_id) is None:
            raise Refused(f"id {made_id!r} needs the name of an archive: {NAME_SAYS}")
        events = account.client("events")
        try:
            archive = events.describe_archive(ArchiveName=made_id)
        except events.exceptions.ResourceNotFoundException:
            return None
        inputs: dict[str, Any] = {"name": made_id, "eventSourceArn": archive["EventSourceArn"]}
        for word, name in _SAID.items():
            # An empty description and 0 days are what there is where nothing is said.
            if archive.get(name) or (name in archive and word in known):
                inputs[word] = archive[name]
        return Found(in_known_words(self.inputs, inputs, known), _made(account, made_id))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("events").delete_archive(ArchiveName=made_id)


def _said(inputs: Values) -> dict[str, Any]:
    return {name: inputs[word] for word, name in _SAID.items() if word in inputs}


def _made(account: Account, name: str) -> Made:
    return Made(name, f"arn:{account.partition}:events:{account.region}:{account.account_id}:archive/{name}")


TYPES = (EventArchive(),)
