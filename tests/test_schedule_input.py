"""What a schedule hands over is what Scheduler hands over."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from components.schedule_input import filled, notification, problems
from tests.emulator.shapes import differences

VALUES = {
    "schedule-arn": "arn:s",
    "scheduled-time": "2031-01-01T00:00:00Z",
    "execution-id": "e1",
    "attempt-number": "2",
}


def test_what_stands_for_an_attribute_is_filled_in_wherever_it_stands() -> None:
    text = '{"<aws.scheduler.attempt-number>": "run of <aws.scheduler.scheduled-time>, <aws.scheduler.execution-id>"}'

    assert filled(text, VALUES) == '{"2": "run of 2031-01-01T00:00:00Z, e1"}'
    assert filled('["<aws.scheduler.schedule-arn>"]', VALUES) == '["arn:s"]'


def test_all_else_stays_as_it_is() -> None:
    assert filled('"<aws.scheduler.other> <x>"', VALUES) == '"<aws.scheduler.other> <x>"'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"at": "<aws.scheduler.scheduled-time>"}', []),
        ("null", []),
        ("{", ["input needs JSON text: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"]),
        (
            '["<aws.scheduler.time>", "<aws.scheduler.time>"]',
            [
                "input has <aws.scheduler.time>, which Scheduler does not fill in: known are "
                "<aws.scheduler.schedule-arn>, <aws.scheduler.scheduled-time>, <aws.scheduler.execution-id>, "
                "<aws.scheduler.attempt-number>"
            ],
        ),
        (f'"{"é" * 131_071}"', []),
        (f'"{"é" * 131_072}"', ["input needs at most 262144 bytes, has 262146"]),
    ],
)
def test_an_input_that_would_not_arrive_as_meant_is_refused(text: str, told: list[str]) -> None:
    assert list(problems(text)) == told


def test_without_an_input_a_notification_is_handed_over() -> None:
    told = notification(
        event_id="17793124-05d4-b198-2fde-7ededc63b103",
        schedule_arn="arn:s",
        account_id="111111111111",
        region="eu-west-1",
        at=datetime(2031, 1, 2, tzinfo=UTC),
    )

    assert differences(json.loads(json.dumps(told)), "scheduler_default.json") == []
    assert told == {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": "111111111111",
        "time": "2031-01-02T00:00:00Z",
        "region": "eu-west-1",
        "resources": ["arn:s"],
        "detail": "{}",
    }
