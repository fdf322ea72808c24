"""Lambda: event source mappings, by which Lambda polls a queue for a function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from components.event_filter import FilterCriteria, InvalidFilters
from emulator.provider.lambda_functions import find_function, right_of_role
from emulator.provider.sqs import find_queue
from emulator.provisioning.inputs import Arn, Block, Flag, Input, Items, Text, Whole
from emulator.provisioning.known_words import in_known_words
from emulator.provisioning.resource_type import TAGS, Found, Made, Need, Refused, ResourceType, Values
from emulator.provisioning.tagging import retag

if TYPE_CHECKING:
    from emulator.account import Account

POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""What the function's role needs (Lambda guide, "Using Lambda with Amazon SQS", on execution role permissions)."""

_LARGEST_BATCH_WITHOUT_WINDOW = 10
_LARGEST_FIFO_BATCH = 10


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, kw_only=True)
class _FunctionName(Text):
    """A function by its name or by its ARN, which mean the same."""

    def same(self, old: Any, new: Any) -> bool:
        named = [each.rpartition("function:")[2] for each in (old, new) if isinstance(each, str)]
        return named[0] == named[1] if len(named) == 2 else super().same(old, new)


class EventSourceMapping(ResourceType):
    """A queue that is polled (Lambda API reference, `CreateEventSourceMapping`)."""

    pulumi_type = "aws:lambda/eventSourceMapping:EventSourceMapping"
    inputs: ClassVar[Mapping[str, Input]] = {
        "batchSize": Whole(least=1, most=10_000, default=10),
        "enabled": Flag(default=True),
        "eventSourceArn": Arn(of=("sqs",), required=True),
        "filterCriteria": Block(
            of={"filters": Items(of=Block(of={"pattern": Text(most=4_096, required=True)}), default=[], any_order=True)}
        ),
        "functionName": _FunctionName(required=True),
        "functionResponseTypes": Items(of=Text(among=("ReportBatchItemFailures",)), most=1, default=[], any_order=True),
        "maximumBatchingWindowInSeconds": Whole(least=0, most=300, unit="seconds", default=0),
        "scalingConfig": Block(of={"maximumConcurrency": Whole(least=2, most=1_000, required=True)}),
        "tags": TAGS,
    }
    one_per = ("eventSourceArn", "functionName")
    replaces = ("eventSourceArn",)
    recomputed = ("functionArn", "lastModified", "state")

    def contradictions(self, inputs: Values) -> Iterator[str]:
        batch, window = inputs["batchSize"], inputs["maximumBatchingWindowInSeconds"]
        if inputs["eventSourceArn"].endswith(".fifo"):
            if batch > _LARGEST_FIFO_BATCH:
                yield f"batchSize {batch} needs 1 to {_LARGEST_FIFO_BATCH}: a FIFO queue gives no more"
            if window:
                yield f"maximumBatchingWindowInSeconds {window} needs 0: a FIFO queue has no window"
        elif batch > _LARGEST_BATCH_WITHOUT_WINDOW and not window:
            yield f"batchSize {batch} needs maximumBatchingWindowInSeconds of at least 1"
        try:
            FilterCriteria.parse(_patterns(inputs))
        except InvalidFilters as error:
            yield from (f"filterCriteria.{problem}" for problem in error.problems)

    def needs(self, account: Account, inputs: Values) -> Iterator[Need]:
        function, queue = _both(account, inputs)
        if queue.visibility_timeout < function.timeout:
            raise Refused(
                f"visibilityTimeoutSeconds {queue.visibility_timeout} of {queue.name} needs at least "
                f"{function.timeout}, the timeout of {function.function_name}: "
                "a message would be seen again while it is worked on"
            )
        for action in POLLING:
            yield right_of_role(account, function.role, function.function_name, action, queue.queue_arn)

    def create(self, account: Account, inputs: Values) -> Made:
        _look_for_another(account, inputs, None)
        said = {word: value for word, value in _definition(inputs).items() if value != {}}
        made = account.client("lambda").create_event_source_mapping(
            EventSourceArn=inputs["eventSourceArn"], Tags=inputs["tagsAll"], **said
        )
        return _made(made)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        client = account.client("lambda")
        before, wanted = _definition(old), _definition(new)
        changed = {word: value for word, value in wanted.items() if value != before[word]}
        if "FunctionName" in changed:
            _look_for_another(account, new, made_id)
        if changed:
            client.update_event_source_mapping(UUID=made_id, **changed)
        told = client.get_event_source_mapping(UUID=made_id)
        retag(
            old["tagsAll"],
            new["tagsAll"],
            lambda tags: client.tag_resource(Resource=told["EventSourceMappingArn"], Tags=tags),
            lambda keys: client.untag_resource(Resource=told["EventSourceMappingArn"], TagKeys=keys),
        )
        return _made(told)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        if _UUID.fullmatch(made_id) is None:
            raise Refused(f"id {made_id!r} needs the UUID of an event source mapping")
        client = account.client("lambda")
        try:
            told = client.get_event_source_mapping(UUID=made_id)
        except client.exceptions.ResourceNotFoundException:
            return None
        inputs = {
            "batchSize": told["BatchSize"],
            "enabled": told["State"] in ("Creating", "Enabling", "Enabled"),
            "eventSourceArn": told["EventSourceArn"],
            "functionName": told["FunctionArn"],
            "functionResponseTypes": told.get("FunctionResponseTypes", []),
            "maximumBatchingWindowInSeconds": told.get("MaximumBatchingWindowInSeconds", 0),
            "tagsAll": client.list_tags(Resource=told["EventSourceMappingArn"])["Tags"],
        }
        patterns = [entry["Pattern"] for entry in told.get("FilterCriteria", {}).get("Filters", ())]
        if patterns or ("filterCriteria" in known and not _patterns(known)):
            inputs["filterCriteria"] = {"filters": [{"pattern": pattern} for pattern in patterns]}
        if concurrency := told.get("ScalingConfig", {}).get("MaximumConcurrency"):
            inputs["scalingConfig"] = {"maximumConcurrency": concurrency}
        return Found(in_known_words(self.inputs, inputs, known), _made(told))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("lambda").delete_event_source_mapping(UUID=made_id)


def _both(account: Account, inputs: Values) -> tuple[Any, Any]:
    """The function and its queue, as moto keeps them."""
    function, queue = find_function(account, inputs["functionName"]), find_queue(account, inputs["eventSourceArn"])
    if function is None:
        raise Refused(f"there is no function {inputs['functionName']}")
    if queue is None:
        raise Refused(f"there is no queue {inputs['eventSourceArn']}")
    return function, queue


def _look_for_another(account: Account, inputs: Values, own_uuid: str | None) -> None:
    """Lambda takes one mapping of a queue and a function; the mapping itself is not in its own way."""
    function, queue = _both(account, inputs)
    of_queue = account.storage.backend("lambda").list_event_source_mappings(queue.queue_arn, "")
    if any(each.function_arn == function.function_arn and each.uuid != own_uuid for each in of_queue):
        raise Refused(f"{function.function_name} polls {queue.name} already: a function can poll a queue once")


def _definition(inputs: Values) -> dict[str, Any]:
    """What `CreateEventSourceMapping` and `UpdateEventSourceMapping` both take; an empty block says nothing."""
    patterns, scaling = _patterns(inputs), inputs.get("scalingConfig")
    return {
        "BatchSize": inputs["batchSize"],
        "Enabled": inputs["enabled"],
        "FilterCriteria": {"Filters": [{"Pattern": pattern} for pattern in patterns]} if patterns else {},
        "FunctionName": inputs["functionName"],
        "FunctionResponseTypes": inputs["functionResponseTypes"],
        "MaximumBatchingWindowInSeconds": inputs["maximumBatchingWindowInSeconds"],
        "ScalingConfig": {"MaximumConcurrency": scaling["maximumConcurrency"]} if scaling else {},
    }


def _made(told: Values) -> Made:
    """A mapping that Lambda tells of in an `EventSourceMappingConfiguration`."""
    modified: datetime = told["LastModified"]
    return Made(
        told["UUID"],
        told["EventSourceMappingArn"],
        {
            "functionArn": told["FunctionArn"],
            # Moto takes the account's time for this machine's: read back as such, it is the account's again.
            "lastModified": f"{modified.replace(tzinfo=None).isoformat()}Z",
            "lastProcessingResult": told.get("LastProcessingResult", ""),
            "state": told["State"],
            "stateTransitionReason": told["StateTransitionReason"],
            "uuid": told["UUID"],
        },
    )


def _patterns(inputs: Values) -> list[str]:
    return [entry["pattern"] for entry in inputs.get("filterCriteria", {}).get("filters", ())]


TYPES = (EventSourceMapping(),)
