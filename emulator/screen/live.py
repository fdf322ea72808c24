"""The screen of the server: how to reach the account, and every event that travels in it, as it travels."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from emulator.journal import Hop
from emulator.journey.address_book import AddressBook
from emulator.journey.advice import ExplainedDenial
from emulator.screen.report import denial_as_json, hop_as_json
from emulator.screen.terminal import Screen


class LiveScreen(Protocol):
    """Shows a session of the server."""

    def opens(self, stack: str, account_id: str, region: str, variables: Mapping[str, str]) -> None:
        """The account answers, to whoever has these environment variables."""

    def knows(self, book: AddressBook) -> None:
        """A stack was deployed, and these are its names."""

    def hears(self, entry: Hop | ExplainedDenial) -> None:
        """Something happened."""

    def rests(self) -> None:
        """Nothing travels any more, for now."""

    def says(self, sentence: str) -> None:
        """Something that people should know."""

    def closes(self, state: Path | None) -> None:
        """The account is closed; where it is kept, if it is."""


class ForPeople:
    """Lines of text, as a run shows them."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def opens(self, stack: str, account_id: str, region: str, variables: Mapping[str, str]) -> None:
        exports = [f"  export {name}={shlex.quote(value)}" for name, value in variables.items()]
        if shutil.which("pulumi") is None:
            # The one that Go builds, once.
            exports.append(f'  export PATH="$({shlex.quote(sys.executable)} -m tools.pulumi_cli):$PATH"')
        self._screen.show(
            f"account {account_id}, {region}: on this machine alone, with the deploy role of {stack}",
            "",
            "In another terminal, in this folder:",
            *exports,
            f"  pulumi stack select --create {stack}",
            "  pulumi up",
            "",
            "Events are shown here as they travel. Ctrl-C ends it.",
            "",
        )

    def knows(self, book: AddressBook) -> None:
        self._screen.knows(book)
        wake, touch = len(book.ledger.handshakes), len(book.ledger.grants)
        self._screen.show(f"a stack stands here now: {wake} rights to wake, {touch} to touch")

    def hears(self, entry: Hop | ExplainedDenial) -> None:
        self._screen.hears(entry)

    def rests(self) -> None:
        self._screen.rests()

    def says(self, sentence: str) -> None:
        self._screen.show(sentence)

    def closes(self, state: Path | None) -> None:
        self._screen.show("the account is gone" if state is None else f"the account is kept in {state}")


class ForPrograms:
    """One JSON document on each line: `environment` first, then `hop`, `denial` and `message` as they come."""

    def opens(self, stack: str, account_id: str, region: str, variables: Mapping[str, str]) -> None:
        where = {"stack": stack, "account_id": account_id, "region": region}
        self._write({"environment": dict(variables), **where})

    def knows(self, book: AddressBook) -> None:
        self._write({"ledger": book.ledger.export()})

    def hears(self, entry: Hop | ExplainedDenial) -> None:
        self._write({"hop": hop_as_json(entry)} if isinstance(entry, Hop) else {"denial": denial_as_json(entry)})

    def rests(self) -> None:
        return

    def says(self, sentence: str) -> None:
        self._write({"message": sentence})

    def closes(self, state: Path | None) -> None:
        self._write({"kept_in": str(state) if state else None})

    @staticmethod
    def _write(document: Mapping[str, object]) -> None:
        print(json.dumps(document, default=str), flush=True)  # noqa: T201  (stdout is a program's)
