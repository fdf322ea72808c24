"""EventBridge: every event of a bus goes to each target of each rule that wants it, is tried again, and lands.

Emulated are the default bus, custom buses, event patterns, archives and replays and, as targets, functions and queues.
Schedules and buses of other accounts are not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from moto.events.models import EventBus, EventsBackend, Rule
from moto.moto_api._internal import mock_random

from components.event_pattern import EventPattern
from emulator.eventing import archives, bus_calls, event_entries, replays, rule_checks
from emulator.eventing.target_attempt import TargetAttempt
from emulator.eventing.target_delivery import TargetDelivery
from emulator.journal import Hop, Outcome
from emulator.storage import NotEmulated
from emulator.tally import Edge, Ending

if TYPE_CHECKING:
    from emulator.account import Account

DEFAULT_BUS = "default event bus"
"""What people call the bus that every account has."""

NO_RULE = "no rule"
"""Where an event goes that no rule wants."""

_pattern = lru_cache(maxsize=1024)(EventPattern.parse)


class Delivery:
    """Every bus of the account, its rules and their targets."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._waiting: list[TargetDelivery] = []
        self._faults: dict[str, list[str]] = {}
        self._open = ExitStack()

    def open(self) -> None:
        self._open.enter_context(rule_checks.checked())
        self._open.enter_context(bus_calls.answered())
        self._open.enter_context(archives.kept())
        self._open.enter_context(patch.object(EventsBackend, "put_events", self._putting()))
        self._open.enter_context(patch.object(Rule, "send_to_targets", _by_nobody))
        self._account.names.give(self._buses["default"].arn, DEFAULT_BUS)

    def close(self) -> None:
        self._open.close()
        self._waiting.clear()

    def refuse(self, target_arn: str, error_code: str, times: int) -> None:
        """Let a target answer its next tries with an error, as one does that is overloaded.

        Args:
            error_code: as a dead letter names it: `THROTTLING`.
            times: how many tries.
        """
        self._faults.setdefault(target_arn, []).extend([error_code] * times)

    def publish(self, source: str, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str]) -> None:
        """Put an event of an AWS service on the default bus."""
        event = self._event(source, detail_type, detail, resources, self._account.clock.now)
        self._receive(self._buses["default"], event)

    def deliver(self) -> bool:
        replayed = replays.run_waiting(self._account, self._route)
        now = self._account.clock.now
        due = [delivery for delivery in self._waiting if delivery.due <= now]
        self._waiting = [delivery for delivery in self._waiting if delivery.due > now]
        for delivery in sorted(due, key=lambda delivery: delivery.due):
            faults = self._faults.get(delivery.target["Arn"])
            with self._account.chains.within(self._account.chains.of(delivery.event_id)):
                if TargetAttempt(self._account, delivery).make(faults.pop(0) if faults else None):
                    self._waiting.append(delivery)
        return replayed or bool(due)

    def next_due(self) -> datetime | None:
        return min((delivery.due for delivery in self._waiting), default=None)

    @property
    def _buses(self) -> dict[str, EventBus]:
        buses: dict[str, EventBus] = self._account.storage.backend("events").event_buses
        return buses

    def _putting(self) -> Callable[..., list[dict[str, str]]]:
        def put_events(backend: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, str]]:
            event_entries.check_request(events)
            return [event_entries.refusal(entry) or {"EventId": self._take(entry)} for entry in events]

        return put_events

    def _take(self, entry: Mapping[str, Any]) -> str:
        event = self._event(
            entry["Source"],
            entry["DetailType"],
            json.loads(entry["Detail"]),
            entry.get("Resources") or (),
            event_entries.entry_time(entry, self._account.clock.now),
        )
        bus_name = self._own_bus_name(entry.get("EventBusName") or "default")
        if bus_name in self._buses:
            self._receive(self._buses[bus_name], event)
        else:
            self._lose_without_bus(bus_name, event)
        return str(event["id"])

    def _own_bus_name(self, name_or_arn: str) -> str:
        own = self._buses["default"].arn.removesuffix("default")
        if name_or_arn.startswith("arn:") and not name_or_arn.startswith(own):
            raise NotEmulated(f"{name_or_arn} is not emulated: only buses of this account and region are")
        return name_or_arn.removeprefix(own)

    def _event(
        self, source: str, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str], at: datetime
    ) -> dict[str, Any]:
        return event_entries.bus_event(
            event_id=str(mock_random.uuid4()),
            source=source,
            detail_type=detail_type,
            detail=detail,
            resources=resources,
            account_id=self._account.account_id,
            region=self._account.region,
            at=at,
        )

    def _receive(self, bus: EventBus, event: dict[str, Any]) -> None:
        """An event that is new: it is kept where an archive wants it, and sent on. What comes from a replay is not, and
        no archive takes it (EventBridge API reference, `CreateArchive`)."""
        now = self._account.clock.now
        for archive in archives.archives_of(self._account.storage.backend("events"), bus, now):
            if archive.wants(event):
                archive.kept.append((now, event))
        self._route(bus, event)

    def _route(self, bus: EventBus, event: dict[str, Any], only: Sequence[str] = ()) -> None:
        """Send the event to every target, by the rules as they stand at this moment.

        Args:
            only: ARNs of the rules that may hear it; where none is named, all of them.
        """
        named_rules = [rule for rule in bus.rules.values() if not only or rule.arn in only]
        wanting = [rule for rule in named_rules if _wants(rule, event)]
        for rule in wanting:
            for target in rule.targets:
                self._send(bus, rule, target, event)
        if not any(rule.targets for rule in wanting):
            named = " and ".join(self._account.names.of(rule.arn) for rule in wanting)
            nobody = "no rule that the replay is for wants it" if only else "no rule wants it"
            self._filter(bus, event, f"{named} wants it and has no target" if wanting else nobody)

    def _send(self, bus: EventBus, rule: Rule, target: Mapping[str, Any], event: dict[str, Any]) -> None:
        now = self._account.clock.now
        delivery = TargetDelivery(
            event=event,
            rule_arn=rule.arn,
            target=target,
            edge=Edge(self._account.names.of(bus.arn), self._account.names.of(target["Arn"])),
            event_id=f"{event['id']}/{rule.name}/{target['Id']}",
            began=now,
            due=now,
        )
        self._account.chains.remember(delivery.event_id)
        self._account.tally.sent(delivery.edge, delivery.event_id)
        self._waiting.append(delivery)

    def _filter(self, bus: EventBus, event: dict[str, Any], cause: str) -> None:
        edge = Edge(self._account.names.of(bus.arn), NO_RULE)
        self._account.tally.sent(edge, event["id"])
        self._account.tally.ended(edge, event["id"], Ending.FILTERED)
        self._tell(edge, event, Outcome.FILTERED, cause)

    def _lose_without_bus(self, bus_name: str, event: dict[str, Any]) -> None:
        edge = Edge(bus_name, NO_RULE)
        self._account.tally.sent(edge, event["id"])
        self._tell(
            edge, event, Outcome.LOST, f"there is no event bus {bus_name}: EventBridge takes the event and drops it"
        )

    def _tell(self, edge: Edge, event: dict[str, Any], outcome: Outcome, cause: str) -> None:
        self._account.journal.write(
            Hop(
                at=self._account.clock.now,
                chain=self._account.chains.current,
                what=event["detail-type"],
                source=edge.source,
                target=edge.target,
                outcome=outcome,
                cause=cause,
                details={"payload": event},
            )
        )


def _wants(rule: Rule, event: dict[str, Any]) -> bool:
    """A rule that only has a schedule wants no event."""
    pattern = rule.event_pattern.dump()
    return rule.state != "DISABLED" and bool(pattern) and _pattern(pattern).matches(event)


def _by_nobody(rule: Rule, original_event: object, transform_input: bool = True) -> None:
    """Moto's own way to targets: not taken."""
