"""What a journey says against what was observed: every difference as a sentence that says what to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from components.problems import Problem, dotted, unknown
from emulator.journal import Hop, Outcome
from emulator.journey.address_book import DEFAULT_BUS, AddressBook, full_name
from emulator.journey.missing_access import access_that_is_missing
from emulator.journey.pages import Expect, Journey, Notify, Publish, Put, Record, Replay, Send
from emulator.journey.result import Finding, Kind, Observed, invocations
from emulator.tally import Edge


def name_problems(journey: Journey, book: AddressBook) -> list[Problem]:
    """Names of a journey that nothing in the stack has, each with the nearest one that something has."""
    file = journey.page.file or f"pipelines/{journey.pipeline}/journeys.yaml"
    problems = []
    for path, what, name, known in _names(journey, book):
        if full_name(name, journey.pipeline, known) is None:
            own = f"{journey.pipeline}."
            message = unknown(what, name, sorted(each.removeprefix(own) for each in known))
            line = journey.page.line_of(path) if journey.page.places else None
            problems.append(Problem(file, line, dotted((journey.name, *path)), message))
    return problems


def _names(journey: Journey, book: AddressBook) -> Iterator[tuple[tuple[str | int, ...], str, str, Iterable[str]]]:
    """Every name of a journey: where it stands, what it should be, and what is known."""
    for index, step in enumerate(journey.send):
        if isinstance(step, Put):
            yield ("send", index, "put"), "bucket", step.put, book.of_kind("bucket")
        elif isinstance(step, Send):
            yield ("send", index, "send"), "queue", step.send, book.of_kind("queue")
        elif isinstance(step, Notify):
            yield ("send", index, "notify"), "topic", step.notify, book.of_kind("topic")
        elif isinstance(step, Record):
            yield ("send", index, "record"), "stream", step.record, book.of_kind("stream")
        elif isinstance(step, Publish):
            yield ("send", index, "publish"), "event bus", step.publish, [*book.of_kind("event_bus"), DEFAULT_BUS]
        elif isinstance(step, Replay):
            yield ("send", index, "replay"), "event bus with an archive", step.replay, book.archived
            for number, name in enumerate(step.to):
                yield ("send", index, "to", number), "trigger with a rule", name, book.of_kind("event_rule")
    for index, right in enumerate(journey.without):
        yield ("without", index), "right", right, book.rights
    for index, right in enumerate(journey.expect.denied):
        yield ("expect", "denied", index), "right", right, book.rights
    for section, what, known in (
        ("processed", "function", book.functions),
        ("attempts", "function", book.functions),
        ("returned", "function", book.functions),
        ("wrote", "table or bucket", book.of_kind("table", "bucket")),
        ("dead_lettered", "place for failed events", book.dead_letters),
        ("filtered", "source", book.sources),
    ):
        for name in getattr(journey.expect, section):
            yield ("expect", section, name), what, name, known


def in_full(journey: Journey, book: AddressBook) -> Expect:
    """What a journey expects, with every name in full. Names must be known (`name_problems`)."""
    pipeline, expect = journey.pipeline, journey.expect

    def full(counts: Mapping[str, object], known: Iterable[str]) -> dict[str, object]:
        return {full_name(name, pipeline, known) or name: value for name, value in counts.items()}

    return expect.model_copy(
        update={
            "processed": full(expect.processed, book.functions),
            "attempts": full(expect.attempts, book.functions),
            "returned": full(expect.returned, book.functions),
            "wrote": full(expect.wrote, book.of_kind("table", "bucket")),
            "dead_lettered": full(expect.dead_lettered, book.dead_letters),
            "filtered": full(expect.filtered, book.sources),
            "denied": tuple(full_name(name, pipeline, book.rights) or name for name in expect.denied),
        }
    )


def findings(expect: Expect, observed: Observed, book: AddressBook) -> list[Finding]:
    """Everything that is not as said, the gravest kind first.

    Args:
        expect: with full names.
        observed: what happened.
        book: the stack's names, for hints.
    """
    found = [
        *_denials(expect, observed),
        *_dead_letters(expect, observed, book),
        *_lost(observed),
        *_differences("processed", expect.processed, observed.processed, "events", all_of_them=True),
        *_differences("was invoked", expect.attempts, observed.attempts, "times"),
        *_differences("holds", expect.wrote, observed.wrote, "new items"),
        *_differences("filtered", expect.filtered, observed.filtered, "events", all_of_them=True),
        *_sums(expect, observed),
        *_counted_twice(observed),
    ]
    return sorted(found, key=lambda finding: list(Kind).index(finding.kind))


def _denials(expect: Expect, observed: Observed) -> Iterator[Finding]:
    for met in observed.denials:
        advice = met.advice
        if advice.right is None or advice.right not in expect.denied:
            times = f" ({met.times} times)" if met.times > 1 else ""
            denied = f"{advice.who} was denied {met.denial.action} on {advice.what}{times}"
            yield Finding(Kind.DENIED, f"{denied}: {advice.fix}")
    for right in expect.denied:
        if right not in [met.advice.right for met in observed.denials]:
            yield Finding(Kind.DIFFERENT, f"the lack of {right} was expected to be met, and nobody met it")


def _dead_letters(expect: Expect, observed: Observed, book: AddressBook) -> Iterator[Finding]:
    for place in sorted({*expect.dead_lettered, *observed.dead_lettered}):
        said, rests = expect.dead_lettered.get(place, 0), observed.dead_lettered.get(place, 0)
        if rests > said:
            more = "events rest" if rests - said > 1 else "event rests"
            why = _why(hop for hop in observed.hops if hop.outcome is Outcome.DEAD and hop.target == place)
            hints = [access_that_is_missing(why, function, book) for function in book.landing_in(place)]
            yield Finding(
                Kind.DEAD_LETTERED,
                f"{rests - said} more {more} in {place} than expected ({rests} instead of {said}){why}"
                + "".join(f": {hint}" for hint in hints if hint),
            )
        elif rests < said:
            yield Finding(Kind.DIFFERENT, f"{place} holds {rests} dead letters, expected {said}")


def _lost(observed: Observed) -> Iterator[Finding]:
    for row in observed.rows:
        if row.lost:
            waiting = observed.waiting.get(row.edge.source, 0)
            on_the_edge = (hop for hop in observed.hops if Edge(hop.source, hop.target) == row.edge)
            why = _why(hop for hop in on_the_edge if hop.outcome in (Outcome.LOST, Outcome.DENIED))
            where = f": {waiting} still wait in {row.edge.source}" if waiting else why
            events = "events" if row.lost > 1 else "event"
            yield Finding(Kind.LOST, f"{row.lost} {events} of {row.edge} never ended{where}")


def _why(hops: Iterable[Hop]) -> str:
    """The first cause that any of them knows, and how many others there are."""
    first, *others = dict.fromkeys(hop.cause for hop in hops if hop.cause) or [""]
    more = f" (and {len(others)} more)" if others else ""
    return f": {first}{more}" if first else ""


def _differences(
    verb: str, said: Mapping[str, int], seen: Mapping[str, int], unit: str, *, all_of_them: bool = False
) -> Iterator[Finding]:
    for name in sorted({*said, *seen} if all_of_them else said):
        expected, got = said.get(name, 0), seen.get(name, 0)
        if expected != got:
            yield Finding(Kind.DIFFERENT, f"{name} {verb} {got} {unit}, expected {expected}")


def _sums(expect: Expect, observed: Observed) -> Iterator[Finding]:
    for function, fields in sorted(expect.returned.items()):
        for name, expected in sorted(fields.items()):
            got = observed.returned.get(function, {}).get(name)
            if got is None:
                ran = any(hop.target == function for hop in invocations(observed.hops))
                why = "it returned no such number" if ran else "it never ran"
                yield Finding(Kind.DIFFERENT, f"{function} was to return {name} {expected} in all, and {why}")
            elif got != expected:
                yield Finding(Kind.DIFFERENT, f"{function} returned {name} {got} in all, expected {expected}")


def _counted_twice(observed: Observed) -> Iterator[Finding]:
    """Dead letters are counted by the deliveries and in the queues; the two must agree."""
    told = sum(row.dead_lettered for row in observed.rows)
    rest = sum(observed.dead_lettered.values())
    if told != rest:
        yield Finding(
            Kind.DIFFERENT,
            f"deliveries tell of {told} dead letters and {rest} rest in the queues: one of them is wrong",
        )
