"""Names that the program leaves open are made as Pulumi makes them, and are the same in every run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.provisioning.autonames import autonamed, is_autonamed
from emulator.provisioning.resource_type import Autoname, Refused

URN = "urn:pulumi:dev::quakes::aws:sqs/queue:Queue::readings"


def test_a_name_is_the_logical_name_and_seven_digits() -> None:
    assert autonamed(Autoname("name", 80), URN, "readings", {}) == "readings-cb87f5d"


def test_another_stack_gives_another_name() -> None:
    autoname = Autoname("name", 80)

    assert autonamed(autoname, URN, "readings", {}) != autonamed(autoname, URN.replace("dev", "prod"), "readings", {})


def test_a_bucket_is_called_in_small_letters() -> None:
    assert autonamed(Autoname("bucket", 63, lower_case=True), URN, "Feed", {}) == "feed-cb87f5d"


def test_a_name_ends_as_the_other_inputs_ask() -> None:
    autoname = Autoname("name", 80, suffix=lambda inputs: ".fifo" if inputs["fifoQueue"] else "")

    assert autonamed(autoname, URN, "readings", {"fifoQueue": True}) == "readings-cb87f5d.fifo"


def test_the_longest_logical_name_leaves_room_for_what_is_added() -> None:
    assert len(autonamed(Autoname("name", 64), URN, "a" * 56, {})) == 64


def test_a_logical_name_that_is_too_long_is_refused_with_the_arithmetic() -> None:
    with pytest.raises(Refused) as refused:
        autonamed(Autoname("name", 64), URN, "a" * 57, {})

    assert str(refused.value) == (
        "the logical name is 57 characters long and needs at most 56: `name` has 64, and 8 of them are added"
    )


def test_a_thing_that_takes_the_place_of_another_has_another_name() -> None:
    autoname = Autoname("name", 80, suffix=lambda inputs: ".fifo")

    assert [autonamed(autoname, URN, "readings", {}, place) for place in range(3)] == [
        "readings-cb87f5d.fifo",
        "readings-faf76e1.fifo",
        "readings-1dfe523.fifo",
    ]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("readings-cb87f5d", True),
        ("readings-0000000", True),
        ("readings-cb87f5d.fifo", True),
        ("readings", False),
        ("readings-cb87f5", False),
        ("readings-cb87f5d0", False),
        ("readings-CB87F5D", False),
        ("readings-cb87f5g", False),
        ("an-older-name-cb87f5d", True),
        ("readings-cb87f5d-old", False),
        ("readings-cb87f5d\n", False),
        ("Readings-cb87f5d", True),
        ("", False),
    ],
)
def test_a_name_is_known_for_one_that_was_made(name: str, is_one: bool) -> None:
    assert is_autonamed(name) is is_one


@pytest.mark.parametrize(
    ("name", "ending", "is_one"),
    [
        ("readings-cb87f5d", "", True),
        ("readings-cb87f5d", ".fifo", False),
        ("readings-cb87f5d.fifo", ".fifo", True),
        ("readings-cb87f5d.fifo", "", False),
        ("readings-cb87f5d.fifo\n", ".fifo", False),
        ("readings-cb87f5d-fifo", ".fifo", False),
        ("readings.fifo", ".fifo", False),
    ],
)
def test_a_name_that_was_made_may_have_to_end_in_something(name: str, ending: str, is_one: bool) -> None:
    assert is_autonamed(name, ending) is is_one


logical_names = st.text(max_size=20)


@given(logical_names, st.booleans(), st.sampled_from(["", ".fifo"]), st.integers(0, 5))
def test_every_name_that_is_made_is_known_again(logical_name: str, lower_case: bool, ending: str, place: int) -> None:
    autoname = Autoname("name", 80, lower_case, lambda inputs: ending)

    made = autonamed(autoname, URN, logical_name, {}, place)

    assert is_autonamed(made)
    assert is_autonamed(made, ending)
