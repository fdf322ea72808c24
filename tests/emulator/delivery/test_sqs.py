"""Queues feed functions: batches, failures, dead letters, rights, order."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.journal import Outcome
from tests.emulator.functions import allow
from tests.emulator.shapes import differences
from tests.emulator.stage import FAILING, QUIET, Stage, poll_right, queue_arn

REPORTS = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
FAILS_BAD = """
    def handle(event, context):
        bad = [record["messageId"] for record in event["Records"] if record["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in bad]}
    """


def bodies(payload: dict) -> list[str]:
    return [record["body"] for record in payload["Records"]]


def test_a_message_reaches_the_function_and_leaves_the_queue(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.fed_function(QUIET)

    stage.send("readings", "one")
    account.settle()

    assert [bodies(payload) for payload in stage.payloads()] == [["one"]]
    assert stage.bodies("readings") == []
    assert stage.counts("readings", "feeds.record") == (1, 1, 0, 0)


def test_moto_itself_wakes_nobody(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.fed_function(QUIET)

    stage.send("readings", "one")

    assert account.journal.hops == []
    assert stage.bodies("readings") == ["one"]


def test_the_event_has_the_recorded_shape(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.fed_function(QUIET, BatchSize=2)
    attributes = {
        "kind": {"DataType": "Number", "StringValue": "7"},
        "blob": {"DataType": "Binary", "BinaryValue": b"\x01\x02"},
    }

    stage.send("readings", "hello")
    stage.send("readings", "with attributes", MessageAttributes=attributes)
    account.settle()

    (event,) = stage.payloads()
    assert differences(event, "sqs_standard.json") == []
    first, second = event["Records"]
    assert (first["md5OfBody"], first["eventSourceARN"]) == (
        "5d41402abc4b2a76b9719d911017c592",
        queue_arn("readings"),
    )
    assert first["attributes"] == {
        "SenderId": "111111111111",
        "SentTimestamp": "1893499200000",
        "ApproximateReceiveCount": "1",
        "ApproximateFirstReceiveTimestamp": "1893499200000",
    }
    assert "md5OfMessageAttributes" not in first
    assert second["md5OfMessageAttributes"] == "5adef265dbf1d8e92f636706856f50e5"
    assert second["messageAttributes"]["blob"]["binaryValue"] == "AQI="


def test_a_batch_holds_ten_messages_unless_it_is_told_otherwise(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.fed_function(QUIET)

    stage.send("readings", *map(str, range(23)))
    account.settle()

    assert [len(payload["Records"]) for payload in stage.payloads()] == [10, 10, 3]
    assert account.clock.now == START


def test_a_small_batch_size_is_kept(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.fed_function(QUIET, BatchSize=2)

    stage.send("readings", "a", "b", "c")
    account.settle()

    assert [bodies(payload) for payload in stage.payloads()] == [["a", "b"], ["c"]]


def test_a_batch_waits_for_its_window_and_no_longer(account: Account, stage: Stage) -> None:
    stage.queue("readings", VisibilityTimeout=60)
    stage.fed_function(QUIET, BatchSize=25, MaximumBatchingWindowInSeconds=20)

    stage.send("readings", *map(str, range(30)))
    account.settle()

    hops = stage.invocations()
    assert [(hop.at - START, hop.size) for hop in hops] == [(timedelta(0), 25), (timedelta(seconds=20), 5)]


def test_messages_that_come_within_the_window_join_the_batch(account: Account, stage: Stage) -> None:
    stage.queue("readings", VisibilityTimeout=60)
    stage.fed_function(QUIET, BatchSize=25, MaximumBatchingWindowInSeconds=20)

    stage.send("readings", "early")
    assert account.deliveries["sqs"].deliver()
    account.clock.advance(5)
    stage.send("readings", "late")
    account.settle()

    assert [bodies(payload) for payload in stage.payloads()] == [["early", "late"]]
    assert account.clock.now == START + timedelta(seconds=20)


def test_a_batch_never_weighs_more_than_one_invocation_may_carry(account: Account, stage: Stage) -> None:
    stage.queue("readings", VisibilityTimeout=60)
    stage.fed_function(QUIET, BatchSize=100, MaximumBatchingWindowInSeconds=1)

    stage.send("readings", *("x" * 1_000_000 for _ in range(8)))
    account.settle()

    assert [len(payload["Records"]) for payload in stage.payloads()] == [6, 2]


def test_a_failed_batch_comes_back_after_the_visibility_timeout_and_ends_in_the_dead_letter_queue(
    account: Account, stage: Stage
) -> None:
    stage.queue("readings", max_receives=3, VisibilityTimeout=60)
    stage.fed_function(FAILING)

    stage.send("readings", "one", "two")
    account.settle()

    failed = stage.hops(Outcome.FAILED)
    assert [(hop.at - START, hop.attempt, hop.attempts_allowed, hop.size) for hop in failed] == [
        (timedelta(seconds=0), 1, 3, 2),
        (timedelta(seconds=60), 2, 3, 2),
        (timedelta(seconds=120), 3, 3, 2),
    ]
    dead = stage.hops(Outcome.DEAD)
    assert [(hop.source, hop.target, hop.cause) for hop in dead] == [("readings", "dead", "ValueError: boom")] * 2
    assert stage.bodies("dead") == ["one", "two"]
    assert stage.bodies("readings") == []
    assert stage.counts("readings", "feeds.record") == (2, 0, 2, 0)


def test_only_failed_items_come_back(account: Account, stage: Stage) -> None:
    stage.queue("readings", max_receives=2)
    stage.fed_function(FAILS_BAD, **REPORTS)

    stage.send("readings", "good", "bad", "fine")
    account.settle()

    assert [bodies(payload) for payload in stage.payloads()] == [["good", "bad", "fine"], ["bad"]]
    assert [payload["Records"][-1]["attributes"]["ApproximateReceiveCount"] for payload in stage.payloads()] == [
        "1",
        "2",
    ]
    assert stage.bodies("dead") == ["bad"]
    assert stage.counts("readings", "feeds.record") == (3, 2, 1, 0)


def test_a_dead_letter_is_told_with_what_the_function_logged_of_its_message(account: Account, stage: Stage) -> None:
    stage.queue("readings", max_receives=1)
    logs = """
        def handle(event, context):
            failed = [record["messageId"] for record in event["Records"]]
            for message_id in failed:
                print(message_id, "has no id")
            return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}
        """
    stage.fed_function(logs, **REPORTS)

    (message_id,) = stage.send("readings", "one")
    account.settle()

    (dead,) = stage.hops(Outcome.DEAD)
    assert dead.cause == f"{message_id} has no id"


def test_one_invocation_is_told_once_however_its_messages_fared(account: Account, stage: Stage) -> None:
    stage.queue("readings", max_receives=1)
    stage.fed_function(FAILS_BAD, **REPORTS)

    stage.send("readings", "good", "bad")
    account.settle()

    assert [(hop.what, hop.outcome) for hop in account.journal.hops] == [
        ("1 of 2 messages", Outcome.DELIVERED),
        ("1 of 2 messages", Outcome.FAILED),
        ("1 message", Outcome.DEAD),
    ]
    assert len(stage.invocations()) == 1


def test_without_the_response_type_the_answer_counts_for_nothing(account: Account, stage: Stage) -> None:
    stage.queue("readings", max_receives=2)
    stage.fed_function(FAILS_BAD)

    stage.send("readings", "bad")
    account.settle()

    assert stage.bodies("dead") == []
    assert stage.counts("readings", "feeds.record") == (1, 1, 0, 0)


@pytest.mark.parametrize(
    "answer",
    ["'done'", "[]", "{'batchItemFailures': [{'id': '1'}]}", "{'batchItemFailures': [{'itemIdentifier': ''}]}"],
)
def test_an_answer_that_names_nothing_rightly_fails_the_batch_unless_it_is_empty(
    account: Account, stage: Stage, answer: str
) -> None:
    stage.queue("readings", max_receives=1)
    stage.fed_function(f"def handle(event, context):\n    return {answer}\n", **REPORTS)

    stage.send("readings", "one", "two")
    account.settle()

    assert len(stage.bodies("dead")) == (0 if answer == "[]" else 2)


def test_without_a_dead_letter_queue_a_message_is_tried_until_it_expires_and_is_lost(
    account: Account, stage: Stage
) -> None:
    stage.queue("readings", VisibilityTimeout=30, MessageRetentionPeriod=120)
    stage.fed_function(FAILING)

    stage.send("readings", "one")
    account.settle()

    (lost,) = stage.hops(Outcome.LOST)
    assert len(stage.invocations()) == 4
    assert (lost.at - START, lost.attempt) == (timedelta(seconds=120), 4)
    assert "ValueError: boom" in (lost.cause or "")
    assert stage.counts("readings", "feeds.record") == (1, 0, 0, 0)
    assert stage.bodies("readings") == []


@pytest.mark.parametrize("missing", ["sqs:ReceiveMessage", "sqs:GetQueueAttributes"])
def test_a_role_that_may_not_receive_is_denied_and_the_messages_are_lost(
    account: Account, stage: Stage, missing: str
) -> None:
    stage.queue("readings")
    right = poll_right("readings")
    right["Action"].remove(missing)
    stage.feed(stage.functions.make(QUIET, right, name="record"), "readings")

    stage.send("readings", "one")
    account.settle()

    (denial,) = account.journal.denials
    assert (denial.action, denial.resource, denial.caller) == (missing, queue_arn("readings"), "feeds.record")
    assert stage.invocations() == []
    assert [hop.outcome for hop in account.journal.hops] == [Outcome.DENIED, Outcome.LOST]
    assert account.clock.now == START + timedelta(days=4)


def test_a_poller_that_was_denied_goes_on_once_the_right_is_there(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    arn = stage.functions.make(QUIET, name="record")
    stage.feed(arn, "readings")
    stage.send("readings", "one")
    assert account.deliveries["sqs"].deliver()

    account.client("iam").put_role_policy(
        RoleName="record-role",
        PolicyName="may-poll",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [poll_right("readings")]}),
    )
    account.clock.advance(60)
    account.settle()

    assert len(account.journal.denials) == 1
    assert stage.counts("readings", "feeds.record") == (1, 1, 0, 0)


def test_a_role_that_may_not_delete_sees_its_messages_again(account: Account, stage: Stage) -> None:
    stage.queue("readings", max_receives=2)
    right = poll_right("readings")
    right["Action"].remove("sqs:DeleteMessage")
    stage.feed(stage.functions.make(QUIET, right, name="record"), "readings")

    stage.send("readings", "one")
    account.settle()

    assert [denial.action for denial in account.journal.denials] == ["sqs:DeleteMessage"] * 2
    assert len(stage.invocations()) == 2
    assert stage.bodies("dead") == ["one"]
    assert stage.counts("readings", "feeds.record") == (1, 0, 1, 0)


def test_what_the_filter_does_not_want_is_deleted_unseen(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    wanted = {"Filters": [{"Pattern": json.dumps({"body": {"magnitude": [{"numeric": [">=", 4.5]}]}})}]}
    stage.fed_function(QUIET, FilterCriteria=wanted)

    stage.send("readings", '{"magnitude": 5}', '{"magnitude": 2}', "no json")
    account.settle()

    assert [bodies(payload) for payload in stage.payloads()] == [['{"magnitude": 5}']]
    assert stage.bodies("readings") == []
    assert stage.counts("readings", "feeds.record") == (3, 1, 0, 2)
    assert [hop.size for hop in stage.hops(Outcome.FILTERED)] == [2]


def test_a_function_that_is_switched_off_is_not_run_and_its_messages_die(account: Account, stage: Stage) -> None:
    stage.queue("readings", max_receives=2)
    stage.fed_function(QUIET)
    account.client("lambda").put_function_concurrency(FunctionName="record", ReservedConcurrentExecutions=0)

    stage.send("readings", "one")
    account.settle()

    assert stage.invocations() == []
    assert [hop.attempt for hop in stage.hops(Outcome.FAILED)] == [1, 2]
    assert stage.bodies("dead") == ["one"]


def test_a_function_that_is_gone_leaves_the_messages_where_they_are(account: Account, stage: Stage) -> None:
    stage.queue("readings", MessageRetentionPeriod=60)
    stage.fed_function(QUIET)
    account.client("lambda").delete_function(FunctionName="record")

    stage.send("readings", "one")
    account.settle()

    assert [hop.outcome for hop in account.journal.hops] == [Outcome.DENIED, Outcome.LOST]


def test_a_disabled_mapping_polls_nothing(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.fed_function(QUIET, Enabled=False)

    stage.send("readings", "one")
    account.settle()

    assert stage.bodies("readings") == ["one"]
    assert account.tally.rows() == []


def test_a_message_sent_before_the_mapping_was_made_counts_once_it_is_received(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.send("readings", "one")

    stage.fed_function(QUIET)
    account.settle()

    assert stage.counts("readings", "feeds.record") == (1, 1, 0, 0)


def test_two_functions_on_one_queue_share_its_messages_and_each_counts_once(account: Account, stage: Stage) -> None:
    stage.queue("readings")
    stage.fed_function(QUIET, name="record")
    stage.feed(stage.functions.make(QUIET, poll_right("readings"), name="rival"), "readings")

    stage.send("readings", "one")
    account.settle()

    assert sum(row.sent for row in account.tally.rows()) == 1
    assert sum(row.processed for row in account.tally.rows()) == 1


def test_dead_letters_can_feed_a_function_of_their_own(account: Account, stage: Stage) -> None:
    stage.queue("readings", max_receives=1)
    stage.fed_function(FAILING)
    stage.fed_function(QUIET, "dead", name="bury")

    stage.send("readings", "one")
    account.settle()

    record = stage.payloads()[-1]["Records"][0]
    assert record["attributes"]["DeadLetterQueueSourceArn"] == queue_arn("readings")
    assert record["attributes"]["ApproximateReceiveCount"] == "2"
    assert stage.counts("readings", "feeds.record") == (1, 0, 1, 0)
    assert stage.counts("dead", "feeds.bury") == (1, 1, 0, 0)


def test_what_follows_from_a_message_is_of_its_chain_and_a_batch_joins_chains(account: Account, stage: Stage) -> None:
    stage.queue("readings", max_receives=1)
    url = stage.queue("onward")
    sends = f"""
        import boto3

        def handle(event, context):
            boto3.client("sqs").send_message(QueueUrl="{url}", MessageBody="two")
        """
    arn = stage.functions.make(
        sends, poll_right("readings"), allow("sqs:SendMessage", queue_arn("onward")), name="record"
    )
    stage.feed(arn, "readings")
    stage.fed_function(QUIET, "onward", name="keep")

    with account.chains.within(account.chains.begin()):
        stage.send("readings", "one")
    with account.chains.within(account.chains.begin()):
        stage.send("onward", "other")
    account.settle()

    assert [(hop.source, hop.chain) for hop in account.journal.hops] == [("readings", "c1"), ("onward", "c2+c1")]


class TestFifo:
    def send(self, stage: Stage, *messages: str) -> None:
        for message in messages:
            stage.send("readings.fifo", message, MessageGroupId=message[0], MessageDeduplicationId=message)

    def test_records_tell_group_and_number(self, account: Account, stage: Stage) -> None:
        stage.queue("readings.fifo")
        stage.fed_function(QUIET, "readings.fifo")

        self.send(stage, "a1", "a2")
        account.settle()

        (event,) = stage.payloads()
        first, second = (record["attributes"] for record in event["Records"])
        assert (first["MessageGroupId"], first["MessageDeduplicationId"]) == ("a", "a1")
        assert first["SequenceNumber"] < second["SequenceNumber"]

    def test_a_failed_message_holds_its_group_and_no_other(self, account: Account, stage: Stage) -> None:
        stage.queue("dead.fifo")
        redrive = {"deadLetterTargetArn": queue_arn("dead.fifo"), "maxReceiveCount": 2}
        stage.queue("readings.fifo", RedrivePolicy=json.dumps(redrive))
        fails_a1 = """
            def handle(event, context):
                if any(record["body"] == "a1" for record in event["Records"]):
                    raise ValueError("a1")
            """
        stage.fed_function(fails_a1, "readings.fifo", BatchSize=1)

        self.send(stage, "a1", "a2", "b1")
        account.settle()

        seen = [(bodies(hop.details["payload"])[0], hop.at - START) for hop in stage.invocations()]
        half_minute = timedelta(seconds=30)
        assert seen == [
            ("a1", timedelta(0)),
            ("b1", timedelta(0)),
            ("a1", half_minute),
            ("a2", 2 * half_minute),
        ]
        assert stage.bodies("dead.fifo") == ["a1"]

    def test_messages_not_returned_as_failed_are_deleted_whatever_came_before(
        self, account: Account, stage: Stage
    ) -> None:
        stage.queue("readings.fifo")
        stage.fed_function(FAILS_BAD, "readings.fifo", **REPORTS)
        stage.send("readings.fifo", "bad", "good", MessageGroupId="a", MessageDeduplicationId="x")
        stage.send("readings.fifo", "good", MessageGroupId="a", MessageDeduplicationId="y")

        assert account.deliveries["sqs"].deliver()

        assert stage.bodies("readings.fifo") == ["bad"]

    def test_a_duplicate_is_no_event(self, account: Account, stage: Stage) -> None:
        stage.queue("readings.fifo")
        stage.fed_function(QUIET, "readings.fifo")

        self.send(stage, "a1")
        account.settle()
        self.send(stage, "a1")
        account.settle()

        assert stage.counts("readings.fifo", "feeds.record") == (1, 1, 0, 0)
