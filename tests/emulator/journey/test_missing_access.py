"""A variable that is missing leads to the access line that brings it."""

from __future__ import annotations

import pytest

from emulator.journey.missing_access import access_that_is_missing
from tests.emulator.made_up import book


@pytest.mark.parametrize(
    ("cause", "function", "hint"),
    [
        (
            "KeyError: 'READINGS_QUEUE_URL', given up after 3 attempts",
            "feeds.split",
            "pipelines/feeds/pipeline.yaml: functions.split.access needs a line on readings, "
            "which brings READINGS_QUEUE_URL",
        ),
        (
            "KeyError: 'ANNOUNCEMENTS_EVENT_BUS_NAME'",
            "feeds.record",
            "pipelines/feeds/pipeline.yaml: functions.record.access needs a line on alerts.announcements, "
            "which brings ANNOUNCEMENTS_EVENT_BUS_NAME",
        ),
        ("KeyError: 'READINGS_TABLE_NAME'", "feeds.split", None),
        ("KeyError: 'id'", "feeds.split", None),
        ("ValueError: READINGS_QUEUE_URL", "feeds.split", None),
    ],
)
def test_the_missing_line_is_named_where_there_is_one(cause: str, function: str, hint: str | None) -> None:
    assert access_that_is_missing(cause, function, book()) == hint
