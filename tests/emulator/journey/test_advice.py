"""A denial is explained by the ledger, and its fix is a line on a page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.ledger import Ledger
from emulator.journal import Denial
from emulator.journey.advice import Advice, advise, explain_all
from tests.emulator.made_up import (
    FEED,
    QUAKES,
    READINGS,
    RECORD_MAY_PUBLISH,
    RECORD_MAY_WRITE_QUAKES,
    SPLIT_MAY_READ_FEED,
    SPLIT_ON_FEED,
    THINGS,
    at,
    book,
    denial,
)


def name_of(arn: str) -> str:
    return arn.rsplit(":", 1)[-1]


def test_a_missing_access_line_is_spelled_out_for_the_page_it_belongs_on() -> None:
    assert advise(denial(), book(), name_of) == Advice(
        who="feeds.record",
        what="feeds.quakes",
        right=None,
        cause="identity: no identity-based policy allows it",
        fix="pipelines/feeds/pipeline.yaml: functions.record.access needs {write: quakes} (dynamodb:PutItem)",
    )


def test_a_resource_of_another_pipeline_is_named_in_full() -> None:
    bus = THINGS["alerts.announcements"].arn

    advice = advise(denial("events:PutEvents", bus), book(), name_of)

    assert advice.fix == (
        "pipelines/feeds/pipeline.yaml: functions.record.access needs {publish: alerts.announcements} "
        "(events:PutEvents)"
    )


def test_an_action_that_no_verb_stands_for_is_told_so() -> None:
    advice = advise(denial("dynamodb:DescribeTable"), book(), name_of)

    assert advice.fix == (
        "no access verb of a table stands for dynamodb:DescribeTable (verbs: delete, read, write): use another call"
    )


def test_a_resource_of_no_pipeline_is_told_so() -> None:
    advice = advise(denial("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111111111111:strange"), book(), name_of)

    assert advice.what == "strange"
    assert advice.fix == "strange is no resource of any pipeline: declare it, or do not touch it (sqs:SendMessage)"


def test_a_key_outside_of_the_prefix_is_told_with_the_prefix() -> None:
    met = denial("s3:GetObject", f"{FEED}/private/a.json", caller="feeds.split")

    advice = advise(met, book(SPLIT_MAY_READ_FEED), name_of)

    assert advice.right == "feeds.split-may-read-feed"
    assert advice.fix == (
        "pipelines/feeds/pipeline.yaml: functions.split.access {read: feeds.feed} reaches incoming/* only, "
        "and private/a.json lies outside: change the key or widen the prefix"
    )


def test_a_condition_that_is_not_met_is_told_with_the_condition() -> None:
    met = denial("events:PutEvents", THINGS["alerts.announcements"].arn)

    advice = advise(met, book(RECORD_MAY_PUBLISH), name_of)

    assert advice.fix == (
        "pipelines/feeds/pipeline.yaml: functions.record.access {publish: alerts.announcements} "
        "holds only where events:source StringEquals seismic.feeds"
    )


def test_an_object_that_is_not_there_is_told_and_no_right_to_list_is_asked_for() -> None:
    met = replace(denial("s3:ListBucket", FEED, caller="feeds.split"), missing="incoming/a.json")

    advice = advise(met, book(SPLIT_MAY_READ_FEED), name_of)

    assert advice.right is None
    assert advice.fix == (
        "incoming/a.json is not in feeds.feed, and S3 tells that only to whoever may list it: put the object there, "
        "or read another key"
    )
    assert advise(replace(met, explicit=True), book(), name_of).fix.startswith("an explicit deny")


def test_a_right_that_was_withdrawn_is_not_the_pages_fault() -> None:
    advice = advise(denial(), book(RECORD_MAY_WRITE_QUAKES), name_of, ["feeds.record-may-write-quakes"])

    assert advice.right == "feeds.record-may-write-quakes"
    assert advice.fix == (
        "feeds.record-may-write-quakes was withdrawn from the account for this run: nothing is wrong on the page"
    )


def test_a_right_that_somebody_took_away_by_hand_is_named() -> None:
    advice = advise(denial(), book(RECORD_MAY_WRITE_QUAKES), name_of)

    assert advice.fix == (
        "feeds.record-may-write-quakes is in the ledger, but the account lacks it (feeds-record-may-write-quakes): "
        "deploy again"
    )


def test_an_explicit_deny_is_never_answered_with_an_access_line() -> None:
    met = replace(denial(explicit=True), policy="feeds-quakes-policy", reason="an explicit deny")

    advice = advise(met, book(), name_of)

    assert advice.cause == "identity, feeds-quakes-policy: an explicit deny"
    assert advice.fix == "an explicit deny: no access line lifts it, call as the policy asks (TLS, account, source)"


def test_a_session_that_bears_a_functions_own_name_is_called_as_the_ledger_calls_it() -> None:
    session = "arn:aws:sts::111111111111:assumed-role/feeds-record-role-1/feeds-record-1"
    met = replace(denial(caller="feeds-record-1"), principal=session, reason=f"nothing allows it on {QUAKES}")

    advice = advise(met, book(), name_of)

    assert advice.who == "feeds.record"
    assert advice.cause == "identity: nothing allows it on feeds.quakes"
    assert advice.fix.startswith("pipelines/feeds/pipeline.yaml: functions.record.access needs {write: quakes}")


def push(caller: str = "feeds.split-on-feed", function: str = "feeds.split") -> Denial:
    """A bucket's news that Lambda did not take."""
    return Denial(
        at(0),
        "c1",
        "s3.amazonaws.com",
        "lambda:InvokeFunction",
        THINGS[function].arn,
        "resource",
        None,
        "no resource-based policy allows it",
        False,
        caller,
    )


@pytest.mark.parametrize("caller", ["feeds.split-on-feed", "feeds.feed"])
def test_a_push_is_matched_to_its_trigger(caller: str) -> None:
    advice = advise(push(caller), book(), name_of)

    assert advice.who == "s3.amazonaws.com"
    assert advice.right == "feeds.split-on-feed"
    assert advice.fix == (
        "feeds.split-on-feed is in the ledger, but the account lacks it (feeds-split-on-feed-permission) "
        "or a condition is not met"
    )


def test_of_two_triggers_of_one_function_the_callers_own_is_named() -> None:
    other = replace(SPLIT_ON_FEED, name="feeds.split-on-archive", waker="feeds.archive")
    names = replace(book(), ledger=Ledger((SPLIT_ON_FEED, other), ()))

    assert advise(push("feeds.archive"), names, name_of).right == "feeds.split-on-archive"
    assert advise(push("feeds.feed"), names, name_of).right == "feeds.split-on-feed"


def test_a_push_that_no_trigger_stands_for_asks_for_one() -> None:
    advice = advise(push("feeds.feed", "feeds.record"), book(), name_of)

    assert advice.right is None
    assert advice.fix == (
        "pipelines/feeds/pipeline.yaml: functions.record needs a trigger on feeds.feed, which makes the right"
    )


def test_a_poll_is_matched_to_its_trigger() -> None:
    advice = advise(denial("sqs:ReceiveMessage", READINGS), book(), name_of, ["feeds.record-on-readings"])

    assert advice.right == "feeds.record-on-readings"


def test_denials_in_the_same_words_are_told_once_and_counted() -> None:
    later = replace(denial(), at=at(60), chain="c9")

    told = explain_all([denial(), denial("dynamodb:GetItem"), later], book(), name_of)

    assert [(each.denial.action, each.denial.chain, each.times) for each in told] == [
        ("dynamodb:PutItem", "c1", 2),
        ("dynamodb:GetItem", "c1", 1),
    ]


def test_denials_on_different_tables_are_told_apart() -> None:
    told = explain_all([denial(), denial(resource=QUAKES + "-other")], book(), name_of)

    assert [each.advice.what for each in told] == ["feeds.quakes", "table/quakes-4f2-other"]
