"""What every trigger shares whose source Lambda polls: which events are handed over, and how a mapping is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar

import pulumi_aws as aws
from pydantic import Field, field_validator

from components.config import JsonObject
from components.event_filter import FILTERS_LIMIT, FilterCriteria, FilteredSource
from components.trigger import TriggerConfig


class PolledTriggerConfig(TriggerConfig):
    """A source that Lambda polls."""

    filters: tuple[JsonObject, ...] = Field(default=(), max_length=FILTERS_LIMIT)
    """Patterns of what to hand over. The function never sees what matches none of them: that counts as filtered."""
    metrics: bool = False
    """Let CloudWatch count what was polled, filtered, handed over, failed and given up. It costs by the metric."""
    enabled: bool = True
    """False stops polling; the source goes on to forget what is too old."""

    asynchronous: ClassVar = False
    filtered: ClassVar[FilteredSource]
    """What filters may look at."""

    @field_validator("filters")
    @classmethod
    def filters_are_patterns(cls, filters: tuple[JsonObject, ...]) -> tuple[JsonObject, ...]:
        FilterCriteria.parse(filters, cls.filtered)
        return filters


def filter_criteria(filters: Sequence[JsonObject]) -> aws.lambda_.EventSourceMappingFilterCriteriaArgs | None:
    """The filters as a mapping takes them; None where there is none."""
    if not filters:
        return None
    return aws.lambda_.EventSourceMappingFilterCriteriaArgs(
        filters=[
            aws.lambda_.EventSourceMappingFilterCriteriaFilterArgs(pattern=json.dumps(pattern)) for pattern in filters
        ]
    )


def metrics_config(wanted: bool) -> aws.lambda_.EventSourceMappingMetricsConfigArgs | None:
    """The metrics of a mapping, where they are wanted: the only group of them that queues and streams have
    (Lambda API reference, `EventSourceMappingMetricsConfig`)."""
    return aws.lambda_.EventSourceMappingMetricsConfigArgs(metrics=["EventCount"]) if wanted else None
