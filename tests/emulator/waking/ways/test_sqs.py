"""Messages by hand lie in the queue, and the poller does the rest."""

from __future__ import annotations

from typing import Any

from components.triggers.sqs import SqsTriggerConfig
from emulator.journal import Outcome
from emulator.waking.waking import Waking
from tests.emulator.by_hand import faults, left_out, ready, send
from tests.emulator.stage import QUIET, Stage, queue_arn

EXAMPLE: Any = SqsTriggerConfig(kind="sqs", queue="readings").example_event()
FAILS_ON_TORN = """
    def handle(event, context):
        torn = [record["messageId"] for record in event["Records"] if record["body"] == "torn"]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in torn]}
    """


def record(message_id: str, body: str = "whole", **changed: Any) -> Any:
    return {**EXAMPLE["Records"][0], "messageId": message_id, "body": body, **changed}


def waking(stage: Stage, source: str = QUIET, queue: str = "readings", **options: Any) -> Waking:
    """`feeds.record`, which is fed from a queue that gives a message three times."""
    if not queue.endswith(".fifo"):
        stage.queue(queue, max_receives=3, VisibilityTimeout=30)
    else:
        stage.queue(queue)
    function = stage.fed_function(source, queue, **options)
    things = {"record": ("function", function), "readings": ("queue", queue_arn(queue))}
    return ready(stage.account, "poll", "feeds.record", waker="feeds.readings", woken="feeds.record", **things)


def test_the_function_receives_the_message_with_its_own_id(stage: Stage) -> None:
    told = {
        "kind": {"dataType": "String", "stringValue": "letter"},
        "raw": {"dataType": "Binary", "binaryValue": "YQ=="},
    }

    send(waking(stage), {"Records": [record("one", messageAttributes=told)]})

    [[received]] = [payload["Records"] for payload in stage.payloads()]
    assert (received["messageId"], received["body"]) == ("one", "whole")
    assert received["attributes"]["SenderId"] == EXAMPLE["Records"][0]["attributes"]["SenderId"]
    assert received["eventSourceARN"] == queue_arn("readings")
    assert {name: each["dataType"] for name, each in received["messageAttributes"].items()} == {
        "kind": "String",
        "raw": "Binary",
    }
    assert received["messageAttributes"]["kind"]["stringValue"] == "letter"
    assert received["messageAttributes"]["raw"]["binaryValue"] == "YQ=="
    assert stage.counts("feeds.readings", "feeds.record") == (1, 1, 0, 0)


def test_a_batch_is_as_large_as_the_mapping_lets_it_be(stage: Stage) -> None:
    send(waking(stage, BatchSize=2), {"Records": [record(str(number)) for number in range(5)]})

    assert [len(payload["Records"]) for payload in stage.payloads()] == [2, 2, 1]


def test_what_fails_comes_back_and_dies_while_its_batch_mates_end_well(stage: Stage) -> None:
    by_hand = waking(stage, FAILS_ON_TORN, FunctionResponseTypes=["ReportBatchItemFailures"])

    send(by_hand, {"Records": [record("one"), record("two", "torn"), record("three")]})

    assert len(stage.invocations()) == 3
    assert stage.bodies("dead") == ["torn"]
    assert stage.counts("feeds.readings", "feeds.record") == (3, 2, 1, 0)


def test_a_message_that_the_filter_does_not_want_is_filtered(stage: Stage) -> None:
    by_hand = waking(stage, FilterCriteria={"Filters": [{"Pattern": '{"body": {"magnitude": [5]}}'}]})

    send(by_hand, {"Records": [record("one", '{"magnitude": 5}'), record("two", '{"magnitude": 4}')]})

    assert [hop.cause for hop in stage.hops(Outcome.FILTERED)] == [
        "the filter of the event source mapping does not want it"
    ]
    assert stage.counts("feeds.readings", "feeds.record") == (2, 1, 0, 1)


def test_without_the_right_nobody_reads_the_queue(stage: Stage) -> None:
    by_hand = waking(stage)
    stage.account.client("iam").delete_role_policy(RoleName="record-role", PolicyName="record-may-1")

    send(by_hand, {"Records": [record("one")]})

    denial = stage.account.journal.denials[0]
    assert denial.principal == "arn:aws:sts::111111111111:assumed-role/record-role/record"
    assert (denial.action, denial.resource) == ("sqs:GetQueueAttributes", queue_arn("readings"))
    assert stage.invocations() == []


def test_a_mapping_that_is_switched_off_hears_of_nothing(stage: Stage) -> None:
    send(waking(stage, Enabled=False), {"Records": [record("one")]})

    assert stage.bodies("readings") == []
    assert stage.counts("feeds.readings", "feeds.record") == (1, 0, 0, 1)


def test_a_message_needs_what_a_message_has(stage: Stage) -> None:
    told = {"a": {"dataType": 5}, "b": {"dataType": "Binary", "binaryValue": "?"}, "c": "text"}
    torn = {**record("one", 5, messageAttributes=told), "attributes": []}

    inside = "Records[0].messageAttributes"
    assert faults(waking(stage), {"Records": [torn]}) == [
        ("Records[0].body", "needs text, got 5"),
        ("Records[0].attributes", "needs an object, got []"),
        (f"{inside}.a.dataType", "needs text, got 5"),
        (f"{inside}.a.stringValue", "needs text, got nothing"),
        (f"{inside}.b.binaryValue", "needs base64, got '?': bytes travel so"),
        (f"{inside}.c.dataType", "needs text, got nothing"),
        (f"{inside}.c.stringValue", "needs text, got nothing"),
    ]


def test_an_id_stands_for_one_message(stage: Stage) -> None:
    by_hand = waking(stage)

    assert faults(by_hand, {"Records": [record("one"), record("one")]}) == [
        ("Records", "has the messageId one 2 times: a queue gives each id once")
    ]
    assert left_out(by_hand, EXAMPLE) == []


def test_a_fifo_queue_keeps_the_order_of_a_group(stage: Stage) -> None:
    by_hand = waking(stage, queue="readings.fifo")
    attributes = EXAMPLE["Records"][0]["attributes"]

    def in_group(name: str) -> Any:
        return record(name, attributes={**attributes, "MessageGroupId": "g", "MessageDeduplicationId": name})

    assert faults(by_hand, {"Records": [record("one")]}) == [
        ("Records[0].attributes.MessageGroupId", "needs text, got nothing"),
        ("Records[0].attributes.MessageDeduplicationId", "needs text, got nothing"),
    ]
    send(by_hand, {"Records": [in_group("one"), in_group("two")]})
    assert [each["messageId"] for each in stage.payloads()[0]["Records"]] == ["one", "two"]
    assert stage.payloads()[0]["Records"][0]["attributes"]["MessageGroupId"] == "g"
