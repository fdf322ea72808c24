"""What is not emulated is said about every source, in lines that fit a page."""

from __future__ import annotations

import pkgutil

import pytest

import emulator.delivery
from emulator.screen.fidelity import NOTES, Level, Note, not_emulated
from emulator.screen.text import fidelity

SUBJECTS = {
    "asynchronous": "Lambda async queue",
    "dynamodb_streams": "DynamoDB streams",
    "events": "EventBridge rules",
    "kinesis": "Kinesis to Lambda",
    "logs": "Log subscriptions",
    "scheduler": "Scheduler",
    "s3": "S3 notifications",
    "sns": "SNS topics",
    "sqs": "SQS to Lambda",
}


def test_every_way_an_event_travels_has_its_notes() -> None:
    deliveries = [module.name for module in pkgutil.iter_modules(emulator.delivery.__path__)]

    assert {SUBJECTS[delivery] for delivery in deliveries} <= {note.subject for note in NOTES}


def test_what_is_emulated_is_not_listed_among_what_is_not() -> None:
    assert {note.level for note in not_emulated()} == {Level.APPROXIMATED, Level.ABSENT}
    assert len(not_emulated()) + sum(note.level is Level.EMULATED for note in NOTES) == len(NOTES)


@pytest.mark.parametrize("note", not_emulated(), ids=lambda note: f"{note.subject} {note.level}")
def test_each_note_is_one_line_of_a_hundred_columns(note: Note) -> None:
    assert len(fidelity([note], 100)) == 2
