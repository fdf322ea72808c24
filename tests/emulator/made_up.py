"""A stack and a journey that never were: values for the tests of what a run shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from components.ledger import Condition, Grant, Handshake, Landing, Ledger, Thing
from emulator.clock import START
from emulator.journal import Denial, Hop, Outcome
from emulator.journey.address_book import AddressBook
from emulator.journey.pages import Expect, Journey, Put
from emulator.journey.result import JourneyResult, Observed
from emulator.tally import Edge, Row

QUAKES = "arn:aws:dynamodb:eu-west-1:111111111111:table/quakes-4f2"
FEED = "arn:aws:s3:::feed-9c1"
READINGS = "arn:aws:sqs:eu-west-1:111111111111:readings-77b"
RECORD_ROLE = "arn:aws:sts::111111111111:assumed-role/feeds-record-role-1/feeds.record"

FAILS = Landing("the function fails", "3 attempts or 21600 seconds", "feeds.split.failures")
SPLIT_ON_FEED = Handshake(
    name="feeds.split-on-feed",
    waker="feeds.feed",
    woken="feeds.split",
    mechanism="push",
    principal="s3.amazonaws.com",
    actions=("lambda:InvokeFunction",),
    resource="feeds.split",
    conditions=(
        Condition("ArnLike", "aws:SourceArn", ("feeds.feed",)),
        Condition("StringEquals", "aws:SourceAccount", ("111111111111",)),
    ),
    landings=(FAILS,),
    right="feeds-split-on-feed-permission",
)
RECORD_ON_READINGS = Handshake(
    name="feeds.record-on-readings",
    waker="feeds.readings",
    woken="feeds.record",
    mechanism="poll",
    principal="feeds.record",
    actions=("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    resource="feeds.readings",
    conditions=(),
    landings=(Landing("the function fails", "5 receives", "feeds.readings.dead-letters"),),
    right="feeds-record-may-poll-readings",
)
RECORD_MAY_WRITE_QUAKES = Grant(
    name="feeds.record-may-write-quakes",
    grantee="feeds.record",
    verb="write",
    resource="feeds.quakes",
    actions=("dynamodb:PutItem", "dynamodb:UpdateItem"),
    scope="",
    conditions=(),
    right="feeds-record-may-write-quakes",
)
SPLIT_MAY_READ_FEED = Grant(
    name="feeds.split-may-read-feed",
    grantee="feeds.split",
    verb="read",
    resource="feeds.feed",
    actions=("s3:GetObject",),
    scope="incoming/*",
    conditions=(),
    right="feeds-split-may-read-feed",
)
RECORD_MAY_PUBLISH = Grant(
    name="feeds.record-may-publish-announcements",
    grantee="feeds.record",
    verb="publish",
    resource="alerts.announcements",
    actions=("events:PutEvents",),
    scope="",
    conditions=(Condition("StringEquals", "events:source", ("seismic.feeds",)),),
    right="feeds-record-may-publish-announcements",
)
THINGS = {
    "alerts.announcements": Thing(
        "event_bus",
        "arn:aws:events:eu-west-1:111111111111:event-bus/announcements-3d0",
        {"publish": ("events:PutEvents",)},
    ),
    "feeds.feed": Thing("bucket", FEED, {"read": ("s3:GetObject",), "write": ("s3:PutObject",)}),
    "feeds.quakes": Thing(
        "table",
        QUAKES,
        {
            "delete": ("dynamodb:DeleteItem",),
            "read": ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"),
            "write": ("dynamodb:PutItem", "dynamodb:UpdateItem"),
        },
    ),
    "feeds.readings": Thing("queue", READINGS, {"send": ("sqs:SendMessage",)}),
    "feeds.record": Thing("function", "arn:aws:lambda:eu-west-1:111111111111:function:feeds-record-1"),
    "feeds.split": Thing("function", "arn:aws:lambda:eu-west-1:111111111111:function:feeds-split-1"),
}


def book(*grants: Grant) -> AddressBook:
    """The stack's names, with these grants."""
    return AddressBook(Ledger((SPLIT_ON_FEED, RECORD_ON_READINGS), grants), THINGS)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def denial(
    action: str = "dynamodb:PutItem", resource: str = QUAKES, caller: str = "feeds.record", explicit: bool = False
) -> Denial:
    """A function's call that was denied."""
    return Denial(
        at=at(1),
        chain="c1",
        principal=RECORD_ROLE,
        action=action,
        resource=resource,
        layer="identity",
        policy=None,
        reason="no identity-based policy allows it",
        explicit=explicit,
        caller=caller,
    )


def hop(
    outcome: Outcome = Outcome.DELIVERED,
    source: str = "feeds.readings",
    target: str = "feeds.record",
    cause: str | None = None,
    fix: str | None = None,
    **details: object,
) -> Hop:
    return Hop(at(3), "c1", "10 messages", source, target, outcome, 1, 5, 10, cause, fix, details)


def journey(expect: Expect | None = None) -> Journey:
    """One feed file is put into the bucket."""
    step = Put(put="feed", key="incoming/week.geojson", text="{}")
    return Journey(
        "the-week", "feeds", Path("pipelines/feeds"), "one week of the real feed", (step,), expect or Expect()
    )


def row(source: str, target: str, sent: int, processed: int, dead_lettered: int = 0, filtered: int = 0) -> Row:
    return Row(Edge(source, target), sent, processed, dead_lettered, filtered)


def clean_result() -> JourneyResult:
    """The week went as it should."""
    observed = Observed(
        processed={"feeds.record": 12, "feeds.split": 1},
        attempts={"feeds.split": 1, "feeds.record": 2},
        wrote={"feeds.feed": 0, "feeds.quakes": 12},
        rows=(row("feeds.feed", "feeds.split", 1, 1), row("feeds.readings", "feeds.record", 12, 12)),
    )
    return JourneyResult(journey(), observed, (), seconds=0.5, virtual_seconds=0)
