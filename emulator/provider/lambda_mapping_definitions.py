"""An event source mapping in Lambda's words: how it is told of one, and how it tells of one.

Every option that somebody may take back is told as what it is then: an update leaves out only what has not changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from emulator.provider.lambda_sources import POLLED
from emulator.provisioning.resource_type import Values

STREAM_WORDS: Mapping[str, tuple[str, Any]] = {
    "bisectBatchOnFunctionError": ("BisectBatchOnFunctionError", False),
    "maximumRecordAgeInSeconds": ("MaximumRecordAgeInSeconds", -1),
    "maximumRetryAttempts": ("MaximumRetryAttempts", -1),
    "parallelizationFactor": ("ParallelizationFactor", 1),
    "tumblingWindowInSeconds": ("TumblingWindowInSeconds", 0),
}
"""What only the mapping of a stream has and can change: what Lambda calls it, and what it is where nothing is said."""

FEWEST_POLLERS, MOST_POLLERS = 2, 200
"""The provisioned pollers of a queue where only one of the two numbers is said (Lambda API reference,
`ProvisionedPollerConfig`)."""


def definition(inputs: Values) -> dict[str, Any]:
    """What `CreateEventSourceMapping` and `UpdateEventSourceMapping` both take; an empty block says nothing."""
    patterns = patterns_of(inputs)
    service = inputs["eventSourceArn"].split(":")[2]
    return {
        "BatchSize": inputs.get("batchSize", POLLED[service].batch_size),
        "Enabled": inputs["enabled"],
        "FilterCriteria": {"Filters": [{"Pattern": pattern} for pattern in patterns]} if patterns else {},
        "FunctionName": inputs["functionName"],
        "FunctionResponseTypes": inputs["functionResponseTypes"],
        "MaximumBatchingWindowInSeconds": inputs["maximumBatchingWindowInSeconds"],
        "MetricsConfig": {"Metrics": inputs["metricsConfig"]["metrics"]} if "metricsConfig" in inputs else {},
        **(_of_queue(inputs) if service == "sqs" else _of_stream(inputs)),
    }


def start(inputs: Values) -> dict[str, Any]:
    """Where a new mapping begins; it cannot be changed afterwards."""
    moment = inputs.get("startingPositionTimestamp")
    return {
        **({"StartingPosition": inputs["startingPosition"]} if "startingPosition" in inputs else {}),
        **({"StartingPositionTimestamp": datetime.fromisoformat(moment)} if moment else {}),
    }


def patterns_of(inputs: Values) -> list[str]:
    """The filters, each as its pattern."""
    return [entry["pattern"] for entry in inputs.get("filterCriteria", {}).get("filters", ())]


def destination_of(inputs: Values) -> str | None:
    """ARN of the place for what a stream's mapping gives up."""
    arn: str | None = inputs.get("destinationConfig", {}).get("onFailure", {}).get("destinationArn")
    return arn


def told_definition(told: Values, known: Values) -> dict[str, Any]:
    """The inputs of a mapping that is there, without its tags.

    Args:
        told: its `EventSourceMappingConfiguration`.
        known: its inputs when it was last looked at.
    """
    inputs: dict[str, Any] = {
        "enabled": told["State"] in ("Creating", "Enabling", "Enabled"),
        "eventSourceArn": told["EventSourceArn"],
        "functionName": told["FunctionArn"],
        "functionResponseTypes": told.get("FunctionResponseTypes", []),
        "maximumBatchingWindowInSeconds": told.get("MaximumBatchingWindowInSeconds", 0),
        **_told_numbers(told, known),
    }
    patterns = [entry["Pattern"] for entry in told.get("FilterCriteria", {}).get("Filters", ())]
    if patterns or ("filterCriteria" in known and not patterns_of(known)):
        inputs["filterCriteria"] = {"filters": [{"pattern": pattern} for pattern in patterns]}
    if pollers := told.get("ProvisionedPollerConfig"):
        inputs["provisionedPollerConfig"] = {
            "maximumPollers": pollers.get("MaximumPollers", MOST_POLLERS),
            "minimumPollers": pollers.get("MinimumPollers", FEWEST_POLLERS),
        }
    if concurrency := told.get("ScalingConfig", {}).get("MaximumConcurrency"):
        inputs["scalingConfig"] = {"maximumConcurrency": concurrency}
    if destination := told.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"):
        inputs["destinationConfig"] = {"onFailure": {"destinationArn": destination}}
    if metrics := told.get("MetricsConfig", {}).get("Metrics"):
        inputs["metricsConfig"] = {"metrics": metrics}
    return inputs if _service(told) == "sqs" else {**inputs, **_told_start(told)}


def told_numbers(told: Values) -> dict[str, Any]:
    """The numbers and flags of a mapping, with what Lambda fills in where it tells nothing."""
    return {word: told.get(api, unsaid) for word, (api, unsaid) in _unsaid(_service(told)).items()}


def _of_queue(inputs: Values) -> dict[str, Any]:
    pollers, scaling = inputs.get("provisionedPollerConfig"), inputs.get("scalingConfig")
    return {
        "ProvisionedPollerConfig": (
            {"MaximumPollers": pollers["maximumPollers"], "MinimumPollers": pollers["minimumPollers"]}
            if pollers
            else {}
        ),
        "ScalingConfig": {"MaximumConcurrency": scaling["maximumConcurrency"]} if scaling else {},
    }


def _of_stream(inputs: Values) -> dict[str, Any]:
    destination = destination_of(inputs)
    return {
        **{api: inputs.get(word, unsaid) for word, (api, unsaid) in STREAM_WORDS.items()},
        "DestinationConfig": {"OnFailure": {"Destination": destination}} if destination else {},
    }


def _service(told: Values) -> str:
    arn: str = told["EventSourceArn"]
    return arn.split(":")[2]


def _unsaid(service: str) -> dict[str, tuple[str, Any]]:
    """What Lambda fills in where nothing is said, and what it calls it."""
    size = {"batchSize": ("BatchSize", POLLED[service].batch_size)}
    return size if service == "sqs" else {**size, **STREAM_WORDS}


def _told_numbers(told: Values, known: Values) -> dict[str, Any]:
    """Those that somebody said, or that are not as Lambda fills them in."""
    words = _unsaid(_service(told))
    return {word: value for word, value in told_numbers(told).items() if word in known or value != words[word][1]}


def _told_start(told: Values) -> dict[str, Any]:
    inputs = {"startingPosition": told["StartingPosition"]}
    if moment := told.get("StartingPositionTimestamp"):
        inputs["startingPositionTimestamp"] = moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return inputs
