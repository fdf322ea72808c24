"""A session of the server: everything the `serve` command does, until somebody ends it."""

from __future__ import annotations

import logging
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.problems import ConfigError
from emulator.account import Account, NeverRests
from emulator.engine import give_ledger_names
from emulator.journal import Entry, Hop
from emulator.journey.address_book import AddressBook
from emulator.journey.advice import ExplainedDenial, advise
from emulator.journey.environment import read_environment
from emulator.journey.run import MOST_ROUNDS
from emulator.keeping.state_file import StateError, keep, restore
from emulator.program.program import read_program
from emulator.provisioning.deploy_role import prepare
from emulator.screen.live import LiveScreen
from emulator.serving.aws_api import administrator_key
from emulator.serving.ledgers import Ledgers
from emulator.serving.register import Register
from emulator.serving.server import Ports, PortTaken, Server, serving
from tools.pulumi_project import settings

_log = logging.getLogger(__name__)


class CannotServe(Exception):
    """Something stands in the way. Its arguments are the problems, as they are told."""

    args: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """What is to be served."""

    root: Path
    """The project's folder."""
    stack: str
    """Whose account it is, and whose deploy role is in it."""
    ports: Ports
    state: Path | None = None
    """Where everything is kept for the next session; None keeps nothing."""


def serve(wanted: Wanted, screen: LiveScreen) -> None:
    """Serve until SIGINT or SIGTERM comes.

    Raises:
        CannotServe: a page is wrong, a port is taken, or the state cannot be opened or kept.
    """
    try:
        with _folder(wanted.state) as folder, _until_ended() as ended:
            _serve(wanted, folder, ended, screen)
    except ConfigError as error:
        raise CannotServe(*map(str, error.problems)) from None
    except (PortTaken, StateError) as error:
        raise CannotServe(str(error)) from None


def _serve(wanted: Wanted, folder: Path, ended: threading.Event, screen: LiveScreen) -> None:
    environment = read_environment(wanted.root, wanted.stack)
    program = read_program(wanted.root, wanted.stack)
    backend = folder / "pulumi"
    with Account(environment.account_id, environment.region) as account, ExitStack() as ending:
        register = restore(account, folder).get("register", Register())
        prepare(account, program.config)
        session = _Session(account, Ledgers(backend / "backend"), screen)
        server = ending.enter_context(serving(account, register, wanted.ports, session.rest))
        if wanted.state is not None:
            ending.callback(lambda: keep(account, folder, {"register": register}))
        screen.opens(wanted.stack, account.account_id, account.region, variables(server, backend))
        account.journal.listen(session.hears)
        session.rest()
        server.attend(ended.is_set)
    screen.closes(wanted.state)


def variables(server: Server, pulumi_folder: Path) -> dict[str, str]:
    """What a shell has to export, so that clients of AWS and `pulumi` find the account.

    Args:
        pulumi_folder: where `pulumi` keeps its stacks.
    """
    key = administrator_key(server.account)
    return {
        "AWS_ENDPOINT_URL": server.url,
        "AWS_ACCESS_KEY_ID": key.access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.secret_access_key,
        # One of another session would make every signature wrong.
        "AWS_SESSION_TOKEN": "",
        "AWS_REGION": server.account.region,
        "AWS_DEFAULT_REGION": server.account.region,
        **settings(pulumi_folder, {"aws": server.ports.provider}),
    }


class _Session:
    """Lets events travel between two requests, and tells of them."""

    def __init__(self, account: Account, ledgers: Ledgers, screen: LiveScreen) -> None:
        self._account = account
        self._ledgers = ledgers
        self._screen = screen
        self._book = AddressBook.from_outputs({})

    def rest(self) -> None:
        """Everything that was set going travels to its end."""
        for exports in self._ledgers.fresh():
            self._learn(exports)
        try:
            self._account.settle(MOST_ROUNDS)
        except NeverRests as error:
            self._screen.says(str(error))
        except Exception as error:
            # What one event ran into is no reason to lose the account.
            _log.exception("events could not travel on")
            self._screen.says(f"the embedded account failed: {' '.join(f'{type(error).__name__}: {error}'.split())}")
        self._screen.rests()

    def hears(self, entry: Entry) -> None:
        """Something happened in the account."""
        if isinstance(entry, Hop):
            self._screen.hears(entry)
        else:
            self._screen.hears(ExplainedDenial(entry, advise(entry, self._book, self._account.names.of)))

    def _learn(self, exports: Mapping[str, Any]) -> None:
        try:
            self._book = AddressBook.from_outputs(exports)
        except (AttributeError, KeyError, TypeError, ValueError):
            return  # Another project calls something else its ledger.
        give_ledger_names(self._account, exports)
        self._screen.knows(self._book)


@contextmanager
def _folder(state: Path | None) -> Iterator[Path]:
    """Where this session keeps what it keeps: for ever, or as long as it lasts."""
    if state is not None:
        yield state
        return
    with tempfile.TemporaryDirectory(prefix="eventwire-") as passing:
        yield Path(passing)


@contextmanager
def _until_ended() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set; what is at work is finished, and a second one ends it at once."""
    ended = threading.Event()

    def end(number: int, frame: Any) -> None:
        if ended.is_set():
            raise KeyboardInterrupt
        ended.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
