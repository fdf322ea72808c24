"""What an invocation did to a batch of a stream: how many of its records are done with, and why the rest is not.

The rules are those of the Lambda Developer Guide, "Configuring partial batch response with Kinesis Data Streams and
Lambda" and "Implementing stateful Kinesis Data Streams processing in Lambda".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.execution.invocation import Invocation
from emulator.queueing.batch_failures import failures


@dataclass(frozen=True)
class BatchOutcome:
    """How far a batch came."""

    done: int
    """The records before this one are done with; it and all behind it are not."""
    cause: str | None
    """Why not; None where all are done."""


def outcome_of(
    invocation: Invocation, sequence_numbers: Sequence[str], *, reports: bool, windowed: bool
) -> BatchOutcome:
    """Judge an invocation.

    Args:
        sequence_numbers: of the batch's records, in their order.
        reports: whether the mapping takes partial batch responses. The failed record that comes first is the
            checkpoint: whatever is behind it is tried again with it.
        windowed: whether the mapping has a tumbling window, so that the function has to return a state.
    """
    if invocation.error is None and windowed and not _has_state(invocation.result):
        return BatchOutcome(0, "the function returned no state, and its mapping has a tumbling window")
    failed = failures(invocation, sequence_numbers, reports=reports)
    for index, number in enumerate(sequence_numbers):
        if number in failed:
            return BatchOutcome(index, failed[number])
    return BatchOutcome(len(sequence_numbers), None)


def _has_state(answer: object) -> bool:
    return isinstance(answer, dict) and isinstance(answer.get("state"), dict)
