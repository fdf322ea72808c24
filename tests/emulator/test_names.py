"""What people call things."""

from __future__ import annotations

from emulator.names import Names


def test_the_last_name_given_counts() -> None:
    names = Names()
    names.give("arn:aws:sqs:eu-west-1:111111111111:x", "feeds-readings-queue")
    names.give("arn:aws:sqs:eu-west-1:111111111111:x", "feeds.readings")

    assert names.of("arn:aws:sqs:eu-west-1:111111111111:x") == "feeds.readings"


def test_what_nobody_named_is_called_by_the_end_of_its_arn() -> None:
    assert Names().of("arn:aws:sqs:eu-west-1:111111111111:orders") == "orders"
