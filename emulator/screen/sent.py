"""What `send` shows and reports: the event and how it was handed over, what became of it, and the verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from components.ledger import Handshake
from emulator.journey.address_book import AddressBook
from emulator.journey.result import Finding, Observed, invocations
from emulator.screen import text
from emulator.screen.fidelity import NOTES
from emulator.screen.report import Exit, exit_code, observed_as_json, row_as_json, summed_up, total, versions


@dataclass(frozen=True)
class SendReport:
    """One event that was sent by hand, for people and for programs."""

    stack: str
    trigger: str
    account_id: str = ""
    region: str = ""
    line: Handshake | None = None
    """The trigger in the ledger."""
    event: Any = None
    """As it was handed over."""
    origin: str | None = None
    """Where it was read from; None: it is the trigger's example."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What things are called in the account, by what stood in the event."""
    left_out: tuple[str, ...] = ()
    """What the source does in AWS beside, and nobody did here."""
    missing: tuple[str, ...] = ()
    """What the event tells of and is not there: one sentence each."""
    without: tuple[str, ...] = ()
    """Rights that were withdrawn beforehand."""
    received: Any = None
    """The event of the first invocation; None where there was none."""
    otherwise: str | None = None
    """What the function received otherwise than it was given."""
    observed: Observed = field(default_factory=Observed)
    findings: tuple[Finding, ...] = ()
    """Whatever did not end well."""
    errors: tuple[str, ...] = ()
    """Why nothing could be sent, one line each."""
    seconds_to_ready: float = 0.0
    seconds: float = 0.0
    """Real time of it all."""
    virtual_seconds: float = 0.0
    """Time that passed in the account."""

    @property
    def exit_code(self) -> Exit:
        return exit_code(self.findings, failed=bool(self.errors))


_WHAT_TO_DO = {
    Exit.ERROR: "read what is told above; where the event is right the trigger or the code is wrong",
    Exit.DEAD_LETTERS: "mend the event or what failed on it, and send it once more; --logs shows what the code printed",
    Exit.DENIED: "a right is missing: write the access line or the trigger that is named, or take the call out",
}


_PUT_FIRST = "see first that what the event tells of is there: --object puts a file into its bucket"
_NOT_EMULATED = "what `python -m emulator run` tells as not emulated"


def opening(report: SendReport, book: AddressBook, width: int) -> list[str]:
    """Before anything moves: the right that is used, the event, and what is left out."""
    told = [
        ("event", report.origin or "the trigger's example; --print shows it, --event sends another"),
        *(("called", f"{name} is {deployed} here") for name, deployed in report.names.items()),
        *(("withdrawn", name) for name in report.without),
        *(("missing", sentence) for sentence in report.missing),
        *(("left out", sentence) for sentence in (*report.left_out, _NOT_EMULATED)),
    ]
    lines = [text.ready(report.seconds_to_ready, book), ""]
    if report.line is not None:
        lines += [f"send by {report.trigger}", *text.handshakes([report.line], width), ""]
    return [*lines, *(line for word, sentence in told for line in text.told(word, sentence, width)), ""]


def closing(report: SendReport, width: int) -> list[str]:
    """What became of the event, and the verdict."""
    observed, row = report.observed, total(report.observed.rows)
    told = [
        ("received", report.otherwise),
        *(("returned", each) for each in _returned(report)),
        *text.observations(observed),
        ("ended", text.endings(row, report.virtual_seconds, report.seconds)),
    ]
    lines = ["", *(line for word, each in told if each for line in text.told(word, each, width)), ""]
    return [*(lines if not report.errors else []), *text.sentences([*report.errors, *verdict(report)], width)]


def verdict(report: SendReport) -> list[str]:
    """That all is well, or what went wrong and what to do."""
    code = report.exit_code
    if report.errors:
        return [f"nothing was sent: mend first what is told above (exit {code:d})"]
    total_line = summed_up(total(report.observed.rows))
    if not report.findings:
        return [total_line, f"clean: {_woken(report)} was woken by {report.trigger}, and all ended well"]
    problems = [f"    {finding}" for finding in report.findings]
    what_to_do = f"  what to do: {_PUT_FIRST if report.missing else _WHAT_TO_DO[code]}"
    return [total_line, f"not all that {report.trigger} set off ended well (exit {code:d})", *problems, what_to_do]


def as_json(report: SendReport) -> dict[str, Any]:
    """The report as one document of plain values. Times are ISO 8601 in UTC, virtual; durations in seconds."""
    return {
        "stack": report.stack,
        "account_id": report.account_id,
        "region": report.region,
        "versions": versions(),
        "exit_code": int(report.exit_code),
        "verdict": verdict(report),
        "errors": list(report.errors),
        "problems": [{"kind": str(finding.kind), "message": finding.sentence} for finding in report.findings],
        "trigger": report.trigger,
        "handshake": asdict(report.line) if report.line else None,
        "event": report.event,
        "called": dict(report.names),
        "without": list(report.without),
        "left_out": list(report.left_out),
        "missing": list(report.missing),
        "received": report.received,
        "received_otherwise": report.otherwise,
        "seconds_to_ready": round(report.seconds_to_ready, 3),
        "seconds": round(report.seconds, 3),
        "virtual_seconds": report.virtual_seconds,
        "fidelity": [asdict(note) for note in NOTES],
        **observed_as_json(report.observed),
        "total": row_as_json(total(report.observed.rows)),
    }


def _woken(report: SendReport) -> str:
    return report.line.woken if report.line else "the function"


def _returned(report: SendReport) -> list[str]:
    """What the trigger's own function returned, each time it did."""
    if report.line is None:
        return []
    own = [hop for hop in invocations(report.observed.hops) if hop.target == report.line.woken]
    results = [json.dumps(hop.details["result"], ensure_ascii=False) for hop in own if not hop.details.get("error")]
    return list(dict.fromkeys(results))
