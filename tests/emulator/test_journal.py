"""The journal and the causal chains."""

from __future__ import annotations

from emulator.clock import START
from emulator.journal import Chains, Denial, Entry, Hop, Journal, Outcome

HOP = Hop(START, "c1", "1 message", "feeds.readings", "feeds.record", Outcome.DELIVERED)
DENIAL = Denial(START, "c1", "arn", "sqs:SendMessage", "queue", "identity policy", None, "no", False, "feeds.split")


def test_listeners_hear_each_entry_as_it_is_written() -> None:
    journal, heard = Journal(), list[Entry]()
    journal.listen(heard.append)

    journal.write(HOP)
    journal.write(DENIAL)

    assert heard == [HOP, DENIAL] == journal.entries
    assert journal.hops == [HOP]
    assert journal.denials == [DENIAL]


def test_denials_that_are_set_aside_are_heard_by_nobody_else() -> None:
    journal, heard = Journal(), list[Entry]()
    journal.listen(heard.append)

    with journal.set_aside() as outer:
        with journal.set_aside() as inner:
            journal.write(DENIAL)
        journal.write(HOP)
        journal.write(DENIAL)
    journal.write(DENIAL)

    assert (outer, inner) == ([DENIAL], [DENIAL])
    assert heard == [HOP, DENIAL] == journal.entries


def test_what_happens_inside_a_chain_belongs_to_it() -> None:
    chains = Chains()
    first, second = chains.begin(), chains.begin()
    with chains.within(first):
        chains.remember("a")
        with chains.within(second):
            chains.remember("b")
        chains.remember("c")

    assert (first, second) == ("c1", "c2")
    assert [chains.of(event) for event in ("a", "b", "c")] == ["c1", "c2", "c1"]
    assert chains.current == ""


def test_a_new_chain_begins_when_something_does_happen() -> None:
    chains = Chains()
    with chains.within(None):
        pass
    with chains.within(None):
        with chains.within("c9"):
            chains.remember("elsewhere")
        chains.remember("a")
        chains.remember("b")
        assert chains.current == "c1"
    with chains.within(None):
        assert chains.current == "c2"

    assert [chains.of(event) for event in ("a", "b", "elsewhere")] == ["c1", "c1", "c9"]
    assert chains.current == ""


def test_a_batch_joins_the_chains_of_its_events() -> None:
    chains = Chains()
    for event in ("a", "b"):
        with chains.within(chains.begin()):
            chains.remember(event)

    assert chains.of("a", "b", "a") == "c1+c2"
