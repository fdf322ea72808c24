"""Topics and subscriptions: who gets a message, in what form, and where it lands otherwise."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from moto.sns.models import SNSBackend

from emulator.account import Account
from emulator.clock import START
from emulator.journal import Outcome
from emulator.notifying import retry_policy
from tests.emulator.contracts import parameters
from tests.emulator.functions import WRITES_LOGS, allow
from tests.emulator.shapes import SHAPES, differences
from tests.emulator.stage import FAILING, QUIET, Stage, poll_right, queue_arn

TOPIC = "arn:aws:sns:eu-west-1:111111111111:news"
ASSESS = "arn:aws:lambda:eu-west-1:111111111111:function:assess"
DEAD = {"RedrivePolicy": {"deadLetterTargetArn": queue_arn("dead")}}
STRONG = {"MessageAttributes": {"kind": {"DataType": "String", "StringValue": "strong"}}}
WEAK = {"MessageAttributes": {"kind": {"DataType": "String", "StringValue": "weak"}}}


def test_moto_still_keeps_subscriptions_so() -> None:
    assert parameters(SNSBackend._get_topic_subscriptions) == ["self", "topic"]


def hearing_function(stage: Stage, source: str = QUIET, *, name: str = "assess", **attributes: Any) -> str:
    """A function that the topic `news` may wake, and does."""
    topic = stage.topic()
    arn = stage.functions.make(source, name=name)
    stage.let("sns.amazonaws.com", arn, topic)
    stage.subscribe(topic, arn, **attributes)
    return arn


def dead_letters(stage: Stage) -> None:
    stage.queue("dead")
    stage.let_topic_send(TOPIC, "dead")


def texts(stage: Stage) -> list[str]:
    """The messages that functions received, in order."""
    return [payload["Records"][0]["Sns"]["Message"] for payload in stage.payloads()]


def test_a_message_wakes_the_function_that_hears_the_topic(account: Account, stage: Stage) -> None:
    hearing_function(stage)

    [message_id] = stage.announce(TOPIC, "hello", Subject="Greeting")
    account.settle()

    [event] = stage.payloads()
    assert differences(event, "sns.json", free="Records[].Sns.MessageAttributes") == [
        "Records[].Sns.Subject is of type string, not null"
    ]
    sns = event["Records"][0]["Sns"]
    assert (sns["MessageId"], sns["Message"], sns["Subject"]) == (message_id, "hello", "Greeting")
    assert stage.counts("alerts.news", "feeds.assess") == (1, 1, 0, 0)


def test_nothing_travels_before_it_is_let(account: Account, stage: Stage) -> None:
    hearing_function(stage)

    stage.announce(TOPIC, "hello")

    assert account.journal.hops == []


def test_what_a_filter_policy_does_not_want_is_filtered_and_says_why(account: Account, stage: Stage) -> None:
    hearing_function(stage, FilterPolicy={"kind": ["strong"]})

    stage.announce(TOPIC, "one", **WEAK)
    stage.announce(TOPIC, "two", **STRONG)
    account.settle()

    assert texts(stage) == ["two"]
    [hop] = stage.hops(Outcome.FILTERED)
    assert (hop.source, hop.target) == ("alerts.news", "feeds.assess")
    assert hop.cause == 'does not match: kind wants "strong", the event has "weak"'
    assert stage.counts("alerts.news", "feeds.assess") == (2, 1, 0, 1)


def test_a_filter_policy_may_look_into_the_body(account: Account, stage: Stage) -> None:
    hearing_function(stage, FilterPolicy={"magnitude": [{"numeric": [">=", 5]}]}, FilterPolicyScope="MessageBody")

    stage.announce(TOPIC, '{"magnitude": 4.9}', '{"magnitude": 5}', "no JSON")
    account.settle()

    assert texts(stage) == ['{"magnitude": 5}']
    assert stage.counts("alerts.news", "feeds.assess") == (3, 1, 0, 2)


def test_each_protocols_own_text_is_looked_at_and_delivered(account: Account, stage: Stage) -> None:
    hearing_function(stage, FilterPolicy={"for": ["functions"]}, FilterPolicyScope="MessageBody")
    said = {"default": '{"for": "all"}', "lambda": '{"for": "functions"}'}

    stage.announce(TOPIC, json.dumps(said), MessageStructure="json")
    account.settle()

    assert texts(stage) == ['{"for": "functions"}']


def test_a_message_of_a_topic_that_nobody_hears_is_filtered(account: Account, stage: Stage) -> None:
    stage.announce(stage.topic(), "hello")
    account.settle()

    [hop] = account.journal.hops
    assert (hop.outcome, hop.target, hop.cause) == (
        Outcome.FILTERED,
        "no subscription",
        "nobody has subscribed to the topic",
    )
    assert stage.counts("alerts.news", "no subscription") == (1, 0, 0, 1)


def test_everybody_who_hears_the_topic_gets_each_message(account: Account, stage: Stage) -> None:
    hearing_function(stage)
    other = stage.functions.make(QUIET, name="other")
    stage.let("sns.amazonaws.com", other, TOPIC)
    stage.subscribe(TOPIC, other)

    stage.announce(TOPIC, "one", "two")
    account.settle()

    assert stage.counts("alerts.news", "feeds.assess") == stage.counts("alerts.news", "feeds.other") == (2, 2, 0, 0)


def test_who_subscribes_later_hears_nothing_of_before(account: Account, stage: Stage) -> None:
    stage.announce(stage.topic(), "before")
    hearing_function(stage)

    stage.announce(TOPIC, "after")
    account.settle()

    assert texts(stage) == ["after"]


def test_a_queue_gets_the_message_as_it_was_published_and_feeds_a_function(account: Account, stage: Stage) -> None:
    topic = stage.topic()
    stage.queue("letters")
    stage.let_topic_send(topic, "letters")
    stage.fed_function(QUIET, "letters", name="record")
    stage.subscribe(topic, queue_arn("letters"), RawMessageDelivery="true")
    blob = {"DataType": "Binary", "BinaryValue": b"\x01"}

    stage.announce(topic, "hello", MessageAttributes={**STRONG["MessageAttributes"], "blob": blob})
    account.settle()

    [event] = stage.payloads()
    [message] = event["Records"]
    assert message["body"] == "hello"
    assert message["messageAttributes"] == {
        "kind": {"stringValue": "strong", "stringListValues": [], "binaryListValues": [], "dataType": "String"},
        "blob": {"binaryValue": "AQ==", "stringListValues": [], "binaryListValues": [], "dataType": "Binary"},
    }
    assert stage.counts("alerts.news", "letters") == (1, 1, 0, 0)
    assert stage.counts("letters", "feeds.record") == (1, 1, 0, 0)


def test_a_queue_may_get_a_document_about_the_message(account: Account, stage: Stage) -> None:
    topic = stage.topic()
    stage.queue("letters")
    stage.let_topic_send(topic, "letters")
    stage.subscribe(topic, queue_arn("letters"))

    stage.announce(topic, "hello", **STRONG)
    account.settle()

    [body] = stage.bodies("letters")
    assert json.loads(body)["Message"] == "hello"
    assert json.loads(body)["MessageAttributes"] == {"kind": {"Type": "String", "Value": "strong"}}


def test_a_missing_permission_is_not_tried_again_and_the_message_lands(account: Account, stage: Stage) -> None:
    dead_letters(stage)
    hearing_function(stage, **DEAD)
    account.client("lambda").remove_permission(FunctionName="assess", StatementId="sns-assess")

    stage.announce(TOPIC, "hello", Subject="s", **STRONG)
    account.settle()

    [denial] = account.journal.denials
    assert (denial.principal, denial.action, denial.resource) == (
        "sns.amazonaws.com",
        "lambda:InvokeFunction",
        ASSESS,
    )
    assert [(hop.outcome, hop.target) for hop in account.journal.hops] == [
        (Outcome.DENIED, "feeds.assess"),
        (Outcome.DEAD, "dead"),
    ]
    [body] = stage.bodies("dead")
    recorded = json.loads((SHAPES / "sns_dlq_message.json").read_text())
    assert list(json.loads(body)) == list(json.loads(recorded["Body"]))
    assert json.loads(body)["Message"] == "hello"
    assert account.clock.now == START
    assert stage.counts("alerts.news", "feeds.assess") == (1, 0, 1, 0)


def test_a_function_that_is_gone_is_not_tried_again(account: Account, stage: Stage) -> None:
    dead_letters(stage)
    hearing_function(stage, **DEAD)
    account.client("lambda").delete_function(FunctionName="assess")

    stage.announce(TOPIC, "hello")
    account.settle()

    assert len(stage.bodies("dead")) == 1
    assert account.clock.now == START


def test_without_a_dead_letter_queue_the_message_is_lost(account: Account, stage: Stage) -> None:
    hearing_function(stage)
    account.client("lambda").delete_function(FunctionName="assess")

    stage.announce(TOPIC, "hello")
    account.settle()

    assert [hop.outcome for hop in account.journal.hops] == [Outcome.FAILED, Outcome.LOST]
    assert stage.counts("alerts.news", "feeds.assess") == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("faults", "seconds"),
    [(1, 0), (3, 0), (4, 1), (5, 2), (6, 3), (7, 4.395), (15, 70.106), (17, 110.106)],
)
def test_a_service_that_is_down_is_tried_again_at_its_time_until_it_takes_the_message(
    account: Account, stage: Stage, faults: int, seconds: float
) -> None:
    arn = hearing_function(stage)
    account.deliveries["sns"].refuse(arn, "ServiceUnavailable", faults)  # type: ignore[attr-defined]

    stage.announce(TOPIC, "hello")
    account.settle()

    assert len(stage.hops(Outcome.FAILED)) == faults
    assert account.clock.now - START == timedelta(seconds=seconds)
    assert stage.counts("alerts.news", "feeds.assess") == (1, 1, 0, 0)


def test_a_service_that_stays_down_loses_nothing_the_message_lands_after_the_last_retry(
    account: Account, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The 100,000 retries that end the schedule are alike: two of them stand for all.
    monkeypatch.setattr(retry_policy, "RETRIES", 17)
    dead_letters(stage)
    arn = hearing_function(stage, **DEAD)
    account.deliveries["sns"].refuse(arn, "ServiceUnavailable", 18)  # type: ignore[attr-defined]

    stage.announce(TOPIC, "hello")
    account.settle()

    times = [(hop.at - START).total_seconds() for hop in stage.hops(Outcome.FAILED)]
    assert times[:7] == [0, 0, 0, 0, 1, 2, 3]
    assert times[14:] == [50.106, 70.106, 90.106, 110.106]
    [dead] = stage.hops(Outcome.DEAD)
    assert ((dead.at - START).total_seconds(), dead.target) == (110.106, "dead")
    [body] = stage.bodies("dead")
    assert json.loads(body)["Message"] == "hello"
    assert stage.invocations() == []
    assert stage.counts("alerts.news", "feeds.assess") == (1, 0, 1, 0)


def test_one_subscriber_that_is_down_holds_up_nobody_else(account: Account, stage: Stage) -> None:
    arn = hearing_function(stage)
    other = stage.functions.make(QUIET, name="other")
    stage.let("sns.amazonaws.com", other, TOPIC)
    stage.subscribe(TOPIC, other)
    account.deliveries["sns"].refuse(arn, "ServiceUnavailable", 5)  # type: ignore[attr-defined]

    stage.announce(TOPIC, "one", "two")
    account.settle()

    delivered = [(hop.target, (hop.at - START).total_seconds()) for hop in stage.hops(Outcome.DELIVERED)]
    assert delivered == [("feeds.other", 0), ("feeds.other", 0), ("feeds.assess", 0), ("feeds.assess", 0)]


def test_a_function_that_fails_is_lambdas_affair_and_the_event_lands_in_its_failures(
    account: Account, stage: Stage
) -> None:
    dead_letters(stage)
    stage.queue("failures")
    topic = stage.topic()
    arn = stage.functions.make(FAILING, allow("sqs:SendMessage", queue_arn("failures")), WRITES_LOGS, name="assess")
    stage.let("sns.amazonaws.com", arn, topic)
    stage.subscribe(topic, arn, **DEAD)
    account.client("lambda").put_function_event_invoke_config(
        FunctionName="assess", DestinationConfig={"OnFailure": {"Destination": queue_arn("failures")}}
    )

    stage.announce(topic, "poison")
    account.settle()

    assert len(stage.invocations()) == 3
    assert account.clock.now == START + timedelta(minutes=3)
    assert stage.bodies("dead") == []
    [body] = stage.bodies("failures")
    assert json.loads(body)["requestPayload"]["Records"][0]["Sns"]["Message"] == "poison"
    assert stage.counts("alerts.news", "feeds.assess") == (1, 0, 1, 0)


POISONED = """
def handle(event, context):
    if event["Records"][0]["Sns"]["Message"] == "poison":
        raise ValueError("boom")
"""


def test_no_good_message_is_lost_beside_a_poison_one(account: Account, stage: Stage) -> None:
    topic = stage.topic()
    stage.queue("failures")
    arn = stage.functions.make(POISONED, allow("sqs:SendMessage", queue_arn("failures")), WRITES_LOGS, name="assess")
    stage.let("sns.amazonaws.com", arn, topic)
    stage.subscribe(topic, arn, FilterPolicy={"kind": [{"anything-but": "weak"}]})
    account.client("lambda").put_function_event_invoke_config(
        FunctionName="assess", DestinationConfig={"OnFailure": {"Destination": queue_arn("failures")}}
    )

    stage.announce(topic, "one", "poison", "two", **STRONG)
    stage.announce(topic, "three", **WEAK)
    account.settle()

    assert stage.counts("alerts.news", "feeds.assess") == (4, 2, 1, 1)
    assert account.tally.open() == []


def fifo(stage: Stage) -> str:
    topic = stage.topic("news.fifo", ContentBasedDeduplication="true")
    stage.queue("letters.fifo")
    stage.let_topic_send(topic, "letters.fifo")
    stage.subscribe(topic, queue_arn("letters.fifo"), RawMessageDelivery="true")
    return topic


def test_a_fifo_topic_fills_a_fifo_queue_in_the_order_of_each_group(account: Account, stage: Stage) -> None:
    topic = fifo(stage)
    # The first tries of either group fail.
    account.deliveries["sns"].refuse(queue_arn("letters.fifo"), "ServiceUnavailable", 4)  # type: ignore[attr-defined]

    for text, group in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a"), ("b2", "b")):
        stage.announce(topic, text, MessageGroupId=group)
    account.settle()

    bodies = stage.bodies("letters.fifo")
    assert [body for body in bodies if body.startswith("a")] == ["a1", "a2", "a3"]
    assert [body for body in bodies if body.startswith("b")] == ["b1", "b2"]
    assert stage.counts("alerts.news.fifo", "letters.fifo") == (5, 5, 0, 0)


def test_a_group_waits_for_its_first_message_and_other_groups_do_not(account: Account, stage: Stage) -> None:
    topic = fifo(stage)
    delivery: Any = account.deliveries["sns"]

    stage.announce(topic, "a1", MessageGroupId="a")
    stage.announce(topic, "a2", MessageGroupId="a")
    stage.announce(topic, "b1", MessageGroupId="b")
    delivery.refuse(queue_arn("letters.fifo"), "ServiceUnavailable", 1)
    delivery.deliver()

    assert stage.bodies("letters.fifo") == ["b1"]


def test_a_poison_message_of_a_fifo_topic_lands_in_order_and_lets_the_next_go_on(
    account: Account, stage: Stage
) -> None:
    topic = stage.topic("news.fifo", ContentBasedDeduplication="true")
    stage.queue("dead.fifo")
    stage.let_topic_send(topic, "dead.fifo")
    stage.subscribe(topic, queue_arn("gone.fifo"), RedrivePolicy={"deadLetterTargetArn": queue_arn("dead.fifo")})

    stage.announce(topic, "a1", "a2", MessageGroupId="a")
    account.settle()

    assert [json.loads(body)["Message"] for body in stage.bodies("dead.fifo")] == ["a1", "a2"]
    assert stage.counts("alerts.news.fifo", "gone.fifo") == (2, 0, 2, 0)


def test_a_queue_is_polled_in_its_own_name(account: Account, stage: Stage) -> None:
    topic = fifo(stage)
    stage.functions.make(QUIET, poll_right("letters.fifo"), name="record")
    stage.feed("arn:aws:lambda:eu-west-1:111111111111:function:record", "letters.fifo")

    stage.announce(topic, "one", MessageGroupId="a")
    account.settle()

    assert stage.counts("letters.fifo", "feeds.record") == (1, 1, 0, 0)


def test_what_a_handler_publishes_is_of_its_chain(account: Account, stage: Stage) -> None:
    hearing_function(stage)
    publishes = f"""
        import boto3

        def handle(event, context):
            boto3.client("sns").publish(TopicArn="{TOPIC}", Message="hello")
        """
    arn = stage.functions.make(publishes, allow("sns:Publish", TOPIC), WRITES_LOGS, name="split")

    with account.chains.within(account.chains.begin()):
        account.runtime.invoke(arn, {})
    account.settle()

    [hop] = account.journal.hops
    assert (hop.target, hop.chain) == ("feeds.assess", "c1")


def test_who_has_no_right_to_publish_is_denied(account: Account, stage: Stage) -> None:
    hearing_function(stage)
    publishes = f"""
        import boto3

        def handle(event, context):
            boto3.client("sns").publish(TopicArn="{TOPIC}", Message="hello")
        """
    arn = stage.functions.make(publishes, allow("sns:Publish", f"{TOPIC}-other"), WRITES_LOGS, name="split")

    invocation = account.runtime.invoke(arn, {})

    assert "AuthorizationError" in str(invocation.error)
    [denial] = account.journal.denials
    assert (denial.action, denial.resource) == ("sns:Publish", TOPIC)


def test_an_account_that_is_closed_leaves_nothing_on_its_way(stage: Stage, account: Account) -> None:
    arn = hearing_function(stage)
    delivery: Any = account.deliveries["sns"]
    delivery.refuse(arn, "ServiceUnavailable", 1)
    stage.announce(TOPIC, "hello")

    delivery.close()

    assert delivery.next_due() is None
    delivery.open()
    stage.announce(TOPIC, "hello")
    account.settle()
    assert stage.hops(Outcome.FAILED) == []
