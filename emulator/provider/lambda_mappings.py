"""Lambda: event source mappings, by which Lambda polls a queue for a function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from components.event_filter import FilterCriteria, InvalidFilters
from emulator.provider.lambda_functions import find_function, right_of_role
from emulator.provider.sqs import find_queue
from emulator.provisioning.inputs import Arn, Block, Flag, Input, Items, Text, Whole
from emulator.provisioning.resource_type import TAGS, Made, Need, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""What the function's role needs (Lambda guide, "Using Lambda with Amazon SQS", on execution role permissions)."""

_LARGEST_BATCH_WITHOUT_WINDOW = 10
_LARGEST_FIFO_BATCH = 10


class EventSourceMapping(ResourceType):
    """A queue that is polled (Lambda API reference, `CreateEventSourceMapping`)."""

    pulumi_type = "aws:lambda/eventSourceMapping:EventSourceMapping"
    inputs: ClassVar[Mapping[str, Input]] = {
        "batchSize": Whole(least=1, most=10_000, default=10),
        "enabled": Flag(default=True),
        "eventSourceArn": Arn(of=("sqs",), required=True),
        "filterCriteria": Block(
            of={"filters": Items(of=Block(of={"pattern": Text(most=4_096, required=True)}), default=[])}
        ),
        "functionName": Text(required=True),
        "functionResponseTypes": Items(of=Text(among=("ReportBatchItemFailures",)), most=1, default=[]),
        "maximumBatchingWindowInSeconds": Whole(least=0, most=300, unit="seconds", default=0),
        "scalingConfig": Block(of={"maximumConcurrency": Whole(least=2, most=1_000, required=True)}),
        "tags": TAGS,
    }
    one_per = ("eventSourceArn", "functionName")

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
        said: dict[str, Any] = {"FunctionResponseTypes": inputs["functionResponseTypes"]}
        if patterns := _patterns(inputs):
            said["FilterCriteria"] = {"Filters": [{"Pattern": pattern} for pattern in patterns]}
        if "scalingConfig" in inputs:
            said["ScalingConfig"] = {"MaximumConcurrency": inputs["scalingConfig"]["maximumConcurrency"]}
        made = account.client("lambda").create_event_source_mapping(
            BatchSize=inputs["batchSize"],
            Enabled=inputs["enabled"],
            EventSourceArn=inputs["eventSourceArn"],
            FunctionName=inputs["functionName"],
            MaximumBatchingWindowInSeconds=inputs["maximumBatchingWindowInSeconds"],
            Tags=inputs["tagsAll"],
            **said,
        )
        outputs = {"uuid": made["UUID"], "functionArn": made["FunctionArn"], "state": made["State"]}
        return Made(made["UUID"], made["EventSourceMappingArn"], outputs)

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("lambda").delete_event_source_mapping(UUID=made_id)


def _both(account: Account, inputs: Values) -> tuple[Any, Any]:
    """The function and its queue, as moto keeps them."""
    function, queue = find_function(account, inputs["functionName"]), find_queue(account, inputs["eventSourceArn"])
    if function is None:
        raise Refused(f"there is no function {inputs['functionName']}")
    if queue is None:
        raise Refused(f"there is no queue {inputs['eventSourceArn']}")
    mappings = account.storage.backend("lambda").list_event_source_mappings(queue.queue_arn, function.function_arn)
    if mappings:
        raise Refused(f"{function.function_name} polls {queue.name} already: a function can poll a queue once")
    return function, queue


def _patterns(inputs: Values) -> list[str]:
    return [entry["pattern"] for entry in inputs.get("filterCriteria", {}).get("filters", ())]


TYPES = (EventSourceMapping(),)
