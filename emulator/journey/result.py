"""What one journey did: what was observed in the account, and what of it is not as the journey says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from emulator.journal import Denial, Hop
from emulator.journey.advice import ExplainedDenial
from emulator.journey.pages import Journey
from emulator.tally import Row


class Kind(StrEnum):
    """What sort of surprise a finding is; the exit code follows from it."""

    DENIED = "denied"
    DEAD_LETTERED = "dead-lettered"
    LOST = "lost"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Finding:
    """One thing that is not as the journey says."""

    kind: Kind
    sentence: str

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class Observed:
    """What happened, in numbers by full name. What did not happen is not named."""

    processed: Mapping[str, int] = field(default_factory=dict)
    attempts: Mapping[str, int] = field(default_factory=dict)
    returned: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    wrote: Mapping[str, int] = field(default_factory=dict)
    dead_lettered: Mapping[str, int] = field(default_factory=dict)
    """Messages that rest in each place, counted in the queues themselves."""
    filtered: Mapping[str, int] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    """Messages still in an ordinary queue."""
    denials: tuple[ExplainedDenial, ...] = ()
    rows: tuple[Row, ...] = ()
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True)
class JourneyResult:
    """One journey's outcome."""

    journey: Journey
    observed: Observed
    findings: tuple[Finding, ...]
    seconds: float = 0.0
    """Real time it took here."""
    virtual_seconds: float = 0.0
    """Time that passed in the account."""

    @property
    def ended_as_said(self) -> bool:
        return not self.findings

    @property
    def problems(self) -> list[str]:
        """Every surprise as a sentence."""
        return [str(finding) for finding in self.findings]

    @property
    def denials(self) -> list[Denial]:
        return [met.denial for met in self.observed.denials]

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.observed.rows

    @property
    def dead_letters(self) -> Mapping[str, int]:
        return self.observed.dead_lettered


def invocations(hops: tuple[Hop, ...]) -> list[Hop]:
    """The hops in which a function really ran; one for each batch."""
    return [hop for hop in hops if "function" in hop.details]


def attempts_by_function(hops: tuple[Hop, ...]) -> dict[str, int]:
    """How often each function ran, in the order in which they first did."""
    return dict(Counter(hop.target for hop in invocations(hops)))


def returned_by_function(hops: tuple[Hop, ...]) -> dict[str, dict[str, float]]:
    """Sums of every numeric field that a function returned; what is no number is left out."""
    sums: dict[str, dict[str, float]] = {}
    for hop in invocations(hops):
        result: Any = hop.details.get("result")
        for field_name, value in result.items() if isinstance(result, dict) else ():
            if isinstance(value, int | float) and not isinstance(value, bool):
                of_function = sums.setdefault(hop.target, {})
                of_function[field_name] = of_function.get(field_name, 0) + value
    return sums
