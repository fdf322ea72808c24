"""Replays: events of an archive come to their bus once more, each as a new event at the head of its own chain.

Whether AWS gives a replayed event a new id is not documented; here it has one, so that nobody relies on the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from moto.events.models import EventBus, EventsBackend
from moto.moto_api._internal import mock_random

from emulator.eventing.archives import REPLAY_NAME, KeptArchive, KeptReplay, State, event_time, waiting_replays

if TYPE_CHECKING:
    from emulator.account import Account

Route = Callable[[EventBus, dict[str, Any], Sequence[str]], None]
"""Sends an event of a bus to those of its rules that have these ARNs; to all of them where none is named."""


def run_waiting(account: Account, route: Route) -> bool:
    """Run every replay that was started. True when there was one."""
    backend: EventsBackend = account.storage.backend("events")
    waiting = waiting_replays(backend)
    for replay in waiting:
        _run(account, backend, replay, route)
    return bool(waiting)


def _run(account: Account, backend: EventsBackend, replay: KeptReplay, route: Route) -> None:
    now = account.clock.now
    replay.end_time = now.timestamp()
    archive = backend.archives.get(replay.source_arn.rpartition("/")[2])
    bus = backend.event_buses.get(replay.destination["Arn"].rpartition("/")[2])
    if not isinstance(archive, KeptArchive) or bus is None:
        replay.end_as(State.FAILED, f"the {'event bus' if bus is None else 'archive'} is gone")
        return
    archive.expire(now)
    for event in archive.between(replay.start, replay.end):
        with account.chains.within(account.chains.begin()):
            route(bus, {**event, "id": str(mock_random.uuid4()), REPLAY_NAME: replay.name}, replay.rules)
        replay.last_replayed = event_time(event)
    replay.end_as(State.COMPLETED)
