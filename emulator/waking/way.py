"""The way an event takes into a function: found by who acts in the trigger's line of the ledger."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import emulator.waking.ways
from components.ledger import Handshake
from components.problems import ConfigError, Problem
from emulator.journey.address_book import AddressBook
from emulator.waking.service_push import ServicePushWay
from emulator.waking.shape import Fault
from emulator.waking.waking import Waking


class Way(Protocol):
    """How one service hands an event over: a class `Way` in each file of `ways/`, which is called as ARNs and service
    principals call the service."""

    def __init__(self, waking: Waking) -> None: ...

    @property
    def made_up(self) -> Mapping[str, str]:
        """Texts of the example that stand for something in the account, and for what."""

    def faults(self, event: Any) -> Iterator[Fault]:
        """What of the event stands in the way of handing it over."""

    def left_out(self, event: Any) -> Iterator[str]:
        """What the source does in AWS beside handing the event over, and nobody does here: one sentence each."""

    def hand_over(self, event: Any) -> None:
        """Begin. What the source would not hand over ends as filtered."""


def way_of(line: Handshake, book: AddressBook) -> type[Way]:
    """The way of a trigger. A service that pushes, and has no file of its own, is taken to do so and no more.

    Raises:
        ConfigError: nobody knows how the service hands events over.
    """
    if line.mechanism == "poll":
        service = book.things[line.waker].arn.split(":")[2]
    else:
        service = line.principal.partition(".")[0]
    if service in {module.name for module in pkgutil.iter_modules(emulator.waking.ways.__path__)}:
        way: type[Way] = importlib.import_module(f"emulator.waking.ways.{service}").Way
        return way
    if line.mechanism == "push":
        return ServicePushWay
    sentence = f"{line.name} is woken by way of {service}: no event can be handed over by hand there, use a journey"
    raise ConfigError([Problem("--trigger", None, "", sentence)])
