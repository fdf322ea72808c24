"""The screen of a run: lines of text as they come; colour and a line of progress where there is a terminal."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.live import Live
from rich.text import Text
from rich.theme import Theme

from components.ledger import Ledger
from emulator.journal import Denial, Hop, Outcome
from emulator.journey.address_book import AddressBook
from emulator.journey.advice import Advice, ExplainedDenial
from emulator.journey.pages import Journey
from emulator.journey.result import JourneyResult
from emulator.screen import hop_text, text
from emulator.screen.fidelity import not_emulated
from emulator.screen.report import RunReport

PLAIN_WIDTH = 100
NARROWEST = 80
_REDRAW_SECONDS = 0.1


class _Words(RegexHighlighter):
    """The words that decide how a run is read."""

    highlights = [  # noqa: RUF012  (rich's own interface)
        r"(?P<bad>\b(DENIED|DEAD|LOST|FAILED|NOT AS IT SAYS)\b)",
        r"(?P<good>\b(delivered|as it says|clean)\b)",
        r"(?P<time>(\+\d+d )?\d\d:\d\d:\d\dv)",
        r"(?P<chain>\bc=\S+( more)?)",
        r"(?P<head>^(journey .*|not emulated|Who may .*|The account of .*|verdict)$)",
        r"(?P<rule>^-{2,}[- ]*$)",
    ]


THEME = Theme({"bad": "bold red", "good": "green", "time": "dim", "chain": "dim", "head": "bold", "rule": "dim"})


@dataclass(frozen=True)
class Wishes:
    """How much somebody wants to see."""

    hops: bool = True
    """False: only what was denied, died or was lost."""
    logs: bool = False
    """What functions print."""


def console(to_error: bool = False) -> Console:
    """A console that is as wide as its terminal, and of a fixed width without colour where there is none."""
    stream = sys.stderr if to_error else sys.stdout
    if stream.isatty():
        return Console(file=stream, theme=THEME)
    asked = os.environ.get("COLUMNS", "")
    width = int(asked) if asked.isdecimal() else PLAIN_WIDTH
    return Console(file=stream, theme=THEME, width=width, force_terminal=False, no_color=True)


class Screen:
    """Shows a run to people, from the first line to the verdict."""

    def __init__(self, screen: Console, wishes: Wishes) -> None:
        self.screen = screen
        self.wishes = wishes
        self.width = max(NARROWEST, screen.width)
        self._words = _Words()
        self._progress = Progress(screen)
        self._edge_width = 0
        self._book = AddressBook(Ledger((), ()), {})
        self._told: set[tuple[Any, ...]] = set()

    def opens(self, stack: str, account_id: str, region: str) -> None:
        self.show(
            f"stack {stack}, account {account_id}, {region}: embedded in this process, nothing leaves the machine"
        )
        self._progress.begin(f"deploying {stack}")

    def ready(self, seconds: float, book: AddressBook) -> None:
        """The stack stands: what wakes what, what is not emulated, and the ledger."""
        self._progress.end()
        self.knows(book)
        ledger = book.ledger
        self.show("", *text.wakes(ledger), "", text.ready(seconds, book), "")
        self.show(*text.fidelity(not_emulated(), self.width), "")
        self.show("Who may wake whom", *text.handshake_table(ledger, self.width), "")
        self.show("Who may touch what", *text.grant_table(ledger, self.width), "")

    def knows(self, book: AddressBook) -> None:
        """A stack was deployed, and these are its names."""
        self._book = book
        edges = [f"{line.waker} -> {line.woken}" for line in book.ledger.handshakes]
        self._edge_width = max(map(len, edges), default=0)

    def rests(self) -> None:
        """What was told so far may be told again: a new story begins."""
        self._told.clear()

    def begins(self, journey: Journey, number: int, every: int) -> None:
        self.rests()
        self._progress.begin(f"{number}/{every} {journey.full_name}")
        self.show(*text.journey_title(journey))

    def hears(self, entry: Hop | ExplainedDenial) -> None:
        """Something happened in the journey."""
        if isinstance(entry, ExplainedDenial):
            self._denial(entry.denial, entry.advice)
            self._progress.move(entry.denial.at)
        else:
            self._hop(entry)
            self._progress.move(entry.at)

    def sends(self, name: str, *lines: str) -> None:
        """The stack stands, and one event is about to be sent by hand; the lines tell of it."""
        self._progress.end()
        self.show(*lines)
        self._progress.begin(f"sending by {name}")

    def ended(self, result: JourneyResult, book: AddressBook) -> None:
        self._progress.end()
        self.show(*text.journey_summary(result, book, self.width), "")

    def closes(self, report: RunReport) -> None:
        """The account of every event, and the verdict."""
        self._progress.end()
        if report.journeys:
            self.show("The account of every event", *text.account_table(report, self.width), "")
        self.show(*text.closing(report, self.width))

    def stops(self) -> None:
        """Leave the terminal as it was."""
        self._progress.end()

    def _denial(self, denial: Denial, advice: Advice) -> None:
        if self._first("denied", denial.caller, denial.action, advice):
            self.show(hop_text.denial_line(denial, advice), *hop_text.denial_story(denial, advice))

    def _hop(self, hop: Hop) -> None:
        loud = hop.outcome in hop_text.LOUD
        if loud or self.wishes.hops:
            self.show(hop_text.hop_line(hop, self._edge_width))
        if loud and self._first(hop.outcome, hop.source, hop.target, hop.cause, hop.fix):
            self.show(*hop_text.hop_story(hop), *hop_text.hint_lines(hop, self._book))
        if self.wishes.logs and hop.outcome is not Outcome.FILTERED:
            self.show(*hop_text.log_lines(hop))

    def _first(self, *what: Any) -> bool:
        """Whether this was not told yet in this journey: a cause that repeats is told once."""
        fresh = what not in self._told
        self._told.add(what)
        return fresh

    def show(self, *lines: str) -> None:
        """Show lines of plain text."""
        for line in lines:
            self.screen.print(self._words(Text(line)), soft_wrap=True)


class Silence(Screen):
    """Shows nothing but progress: the document on stdout is for a program."""

    def show(self, *lines: str) -> None:
        return


@contextmanager
def screen_for(wishes: Wishes, *, document: bool) -> Iterator[Screen]:
    """The screen of one run; the terminal is left as it was, whatever happens.

    Args:
        wishes: how much somebody wants to see.
        document: stdout is a program's; only progress is shown, on stderr.
    """
    screen = Silence(console(to_error=True), wishes) if document else Screen(console(), wishes)
    try:
        yield screen
    finally:
        screen.stops()


class Progress:
    """One line at the foot of the terminal that says how far a journey is; nothing where there is no terminal."""

    def __init__(self, screen: Console) -> None:
        self.screen = screen
        self._live: Live | None = None
        self._title = ""
        self._count = 0
        self._drawn = 0.0

    def begin(self, title: str) -> None:
        self.end()
        self._title, self._count, self._drawn = title, 0, 0.0
        if self.screen.is_interactive:
            # By hand: a thread of rich's would draw into a debugger's prompt, and redirected streams would hide it.
            self._live = Live(
                Text(title, style="bold"),
                console=self.screen,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start(refresh=True)
            # Whoever debugs a handler types below it.
            self.screen.show_cursor(True)

    def move(self, moment: datetime) -> None:
        """One more hop, at this virtual moment."""
        self._count += 1
        now = time.perf_counter()
        if self._live is not None and now - self._drawn >= _REDRAW_SECONDS:
            self._drawn = now
            self._live.update(
                Text(f"{self._title}  {self._count} hops  {hop_text.clock_text(moment)}", style="bold"), refresh=True
            )

    def end(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None
