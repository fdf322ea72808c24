"""What a run shows, as lines of plain text; colour and progress are the terminal's business."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from components.ledger import Condition, Grant, Handshake, Landing, Ledger
from emulator.journey.address_book import DEFAULT_BUS, AddressBook, full_name
from emulator.journey.advice import ExplainedDenial
from emulator.journey.pages import Announce, Journey, Notify, Put, Record, Replay, Send, Step, Wait
from emulator.journey.result import JourneyResult, Observed
from emulator.screen.columns import columns, wrapped
from emulator.screen.fidelity import Note
from emulator.screen.report import RunReport, total, verdict
from emulator.tally import Row


def wakes(ledger: Ledger) -> list[str]:
    """One line for each source and what it wakes."""
    source = max((len(line.waker) for line in ledger.handshakes), default=0)
    woken = max((len(line.woken) for line in ledger.handshakes), default=0)
    return [
        f"{line.waker.ljust(source)} -> {line.woken.ljust(woken)}  {line.mechanism} by {line.principal}"
        for line in sorted(ledger.handshakes, key=lambda line: (line.waker, line.woken))
    ]


def ready(seconds: float, book: AddressBook) -> str:
    rights = len(book.ledger.handshakes) + len(book.ledger.grants)
    return f"ready in {seconds:.2f} s: {len(book.functions)} functions, {rights} rights"


def fidelity(notes: Iterable[Note], width: int) -> list[str]:
    """What a green run does not prove."""
    lines = ["not emulated"]
    for note in notes:
        head = f"  {note.subject:<18}  {note.level:<12}  "
        lines += _hanging(head, note.sentence, width)
    return lines


def handshake_table(ledger: Ledger, width: int) -> list[str]:
    """Who may wake whom."""
    return handshakes(sorted(ledger.handshakes, key=lambda line: line.name), width)


def handshakes(lines: Iterable[Handshake], width: int) -> list[str]:
    """These rights to wake, as a table."""
    headers = ("waker", "woken", "right", "condition", "a failed event lands")
    return columns(headers, [_handshake(line) for line in lines], width)


def grant_table(ledger: Ledger, width: int) -> list[str]:
    """Who may touch what."""
    return columns(
        ("grant", "actions", "on", "condition"),
        [_grant(line) for line in sorted(ledger.grants, key=lambda line: line.name)],
        width,
    )


def _handshake(line: Handshake) -> tuple[str, ...]:
    right = f"{line.mechanism} by {line.principal}\n{_stacked(line.actions)}"
    landings = "\n".join(_landing(landing) for landing in line.landings)
    return line.waker, line.woken, right, _conditions(line.conditions), landings or "nowhere"


def _grant(line: Grant) -> tuple[str, ...]:
    on = f"{line.resource}\n{line.scope}" if line.scope else line.resource
    return line.name, _stacked(line.actions), on, _conditions(line.conditions)


def _stacked(words: Sequence[str]) -> str:
    return "\n".join(words)


def _conditions(conditions: Sequence[Condition]) -> str:
    return _stacked([str(condition) for condition in conditions]) or "-"


def _landing(landing: Landing) -> str:
    where = landing.where or "LOST (nothing catches it)"
    return f"{where}\n  if {landing.when}, {landing.after}"


def journey_title(journey: Journey) -> list[str]:
    return [f"journey {journey.full_name}", f"  {journey.story}"]


def journey_summary(result: JourneyResult, book: AddressBook, width: int) -> list[str]:
    """What one journey did, and whether that is what its page says."""
    journey = result.journey
    facts = [
        ("sent", "; ".join(_folded([_in_words(step, journey.pipeline, book) for step in journey.send]))),
        ("without", ", ".join(journey.without)),
        *observations(result.observed),
        ("ended", endings(total(result.rows), result.virtual_seconds, result.seconds)),
    ]
    lines = [line for word, text in facts if text for line in told(word, text, width)]
    if result.ended_as_said:
        return [*lines, "  as it says"]
    told_apart = [line for problem in result.problems for line in _hanging("    - ", problem, width)]
    return [*lines, "  NOT AS IT SAYS", *told_apart]


def observations(observed: Observed) -> list[tuple[str, str]]:
    """What happened, each with its word; what did not is empty."""
    return [
        ("woke", ", ".join(observed.attempts) or "nobody"),
        ("attempts", _listed(observed.attempts)),
        ("wrote", _listed({name: count for name, count in observed.wrote.items() if count}) or "nothing"),
        ("processed", _listed(observed.processed)),
        ("dead", _listed(observed.dead_lettered)),
        ("filtered", _listed(observed.filtered)),
        ("denied", "; ".join(_refused(met) for met in observed.denials)),
    ]


def endings(events: Row, virtual_seconds: float, seconds: float) -> str:
    """How events ended, and how long it took in the account and here."""
    return (
        f"{events.processed} processed, {events.dead_lettered} dead-lettered, {events.filtered} filtered, "
        f"{events.lost} lost, in {_span(virtual_seconds)} of virtual time ({seconds:.2f} s here)"
    )


def told(word: str, text: str, width: int) -> list[str]:
    """One fact behind its word."""
    return _hanging(f"  {word:<9}  ", text, width)


def _in_words(step: Step, pipeline: str, book: AddressBook) -> str:
    if isinstance(step, Put):
        return f"put {step.key} into {_full(step.put, pipeline, book)}"
    if isinstance(step, Send):
        return f"send a message to {_full(step.send, pipeline, book)}"
    if isinstance(step, Notify):
        return f"publish a message to {_full(step.notify, pipeline, book)}"
    if isinstance(step, Record):
        return f"record of {step.key} into {_full(step.record, pipeline, book)}"
    if isinstance(step, Wait):
        return f"wait {step.wait}"
    if isinstance(step, Announce):
        return f"{step.announce} announces {step.detail_type}"
    if isinstance(step, Replay):
        to = f" to {', '.join(_full(name, pipeline, book) for name in step.to)}" if step.to else ""
        return f"replay the last {step.minutes} minutes of {_full(step.replay, pipeline, book)}{to}"
    if isinstance(step, Announce):
        return f"{step.announce} announces {step.detail_type}"
    if isinstance(step, Replay):
        return f"replay {step.minutes} minutes of {_full(step.replay, pipeline, book)}"
    return f"publish {step.detail_type} on {_full(step.publish, pipeline, book)}"


def _full(name: str, pipeline: str, book: AddressBook) -> str:
    return full_name(name, pipeline, [*book.things, DEFAULT_BUS]) or name


def _folded(sentences: Sequence[str], most: int = 3) -> list[str]:
    """Many steps that read alike are told by number."""
    if len(sentences) <= most:
        return list(sentences)
    return [*sentences[:most], f"and {len(sentences) - most} more"]


def _refused(met: ExplainedDenial) -> str:
    return f"{met.advice.who} {met.denial.action} on {met.advice.what}, {met.times}x"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _hanging(head: str, text: str, width: int) -> list[str]:
    indent = " " * (len(head) if head.strip() else len(head) + 2)
    first, *rest = wrapped(text, width - len(indent))
    return [head + first, *(indent + line for line in rest)]


def _span(seconds: float) -> str:
    """A span of time in its two greatest units: `3 min 0 s`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    while len(parts) > 1 and parts[0][0] == 0:
        parts.pop(0)
    return " ".join(f"{number} {unit}" for number, unit in parts[:2])


def account_table(report: RunReport, width: int) -> list[str]:
    """What became of every event, over all journeys: sent = processed + dead-lettered + filtered, none lost."""
    numbers = ("sent", "processed", "dead-lettered", "filtered", "lost")
    rows = [(str(row.edge), *_numbers(row)) for row in report.rows]
    return columns(("edge", *numbers), [*rows, ("total", *_numbers(total(report.rows)))], width, numbers)


def closing(report: RunReport, width: int) -> list[str]:
    """The errors that stood in the way, and the verdict."""
    return sentences([*report.errors, *verdict(report)], width)


def sentences(every: Iterable[str], width: int) -> list[str]:
    """Sentences that fit the width; what begins with spaces stays indented."""
    return [line for sentence in every for line in _hanging(*_indented(sentence), width)]


def _indented(sentence: str) -> tuple[str, str]:
    text = sentence.lstrip()
    return " " * (len(sentence) - len(text)), text


def _numbers(row: Row) -> tuple[str, ...]:
    return tuple(str(number) for number in (row.sent, row.processed, row.dead_lettered, row.filtered, row.lost))
