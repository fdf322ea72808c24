"""Archives of buses, and replays from them, as moto's backend keeps them: what AWS refuses, and what is kept how long.

AWS fills an archive by a rule of its own on the bus, with minutes of delay; here there is no such rule, and an event is
in the archive as soon as it is on the bus.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from unittest.mock import patch

import moto.events.models
from moto.core.exceptions import JsonRESTError
from moto.events.exceptions import (
    IllegalStatusException,
    InvalidEventPatternException,
    ResourceAlreadyExistsException,
    ValidationException,
)
from moto.events.models import Archive, EventBus, EventsBackend, Replay

from components.event_pattern import EventPattern

REPLAY_NAME = "replay-name"
"""The field that an event has in a replay, and never otherwise."""

LONGEST_NAME = 48
LONGEST_PATTERN = 4096
"""Characters of an archive's name and of its pattern (EventBridge API reference, `CreateArchive`)."""

MOST_REPLAYS = 10
"""At work at the same time (EventBridge user guide, "Replaying archived events")."""


@lru_cache(maxsize=256)
def _pattern(text: str) -> EventPattern:
    return EventPattern.parse(text, max_characters=LONGEST_PATTERN)


class State(StrEnum):
    """How far a replay is (EventBridge API reference, `DescribeReplay`)."""

    STARTING = "STARTING"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class KeptArchive(Archive):
    """An archive with the events it keeps."""

    def __init__(self, *told: Any) -> None:
        super().__init__(*told)
        self.kept: list[tuple[datetime, dict[str, Any]]] = []
        """With the moment at which each came to the bus."""

    def wants(self, event: Mapping[str, Any]) -> bool:
        text = self.event_pattern.dump()
        return not text or _pattern(text).matches(event)

    def expire(self, now: datetime) -> None:
        """Forget what is older than its retention; 0 days keep everything."""
        if self.retention:
            oldest = now - timedelta(days=int(self.retention))
            self.kept = [(came, event) for came, event in self.kept if came > oldest]

    def between(self, start: datetime, end: datetime) -> list[dict[str, Any]]:
        """The events of a time, by the time that each names, both ends among them; the earliest first."""
        found = [event for _, event in self.kept if start <= event_time(event) <= end]
        return sorted(found, key=event_time)

    def describe_short(self) -> dict[str, Any]:
        self.expire(datetime.now(UTC))
        size = sum(len(json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()) for _, event in self.kept)
        return {**super().describe_short(), "EventCount": len(self.kept), "SizeBytes": size}


class KeptReplay(Replay):
    """A replay that waits for its turn."""

    def __init__(self, *told: Any) -> None:
        super().__init__(*told)
        self.state = State.STARTING  # type: ignore[assignment]
        self.state_reason: str | None = None
        self.last_replayed: datetime | None = None

    @property
    def rules(self) -> list[str]:
        """ARNs of the only rules it is for; none of them: it is for all."""
        return list(self.destination.get("FilterArns") or ())

    @property
    def start(self) -> datetime:
        return _moment(self.event_start_time)

    @property
    def end(self) -> datetime:
        return _moment(self.event_end_time)

    def replay_events(self, archive: Archive) -> None:
        """Not while the call is answered: `replays` does it."""

    def end_as(self, state: State, reason: str | None = None) -> None:
        self.state = state  # type: ignore[assignment]
        self.state_reason = reason

    def describe_short(self) -> dict[str, Any]:
        last = {"EventLastReplayedTime": self.last_replayed.timestamp()} if self.last_replayed else {}
        return {**super().describe_short(), **last, **({"StateReason": self.state_reason} if self.state_reason else {})}


@contextmanager
def kept() -> Iterator[None]:
    """Inside, archives keep events and replays wait for their turn."""
    with ExitStack() as opening:
        opening.enter_context(patch.object(moto.events.models, "Replay", KeptReplay))
        opening.enter_context(patch.object(EventsBackend, "create_archive", _create_archive))
        opening.enter_context(patch.object(EventsBackend, "cancel_replay", _cancel_replay))
        for name, checking in (("update_archive", _checking_update), ("start_replay", _checking_replay)):
            opening.enter_context(patch.object(EventsBackend, name, checking(getattr(EventsBackend, name))))
        yield


def archives_of(backend: EventsBackend, bus: EventBus, now: datetime) -> list[KeptArchive]:
    """The archives of a bus, with what they keep at this moment."""
    found = [
        archive
        for archive in backend.archives.values()
        if isinstance(archive, KeptArchive) and archive.source_arn == bus.arn
    ]
    for archive in found:
        archive.expire(now)
    return found


def waiting_replays(backend: EventsBackend) -> list[KeptReplay]:
    """The replays that were started, and have not begun."""
    replays = [replay for replay in backend.replays.values() if isinstance(replay, KeptReplay)]
    return [replay for replay in replays if str(replay.state) == State.STARTING]


def event_time(event: Mapping[str, Any]) -> datetime:
    """The time that an event names."""
    return datetime.fromisoformat(event["time"])


def _create_archive(
    backend: EventsBackend,
    name: str,
    source_arn: str,
    description: str | None,
    event_pattern: str | None,
    retention: int | None,
) -> Archive:
    if len(name) > LONGEST_NAME:
        raise ValidationException(f"archive {name} needs a name of at most {LONGEST_NAME} characters, has {len(name)}")
    bus = backend._get_event_bus(source_arn)
    if name in backend.archives:
        raise ResourceAlreadyExistsException(f"Archive {name} already exists.")
    _check_pattern(event_pattern)
    told = (backend.account_id, backend.region_name, name, bus.arn, description, event_pattern, retention)
    archive: Archive = KeptArchive(*told)  # type: ignore[abstract]  # As moto's own is.
    backend.archives[name] = archive
    return archive


def _check_pattern(pattern: str | None) -> None:
    if not pattern:
        return
    try:
        _pattern(pattern)
    except ValueError as error:
        raise InvalidEventPatternException(str(error)) from error


def _checking_update(update_archive: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def checking(
        backend: EventsBackend, name: str, description: str | None, event_pattern: str | None, retention: int | None
    ) -> dict[str, Any]:
        _check_pattern(event_pattern)
        answer = update_archive(backend, name, description, event_pattern, retention)
        # Moto takes an empty text and a zero for nothing said.
        archive = backend.archives[name]
        archive.description = archive.description if description is None else description
        archive.retention = archive.retention if retention is None else retention
        return answer

    return checking


def _checking_replay(start_replay: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def checking(
        backend: EventsBackend,
        name: str,
        description: str | None,
        source_arn: str,
        start_time: Any,
        end_time: Any,
        destination: Mapping[str, Any],
    ) -> dict[str, Any]:
        bus = backend.event_buses.get(destination["Arn"].rpartition("/")[2])
        rules = {rule.arn for rule in bus.rules.values()} if bus else set()
        for arn in destination.get("FilterArns") or ():
            if bus and arn not in rules:
                raise ValidationException(
                    f"Parameter Destination.FilterArns is not valid. Reason: {arn} is no rule of event bus {bus.name}."
                )
        if len(waiting_replays(backend)) >= MOST_REPLAYS:
            raise JsonRESTError(
                "LimitExceededException", f"{MOST_REPLAYS} replays are at work, and no more can be at the same time"
            )
        return start_replay(backend, name, description, source_arn, start_time, end_time, destination)

    return checking


def _cancel_replay(backend: EventsBackend, name: str) -> dict[str, str]:
    found = backend._get_replay(name)
    for replay in waiting_replays(backend):
        if replay is found:
            replay.end_as(State.CANCELLED)
            return {"ReplayArn": replay.arn, "State": "CANCELLING"}
    raise IllegalStatusException(f"Replay {name} is not in a valid state for this operation.")


def _moment(time: Any) -> datetime:
    return datetime.fromtimestamp(float(time), UTC)
