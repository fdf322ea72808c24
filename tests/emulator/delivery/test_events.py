"""Buses, rules and targets: who gets an event, what it looks like there, and where it lands otherwise."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.events.models import EventsBackend, Rule

from emulator.account import Account
from emulator.clock import START
from emulator.journal import Outcome
from emulator.storage import NotEmulated
from tests.emulator.contracts import parameters
from tests.emulator.functions import WRITES_LOGS, allow
from tests.emulator.shapes import differences
from tests.emulator.stage import QUIET, Stage, queue_arn

RULE_ARN = "arn:aws:events:eu-west-1:111111111111:rule/announcements/strong"
ASSESS_ARN = "arn:aws:lambda:eu-west-1:111111111111:function:assess"
DEAD = {"DeadLetterConfig": {"Arn": queue_arn("dead")}}


@pytest.mark.parametrize(
    ("function", "taken"),
    [(EventsBackend.put_events, "self events"), (Rule.send_to_targets, "self original_event transform_input")],
)
def test_moto_still_takes_what_we_take(function: Any, taken: str) -> None:
    assert parameters(function) == taken.split()


def let_the_rule_send(stage: Stage, name: str, rule_arn: str = RULE_ARN) -> None:
    stage.queue_policy(
        name,
        {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue_arn(name),
            "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
        },
    )


def dead_letter(account: Account, name: str = "dead") -> tuple[dict[str, Any], dict[str, str]]:
    """The body and the attributes of the only message."""
    (message,) = account.storage.backend("sqs").queues[name]._messages
    return json.loads(message.body), {key: value["StringValue"] for key, value in message.message_attributes.items()}


def withdraw_permission(account: Account) -> None:
    account.client("lambda").remove_permission(FunctionName="assess", StatementId="events-assess")


def test_an_event_that_a_rule_wants_wakes_its_target(account: Account, stage: Stage) -> None:
    stage.woken_function()

    answer = stage.publish({"magnitude": 5.1})
    account.settle()

    (event,) = stage.payloads()
    assert differences(event, "eventbridge_custom.json", free="detail") == []
    assert event == {
        "version": "0",
        "id": answer["Entries"][0]["EventId"],
        "detail-type": "Strong Quake",
        "source": "seismic.feeds",
        "account": "111111111111",
        "time": "2030-01-01T12:00:00Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": {"magnitude": 5.1},
    }
    assert stage.counts("alerts.announcements", "feeds.assess") == (1, 1, 0, 0)


def test_nothing_travels_before_it_is_let(account: Account, stage: Stage) -> None:
    stage.woken_function()

    stage.publish({})

    assert account.journal.hops == []


def test_the_time_and_resources_that_the_sender_names_are_kept(account: Account, stage: Stage) -> None:
    stage.woken_function()
    moment = datetime(2029, 12, 31, 23, 59, 58, 765_432, tzinfo=UTC)

    stage.publish({}, Time=moment, Resources=["arn:aws:s3:::feed"])
    account.settle()

    (event,) = stage.payloads()
    assert (event["time"], event["resources"]) == ("2029-12-31T23:59:58Z", ["arn:aws:s3:::feed"])


def test_an_event_that_no_rule_wants_is_filtered(account: Account, stage: Stage) -> None:
    stage.woken_function()

    stage.publish({}, Source="seismic.other")
    account.settle()

    (hop,) = account.journal.hops
    assert (hop.outcome, hop.source, hop.target, hop.cause) == (
        Outcome.FILTERED,
        "alerts.announcements",
        "no rule",
        "no rule wants it",
    )
    assert stage.counts("alerts.announcements", "no rule") == (1, 0, 0, 1)


def test_a_rule_without_a_target_says_so(account: Account, stage: Stage) -> None:
    stage.bus()
    stage.rule({"source": ["seismic.feeds"]})

    stage.publish({})
    account.settle()

    (hop,) = account.journal.hops
    assert hop.cause == "rule/announcements/strong wants it and has no target"


def test_rules_of_another_bus_hear_nothing(account: Account, stage: Stage) -> None:
    stage.woken_function()

    stage.publish({}, bus=None)
    account.settle()

    assert stage.invocations() == []
    assert stage.counts("default event bus", "no rule") == (1, 0, 0, 1)


def test_a_bus_may_be_named_by_its_arn(account: Account, stage: Stage) -> None:
    stage.woken_function()

    stage.publish({}, bus="arn:aws:events:eu-west-1:111111111111:event-bus/announcements")
    account.settle()

    assert len(stage.invocations()) == 1


def test_a_bus_of_another_account_is_refused_by_name(stage: Stage) -> None:
    with pytest.raises(NotEmulated, match="event-bus/theirs is not emulated"):
        stage.publish({}, bus="arn:aws:events:eu-west-1:222222222222:event-bus/theirs")


def test_an_event_for_a_bus_that_is_not_there_is_taken_and_lost(account: Account, stage: Stage) -> None:
    answer = stage.publish({}, bus="nowhere")
    account.settle()

    assert answer["FailedEntryCount"] == 0
    assert "EventId" in answer["Entries"][0]
    (hop,) = account.journal.hops
    assert (hop.outcome, hop.source) == (Outcome.LOST, "nowhere")
    assert [row.lost for row in account.tally.rows()] == [1]


def test_every_rule_and_every_target_gets_its_own(account: Account, stage: Stage) -> None:
    arn = stage.woken_function()
    second = stage.rule({"detail-type": [{"prefix": "Strong"}]}, name="again")
    account.client("lambda").add_permission(
        FunctionName=arn,
        StatementId="again",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=second,
    )
    stage.target(arn, rule="again")

    stage.publish({})
    account.settle()

    assert len(stage.invocations()) == 2
    assert stage.counts("alerts.announcements", "feeds.assess") == (2, 2, 0, 0)


def test_a_disabled_rule_hears_nothing(account: Account, stage: Stage) -> None:
    stage.woken_function()
    account.client("events").disable_rule(Name="strong", EventBusName="announcements")

    stage.publish({})
    account.settle()

    assert stage.invocations() == []


def test_a_rule_with_only_a_schedule_hears_no_event(account: Account, stage: Stage) -> None:
    account.client("events").put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    stage.target(stage.functions.make(QUIET), bus="default", rule="nightly")

    stage.publish({}, bus=None)
    account.settle()

    assert stage.counts("default event bus", "no rule") == (1, 0, 0, 1)


def test_each_entry_is_answered_for_itself(account: Account, stage: Stage) -> None:
    stage.woken_function()

    entry = {"Source": "seismic.feeds", "DetailType": "Strong Quake", "EventBusName": "announcements"}
    answer = account.client("events").put_events(Entries=[{**entry, "Detail": "{}"}, {**entry, "Detail": "[]"}])
    account.settle()

    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][1] == {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    assert len(stage.invocations()) == 1


@pytest.mark.parametrize(
    ("asked", "received"),
    [
        ({"Input": '{"always": "this"}'}, {"always": "this"}),
        ({"InputPath": "$.detail.place"}, "Fiji"),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"place": "$.detail.place"},
                    "InputTemplate": '{"where": <place>, "rule": <aws.events.rule-name>}',
                }
            },
            {"where": "Fiji", "rule": "strong"},
        ),
    ],
)
def test_a_target_gets_what_it_asked_for(account: Account, stage: Stage, asked: dict[str, Any], received: Any) -> None:
    stage.woken_function(**asked)

    stage.publish({"place": "Fiji"})
    account.settle()

    assert stage.payloads() == [received]


def test_an_input_that_cannot_be_made_lands_in_the_dead_letter_queue(account: Account, stage: Stage) -> None:
    stage.queue("dead")
    let_the_rule_send(stage, "dead")
    stage.woken_function(InputPath="$.detail.place", **DEAD)

    stage.publish({})
    account.settle()

    _, attributes = dead_letter(account)
    assert attributes["ERROR_CODE"] == "INVALID_JSON"


def test_a_queue_gets_the_event_as_text(account: Account, stage: Stage) -> None:
    stage.bus()
    stage.rule({"source": ["seismic.feeds"]})
    stage.queue("readings")
    let_the_rule_send(stage, "readings")
    stage.target(queue_arn("readings"))

    stage.publish({"place": "Kötlutangi"})
    account.settle()

    (body,) = stage.bodies("readings")
    assert differences(json.loads(body), "eventbridge_custom.json", free="detail") == []
    assert '"detail":{"place":"Kötlutangi"}' in body
    assert stage.counts("alerts.announcements", "readings") == (1, 1, 0, 0)


def test_a_fifo_queue_gets_the_targets_message_group(account: Account, stage: Stage) -> None:
    stage.bus()
    stage.rule({"source": ["seismic.feeds"]})
    stage.queue("readings.fifo", ContentBasedDeduplication="true")
    let_the_rule_send(stage, "readings.fifo")
    stage.target(queue_arn("readings.fifo"), SqsParameters={"MessageGroupId": "quakes"})

    stage.publish({})
    account.settle()

    (message,) = account.storage.backend("sqs").queues["readings.fifo"]._messages
    assert message.group_id == "quakes"


def test_a_fifo_queue_that_wants_deduplication_ids_takes_no_event(account: Account, stage: Stage) -> None:
    stage.bus()
    stage.rule({"source": ["seismic.feeds"]})
    stage.queue("readings.fifo")
    let_the_rule_send(stage, "readings.fifo")
    stage.target(queue_arn("readings.fifo"), SqsParameters={"MessageGroupId": "quakes"})

    stage.publish({})
    account.settle()

    assert [hop.outcome for hop in account.journal.hops] == [Outcome.FAILED, Outcome.LOST]


def test_a_missing_permission_is_not_tried_again_and_lands_in_the_dead_letter_queue(
    account: Account, stage: Stage
) -> None:
    stage.queue("dead")
    let_the_rule_send(stage, "dead")
    stage.woken_function(**DEAD)
    withdraw_permission(account)

    stage.publish({"magnitude": 5.1})
    account.settle()

    (denial,) = account.journal.denials
    assert (denial.principal, denial.action, denial.resource) == (
        "events.amazonaws.com",
        "lambda:InvokeFunction",
        ASSESS_ARN,
    )
    body, attributes = dead_letter(account)
    assert differences(body, "eventbridge_custom.json", free="detail") == []
    assert attributes == {
        "RULE_ARN": RULE_ARN,
        "TARGET_ARN": ASSESS_ARN,
        "ERROR_CODE": "NO_PERMISSIONS",
        "ERROR_MESSAGE": attributes["ERROR_MESSAGE"],
    }
    assert [(hop.outcome, hop.target) for hop in account.journal.hops] == [
        (Outcome.DENIED, "feeds.assess"),
        (Outcome.DEAD, "dead"),
    ]
    assert account.clock.now == START
    assert stage.counts("alerts.announcements", "feeds.assess") == (1, 0, 1, 0)


def test_a_target_that_is_gone_is_not_tried_again(account: Account, stage: Stage) -> None:
    stage.queue("dead")
    let_the_rule_send(stage, "dead")
    stage.woken_function(**DEAD)
    account.client("lambda").delete_function(FunctionName="assess")

    stage.publish({})
    account.settle()

    _, attributes = dead_letter(account)
    assert attributes["ERROR_CODE"] == "NO_RESOURCE"
    assert account.clock.now == START


def test_without_a_dead_letter_queue_the_event_is_lost(account: Account, stage: Stage) -> None:
    stage.woken_function()
    withdraw_permission(account)

    stage.publish({})
    account.settle()

    denied, lost = account.journal.hops
    assert (denied.outcome, lost.outcome) == (Outcome.DENIED, Outcome.LOST)
    assert "the target has no dead-letter queue" in (lost.cause or "")
    assert stage.counts("alerts.announcements", "feeds.assess") == (1, 0, 0, 0)


def test_a_dead_letter_queue_that_lets_another_rule_in_is_no_place_to_land(account: Account, stage: Stage) -> None:
    stage.queue("dead")
    let_the_rule_send(stage, "dead", RULE_ARN.replace("strong", "weak"))
    stage.woken_function(**DEAD)
    withdraw_permission(account)

    stage.publish({})
    account.settle()

    assert [denial.action for denial in account.journal.denials] == ["lambda:InvokeFunction", "sqs:SendMessage"]
    assert [hop.outcome for hop in account.journal.hops] == [Outcome.DENIED, Outcome.LOST]
    assert stage.bodies("dead") == []


def test_a_target_that_is_overloaded_is_tried_again_until_it_takes_the_event(account: Account, stage: Stage) -> None:
    arn = stage.woken_function()
    account.deliveries["events"].refuse(arn, "THROTTLING", 2)

    stage.publish({})
    account.settle()

    assert [(hop.outcome, hop.attempt, hop.attempts_allowed) for hop in account.journal.hops] == [
        (Outcome.FAILED, 1, 186),
        (Outcome.FAILED, 2, 186),
        (Outcome.DELIVERED, 1, 3),
    ]
    assert timedelta(seconds=1) <= account.clock.now - START <= timedelta(seconds=3)
    assert stage.counts("alerts.announcements", "feeds.assess") == (1, 1, 0, 0)


def test_what_was_never_to_be_retried_exhausts_no_retries(account: Account, stage: Stage) -> None:
    stage.queue("dead")
    let_the_rule_send(stage, "dead")
    stage.woken_function(RetryPolicy={"MaximumRetryAttempts": 0}, **DEAD)
    withdraw_permission(account)

    stage.publish({})
    account.settle()

    _, attributes = dead_letter(account)
    assert sorted(attributes) == ["ERROR_CODE", "ERROR_MESSAGE", "RULE_ARN", "TARGET_ARN"]


def test_retries_end_with_their_number(account: Account, stage: Stage) -> None:
    stage.queue("dead")
    let_the_rule_send(stage, "dead")
    arn = stage.woken_function(RetryPolicy={"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600}, **DEAD)
    account.deliveries["events"].refuse(arn, "THROTTLING", 99)

    stage.publish({})
    account.settle()

    _, attributes = dead_letter(account)
    assert attributes == {
        "RULE_ARN": RULE_ARN,
        "TARGET_ARN": ASSESS_ARN,
        "ERROR_CODE": "THROTTLING",
        "ERROR_MESSAGE": "the target answered THROTTLING",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "RETRY_ATTEMPTS": "2",
    }
    assert len(stage.hops(Outcome.FAILED)) == 3
    assert stage.counts("alerts.announcements", "feeds.assess") == (1, 0, 1, 0)


def test_retries_end_with_the_events_age(account: Account, stage: Stage) -> None:
    stage.queue("dead")
    let_the_rule_send(stage, "dead")
    arn = stage.woken_function(RetryPolicy={"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 60}, **DEAD)
    account.deliveries["events"].refuse(arn, "THROTTLING", 999)

    stage.publish({})
    account.settle()

    _, attributes = dead_letter(account)
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    assert account.clock.now == START + timedelta(seconds=60)


def test_by_default_a_target_is_tried_for_a_day(account: Account, stage: Stage) -> None:
    stage.queue("dead")
    let_the_rule_send(stage, "dead")
    arn = stage.woken_function(**DEAD)
    account.deliveries["events"].refuse(arn, "THROTTLING", 999)

    stage.publish({})
    account.settle()

    assert account.clock.now - START <= timedelta(days=1)
    assert len(stage.hops(Outcome.FAILED)) in range(150, 187)


def test_what_a_handler_publishes_is_of_its_chain(account: Account, stage: Stage) -> None:
    stage.woken_function()
    publishes = """
        import boto3

        def handle(event, context):
            entry = {"Source": "seismic.feeds", "DetailType": "Strong Quake", "Detail": "{}"}
            boto3.client("events").put_events(Entries=[{**entry, "EventBusName": "announcements"}])
        """
    bus_arn = "arn:aws:events:eu-west-1:111111111111:event-bus/announcements"
    arn = stage.functions.make(publishes, allow("events:PutEvents", bus_arn), WRITES_LOGS, name="split")

    with account.chains.within(account.chains.begin()):
        account.runtime.invoke(arn, {})
    account.settle()

    (hop,) = account.journal.hops
    assert (hop.target, hop.chain) == ("feeds.assess", "c1")
