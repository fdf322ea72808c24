"""What becomes of one asynchronous event: it is tried, tried again later, and ends processed, as a dead letter or lost.

Sources: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation". An event that
would be too old at its next try is given up at once, as the service has been seen to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import UnknownFunctionException

from emulator.execution.destinations import Condition, DestinationError, Destinations, record
from emulator.execution.invocation import Invocation
from emulator.execution.settings import AsynchronousSettings, read_asynchronous_settings
from emulator.journal import Hop, Outcome
from emulator.tally import Edge, Ending

if TYPE_CHECKING:
    from emulator.account import Account

RETRY_PAUSE = timedelta(minutes=1)
"""Before the first retry of a function that failed; before the second it is twice as long."""
FIRST_BACKOFF_SECONDS = 1
LONGEST_BACKOFF_SECONDS = 300
"""How long an event waits that Lambda itself could not run: twice as long each time."""


@dataclass
class Event:
    """One event in the queue."""

    number: int
    function_arn: str
    payload: Any
    edge: Edge
    event_id: str
    what: str
    request_id: str
    accepted_at: datetime
    due: datetime
    runs: int = 0
    """How often the function has run for it."""
    refusals: int = 0
    """How often Lambda could not run the function since its last run."""


class Attempt:
    """One try to have an event processed."""

    def __init__(self, account: Account, event: Event) -> None:
        self._account = account
        self._event = event
        self._settings = AsynchronousSettings()
        self._destinations: Destinations

    def make(self) -> bool:
        """Run the function, and decide what becomes of the event.

        Returns:
            Whether it is to be tried again, at `Event.due`.
        """
        event = self._event
        try:
            function = self._account.storage.backend("lambda").get_function(event.function_arn)
        except UnknownFunctionException:
            self._lose(f"function {event.function_arn} does not exist", fix="deploy it, or withdraw what wakes it")
            return False
        self._settings = read_asynchronous_settings(function)
        identity = self._account.identities.role_session(function.role, function.function_name, event.edge.target)
        self._destinations = Destinations(self._account, identity)
        invocation = self._account.runtime.invoke(
            event.function_arn, event.payload, request_id=event.request_id, asynchronous=True
        )
        if invocation.ran:
            event.runs, event.refusals = event.runs + 1, 0
        else:
            event.refusals += 1
        self._tell_attempt(invocation)
        if invocation.error is None:
            self._account.tally.ended(event.edge, event.event_id, Ending.PROCESSED)
            self._record_success(invocation)
            return False
        condition = self._over(invocation)
        if condition is None:
            return True
        self._give_up(invocation, condition)
        return False

    def _over(self, invocation: Invocation) -> Condition | None:
        """Why a failed event is not tried again. None: it is, and its next time is set."""
        event, settings = self._event, self._settings
        if invocation.error is not None and invocation.error.kind == "TooManyRequestsException":
            return "ZeroReservedConcurrency"  # Nothing else throttles here: no two invocations run at once.
        if event.runs > settings.maximum_retries:
            return "RetriesExhausted"
        pause = RETRY_PAUSE * event.runs
        if not invocation.ran:
            pause = timedelta(seconds=min(FIRST_BACKOFF_SECONDS * 2 ** (event.refusals - 1), LONGEST_BACKOFF_SECONDS))
        event.due = self._account.clock.now + pause
        oldest = event.accepted_at + timedelta(seconds=settings.maximum_age_seconds)
        return "EventAgeExceeded" if event.due > oldest else None

    def _record_success(self, invocation: Invocation) -> None:
        destination = self._settings.on_success
        if destination is None:
            return
        told = record(invocation, "Success", self._event.runs, self._account.clock.now)
        place, what = self._account.names.of(destination), f"record: {self._event.what} succeeded"
        try:
            self._destinations.send(destination, told)
        except DestinationError as error:
            self._tell(Outcome.LOST, what=what, target=place, cause=str(error), fix=_let_write(self._event, place))
            return
        self._tell(Outcome.DELIVERED, what=what, target=place)

    def _give_up(self, invocation: Invocation, condition: Condition) -> None:
        """Send the event where failed ones land. With nowhere to land it is lost, and stays open in the tally."""
        event, settings, destinations = self._event, self._settings, self._destinations
        cause = f"{invocation.error}, {_in_words(condition, event, settings)}"
        told = record(invocation, condition, event.runs, self._account.clock.now)
        ways: dict[str, Callable[[str], None]] = {}
        if settings.on_failure is not None:
            ways[settings.on_failure] = lambda arn: destinations.send(arn, told)
        if settings.dead_letter_target is not None:
            ways[settings.dead_letter_target] = lambda arn: destinations.send_dead_letter(arn, invocation)
        if not ways:
            self._lose(
                f"{cause}; {event.edge.target} has no failure destination",
                fix=f"give {event.edge.target} a failure destination, so that the event lands there",
            )
        landed = [self._land(arn, send, cause, invocation) for arn, send in ways.items()]
        if any(landed):
            self._account.tally.ended(event.edge, event.event_id, Ending.DEAD_LETTERED)

    def _land(self, arn: str, send: Callable[[str], None], cause: str, invocation: Invocation) -> bool:
        place = self._account.names.of(arn)
        try:
            send(arn)
        except DestinationError as error:
            self._lose(f"{cause}; not written to {place}: {error}", fix=_let_write(self._event, place), target=place)
            return False
        look = f"{invocation.fix}, " if invocation.fix else ""
        fix = f"{look}look at the event in {place}, and send it again once {self._event.edge.target} is mended"
        self._tell(Outcome.DEAD, what=self._event.what, target=place, cause=cause, fix=fix)
        return True

    def _lose(self, cause: str, *, fix: str, target: str = "nowhere") -> None:
        self._tell(Outcome.LOST, what=self._event.what, target=target, cause=cause, fix=fix)

    def _tell_attempt(self, invocation: Invocation) -> None:
        event, error = self._event, invocation.error
        outcome = Outcome.DELIVERED if error is None else Outcome.FAILED
        if error is not None and error.kind == "AccessDeniedException":
            outcome = Outcome.DENIED
        self._write(
            outcome,
            what=event.what,
            source=event.edge.source,
            target=event.edge.target,
            attempt=event.runs + event.refusals,
            attempts_allowed=self._settings.maximum_retries + 1 if invocation.ran else None,
            cause=str(error) if error else None,
            fix=invocation.fix,
            details=invocation.details(),
        )

    def _tell(
        self, outcome: Outcome, *, what: str, target: str, cause: str | None = None, fix: str | None = None
    ) -> None:
        """Write a hop that begins at the function."""
        self._write(outcome, what=what, source=self._event.edge.target, target=target, cause=cause, fix=fix)

    def _write(self, outcome: Outcome, *, details: Mapping[str, Any] | None = None, **told: Any) -> None:
        chain, now = self._account.chains.current, self._account.clock.now
        self._account.journal.write(Hop(at=now, chain=chain, outcome=outcome, details=details or {}, **told))


def _in_words(condition: Condition, event: Event, settings: AsynchronousSettings) -> str:
    if condition == "ZeroReservedConcurrency":
        return "its reserved concurrency is 0: it is switched off"
    if condition == "EventAgeExceeded":
        return f"given up: it would be older than {settings.maximum_age_seconds} seconds at its next try"
    return f"given up after {event.runs} attempts" if event.runs > 1 else "given up after 1 attempt"


def _let_write(event: Event, place: str) -> str:
    return f"see that {place} exists, and that the role of {event.edge.target} may write to it"
