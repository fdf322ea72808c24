"""The report of a run: everything that was found, the verdict in words, the exit code, and all of it as JSON."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from importlib.metadata import version
from typing import Any

from components.ledger import Ledger
from emulator.journal import Hop
from emulator.journey.advice import ExplainedDenial
from emulator.journey.result import Finding, JourneyResult, Kind, Observed
from emulator.screen.fidelity import NOTES
from emulator.tally import Edge, Row


class Exit(IntEnum):
    """What the command ends with; of several that would be true, the highest."""

    CLEAN = 0
    ERROR = 1
    DEAD_LETTERS = 3
    DENIED = 4


@dataclass(frozen=True)
class RunReport:
    """A whole run, for people and for programs."""

    stack: str
    account_id: str = ""
    region: str = ""
    ledger: Ledger = field(default_factory=lambda: Ledger((), ()))
    journeys: tuple[JourneyResult, ...] = ()
    errors: tuple[str, ...] = ()
    """Why nothing could be run: problems of pages or of the deployment, one line each."""
    seconds_to_ready: float = 0.0
    seconds: float = 0.0
    """Real time of the whole run."""

    @property
    def failed(self) -> list[JourneyResult]:
        return [result for result in self.journeys if not result.ended_as_said]

    @property
    def exit_code(self) -> Exit:
        findings = [finding for result in self.journeys for finding in result.findings]
        return exit_code(findings, failed=bool(self.errors) or not self.journeys)

    @property
    def rows(self) -> list[Row]:
        """The account of every edge over all journeys."""
        return summed(row for result in self.journeys for row in result.rows)


def exit_code(findings: Iterable[Finding], *, failed: bool) -> Exit:
    """The code of the gravest finding.

    Args:
        failed: whether something stood in the way beside them.
    """
    kinds = {finding.kind for finding in findings}
    if Kind.DENIED in kinds:
        return Exit.DENIED
    if Kind.DEAD_LETTERED in kinds:
        return Exit.DEAD_LETTERS
    return Exit.ERROR if kinds or failed else Exit.CLEAN


def summed(rows: Iterable[Row]) -> list[Row]:
    """One row for each edge, sorted."""
    sums: dict[Edge, Counter[str]] = {}
    for row in rows:
        sums.setdefault(row.edge, Counter()).update(_numbers(row))
    return [
        Row(edge, counts["sent"], counts["processed"], counts["dead_lettered"], counts["filtered"])
        for edge, counts in sorted(sums.items())
    ]


def total(rows: Iterable[Row]) -> Row:
    """All rows in one."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(_numbers(row))
    return Row(Edge("all", "all"), counts["sent"], counts["processed"], counts["dead_lettered"], counts["filtered"])


def _numbers(row: Row) -> dict[str, int]:
    return {
        "sent": row.sent,
        "processed": row.processed,
        "dead_lettered": row.dead_lettered,
        "filtered": row.filtered,
    }


_WHAT_TO_DO = {
    Exit.ERROR: "read what each journey says of it; where the page is right the code is wrong, or the other way round",
    Exit.DEAD_LETTERS: "events failed for good: mend the cause, or say on the page that they may rest there",
    Exit.DENIED: "a right is missing: write the access line or the trigger that is named, or take the call out",
}


def verdict(report: RunReport) -> list[str]:
    """The end of the story: the sum of all events, and that all is well, or what went wrong and what to do."""
    if report.errors:
        return [f"no journey was sent: mend first what is told above (exit {report.exit_code:d})"]
    if not report.journeys:
        return [f"there is no journey to send: write pipelines/<name>/journeys.yaml (exit {int(report.exit_code)})"]
    every, sums = len(report.journeys), summed_up(total(report.rows))
    if not report.failed:
        return [sums, f"clean: {_counted(every, 'journey')} ended as {'they say' if every > 1 else 'it says'}"]
    code = report.exit_code
    lines = [sums, f"{len(report.failed)} of {_counted(every, 'journey')} did not end as said (exit {code:d})"]
    for result in report.failed:
        lines += [f"  {result.journey.full_name}", *(f"    {problem}" for problem in result.problems)]
    return [*lines, f"  what to do: {_WHAT_TO_DO[code]}"]


def summed_up(row: Row) -> str:
    """One sentence on how events ended."""
    return (
        f"{_counted(row.sent, 'event')} sent = {row.processed} processed + {row.dead_lettered} dead-lettered"
        f" + {row.filtered} filtered, {row.lost or 'none'} lost"
    )


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def as_json(report: RunReport) -> dict[str, Any]:
    """The report as one document of plain values. Times are ISO 8601 in UTC, virtual; durations in seconds."""
    return {
        "stack": report.stack,
        "account_id": report.account_id,
        "region": report.region,
        "versions": versions(),
        "exit_code": int(report.exit_code),
        "verdict": verdict(report),
        "errors": list(report.errors),
        "seconds_to_ready": round(report.seconds_to_ready, 3),
        "seconds": round(report.seconds, 3),
        "fidelity": [asdict(note) for note in NOTES],
        "ledger": report.ledger.export(),
        "journeys": [_journey(result) for result in report.journeys],
        "account": [row_as_json(row) for row in report.rows],
        "total": row_as_json(total(report.rows)),
    }


def versions() -> dict[str, str]:
    """What the run was made with."""
    packages = ("pulumi", "pulumi-aws", "moto", "boto3", "botocore")
    return {"python": platform.python_version(), **{package: version(package) for package in packages}}


def _journey(result: JourneyResult) -> dict[str, Any]:
    return {
        "name": result.journey.full_name,
        "story": result.journey.story,
        "ended_as_said": result.ended_as_said,
        "problems": [{"kind": str(finding.kind), "message": finding.sentence} for finding in result.findings],
        "seconds": round(result.seconds, 3),
        "virtual_seconds": result.virtual_seconds,
        "sent": len(result.journey.send),
        "without": list(result.journey.without),
        **observed_as_json(result.observed),
    }


def observed_as_json(observed: Observed) -> dict[str, Any]:
    """What happened, as plain values."""
    return {
        "processed": dict(observed.processed),
        "attempts": dict(observed.attempts),
        "returned": {function: dict(sums) for function, sums in observed.returned.items()},
        "wrote": dict(observed.wrote),
        "dead_lettered": dict(observed.dead_lettered),
        "filtered": dict(observed.filtered),
        "waiting": dict(observed.waiting),
        "denials": [denial_as_json(met) for met in observed.denials],
        "account": [row_as_json(row) for row in observed.rows],
        "hops": [hop_as_json(hop) for hop in observed.hops],
    }


def row_as_json(row: Row) -> dict[str, Any]:
    """The account of one edge, as plain values."""
    return {"source": row.edge.source, "target": row.edge.target, **_numbers(row), "lost": row.lost}


def denial_as_json(met: ExplainedDenial) -> dict[str, Any]:
    """A denial with its advice, as plain values."""
    return {**_plain(asdict(met.denial)), **asdict(met.advice), "times": met.times}


def hop_as_json(hop: Hop) -> dict[str, Any]:
    """A hop without what was carried: payloads would make the document a copy of everything that was sent."""
    fields = {name: getattr(hop, name) for name in Hop.__dataclass_fields__ if name != "details"}
    details = {name: value for name, value in hop.details.items() if name not in ("payload", "body")}
    return _plain(fields) | {"details": details}


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in fields.items()}
