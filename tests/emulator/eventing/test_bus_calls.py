"""Buses are updated, and tags are of one bus or one rule."""

from __future__ import annotations

from typing import Any

import pytest
from moto.events.models import EventsBackend

from emulator.account import Account
from tests.emulator.contracts import parameters

BUS_ARN = "arn:aws:events:eu-west-1:111111111111:event-bus/strong"
RULE_ARNS = (
    "arn:aws:events:eu-west-1:111111111111:rule/strong",
    "arn:aws:events:eu-west-1:111111111111:rule/strong/strong",
)


@pytest.mark.parametrize(
    ("function", "taken"),
    [
        (EventsBackend.tag_resource, "self arn tags"),
        (EventsBackend.untag_resource, "self arn tag_keys"),
        (EventsBackend.list_tags_for_resource, "self arn"),
    ],
)
def test_moto_still_takes_what_we_take(function: Any, taken: str) -> None:
    assert parameters(function) == taken.split()


def test_a_bus_is_told_another_description(account: Account) -> None:
    events = account.client("events")
    events.create_event_bus(Name="strong", Description="strong quakes")

    told = events.update_event_bus(Name="strong", Description="all quakes")
    assert (told["Arn"], told["Name"], told["Description"]) == (BUS_ARN, "strong", "all quakes")
    assert events.describe_event_bus(Name="strong")["Description"] == "all quakes"

    events.update_event_bus(Name="strong")
    assert events.describe_event_bus(Name="strong")["Description"] == "all quakes"

    events.update_event_bus(Name="strong", Description="")
    assert "Description" not in events.describe_event_bus(Name="strong")


def test_a_bus_that_is_not_there_is_not_updated(account: Account) -> None:
    events = account.client("events")

    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.update_event_bus(Name="gone", Description="all quakes")


def test_things_of_one_name_have_tags_of_their_own(account: Account) -> None:
    events = account.client("events")
    events.create_event_bus(Name="strong")
    for bus in ("default", "strong"):
        events.put_rule(Name="strong", EventBusName=bus, EventPattern='{"source": ["a"]}')

    for arn in (BUS_ARN, *RULE_ARNS):
        events.tag_resource(ResourceARN=arn, Tags=[{"Key": "own", "Value": arn}, {"Key": "more", "Value": ""}])
        events.untag_resource(ResourceARN=arn, TagKeys=["more"])

    for arn in (BUS_ARN, *RULE_ARNS):
        assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "own", "Value": arn}]


@pytest.mark.parametrize("arn", [f"{BUS_ARN}er", RULE_ARNS[1]])
def test_what_is_not_there_has_no_tags(account: Account, arn: str) -> None:
    events = account.client("events")
    events.put_rule(Name="strong", EventPattern='{"source": ["a"]}')

    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.list_tags_for_resource(ResourceARN=arn)
