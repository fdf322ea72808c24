"""A run: open an account, deploy the real program into it, send journeys, let everything settle, compare.

Every journey gets an account of its own, so that it ends the same alone and among others.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from botocore.exceptions import ClientError

from components.problems import ConfigError
from emulator.account import Account, NeverRests
from emulator.engine import Deployment, deploy, withdraw
from emulator.journal import Entry, Hop
from emulator.journey.address_book import AddressBook, full_name
from emulator.journey.advice import ExplainedDenial, advise, explain_all
from emulator.journey.comparing import findings, in_full, name_problems
from emulator.journey.environment import Environment, read_environment
from emulator.journey.pages import Journey
from emulator.journey.result import (
    Finding,
    JourneyResult,
    Kind,
    Observed,
    attempts_by_function,
    returned_by_function,
)
from emulator.journey.sending import send_all
from emulator.journey.stock import Stock, take_stock
from emulator.keeping.account_state import put_state, take_state
from emulator.storage import NotEmulated
from emulator.tally import Row

MOST_ROUNDS = 5_000
"""How many rounds of deliveries a journey may take; a week of real events takes a dozen."""

Audience = Callable[[Hop | ExplainedDenial], None]
"""Hears each hop and each denial as it happens."""


def nobody(entry: Hop | ExplainedDenial) -> None:
    """An audience that listens to nothing."""


@dataclass(frozen=True)
class DeployedStack:
    """A deployment, its names, and the account that it was made in."""

    environment: Environment
    deployment: Deployment
    book: AddressBook
    state: bytes = field(repr=False)
    """The account as it was when everything stood."""
    withdrawn: tuple[str, ...] = ()
    """Ledger lines taken from the account after it was deployed, by full name."""

    def without(self, *names: str) -> DeployedStack:
        return replace(self, withdrawn=(*self.withdrawn, *names))


@contextmanager
def deployed_again(stack: DeployedStack) -> Iterator[Account]:
    """Another open account with the same stack in it; some milliseconds, where to `stand` it again takes seconds."""
    with Account(stack.environment.account_id, stack.environment.region) as account:
        put_state(account, stack.state)
        yield account


def stand(root: Path, stack: str, environment: Environment | None = None) -> DeployedStack:
    """Deploy a stack once, as the program at `root` makes it, to see that it stands.

    Args:
        environment: where it lives; as its page says otherwise.

    Raises:
        ConfigError: a page is wrong.
        DeploymentError: something cannot be made.
    """
    environment = environment or read_environment(root, stack)
    with Account(environment.account_id, environment.region) as account:
        deployment = deploy(account, root, stack)
        state = take_state(account, {})
    return DeployedStack(environment, deployment, AddressBook.from_outputs(deployment.outputs), state)


def run_journey(
    whole: DeployedStack,
    journey: Journey,
    *,
    withdrawn: Sequence[str] = (),
    audience: Audience = nobody,
    opened: Callable[[], AbstractContextManager[Account]] | None = None,
) -> JourneyResult:
    """Send one journey through a fresh account.

    Args:
        whole: the stack, as it was deployed once.
        journey: what is sent and expected.
        withdrawn: ledger lines (`feeds.record-may-write-quakes`) to take away first, beside the journey's own.
        audience: hears each hop and each denial as it happens.
        opened: opens an account with the stack in it; where nobody says, it is `deployed_again`.

    Raises:
        ConfigError: the journey names what the stack does not have.
    """
    started = time.perf_counter()
    with opened() if opened else deployed_again(whole) as account:
        problems = name_problems(journey, whole.book)
        if problems:
            raise ConfigError(problems)
        own = [full_name(name, journey.pipeline, whole.book.rights) or name for name in journey.without]
        stack = whole.without(*own, *withdrawn)
        for name in stack.withdrawn:
            withdraw(account, stack.deployment, stack.book.rights[name].right)
        account.journal.listen(lambda entry: audience(explained(entry, account, stack)))
        began = account.clock.now
        before, surprises = _let_travel(account, stack, journey)
        observed = observe(account, stack, before)
        virtual_seconds = (account.clock.now - began).total_seconds()
    surprises += findings(in_full(journey, stack.book), observed, stack.book)
    return JourneyResult(journey, observed, tuple(surprises), time.perf_counter() - started, virtual_seconds)


def _let_travel(account: Account, stack: DeployedStack, journey: Journey) -> tuple[Stock, list[Finding]]:
    """Send and settle. The stock is taken between the two, so that what is sent does not count as written; what was
    written while a step waited does."""
    written: Counter[str] = Counter()

    def let_pass(seconds: float) -> None:
        before = take_stock(account, stack.book)
        account.let_pass(seconds, MOST_ROUNDS)
        after = take_stock(account, stack.book)
        written.update({name: after.kept[name] - before.kept[name] for name in after.kept})

    try:
        send_all(account, stack.book, journey, let_pass)
    except NeverRests as error:
        return take_stock(account, stack.book), [Finding(Kind.DIFFERENT, str(error))]
    except (ClientError, NotEmulated, ValueError) as error:
        return take_stock(account, stack.book), [Finding(Kind.DIFFERENT, f"could not be sent: {error}")]
    sent = take_stock(account, stack.book)
    before = replace(sent, kept={name: count - written[name] for name, count in sent.kept.items()})
    try:
        account.settle(MOST_ROUNDS)
    except NeverRests as error:
        return before, [Finding(Kind.DIFFERENT, str(error))]
    return before, []


def explained(entry: Entry, account: Account, stack: DeployedStack) -> Hop | ExplainedDenial:
    """An entry of the journal, a denial with what to do about it."""
    if isinstance(entry, Hop):
        return entry
    return ExplainedDenial(entry, advise(entry, stack.book, account.names.of, stack.withdrawn))


def observe(account: Account, stack: DeployedStack, before: Stock) -> Observed:
    """What happened in an account that has come to rest.

    Args:
        before: what lay in it before anything happened.
    """
    after = take_stock(account, stack.book)
    rows = tuple(account.tally.rows())
    hops = tuple(account.journal.hops)
    # What came into a queue is on its way still: its function has it before it.
    ends = tuple(row for row in rows if row.edge.target not in stack.book.of_kind("queue"))
    return Observed(
        processed=_sum_by(ends, lambda row: row.edge.target, lambda row: row.processed),
        attempts=attempts_by_function(hops),
        returned=returned_by_function(hops),
        wrote={name: after.kept[name] - before.kept[name] for name in after.kept},
        dead_lettered={place: count for place, count in after.dead.items() if count},
        filtered=_sum_by(rows, lambda row: row.edge.source, lambda row: row.filtered),
        waiting={queue: count for queue, count in after.waiting.items() if count},
        denials=explain_all(account.journal.denials, stack.book, account.names.of, stack.withdrawn),
        rows=rows,
        hops=hops,
    )


def _sum_by(rows: tuple[Row, ...], name: Callable[[Row], str], number: Callable[[Row], int]) -> dict[str, int]:
    """Sums over rows that share a name, without the zeros."""
    sums: Counter[str] = Counter()
    for row in rows:
        sums[name(row)] += number(row)
    return {key: count for key, count in sorted(sums.items()) if count}
