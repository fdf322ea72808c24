"""What becomes of an asynchronous event."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.journal import Hop, Outcome
from emulator.tally import Edge, Row
from tests.emulator.functions import LAMBDA_TRUST, NOBODY_TRUST, Functions, allow, document

EDGE = Edge("feeds.feed", "feeds.split")
FAIL = "def handle(event, context):\n    raise ValueError('boom')\n"
FAILURES = "arn:aws:sqs:eu-west-1:111111111111:failures"
MAY_SEND = allow("sqs:SendMessage", FAILURES)


def send(account: Account, arn: str, payload: Any = None) -> None:
    """An event of the bucket `feeds.feed` that wakes a function; everything settles."""
    with account.chains.within(account.chains.begin()):
        account.chains.remember("event-1")
        account.tally.sent(EDGE, "event-1")
        account.deliveries["asynchronous"].accept(  # type: ignore[attr-defined]
            arn, payload, edge=EDGE, event_id="event-1", what="ObjectCreated:Put a"
        )
    account.settle()


def configure(account: Account, **config: Any) -> None:
    account.client("lambda").put_function_event_invoke_config(FunctionName="split", **config)


def failures(account: Account) -> None:
    """A queue for failed events, as the function's failure destination."""
    account.client("sqs").create_queue(QueueName="failures")
    account.names.give(FAILURES, "feeds.split.failures")
    configure(account, DestinationConfig={"OnFailure": {"Destination": FAILURES}})


def records(account: Account, queue: str = "failures") -> list[Any]:
    url = account.client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
    answer = account.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def told(hop: Hop) -> tuple[float, str, str, Outcome, int, int | None]:
    seconds = (hop.at - START).total_seconds()
    return seconds, hop.source, hop.target, hop.outcome, hop.attempt, hop.attempts_allowed


def row(processed: int = 0, dead_lettered: int = 0) -> list[Row]:
    return [Row(EDGE, 1, processed, dead_lettered, 0)]


def test_an_event_that_goes_well_is_processed(account: Account, functions: Functions) -> None:
    arn = functions.make("def handle(event, context): return {'sent': 3}")

    send(account, arn)

    (hop,) = account.journal.hops
    assert told(hop) == (0, "feeds.feed", "feeds.split", Outcome.DELIVERED, 1, 3)
    assert (hop.chain, hop.what, hop.details["result"]) == ("c1", "ObjectCreated:Put a", {"sent": 3})
    assert account.tally.rows() == row(processed=1)


def test_a_failing_function_is_tried_again_after_one_and_two_minutes(account: Account, functions: Functions) -> None:
    arn = functions.make(FAIL, MAY_SEND)
    failures(account)

    send(account, arn, {"k": "v"})

    assert [told(hop) for hop in account.journal.hops] == [
        (0, "feeds.feed", "feeds.split", Outcome.FAILED, 1, 3),
        (60, "feeds.feed", "feeds.split", Outcome.FAILED, 2, 3),
        (180, "feeds.feed", "feeds.split", Outcome.FAILED, 3, 3),
        (180, "feeds.split", "feeds.split.failures", Outcome.DEAD, 1, None),
    ]
    assert {hop.chain for hop in account.journal.hops} == {"c1"}
    assert account.tally.rows() == row(dead_lettered=1)


def test_every_try_has_the_same_request_id(account: Account, functions: Functions) -> None:
    arn = functions.make(FAIL)

    send(account, arn)

    assert len({hop.details["request_id"] for hop in account.journal.hops if hop.details}) == 1


def test_a_failure_says_its_cause_and_where_to_look(account: Account, functions: Functions) -> None:
    arn = functions.make(FAIL, MAY_SEND)
    failures(account)

    send(account, arn)

    first, *_, dead = account.journal.hops
    place = f"{functions.folder}/split/app.py:2"
    assert (first.cause, first.fix) == ("ValueError: boom", f"look at {place}")
    assert dead.cause == "ValueError: boom, given up after 3 attempts"
    assert dead.fix == (
        f"look at {place}, look at the event in feeds.split.failures, and send it again once feeds.split is mended"
    )


def test_the_record_tells_the_last_try(account: Account, functions: Functions) -> None:
    arn = functions.make(FAIL, MAY_SEND)
    failures(account)

    send(account, arn, {"k": "v"})

    (record,) = records(account)
    assert record["timestamp"] == "2030-01-01T12:03:00.000Z"
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["requestPayload"] == {"k": "v"}
    assert record["responsePayload"]["errorMessage"] == "boom"


def test_an_event_that_fails_once_is_processed_at_its_second_try(account: Account, functions: Functions) -> None:
    arn = functions.make("""
        tries = 0
        def handle(event, context):
            global tries
            tries += 1
            if tries == 1:
                raise ValueError("not yet")
    """)

    send(account, arn)

    assert [hop.outcome for hop in account.journal.hops] == [Outcome.FAILED, Outcome.DELIVERED]
    assert account.tally.rows() == row(processed=1)


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_the_number_of_tries_is_as_configured(account: Account, functions: Functions, retries: int) -> None:
    arn = functions.make(FAIL)
    configure(account, MaximumRetryAttempts=retries)

    send(account, arn)

    attempts = [(hop.attempt, hop.attempts_allowed) for hop in account.journal.hops if "function" in hop.details]
    assert attempts == [(number, retries + 1) for number in range(1, retries + 2)]


@pytest.mark.parametrize(("age", "tries"), [(60, 2), (179, 2), (180, 3)])
def test_an_event_that_would_be_too_old_at_its_next_try_is_given_up_at_once(
    account: Account, functions: Functions, age: int, tries: int
) -> None:
    arn = functions.make(FAIL, MAY_SEND)
    failures(account)
    configure(account, MaximumEventAgeInSeconds=age, DestinationConfig={"OnFailure": {"Destination": FAILURES}})

    send(account, arn)

    (record,) = records(account)
    assert record["requestContext"]["condition"] == ("EventAgeExceeded" if tries < 3 else "RetriesExhausted")
    assert record["requestContext"]["approximateInvokeCount"] == tries
    assert record["responsePayload"]["errorType"] == "ValueError"


def test_without_a_failure_destination_the_event_is_lost(account: Account, functions: Functions) -> None:
    arn = functions.make(FAIL)

    send(account, arn)

    lost = account.journal.hops[-1]
    assert (lost.source, lost.target, lost.outcome) == ("feeds.split", "nowhere", Outcome.LOST)
    assert lost.cause == "ValueError: boom, given up after 3 attempts; feeds.split has no failure destination"
    assert lost.fix == "give feeds.split a failure destination, so that the event lands there"
    assert account.tally.rows() == row()
    assert account.tally.open() == [(EDGE, "event-1")]


def test_without_the_right_to_its_failure_destination_the_event_is_lost(account: Account, functions: Functions) -> None:
    arn = functions.make(FAIL)
    failures(account)

    send(account, arn)

    lost, (denial,) = account.journal.hops[-1], account.journal.denials
    assert (lost.target, lost.outcome) == ("feeds.split.failures", Outcome.LOST)
    assert "not written to feeds.split.failures: An error occurred (AccessDenied)" in (lost.cause or "")
    assert lost.fix == "see that feeds.split.failures exists, and that the role of feeds.split may write to it"
    assert (denial.action, denial.caller, denial.chain) == ("sqs:SendMessage", "feeds.split", "c1")
    assert account.tally.rows() == row()


def test_a_function_that_is_switched_off_sends_its_events_to_the_destination_at_once(
    account: Account, functions: Functions
) -> None:
    arn = functions.make(FAIL, MAY_SEND)
    failures(account)
    account.client("lambda").put_function_concurrency(FunctionName="split", ReservedConcurrentExecutions=0)

    send(account, arn)

    tried, dead = account.journal.hops
    (record,) = records(account)
    assert account.clock.now == START
    assert (tried.outcome, tried.cause) == (Outcome.FAILED, "TooManyRequestsException: Rate Exceeded.")
    assert "function" not in tried.details
    assert dead.cause == ("TooManyRequestsException: Rate Exceeded., its reserved concurrency is 0: it is switched off")
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert account.tally.rows() == row(dead_lettered=1)


def test_what_lambda_cannot_run_backs_off_until_the_event_is_too_old(account: Account, functions: Functions) -> None:
    arn = functions.make(FAIL, trust=NOBODY_TRUST)
    configure(account, MaximumEventAgeInSeconds=1000)

    send(account, arn)

    *tries, lost = account.journal.hops
    assert [told(hop)[0] for hop in tries] == [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811]
    assert {hop.outcome for hop in tries} == {Outcome.DENIED}
    assert [hop.attempt for hop in tries] == list(range(1, 12))
    assert lost.outcome is Outcome.LOST
    assert "older than 1000 seconds at its next try" in (lost.cause or "")


def mend_the_role_after(account: Account, seconds: int) -> None:
    """Somebody gives the role its trust back as soon as a try is told that late."""

    def mend(entry: object) -> None:
        if account.clock.now >= START + timedelta(seconds=seconds):
            account.client("iam").update_assume_role_policy(
                RoleName="split-role", PolicyDocument=document(LAMBDA_TRUST)
            )

    account.journal.listen(mend)


def test_a_role_that_is_mended_in_time_processes_the_event(account: Account, functions: Functions) -> None:
    arn = functions.make("def handle(event, context): pass", trust=NOBODY_TRUST)
    mend_the_role_after(account, 7)

    send(account, arn)

    assert account.tally.rows() == row(processed=1)
    assert account.clock.now == START + timedelta(seconds=15)


def test_what_lambda_could_not_run_does_not_count_as_a_try_of_the_function(
    account: Account, functions: Functions
) -> None:
    arn = functions.make(FAIL, trust=NOBODY_TRUST)
    mend_the_role_after(account, 1)

    send(account, arn)

    assert [told(hop)[0::3] + told(hop)[4:] for hop in account.journal.hops if hop.details] == [
        (0, Outcome.DENIED, 1, None),
        (1, Outcome.DENIED, 2, None),
        (3, Outcome.FAILED, 1, 3),
        (63, Outcome.FAILED, 2, 3),
        (183, Outcome.FAILED, 3, 3),
    ]


def test_a_function_that_is_gone_loses_its_events(account: Account, functions: Functions) -> None:
    arn = functions.make(FAIL)
    account.client("lambda").delete_function(FunctionName="split")

    send(account, arn)

    (lost,) = account.journal.hops
    assert (lost.outcome, lost.cause) == (Outcome.LOST, f"function {arn} does not exist")


def test_a_success_is_recorded_where_it_is_asked_for(account: Account, functions: Functions) -> None:
    account.client("sqs").create_queue(QueueName="failures")
    arn = functions.make("def handle(event, context): return {'ok': True}", MAY_SEND)
    configure(account, DestinationConfig={"OnSuccess": {"Destination": FAILURES}})

    send(account, arn, {"k": "v"})

    (record,) = records(account)
    assert record["requestContext"]["condition"] == "Success"
    assert record["responsePayload"] == {"ok": True}
    assert [(hop.target, hop.outcome) for hop in account.journal.hops] == [
        ("feeds.split", Outcome.DELIVERED),
        ("failures", Outcome.DELIVERED),
    ]
    assert account.tally.rows() == row(processed=1)


def test_a_record_of_success_that_is_lost_leaves_the_event_processed(account: Account, functions: Functions) -> None:
    account.client("sqs").create_queue(QueueName="failures")
    arn = functions.make("def handle(event, context): return {'ok': True}")
    configure(account, DestinationConfig={"OnSuccess": {"Destination": FAILURES}})

    send(account, arn)

    lost = account.journal.hops[-1]
    assert (lost.what, lost.outcome) == ("record: ObjectCreated:Put a succeeded", Outcome.LOST)
    assert account.tally.rows() == row(processed=1)


def test_a_dead_letter_configuration_receives_the_event_itself(account: Account, functions: Functions) -> None:
    account.client("sqs").create_queue(QueueName="failures")
    arn = functions.make(FAIL, MAY_SEND, DeadLetterConfig={"TargetArn": FAILURES})

    send(account, arn, {"k": "v"})

    assert records(account) == [{"k": "v"}]
    assert account.tally.rows() == row(dead_lettered=1)


def test_a_destination_and_a_dead_letter_target_both_receive(account: Account, functions: Functions) -> None:
    account.client("sqs").create_queue(QueueName="letters")
    letters = "arn:aws:sqs:eu-west-1:111111111111:letters"
    arn = functions.make(FAIL, MAY_SEND, allow("sqs:SendMessage", letters), DeadLetterConfig={"TargetArn": letters})
    failures(account)

    send(account, arn, {"k": "v"})

    assert records(account, "letters") == [{"k": "v"}]
    assert len(records(account)) == 1
    assert [hop.outcome for hop in account.journal.hops[-2:]] == [Outcome.DEAD, Outcome.DEAD]
