"""Names stand for things of the stack; short ones for those of their own pipeline first."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from components.ledger import Ledger, Thing
from emulator.delivery import events
from emulator.journey.address_book import DEFAULT_BUS, AddressBook, full_name
from tests.emulator.made_up import (
    FEED,
    QUAKES,
    RECORD_MAY_WRITE_QUAKES,
    RECORD_ON_READINGS,
    SPLIT_ON_FEED,
    THINGS,
    book,
)


def test_what_a_stack_exports_is_read_back_whole() -> None:
    ledger = Ledger((RECORD_ON_READINGS, SPLIT_ON_FEED), (RECORD_MAY_WRITE_QUAKES,))
    exported = ledger.export() | {"things": {name: asdict(thing) for name, thing in THINGS.items()}}

    assert AddressBook.from_outputs({"ledger": exported}) == AddressBook(ledger, THINGS)


def test_a_stack_without_a_ledger_has_no_names() -> None:
    assert AddressBook.from_outputs({}) == AddressBook(Ledger((), ()), {})


def test_places_for_failed_events_are_those_the_ledger_lands_them_in() -> None:
    assert book().dead_letters == ["feeds.readings.dead-letters", "feeds.split.failures"]


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        (QUAKES, "feeds.quakes"),
        (f"{QUAKES}/index/by-day", "feeds.quakes"),
        (f"{FEED}/incoming/a.geojson", "feeds.feed"),
        (f"{FEED}-other/a", None),
    ],
)
def test_a_thing_is_found_by_its_arn_and_by_what_lies_in_it(arn: str, name: str | None) -> None:
    assert book().thing_at(arn) == name


def test_of_a_thing_in_a_thing_the_inner_one_is_found() -> None:
    inner = {"feeds.archive": Thing("bucket", f"{FEED}/archive"), **THINGS}

    assert AddressBook(Ledger((), ()), inner).thing_at(f"{FEED}/archive/a") == "feeds.archive"


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("split", "feeds.split"),
        ("feeds.split", "feeds.split"),
        ("alerts.assess", "alerts.assess"),
        ("assess", None),
        ("split.failures", "feeds.split.failures"),
        ("default", "default event bus"),
    ],
)
def test_a_short_name_is_of_its_own_pipeline(short: str, full: str | None) -> None:
    known = ["feeds.split", "alerts.assess", "feeds.split.failures", "split.failures", DEFAULT_BUS]

    assert full_name(short, "feeds", known) == full


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("feeds.quakes", "quakes-4f2"),
        ("feeds.feed", "feed-9c1"),
        ("feeds.readings", "readings-77b"),
        (DEFAULT_BUS, "default"),
    ],
)
def test_a_thing_is_called_by_the_last_part_of_its_arn(name: str, own: str) -> None:
    assert book().own_name(name) == own


def test_the_default_bus_is_called_as_events_are_told_of_it() -> None:
    assert events.DEFAULT_BUS == DEFAULT_BUS


def test_functions_are_found_by_the_place_their_failed_events_land_in() -> None:
    assert book().landing_in("feeds.split.failures") == ["feeds.split"]
    assert book().landing_in("feeds.nowhere") == []


def test_events_come_from_topics_too() -> None:
    things = {"alerts.news": Thing("topic", "arn:aws:sns:eu-west-1:111111111111:news"), **THINGS}

    assert "alerts.news" in AddressBook(Ledger((), ()), things).sources
