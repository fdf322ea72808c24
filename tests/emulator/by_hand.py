"""A trigger in an open account that was made with boto3, ready to be used by hand: its names, its line, its hand."""

from __future__ import annotations

from typing import Any

from components.ledger import Condition, Handshake, Ledger, Mechanism, Thing
from emulator.account import Account
from emulator.journey.address_book import AddressBook
from emulator.waking.hand import Hand
from emulator.waking.shape import Fault
from emulator.waking.waking import Waking
from emulator.waking.way import way_of


def ready(
    account: Account,
    mechanism: Mechanism,
    principal: str,
    *,
    waker: str,
    woken: str,
    name: str = "feeds.by-hand",
    conditions: tuple[Condition, ...] = (),
    **things: tuple[str, str],
) -> Waking:
    """A trigger of the name `name`.

    Args:
        things: kind and ARN of each thing by its name in `feeds`, in which `_` stands for `-`.
    """
    named = {f"feeds.{word.replace('_', '-')}": Thing(kind, arn) for word, (kind, arn) in things.items()}
    for full_name, thing in named.items():
        account.names.give(thing.arn, full_name)
    line = Handshake(name, waker, woken, mechanism, principal, (), woken, conditions, (), "right")
    hand = Hand(account)
    account.deliveries["by hand"] = hand
    return Waking(account, AddressBook(Ledger((line,), ()), named), line, hand)


def send(waking: Waking, event: Any) -> None:
    """Hand an event over, and let the account come to rest."""
    way = way_of(waking.line, waking.book)(waking)
    assert list(way.faults(event)) == []
    with waking.account.chains.within(waking.account.chains.begin()):
        way.hand_over(event)
    waking.account.settle()


def faults(waking: Waking, event: Any) -> list[Fault]:
    """What stands in the way of handing an event over."""
    return list(way_of(waking.line, waking.book)(waking).faults(event))


def left_out(waking: Waking, event: Any) -> list[str]:
    return list(way_of(waking.line, waking.book)(waking).left_out(event))
