"""A service hands over, if it is let."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.account import Account
from emulator.eventing.service_push import Pusher, refused_function, send_to_queue
from tests.emulator.stage import ACCOUNT_ID, QUIET, Stage, queue_arn

BUCKET = "arn:aws:s3:::feed"
S3 = Pusher("s3.amazonaws.com", BUCKET, "feeds.feed", ACCOUNT_ID)
EVENTS = Pusher("events.amazonaws.com", "arn:aws:events:eu-west-1:111111111111:rule/strong", "alerts.strong")


def sends(conditions: dict[str, Any]) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn("readings"),
        "Condition": conditions,
    }


def test_a_service_tells_its_source_and_the_account_where_the_source_names_none() -> None:
    assert S3.context == {"aws:SourceArn": BUCKET, "aws:SourceAccount": ACCOUNT_ID}
    assert EVENTS.context == {"aws:SourceArn": EVENTS.source_arn}


def test_a_permitted_function_is_not_refused(account: Account, stage: Stage) -> None:
    arn = stage.functions.make(QUIET)
    stage.let("s3.amazonaws.com", arn, BUCKET, SourceAccount=ACCOUNT_ID)

    assert refused_function(account, S3, arn) is None
    assert account.journal.denials == []


@pytest.mark.parametrize("pusher", [EVENTS, Pusher("s3.amazonaws.com", f"{BUCKET}-2", "feeds.feed-2", ACCOUNT_ID)])
def test_another_service_or_source_is_denied(account: Account, stage: Stage, pusher: Pusher) -> None:
    arn = stage.functions.make(QUIET)
    stage.let("s3.amazonaws.com", arn, BUCKET, SourceAccount=ACCOUNT_ID)

    refused = refused_function(account, pusher, arn)

    assert refused is not None
    assert [refused.denial] == account.journal.denials
    assert (account.journal.denials[0].principal, account.journal.denials[0].caller) == (
        pusher.principal,
        pusher.caller,
    )


def test_a_function_that_is_not_there_is_refused_and_nobody_denied(account: Account) -> None:
    refused = refused_function(account, S3, f"arn:aws:lambda:eu-west-1:{ACCOUNT_ID}:function:gone")

    assert refused is not None
    assert (refused.reason, refused.denial) == ("there is no function gone", None)
    assert account.journal.denials == []


def test_a_permitted_message_lies_in_the_queue(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    conditions = {"ArnLike": {"aws:SourceArn": BUCKET}, "StringEquals": {"aws:SourceAccount": ACCOUNT_ID}}
    stage.queue_policy("readings", sends(conditions))
    attributes = {"kind": {"DataType": "String", "StringValue": "x"}}

    assert send_to_queue(account, S3, queue_arn("readings"), "one", attributes=attributes) is None

    (message,) = account.storage.backend("sqs").queues["readings"]._messages
    assert (message.body, message.message_attributes) == ("one", attributes)


def test_a_message_that_is_not_permitted_stays_out(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.queue_policy("readings", sends({"StringEquals": {"aws:SourceAccount": "999999999999"}}))

    refused = send_to_queue(account, S3, queue_arn("readings"), "one")

    assert refused is not None
    assert refused.denial is not None
    assert refused.denial.action == "sqs:SendMessage"
    assert stage.bodies("readings") == []


@pytest.mark.parametrize(
    "arn", [queue_arn("gone"), queue_arn("readings").replace("eu-west-1", "eu-west-2")], ids=["name", "region"]
)
def test_a_queue_that_is_not_there_is_refused(account: Account, stage: Stage, arn: str) -> None:
    stage.queue("readings")

    refused = send_to_queue(account, S3, arn, "one")

    assert refused is not None
    assert refused.denial is None


def test_no_service_can_use_the_key_that_sqs_keeps_for_itself(account: Account, stage: Stage) -> None:
    stage.queue("readings", KmsMasterKeyId="alias/aws/sqs")
    stage.queue_policy("readings", sends({"ArnLike": {"aws:SourceArn": BUCKET}}))

    refused = send_to_queue(account, S3, queue_arn("readings"), "one")

    assert refused is not None
    assert refused.reason == "readings is encrypted with alias/aws/sqs, which no service may use"
    assert stage.bodies("readings") == []
