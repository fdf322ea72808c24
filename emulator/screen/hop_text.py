"""One line for each hop and each denial, as it happens, and the few lines that explain the bad ones."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from emulator.clock import START
from emulator.journal import Denial, Hop, Outcome
from emulator.journey.address_book import AddressBook
from emulator.journey.advice import Advice
from emulator.journey.missing_access import access_that_is_missing

WHAT_WIDTH = 26
"""How much of an event's words a line shows."""
LOUD = frozenset({Outcome.DENIED, Outcome.DEAD, Outcome.LOST})
"""What is shown even when little is asked for."""


def clock_text(at: datetime) -> str:
    """Virtual time, marked with a v: `12:00:03v`, `+1d 00:10:00v` on later days."""
    days = (at.date() - START.date()).days
    return f"{f'+{days}d ' if days else ''}{at:%H:%M:%S}v"


def hop_line(hop: Hop, edge_width: int) -> str:
    """One hop: virtual time, event, from -> to, attempt, outcome, cause, chain."""
    tried = f"try {hop.attempt}/{hop.attempts_allowed}" if hop.attempts_allowed else f"try {hop.attempt}"
    quiet = hop.outcome in (Outcome.DELIVERED, Outcome.FILTERED)
    outcome = hop.outcome.value if quiet else hop.outcome.value.upper()
    parts = [
        clock_text(hop.at),
        _shortened(hop.what, WHAT_WIDTH).ljust(WHAT_WIDTH),
        f"{hop.source} -> {hop.target}".ljust(edge_width),
        tried.ljust(7),
        outcome.ljust(9),
    ]
    if hop.cause and hop.outcome not in LOUD:
        parts.append(_one_line(hop.cause))
    return "  ".join([*parts, f"c={_chain(hop.chain)}"])


def hop_story(hop: Hop) -> list[str]:
    """Cause and fix of a hop that did not go well, one line each."""
    told = (("cause", hop.cause), ("fix", hop.fix))
    return [f"{'':11}{word:<6} {_one_line(_seen_from_here(sentence))}" for word, sentence in told if sentence]


def _seen_from_here(sentence: str) -> str:
    """The sentence with files named as somebody who stands in this folder would open them."""
    return sentence.replace(f"{Path.cwd()}{os.sep}", "")


def hint_lines(hop: Hop, book: AddressBook) -> list[str]:
    """What the pages lack, where that is why a function failed."""
    hints = [access_that_is_missing(hop.cause or "", function, book) for function in book.landing_in(hop.target)]
    return [f"{'':11}{'page':<6} {hint}" for hint in hints if hint]


def log_lines(hop: Hop) -> list[str]:
    """What the function printed, each line with its chain."""
    return [f"{'':11}{_chain(hop.chain)} | {line.rstrip()}" for line in hop.details.get("log_lines", ())]


def denial_line(denial: Denial, advice: Advice) -> str:
    return (
        f"{clock_text(denial.at)}  DENIED  {advice.who} may not {denial.action} on {advice.what}"
        f"  c={_chain(denial.chain)}"
    )


def denial_story(denial: Denial, advice: Advice) -> list[str]:
    """All that is known of a denial, one line each."""
    told = (
        ("principal", denial.principal),
        ("resource", denial.resource),
        ("cause", advice.cause),
        ("fix", advice.fix),
    )
    return [f"{'':11}{word:<9}  {_one_line(sentence)}" for word, sentence in told]


def _one_line(sentence: str) -> str:
    return _shortened(" ".join(sentence.split()), 400)


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 2]}.."


def _chain(chain: str) -> str:
    """`c1+c2` for a batch that joins two chains, `c1+5 more` where it joins many."""
    first, *rest = chain.split("+")
    return chain if len(rest) < 3 else f"{first}+{len(rest)} more"
