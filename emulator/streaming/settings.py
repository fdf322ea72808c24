"""How an event source mapping reads its stream: what it says, and Lambda's defaults where it says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from moto.awslambda.models import EventSourceMapping

from emulator.queueing.batch_answers import REPORTS_FAILURES

FOR_EVER = -1
"""What stands for no limit, of retries and of a record's age, and is the default of both
(`CreateEventSourceMapping`)."""


@dataclass(frozen=True)
class StreamSettings:
    """One mapping's settings, as they are now."""

    batch_size: int
    batch_window: timedelta
    max_retries: int | None
    """None: without end."""
    max_record_age: timedelta | None
    """None: as long as the stream keeps it."""
    bisects: bool
    reports_failures: bool
    lanes: int
    """How many batches of one shard are worked on at the same time: the parallelization factor."""
    tumbling_window: timedelta | None
    destination_arn: str | None
    """Where a batch's record goes that is given up."""
    patterns: tuple[str, ...]
    """Its filters."""


def read_settings(mapping: EventSourceMapping) -> StreamSettings:
    """The settings of a mapping as the account keeps it."""
    on_failure = (mapping.destination_config or {}).get("OnFailure") or {}
    filters = (mapping.filter_criteria or {}).get("Filters") or ()
    age = _limit(mapping.max_record_age)
    return StreamSettings(
        batch_size=mapping.batch_size,
        batch_window=timedelta(seconds=mapping.max_batch_window or 0),
        max_retries=_limit(mapping.max_retry_attempts),
        max_record_age=None if age is None else timedelta(seconds=age),
        bisects=bool(mapping.bisect_on_error),
        reports_failures=REPORTS_FAILURES in (mapping.function_response_types or ()),
        lanes=mapping.parallelization_factor or 1,
        tumbling_window=timedelta(seconds=mapping.tumbling_window) if mapping.tumbling_window else None,
        destination_arn=on_failure.get("Destination") or None,
        patterns=tuple(each["Pattern"] for each in filters),
    )


def _limit(said: int | None) -> int | None:
    return None if said is None or said == FOR_EVER else said
