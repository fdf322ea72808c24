"""What every trigger shares whose source Lambda polls: which events are handed over, and how a mapping is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import ClassVar

import pulumi_aws as aws
from pydantic import Field, field_validator

from components.config import JsonObject
from components.event_filter import FILTERS_LIMIT, FilterCriteria, FilteredSource
from components.event_filter_example import wanted_record
from components.event_pattern_example import MayStand, anything
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

    def example_record(
        self, *plain: JsonObject, filled: Callable[[JsonObject], JsonObject], may_stand: MayStand = anything
    ) -> JsonObject:
        """A record that the filters let pass; where none is found, the first plain one.

        Args:
            plain: what filters look at, in one record or another, as it is without a filter.
            filled: makes the record of that.
            may_stand: which values may stand where.
        """
        criteria = FilterCriteria.parse(self.filters, self.filtered)
        found = (wanted_record(criteria, each, filled, may_stand) for each in plain)
        return next((record for record in found if record is not None), None) or filled(plain[0])


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
