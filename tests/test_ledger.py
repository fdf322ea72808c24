"""The ledger as data."""

from __future__ import annotations

import json
from dataclasses import replace

from components.ledger import Condition, Grant, Handshake, Landing, Ledger

HANDSHAKE = Handshake(
    name="feeds.split-on-feed",
    waker="feeds.feed",
    woken="feeds.split",
    mechanism="push",
    principal="s3.amazonaws.com",
    actions=("lambda:InvokeFunction",),
    resource="feeds.split",
    conditions=(Condition("ArnLike", "aws:SourceArn", ("feeds.feed",)),),
    landings=(Landing("the function fails", "3 attempts or 21600 seconds", "feeds.split.failures"),),
    right="feeds-split-on-feed-permission",
)
GRANT = Grant(
    name="feeds.record-may-write-quakes",
    grantee="feeds.record",
    verb="write",
    resource="feeds.quakes",
    actions=("dynamodb:PutItem", "dynamodb:UpdateItem"),
    scope="",
    conditions=(),
    right="feeds-record-may-write-quakes",
)


def test_a_ledger_is_read_back_as_it_was_exported() -> None:
    ledger = Ledger(handshakes=(HANDSHAKE,), grants=(GRANT,))

    assert Ledger.from_export(json.loads(json.dumps(ledger.export()))) == ledger


def test_a_landing_that_is_nowhere_is_read_back_as_it_was_exported() -> None:
    lost = Landing("Lambda cannot be reached", "24 hours of tries", None)
    ledger = Ledger(handshakes=(replace(HANDSHAKE, landings=(lost,)),), grants=())

    assert Ledger.from_export(json.loads(json.dumps(ledger.export()))) == ledger


def test_an_export_is_sorted_by_name() -> None:
    other = Grant(**{**GRANT.__dict__, "name": "feeds.a-may-read-b"})

    exported = Ledger(handshakes=(), grants=(GRANT, other)).export()

    assert [line["name"] for line in exported["grants"]] == ["feeds.a-may-read-b", "feeds.record-may-write-quakes"]


def test_a_condition_reads_as_a_sentence() -> None:
    assert str(Condition("StringEquals", "k", ("1", "2"))) == "k StringEquals 1 or 2"
