"""Names that the program leaves open are made as Pulumi makes them, and are the same in every run."""

from __future__ import annotations

import pytest

from emulator.provisioning.autonames import autonamed
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
