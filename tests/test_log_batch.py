"""What CloudWatch Logs hands over has its shape, and the same lines always make the same text."""

from __future__ import annotations

import json

from components.log_batch import batch_event, decoded, log_event_id
from tests.emulator.shapes import SHAPES, differences

LINE = {"id": log_event_id(1_893_499_200_000, 1), "timestamp": 1_893_499_200_000, "message": "größer als 5"}
EVENT = batch_event(
    owner="111111111111", log_group="/app/x", log_stream="s1", subscription_filter="errors", log_events=[LINE]
)


def test_the_event_and_what_is_in_it_look_as_recorded_ones_do() -> None:
    assert differences(EVENT, "cloudwatch_logs.json") == []
    assert differences(decoded(EVENT), "cloudwatch_logs_decoded.json") == []


def test_what_is_in_it_is_what_was_put_in() -> None:
    assert decoded(EVENT) == {
        "messageType": "DATA_MESSAGE",
        "owner": "111111111111",
        "logGroup": "/app/x",
        "logStream": "s1",
        "subscriptionFilters": ["errors"],
        "logEvents": [LINE],
    }


def test_a_recorded_event_is_read() -> None:
    recorded = json.loads((SHAPES / "cloudwatch_logs.json").read_text())

    assert decoded(recorded) == json.loads((SHAPES / "cloudwatch_logs_decoded.json").read_text())


def test_the_compressed_text_has_no_time_of_its_own() -> None:
    assert EVENT["awslogs"]["data"].startswith("H4sIAAAAAAA")  # Ten bytes of header, four of them for a time: zeros.


def test_ids_have_56_digits_and_follow_the_moment() -> None:
    # Recorded: CloudWatch Logs user guide, "Log group-level subscription filters".
    recorded = "31953106606966983378809025079804211143289615424298221568"

    assert log_event_id(1_432_826_855_000, 0)[:8] == recorded[:8]
    assert len(LINE["id"]) == 56
    assert log_event_id(5, 9) < log_event_id(6, 1)
