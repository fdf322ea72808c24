"""What a dead letter tells of an event that a target did not get."""

from __future__ import annotations

from typing import Any

from emulator.clock import START
from emulator.eventing.target_delivery import Failure, TargetDelivery
from emulator.tally import Edge


def delivery(attempts: int = 0, event_id: str = "e1/strong/1", **policy: int) -> TargetDelivery:
    target: dict[str, Any] = {"Id": "1", "Arn": "arn:aws:lambda:eu-west-1:111111111111:function:assess"}
    if policy:
        target["RetryPolicy"] = policy
    return TargetDelivery(
        event={"id": "e1"},
        rule_arn="arn:aws:events:eu-west-1:111111111111:rule/strong",
        target=target,
        edge=Edge("alerts.announcements", "alerts.assess"),
        event_id=event_id,
        began=START,
        due=START,
        attempts=attempts,
    )


def test_a_dead_letter_names_rule_target_and_error() -> None:
    attributes = delivery(1).dead_letter_attributes(Failure("NO_PERMISSIONS", "no"), None)

    assert attributes == {
        "RULE_ARN": {"DataType": "String", "StringValue": "arn:aws:events:eu-west-1:111111111111:rule/strong"},
        "TARGET_ARN": {
            "DataType": "String",
            "StringValue": "arn:aws:lambda:eu-west-1:111111111111:function:assess",
        },
        "ERROR_CODE": {"DataType": "String", "StringValue": "NO_PERMISSIONS"},
        "ERROR_MESSAGE": {"DataType": "String", "StringValue": "no"},
    }


def test_a_dead_letter_of_a_retried_event_tells_how_often_and_why_no_more() -> None:
    attributes = delivery(4).dead_letter_attributes(Failure("THROTTLING", "busy"), "MaximumRetryAttempts")

    assert attributes["RETRY_ATTEMPTS"] == {"DataType": "String", "StringValue": "3"}
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == {"DataType": "String", "StringValue": "MaximumRetryAttempts"}
