"""What every trigger shares that polls a stream: how records are handed over, tried again, and where they land."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from components import ledger
from components.function import LambdaFunction
from components.polled_trigger import PolledTriggerConfig, filter_criteria, metrics_config
from components.trigger import Right, Trigger


class StreamTriggerConfig(PolledTriggerConfig):
    """How the records of a stream are handed over."""

    batch_size: int = Field(default=100, ge=1, le=10_000)
    """The most records one invocation receives."""
    batch_window_seconds: int = Field(default=0, ge=0, le=300)
    """How long Lambda waits for a batch to fill."""
    max_retries: int = Field(default=5, ge=0, le=10_000)
    """How often a failed batch is tried again. Until it is done with or given up, nothing behind it moves on."""
    max_record_age_seconds: int = Field(default=21_600, ge=60, le=604_800)
    """How old a record may be to be tried; must be less than the stream keeps it."""
    bisect: bool = True
    """Split a failed batch in two, again and again, until what is left is what fails. Does not count as a retry."""
    partial_batch_failures: bool = True
    """The handler returns `batchItemFailures`: what comes before the first of them is done with. False: one failure
    brings back all."""
    parallel_batches: int = Field(default=1, ge=1, le=10)
    """How many batches of one shard are worked on at once; records of one key keep their order."""
    tumbling_window_seconds: int = Field(default=0, ge=0, le=900)
    """Hand a state from batch to batch over so many seconds of the stream, as `state`. 0: no window."""
    on_failure: Literal["bucket", "discard"] = "bucket"
    """Where records land that are given up. `discard`: they are lost."""

    once_per_source: ClassVar = True

    @model_validator(mode="after")
    def windows_see_one_batch_at_a_time(self) -> Self:
        if self.tumbling_window_seconds and self.parallel_batches > 1:
            raise ValueError(
                f"tumbling_window_seconds {self.tumbling_window_seconds} needs parallel_batches 1, "
                f"got {self.parallel_batches}: a window has one state, handed from batch to batch"
            )
        return self

    def landing(self, function: LambdaFunction) -> ledger.Landing:
        """Where a record ends that the function keeps failing on."""
        return ledger.Landing(
            when="the function fails",
            after=f"{self.max_retries + 1} attempts or {self.max_record_age_seconds} seconds",
            where=f"{function.address}.failed-records" if self.on_failure == "bucket" else None,
        )


def map_stream(
    trigger: Trigger[Any],
    config: StreamTriggerConfig,
    function: LambdaFunction,
    right: Right,
    stream: str,
    stream_arn: pulumi.Input[str],
    *,
    starting_position: str,
    starting_position_timestamp: str | None = None,
) -> aws.lambda_.EventSourceMapping:
    """Let Lambda poll a stream for a function.

    Args:
        right: to read the stream.
        stream: the name of the resource that the stream is of, inside its pipeline.
        stream_arn: of the stream, or of the function's own consumer of it.
        starting_position: `TRIM_HORIZON`, `LATEST` or `AT_TIMESTAMP`.
        starting_position_timestamp: with `AT_TIMESTAMP` (RFC 3339).
    """
    failed = function.keep_failed_records() if config.on_failure == "bucket" else None
    return aws.lambda_.EventSourceMapping(
        # Not by the trigger's own name: Lambda takes no second mapping of a stream, so a renamed one keeps it.
        f"{function.name}-on-{stream}-mapping",
        event_source_arn=stream_arn,
        function_name=function.arn,
        starting_position=starting_position,
        starting_position_timestamp=starting_position_timestamp,
        batch_size=config.batch_size,
        maximum_batching_window_in_seconds=config.batch_window_seconds,
        maximum_retry_attempts=config.max_retries,
        maximum_record_age_in_seconds=config.max_record_age_seconds,
        bisect_batch_on_function_error=config.bisect,
        function_response_types=["ReportBatchItemFailures"] if config.partial_batch_failures else None,
        parallelization_factor=config.parallel_batches,
        tumbling_window_in_seconds=config.tumbling_window_seconds or None,
        destination_config={"on_failure": {"destination_arn": failed.arn}} if failed else None,
        filter_criteria=filter_criteria(config.filters),
        metrics_config=metrics_config(config.metrics),
        enabled=config.enabled,
        # Lambda refuses the mapping while the role cannot read the stream, and the first batch may come at once. It
        # refuses a second one as well, so where one takes the place of another the old one has to go first.
        opts=trigger.after(right.resource, *function.rights).merge(pulumi.ResourceOptions(delete_before_replace=True)),
    )
