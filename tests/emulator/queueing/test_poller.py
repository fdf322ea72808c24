"""One event source mapping at work; what queues and functions make of it is in `delivery/test_sqs.py`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from moto.awslambda.models import EventSourceMapping, LambdaBackend

from emulator.account import Account
from emulator.clock import START
from emulator.journal import Outcome
from tests.emulator.stage import FAILING, QUIET, Stage, poll_right

SPEC: dict[str, Any] = {
    "RegionName": "eu-west-1",
    "AccountId": "111111111111",
    "FunctionName": "record",
    "FunctionArn": "arn:aws:lambda:eu-west-1:111111111111:function:record",
    "EventSourceArn": "arn:aws:sqs:eu-west-1:111111111111:readings",
}


def test_moto_still_keeps_of_a_mapping_what_we_read() -> None:
    mapping = EventSourceMapping(
        {
            **SPEC,
            "BatchSize": 7,
            "MaximumBatchingWindowInSeconds": 3,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "FilterCriteria": {"Filters": []},
        }
    )

    assert (mapping.function_arn, mapping.event_source_arn) == (SPEC["FunctionArn"], SPEC["EventSourceArn"])
    assert (mapping.batch_size, mapping.max_batch_window, mapping.enabled) == (7, 3, True)
    assert mapping.function_response_types == ["ReportBatchItemFailures"]
    assert mapping.filter_criteria == {"Filters": []}


def test_moto_still_keeps_mappings_where_we_look() -> None:
    assert LambdaBackend("eu-west-1", "111111111111")._event_source_mappings == {}


def test_what_cannot_be_received_is_due_when_it_can(account: Account, stage: Stage) -> None:
    stage.queue("readings", DelaySeconds=10)
    stage.fed_function(QUIET)

    stage.send("readings", "one")

    assert not account.deliveries["sqs"].deliver()
    assert account.deliveries["sqs"].next_due() == START + timedelta(seconds=10)


def test_a_failed_batch_is_due_when_it_is_visible_again(account: Account, stage: Stage) -> None:
    stage.queue("readings", VisibilityTimeout=45)
    stage.fed_function(FAILING)

    stage.send("readings", "one")

    assert account.deliveries["sqs"].deliver()
    assert account.deliveries["sqs"].next_due() == START + timedelta(seconds=45)


def test_a_batch_that_waits_is_due_with_its_window(account: Account, stage: Stage) -> None:
    stage.queue("readings", VisibilityTimeout=300)
    stage.fed_function(QUIET, MaximumBatchingWindowInSeconds=20)

    stage.send("readings", "one")

    assert account.deliveries["sqs"].deliver()
    assert account.deliveries["sqs"].next_due() == START + timedelta(seconds=20)


def test_an_empty_queue_is_never_due(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.fed_function(QUIET)

    assert not account.deliveries["sqs"].deliver()
    assert account.deliveries["sqs"].next_due() is None


def test_a_poller_that_was_denied_asks_again_for_a_new_message_and_not_before_a_minute_for_an_old_one(
    account: Account, stage: Stage
) -> None:
    stage.queue("readings")
    stage.feed(stage.functions.make(QUIET, name="record"), "readings")
    sqs = account.deliveries["sqs"]

    stage.send("readings", "one")
    assert sqs.deliver()
    assert not sqs.deliver()
    stage.send("readings", "two")
    assert sqs.deliver()
    account.clock.advance(59)
    assert not sqs.deliver()
    account.clock.advance(1)
    assert sqs.deliver()

    assert len(account.journal.denials) == 3
    assert sqs.next_due() == START + timedelta(days=4)


def test_polling_nothing_calls_nothing(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.feed(stage.functions.make(QUIET, name="record"), "readings")

    account.settle()

    assert account.journal.denials == []


def test_a_deleted_mapping_polls_no_more(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    mapping = stage.feed(stage.functions.make(QUIET, poll_right("readings"), name="record"), "readings")
    account.client("lambda").delete_event_source_mapping(UUID=mapping)

    stage.send("readings", "one")
    account.settle()

    assert stage.bodies("readings") == ["one"]


def test_a_deleted_queue_is_polled_no_more(account: Account, stage: Stage) -> None:
    url = stage.queue("readings")
    stage.fed_function(QUIET)
    stage.send("readings", "one")
    account.client("sqs").delete_queue(QueueUrl=url)

    account.settle()

    assert account.journal.hops == []


def test_a_hop_tells_what_the_function_received_returned_and_logged(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.fed_function("def handle(event, context):\n    print('hello')\n    return {'recorded': 1}\n")

    stage.send("readings", "one")
    account.settle()

    (hop,) = account.journal.hops
    assert (hop.outcome, hop.what, hop.size, hop.cause) == (Outcome.DELIVERED, "1 message", 1, None)
    assert hop.details["result"] == {"recorded": 1}
    assert hop.details["payload"]["Records"][0]["body"] == "one"
    assert any("hello" in line for line in hop.details["log_lines"])


def test_a_failed_hop_points_at_the_line_that_failed(account: Account, stage: Stage) -> None:
    stage.queue("readings", max_receives=1)
    stage.fed_function(FAILING)

    stage.send("readings", "one")
    account.settle()

    failed = stage.hops(Outcome.FAILED)[0]
    assert failed.cause == "ValueError: boom"
    assert (failed.fix or "").endswith("app.py:2")
