"""What PutEvents takes, and what it answers otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from moto.events.exceptions import ValidationException

from emulator.clock import START
from emulator.eventing.event_entries import (
    LARGEST_REQUEST_BYTES,
    bus_event,
    check_request,
    entry_bytes,
    entry_time,
    refusal,
)
from tests.emulator.shapes import differences

ENTRY = {"Source": "seismic.feeds", "DetailType": "Strong Quake", "Detail": '{"magnitude": 5.1}'}


def test_a_whole_entry_is_taken() -> None:
    assert refusal(ENTRY) is None


@pytest.mark.parametrize("field", ["Source", "DetailType", "Detail"])
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_required_must_be_there(field: str, value: str | None) -> None:
    assert refusal({**ENTRY, field: value}) == {
        "ErrorCode": "InvalidArgument",
        "ErrorMessage": f"Parameter {field} is not valid. Reason: {field} is a required argument.",
    }


@pytest.mark.parametrize("detail", ["text", "[]", '"text"', "7", "null", "{", '{"a": }'])
def test_a_detail_must_be_a_json_object(detail: str) -> None:
    assert refusal({**ENTRY, "Detail": detail}) == {
        "ErrorCode": "MalformedDetail",
        "ErrorMessage": "Detail is malformed.",
    }


def test_nobody_publishes_for_aws() -> None:
    assert refusal({**ENTRY, "Source": "aws.s3"}) == {
        "ErrorCode": "NotAuthorizedForSourceException",
        "ErrorMessage": "Not authorized for the source.",
    }


@pytest.mark.parametrize(
    ("more", "size"),
    [
        ({}, 13 + 12 + 18),
        ({"Time": 1893499200}, 13 + 12 + 18 + 14),
        ({"Resources": ["é", "ab"]}, 13 + 12 + 18 + 4),
        ({"EventBusName": "announcements"}, 13 + 12 + 18),
    ],
)
def test_an_entry_weighs_what_the_guide_says(more: dict[str, Any], size: int) -> None:
    assert entry_bytes({**ENTRY, **more}) == size


def test_a_call_stays_below_one_mebibyte() -> None:
    rest = entry_bytes(ENTRY) - len(ENTRY["Detail"])
    fitting = {**ENTRY, "Detail": "x" * (LARGEST_REQUEST_BYTES - rest - 1)}

    check_request([fitting])
    with pytest.raises(ValidationException, match="Total size of the entries in the request is over the limit"):
        check_request([{**fitting, "Detail": fitting["Detail"] + "x"}])


def test_a_call_has_ten_entries_or_fewer() -> None:
    check_request([ENTRY] * 10)
    with pytest.raises(ValidationException, match="Member must have length less than or equal to 10"):
        check_request([ENTRY] * 11)


@pytest.mark.parametrize(
    ("time", "moment"),
    [
        (None, START),
        (1893499201, datetime(2030, 1, 1, 12, 0, 1, tzinfo=UTC)),
        (1893499201.75, datetime(2030, 1, 1, 12, 0, 1, 750_000, tzinfo=UTC)),
        ("2030-01-01T14:00:01+02:00", datetime(2030, 1, 1, 12, 0, 1, tzinfo=UTC)),
    ],
)
def test_an_entry_may_name_its_time(time: Any, moment: datetime) -> None:
    assert entry_time({**ENTRY, "Time": time}, START) == moment


def test_an_event_has_the_recorded_shape() -> None:
    event = bus_event(
        event_id="00000009-1111-4222-8333-0123456789ab",
        source="shop.parcels",
        detail_type="Parcel Update",
        detail={"parcel": 7, "state": "sent"},
        resources=(),
        account_id="210987654321",
        region="eu-west-3",
        at=datetime(2031, 4, 5, 6, 7, 8, 999_000, tzinfo=UTC),
    )

    assert differences(event, "eventbridge_custom.json") == []
    assert event["time"] == "2031-04-05T06:07:08Z"
