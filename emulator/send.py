"""Everything the `send` command does: one function is woken by hand, as its trigger's source would, and what came of it
is told."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from components.ledger import Handshake
from components.problems import ConfigError, Problem, unknown
from emulator.account import Account, NeverRests
from emulator.engine import DeploymentError, withdraw
from emulator.journal import Outcome
from emulator.journey.address_book import full_name
from emulator.journey.comparing import findings
from emulator.journey.environment import read_environment
from emulator.journey.pages import Expect
from emulator.journey.result import Finding, Kind, Observed, invocations
from emulator.journey.run import MOST_ROUNDS, DeployedStack, deployed_again, explained, observe, stand
from emulator.journey.stock import take_stock
from emulator.screen import sent
from emulator.screen.sent import SendReport
from emulator.screen.terminal import Screen
from emulator.session import Stopped, told
from emulator.storage import NotEmulated
from emulator.tally import Edge
from emulator.waking.deployed_names import with_deployed_names
from emulator.waking.given_event import name_of, read_event, shape_problems
from emulator.waking.hand import Hand
from emulator.waking.objects import created_objects, has_bucket, has_object, put_unheard
from emulator.waking.received import told_otherwise
from emulator.waking.stack_triggers import StackTrigger, find_trigger, read_triggers
from emulator.waking.waking import Waking
from emulator.waking.way import Way, way_of


@dataclass(frozen=True)
class Wanted:
    """What is to be sent, and where."""

    root: Path
    """The project's folder."""
    stack: str
    """Whose page is deployed."""
    trigger: str
    """By its name, full or short."""
    event: Path | None = None
    """Where the event is read from; None: it is the trigger's example."""
    without: tuple[str, ...] = ()
    """Rights to withdraw beforehand, by their names in the ledger."""
    object: Path | None = None
    """A file to put into its bucket beforehand, as the object that the event tells of."""


def send(wanted: Wanted, screen: Screen) -> SendReport:
    """Deploy a stack, wake one function, show everything, and report."""
    started = time.perf_counter()
    try:
        report = _send(wanted, screen)
    except Stopped as stopped:
        report = SendReport(wanted.stack, wanted.trigger, errors=stopped.args)
    report = replace(report, seconds=time.perf_counter() - started)
    screen.stops()
    screen.show(*sent.closing(report, screen.width))
    return report


def _send(wanted: Wanted, screen: Screen) -> SendReport:
    started = time.perf_counter()
    try:
        trigger, event = _what_to_send(wanted)
        environment = read_environment(wanted.root, wanted.stack)
        screen.opens(wanted.stack, environment.account_id, environment.region)
        stack = stand(wanted.root, wanted.stack, environment)
        line = _line(stack, trigger)
        rights = _rights(stack, trigger, wanted.without)
        with deployed_again(stack) as account:
            for name in rights:
                withdraw(account, stack.deployment, stack.book.rights[name].right)
            report = SendReport(
                wanted.stack,
                trigger.name,
                environment.account_id,
                environment.region,
                line,
                event=event,
                origin=name_of(wanted.event) if wanted.event else None,
                without=rights,
                seconds_to_ready=time.perf_counter() - started,
            )
            return _wake(account, stack.without(*rights), trigger, report, screen, wanted.object)
    except (ConfigError, DeploymentError) as error:
        raise Stopped(*told(error)) from None


def _what_to_send(wanted: Wanted) -> tuple[StackTrigger, Any]:
    """The trigger, and the event for it.

    Raises:
        ConfigError: a page is wrong, no trigger is called so, or the event is none of its.
    """
    problems: list[Problem] = []
    trigger, event = None, None
    triggers = read_triggers(wanted.root, wanted.stack)
    try:
        trigger = find_trigger(triggers, wanted.trigger)
    except ConfigError as error:
        problems += error.problems
    try:
        event = read_event(wanted.event) if wanted.event else None
    except ConfigError as error:
        problems += error.problems
    if trigger is not None and wanted.event and not problems:
        problems += shape_problems(name_of(wanted.event), event, trigger)
    if problems or trigger is None:
        raise ConfigError(problems)
    return trigger, event if wanted.event else trigger.example


def _line(stack: DeployedStack, trigger: StackTrigger) -> Handshake:
    for line in stack.book.ledger.handshakes:
        if line.name == trigger.name:
            return line
    raise ConfigError([Problem("--trigger", None, "", f"the program exports no ledger with {trigger.name} in it")])


def _rights(stack: DeployedStack, trigger: StackTrigger, names: Sequence[str]) -> tuple[str, ...]:
    """The full names of rights."""
    known = stack.book.rights
    found = [full_name(name, trigger.pipeline, known) for name in names]
    problems = [
        Problem("--without", None, "", unknown("right", name, list(known)))
        for name, meant in zip(names, found, strict=True)
        if meant is None
    ]
    if problems:
        raise ConfigError(problems)
    return tuple(name for name in found if name is not None)


def _wake(
    account: Account,
    stack: DeployedStack,
    trigger: StackTrigger,
    report: SendReport,
    screen: Screen,
    content: Path | None,
) -> SendReport:
    """Hand the event over, and let the account come to rest."""
    book, line = stack.book, report.line or _line(stack, trigger)
    hand = Hand(account)
    account.deliveries["by hand"] = hand
    way: Way = way_of(line, book)(Waking(account, book, line, hand))
    named = with_deployed_names(report.event, book, trigger.pipeline, way.made_up)
    faults = [Problem(report.origin or "the example", None, *fault) for fault in way.faults(named.event)]
    if faults:
        raise ConfigError(faults)
    report = replace(
        report,
        event=named.event,
        names=dict(named.names),
        left_out=tuple(way.left_out(named.event)),
        missing=tuple(_put_objects(account, named.event, content)),
    )
    screen.knows(book)
    screen.sends(trigger.name, *sent.opening(report, book, screen.width))
    account.journal.listen(lambda entry: screen.hears(explained(entry, account, stack)))
    before, began = take_stock(account, book), account.clock.now
    surprises = _let_travel(account, way, named.event)
    observed = observe(account, stack, before)
    # What came through is as it is: there is no page that says otherwise.
    as_it_was = Expect().model_copy(update={"processed": observed.processed, "filtered": observed.filtered})
    surprises += findings(as_it_was, observed, book)
    surprises += _not_woken(line, observed) if not surprises else []
    received = [hop.details["payload"] for hop in invocations(observed.hops) if _is_on(hop, line)]
    return replace(
        report,
        observed=observed,
        findings=tuple(surprises),
        received=received[0] if received else None,
        otherwise=told_otherwise(named.event, received[0]) if received else None,
        virtual_seconds=(account.clock.now - began).total_seconds(),
    )


def _put_objects(account: Account, event: Any, content: Path | None) -> list[str]:
    """Put a file as the object that the event tells of, unheard.

    Returns:
        What is told of objects that are not there.

    Raises:
        ConfigError: there is a file, and no place for it.
    """
    told: list[str] = []
    objects = created_objects(event)
    if content is not None and not objects:
        needed = "an event that tells of an object that was created: this one tells of none"
        raise ConfigError([Problem("--object", None, "", f"needs {needed}")])
    for bucket, key in objects:
        if not has_bucket(account, bucket):
            told.append(f"there is no bucket {bucket} in this account")
        elif content is not None:
            put_unheard(account, bucket, key, content.read_bytes())
        elif not has_object(account, bucket, key):
            told.append(f"{key}, which the event tells of, is not in its bucket")
    return told


def _let_travel(account: Account, way: Way, event: Any) -> list[Finding]:
    try:
        with account.chains.within(account.chains.begin()):
            way.hand_over(event)
        account.settle(MOST_ROUNDS)
    except NeverRests as error:
        return [Finding(Kind.DIFFERENT, str(error))]
    except (ClientError, NotEmulated, ValueError) as error:
        return [Finding(Kind.DIFFERENT, f"could not be handed over: {error}")]
    return []


def _not_woken(line: Handshake, observed: Observed) -> list[Finding]:
    """That the function did not run for the event, and why."""
    hops = [hop for hop in observed.hops if _is_on(hop, line)]
    if any("function" in hop.details for hop in hops):
        return []
    causes = [hop.cause for hop in hops if hop.outcome is Outcome.FILTERED and hop.cause]
    told = f": filtered, {causes[0]}" if causes else ""
    return [Finding(Kind.DIFFERENT, f"{line.woken} was not woken{told}")]


def _is_on(hop: Any, line: Handshake) -> bool:
    return Edge(hop.source, hop.target) == Edge(line.waker, line.woken)
