"""Advice on a denial: which line of the ledger fell short, and what to write on which page. Nothing is ever granted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from components.ledger import Grant, Handshake, Thing
from emulator.journal import Denial
from emulator.journey.address_book import AddressBook, page_of


@dataclass(frozen=True)
class Advice:
    """A denial in the words of the pages."""

    who: str
    """The function or the service that was denied: `feeds.record`, `s3.amazonaws.com`."""
    what: str
    """The thing it was denied on, by name: `feeds.quakes`."""
    right: str | None
    """Name of the ledger line that would have allowed it; None where no line says so."""
    cause: str
    fix: str


@dataclass(frozen=True)
class ExplainedDenial:
    """A denial with its advice, and how often it was met in the same words."""

    denial: Denial
    """The first one."""
    advice: Advice
    times: int = 1


def explain_all(
    denials: Iterable[Denial], book: AddressBook, name_of: Callable[[str], str], withdrawn: Collection[str] = ()
) -> tuple[ExplainedDenial, ...]:
    """Denials of the same caller, action and thing are told once, in the order of the first."""
    grouped: dict[tuple[str, Advice], ExplainedDenial] = {}
    for denial in denials:
        advice = advise(denial, book, name_of, withdrawn)
        key = (denial.action, advice)
        known = grouped.get(key, ExplainedDenial(denial, advice, 0))
        grouped[key] = replace(known, times=known.times + 1)
    return tuple(grouped.values())


def advise(denial: Denial, book: AddressBook, name_of: Callable[[str], str], withdrawn: Collection[str] = ()) -> Advice:
    """Explain a denial.

    Args:
        denial: what the journal holds.
        book: the deployed stack's names.
        name_of: the name of an ARN that the ledger does not know.
        withdrawn: ledger lines that were taken from the account after it was deployed.
    """
    denial = replace(denial, caller=_caller(denial, book))
    what = book.thing_at(denial.resource) or name_of(denial.resource)
    who = denial.principal if _is_service(denial.principal) else denial.caller
    line = _line(denial, what, book)
    policy = f", {denial.policy}" if denial.policy else ""
    cause = f"{denial.layer}{policy}: {book.in_names(denial.reason)}"
    return Advice(who, what, line.name if line else None, cause, _fix(denial, what, line, book, withdrawn))


def _caller(denial: Denial, book: AddressBook) -> str:
    """The caller's name in the ledger. A role session of a function bears the function's own name."""
    session = denial.principal.rpartition("/")[2]
    functions = {book.things[name].arn.rpartition(":")[2]: name for name in book.of_kind("function")}
    return functions.get(session, denial.caller)


def _is_service(principal: str) -> bool:
    return principal.endswith(".amazonaws.com")


def _line(denial: Denial, what: str, book: AddressBook) -> Handshake | Grant | None:
    """The line that grants just this, and of several the one that the caller itself stands on."""
    handshakes = [
        line
        for line in book.ledger.handshakes
        if denial.action in line.actions
        # A poll may need a right on the trigger's own thing as well: a stream's consumer.
        and what in (line.resource, line.name)
        and (denial.principal == line.principal or denial.caller in (line.name, line.woken, line.principal))
    ]
    grants = [
        line
        for line in book.ledger.grants
        if denial.action in line.actions and line.resource == what and line.grantee == denial.caller
    ]
    lines: list[Handshake | Grant] = [*handshakes, *grants]
    of_caller = [line for line in handshakes if denial.caller in (line.name, line.waker)]
    return next(iter([*of_caller, *lines]), None)


def _fix(
    denial: Denial, what: str, line: Handshake | Grant | None, book: AddressBook, withdrawn: Collection[str]
) -> str:
    if line is not None and line.name in withdrawn:
        return f"{line.name} was withdrawn from the account for this run: nothing is wrong on the page"
    if denial.explicit:
        return "an explicit deny: no access line lifts it, call as the policy asks (TLS, account, source)"
    if denial.missing is not None:
        return (
            f"{denial.missing} is not in {what}, and S3 tells that only to whoever may list it: put the object there, "
            "or read another key"
        )
    if isinstance(line, Handshake):
        return f"{line.name} is in the ledger, but the account lacks it ({line.right}) or a condition is not met"
    if isinstance(line, Grant):
        return _stretch(denial, line, book)
    if _is_service(denial.principal):
        return f"{page_of(what)}: {_place_of(what)} needs a trigger on {denial.caller}, which makes the right"
    return _missing_line(denial, what, book.things.get(what))


def _stretch(denial: Denial, line: Grant, book: AddressBook) -> str:
    """What to do where a grant is there and does not reach far enough."""
    access = f"{page_of(line.grantee)}: {_place_of(line.grantee)}.access {{{line.verb}: {line.resource}}}"
    thing = book.things.get(line.resource)
    part = denial.resource.removeprefix(thing.arn).lstrip("/") if thing else ""
    if line.scope and part:
        return f"{access} reaches {line.scope} only, and {part} lies outside: change the key or widen the prefix"
    if line.conditions:
        return f"{access} holds only where {' and '.join(map(str, line.conditions))}"
    return f"{line.name} is in the ledger, but the account lacks it ({line.right}): deploy again"


def _missing_line(denial: Denial, what: str, thing: Thing | None) -> str:
    if thing is None:
        return f"{what} is no resource of any pipeline: declare it, or do not touch it ({denial.action})"
    verbs = sorted((len(actions), verb) for verb, actions in thing.verbs.items() if denial.action in actions)
    if not verbs:
        known = ", ".join(sorted(thing.verbs)) or "none"
        return f"no access verb of a {thing.kind} stands for {denial.action} (verbs: {known}): use another call"
    pipeline = denial.caller.partition(".")[0]
    short = what.removeprefix(f"{pipeline}.")
    place = f"{page_of(denial.caller)}: {_place_of(denial.caller)}.access"
    return f"{place} needs {{{verbs[0][1]}: {short}}} ({denial.action})"


def _place_of(address: str) -> str:
    return f"functions.{address.partition('.')[2]}"
