"""What is begun by hand is tried when it is due, counted as sent, and waited for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.account import Account
from emulator.clock import START
from emulator.tally import Edge
from emulator.waking.hand import Hand


@dataclass
class Letter:
    event_id: str
    due: datetime
    edge: Edge = Edge("feeds.feed", "feeds.split")  # noqa: RUF009  (it is frozen)


def test_an_event_is_tried_again_as_long_as_its_attempt_asks_for_it(account: Account) -> None:
    hand, letter = Hand(account), Letter("one", START)
    account.deliveries["by hand"] = hand
    tries: list[tuple[datetime, str]] = []

    def attempt() -> bool:
        tries.append((account.clock.now, account.chains.current))
        letter.due = account.clock.now + timedelta(minutes=1)
        return len(tries) < 3

    with account.chains.within(account.chains.begin()):
        hand.begin(letter, attempt)
    account.settle()

    assert tries == [(START + timedelta(minutes=minute), "c1") for minute in range(3)]
    assert account.tally.open() == [(Edge("feeds.feed", "feeds.split"), "one")]


def test_what_is_due_first_comes_first_and_the_rest_waits(account: Account) -> None:
    hand = Hand(account)
    tried: list[str] = []
    for name, seconds in (("late", 60), ("now", 0), ("soon", 30)):
        hand.begin(Letter(name, START + timedelta(seconds=seconds)), lambda name=name: bool(tried.append(name)))

    assert hand.deliver()
    assert tried == ["now"]
    assert hand.next_due() == START + timedelta(seconds=30)
    assert not hand.deliver()
    account.clock.advance(60)
    assert hand.deliver()
    assert tried == ["now", "soon", "late"]
    assert hand.next_due() is None


def test_a_closed_hand_holds_nothing(account: Account) -> None:
    hand = Hand(account)
    hand.begin(Letter("one", START), lambda: False)

    hand.close()

    assert hand.next_due() is None
