"""Lambda: event source mappings, by which Lambda polls a queue or a stream for a function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from components.event_filter import InvalidFilters
from emulator.provider.lambda_functions import find_function
from emulator.provider.lambda_mapping_definitions import (
    FEWEST_POLLERS,
    MOST_POLLERS,
    STREAM_WORDS,
    definition,
    destination_of,
    patterns_of,
    start,
    told_definition,
    told_numbers,
)
from emulator.provider.lambda_sources import POLLED, PolledSource, destination_needs, source_of
from emulator.provisioning.inputs import Arn, Block, Flag, Input, Items, Text, Whole, Wrong
from emulator.provisioning.known_words import in_known_words
from emulator.provisioning.resource_type import TAGS, Found, Made, Need, Refused, ResourceType, Values
from emulator.provisioning.tagging import retag

if TYPE_CHECKING:
    from emulator.account import Account

_LARGEST_BATCH_WITHOUT_WINDOW = 10
_LARGEST_FIFO_BATCH = 10

_SHORTEST_AGE_SECONDS = 60
"""The shortest greatest age of a record, beside -1 (Lambda API reference, `CreateEventSourceMapping`)."""

_STARTS = ("startingPosition", "startingPositionTimestamp")

_QUEUE_WORDS = ("provisionedPollerConfig", "scalingConfig")
"""What only the mapping of a queue has."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, kw_only=True)
class _FunctionName(Text):
    """A function by its name or by its ARN, which mean the same."""

    def same(self, old: Any, new: Any) -> bool:
        named = [each.rpartition("function:")[2] for each in (old, new) if isinstance(each, str)]
        return named[0] == named[1] if len(named) == 2 else super().same(old, new)


@dataclass(frozen=True, kw_only=True)
class _Moment(Text):
    """A moment as RFC 3339 writes it; the same moment may be written in several ways."""

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        try:
            if datetime.fromisoformat(value).tzinfo is None:
                raise ValueError
        except (TypeError, ValueError):
            wrong.append(Wrong(path, value, "a moment with its time zone, as in 2030-01-01T12:00:00Z"))
        return value

    def same(self, old: Any, new: Any) -> bool:
        if not isinstance(old, str) or not isinstance(new, str):
            return super().same(old, new)
        return datetime.fromisoformat(old) == datetime.fromisoformat(new)


class EventSourceMapping(ResourceType):
    """A queue or a stream that is polled (Lambda API reference, `CreateEventSourceMapping`)."""

    pulumi_type = "aws:lambda/eventSourceMapping:EventSourceMapping"
    inputs: ClassVar[Mapping[str, Input]] = {
        "batchSize": Whole(least=1, most=10_000),
        "bisectBatchOnFunctionError": Flag(),
        "destinationConfig": Block(
            of={"onFailure": Block(of={"destinationArn": Arn(of=("s3", "sns", "sqs"), required=True)}, required=True)}
        ),
        "enabled": Flag(default=True),
        "eventSourceArn": Arn(of=tuple(POLLED), required=True),
        "filterCriteria": Block(
            of={"filters": Items(of=Block(of={"pattern": Text(most=4_096, required=True)}), default=[], any_order=True)}
        ),
        "functionName": _FunctionName(required=True),
        "functionResponseTypes": Items(of=Text(among=("ReportBatchItemFailures",)), most=1, default=[], any_order=True),
        "maximumBatchingWindowInSeconds": Whole(least=0, most=300, unit="seconds", default=0),
        "maximumRecordAgeInSeconds": Whole(least=-1, most=604_800, unit="seconds"),
        "maximumRetryAttempts": Whole(least=-1, most=10_000),
        "metricsConfig": Block(of={"metrics": Items(of=Text(among=("EventCount",)), least=1, most=1, required=True)}),
        "parallelizationFactor": Whole(least=1, most=10),
        "provisionedPollerConfig": Block(
            of={
                "maximumPollers": Whole(least=FEWEST_POLLERS, most=2_000, default=MOST_POLLERS),
                "minimumPollers": Whole(least=FEWEST_POLLERS, most=200, default=FEWEST_POLLERS),
            }
        ),
        "scalingConfig": Block(of={"maximumConcurrency": Whole(least=2, most=1_000, required=True)}),
        "startingPosition": Text(among=("AT_TIMESTAMP", "LATEST", "TRIM_HORIZON")),
        "startingPositionTimestamp": _Moment(),
        "tags": TAGS,
        "tumblingWindowInSeconds": Whole(least=0, most=900, unit="seconds"),
    }
    one_per = ("eventSourceArn", "functionName")
    replaces = ("eventSourceArn", *_STARTS)
    recomputed = ("functionArn", "lastModified", "state")

    def contradictions(self, inputs: Values) -> Iterator[str]:
        service = inputs["eventSourceArn"].split(":")[2]
        yield from _of_queue(inputs) if service == "sqs" else _of_stream(inputs, service)
        try:
            POLLED[service].read_filters(patterns_of(inputs))
        except InvalidFilters as error:
            yield from (f"filterCriteria.{problem}" for problem in error.problems)

    def needs(self, account: Account, inputs: Values) -> Iterator[Need]:
        function, source = _both(account, inputs)
        yield from source.needs(account, function)
        if destination := destination_of(inputs):
            yield from destination_needs(account, function, destination)

    def create(self, account: Account, inputs: Values) -> Made:
        _look_for_another(account, inputs, None)
        begin = start(inputs)
        if begin.get("StartingPositionTimestamp", account.clock.now) > account.clock.now:
            # Lambda API reference, `CreateEventSourceMapping`.
            raise Refused(f"startingPositionTimestamp {inputs['startingPositionTimestamp']} is in the future")
        said = {word: value for word, value in definition(inputs).items() if value != {}}
        made = account.client("lambda").create_event_source_mapping(
            EventSourceArn=inputs["eventSourceArn"], Tags=inputs["tagsAll"], **said, **begin
        )
        return _made(made)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        client = account.client("lambda")
        before, wanted = definition(old), definition(new)
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
        tags = client.list_tags(Resource=told["EventSourceMappingArn"])["Tags"]
        inputs = {**told_definition(told, known), "tagsAll": tags}
        return Found(in_known_words(self.inputs, inputs, known), _made(told))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("lambda").delete_event_source_mapping(UUID=made_id)


def _of_queue(inputs: Values) -> Iterator[str]:
    batch, window = inputs.get("batchSize", POLLED["sqs"].batch_size), inputs["maximumBatchingWindowInSeconds"]
    if inputs["eventSourceArn"].endswith(".fifo"):
        if batch > _LARGEST_FIFO_BATCH:
            yield f"batchSize {batch} needs 1 to {_LARGEST_FIFO_BATCH}: a FIFO queue gives no more"
        if window:
            yield f"maximumBatchingWindowInSeconds {window} needs 0: a FIFO queue has no window"
    elif batch > _LARGEST_BATCH_WITHOUT_WINDOW and not window:
        yield f"batchSize {batch} needs maximumBatchingWindowInSeconds of at least 1"
    pollers = inputs.get("provisionedPollerConfig")
    if pollers and "scalingConfig" in inputs:
        yield "scalingConfig and provisionedPollerConfig cannot both be: each limits how many batches run at once"
    if pollers and pollers["minimumPollers"] > pollers["maximumPollers"]:
        yield (
            f"provisionedPollerConfig.minimumPollers {pollers['minimumPollers']} needs at most "
            f"{pollers['maximumPollers']}, which maximumPollers is"
        )
    for word in (*STREAM_WORDS, *_STARTS, "destinationConfig"):
        if word in inputs:
            yield f"{word} needs a stream: a queue has its own visibility timeout and its own dead-letter queue"


def _of_stream(inputs: Values, service: str) -> Iterator[str]:
    position = inputs.get("startingPosition")
    if position is None:
        yield "startingPosition is missing: a stream is read from somewhere on"
    if position == "AT_TIMESTAMP" and service == "dynamodb":
        yield "startingPosition 'AT_TIMESTAMP' needs LATEST or TRIM_HORIZON: a table's stream is not read by time"
    if (position == "AT_TIMESTAMP") != ("startingPositionTimestamp" in inputs):
        yield "startingPositionTimestamp and startingPosition AT_TIMESTAMP need each other: one is there alone"
    age = inputs.get("maximumRecordAgeInSeconds", -1)
    if -1 < age < _SHORTEST_AGE_SECONDS:
        yield f"maximumRecordAgeInSeconds {age} needs -1, for no limit, or at least {_SHORTEST_AGE_SECONDS}"
    if inputs.get("tumblingWindowInSeconds") and inputs.get("parallelizationFactor", 1) > 1:
        yield f"parallelizationFactor {inputs['parallelizationFactor']} needs 1 with a tumbling window"
    for word in _QUEUE_WORDS:
        if word in inputs:
            yield f"{word} needs a queue: a stream is read by as many as it has shards, times parallelizationFactor"


def _both(account: Account, inputs: Values) -> tuple[Any, PolledSource]:
    """The function as moto keeps it, and what it polls."""
    function = find_function(account, inputs["functionName"])
    if function is None:
        raise Refused(f"there is no function {inputs['functionName']}")
    return function, source_of(account, inputs["eventSourceArn"])


def _look_for_another(account: Account, inputs: Values, own_uuid: str | None) -> None:
    """Lambda takes one mapping of a source and a function; the mapping itself is not in its own way."""
    function, source = _both(account, inputs)
    of_source = account.storage.backend("lambda").list_event_source_mappings(source.arn, "")
    if any(each.function_arn == function.function_arn and each.uuid != own_uuid for each in of_source):
        raise Refused(f"{function.function_name} polls {source.name} already: a function can poll a {source.word} once")


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
            **told_numbers(told),
        },
    )


TYPES = (EventSourceMapping(),)
