"""The way of a trigger is found by who acts in its line of the ledger."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.ledger import Ledger, Mechanism, Thing
from components.problems import ConfigError
from emulator.journey.address_book import AddressBook
from emulator.waking.service_push import ServicePushWay
from emulator.waking.way import way_of
from emulator.waking.ways import dynamodb, events, kinesis, s3, scheduler, sns, sqs
from tests.emulator.made_up import SPLIT_ON_FEED


def found(mechanism: Mechanism, principal: str, arn: str = "arn:aws:s3:::feed") -> type:
    line = replace(SPLIT_ON_FEED, mechanism=mechanism, principal=principal)
    return way_of(line, AddressBook(Ledger((), ()), {"feeds.feed": Thing("source", arn)}))


@pytest.mark.parametrize(
    ("principal", "way"),
    [
        ("s3.amazonaws.com", s3.Way),
        ("events.amazonaws.com", events.Way),
        ("sns.amazonaws.com", sns.Way),
        ("iot.amazonaws.com", ServicePushWay),
    ],
)
def test_a_push_is_told_by_its_service(principal: str, way: type) -> None:
    assert found("push", principal) is way


def test_a_role_is_told_by_the_service_that_assumes_it() -> None:
    assert found("assume", "scheduler.amazonaws.com") is scheduler.Way


@pytest.mark.parametrize(
    ("arn", "way"),
    [
        ("arn:aws:sqs:eu-west-1:111111111111:readings", sqs.Way),
        ("arn:aws:kinesis:eu-west-1:111111111111:stream/tremors", kinesis.Way),
        ("arn:aws:dynamodb:eu-west-1:111111111111:table/quakes", dynamodb.Way),
    ],
)
def test_a_poll_is_told_by_its_source(arn: str, way: type) -> None:
    assert found("poll", "feeds.split", arn) is way


@pytest.mark.parametrize(("mechanism", "principal"), [("poll", "feeds.split"), ("assume", "pipes.amazonaws.com")])
def test_what_nobody_knows_how_to_hand_over_is_refused(mechanism: Mechanism, principal: str) -> None:
    with pytest.raises(ConfigError, match=r"feeds\.split-on-feed .* no event can be handed over by hand"):
        found(mechanism, principal, "arn:aws:mq:eu-west-1:111111111111:broker:b")
