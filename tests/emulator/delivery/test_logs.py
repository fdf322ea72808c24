"""Lines of a log that a filter wants reach its function, in batches and in order, or are told as lost."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from moto.logs.models import LogStream

from components.log_batch import decoded
from emulator.account import Account
from emulator.clock import START
from emulator.delivery.logs import OFF_FOR
from emulator.journal import Outcome
from tests.emulator.contracts import parameters
from tests.emulator.functions import allow, document
from tests.emulator.log_groups import FUNCTION_ARN, GROUP, GROUP_ARN, LOG, LogGroups
from tests.emulator.shapes import differences
from tests.emulator.stage import FAILING, QUIET, Stage, queue_arn

DAY = 86_400


def test_moto_still_sends_as_we_replace_it() -> None:
    assert parameters(LogStream._send_log_events) == ["self", "service", "destination_arn", "filter_name", "log_events"]


def heard(stage: Stage) -> list[list[str]]:
    """The lines of each batch that the function received, in order."""
    return [[line["message"] for line in decoded(event)["logEvents"]] for event in stage.payloads()]


def refuse(account: Account, times: int, error: str = "TooManyRequestsException") -> None:
    account.deliveries["logs"].refuse(FUNCTION_ARN, error, times)  # type: ignore[attr-defined]


def test_a_line_that_the_filter_wants_wakes_the_function(account: Account, stage: Stage, log_groups: LogGroups) -> None:
    log_groups.hearing_function()

    log_groups.write("INFO all is well", "ERROR one", "ERROR two")
    account.settle()

    (event,) = stage.payloads()
    assert differences(event, "cloudwatch_logs.json") == []
    inside = decoded(event)
    assert differences(inside, "cloudwatch_logs_decoded.json") == []
    first, second = (line["id"] for line in inside["logEvents"])
    assert inside == {
        "messageType": "DATA_MESSAGE",
        "owner": "111111111111",
        "logGroup": GROUP,
        "logStream": "one",
        "subscriptionFilters": ["errors"],
        "logEvents": [
            {"id": first, "timestamp": 1_893_499_200_000, "message": "ERROR one"},
            {"id": second, "timestamp": 1_893_499_200_000, "message": "ERROR two"},
        ],
    }
    assert first < second
    (hop,) = account.journal.hops
    assert (hop.what, hop.source, hop.target, hop.outcome) == ("2 log lines", LOG, "feeds.warn", Outcome.DELIVERED)


def test_one_call_is_one_event_and_what_no_filter_wants_is_none(
    account: Account, stage: Stage, log_groups: LogGroups
) -> None:
    log_groups.hearing_function()

    log_groups.write("ERROR one", "ERROR two")
    log_groups.write("INFO")
    log_groups.write("ERROR three")
    account.settle()

    assert heard(stage) == [["ERROR one", "ERROR two"], ["ERROR three"]]
    assert stage.counts(LOG, "feeds.warn") == (2, 2, 0, 0)
    assert [row.sent for row in account.tally.rows()] == [2]


def test_moto_itself_wakes_nobody(account: Account, log_groups: LogGroups) -> None:
    log_groups.hearing_function()

    log_groups.write("ERROR")

    assert account.journal.hops == []


def test_the_log_of_a_function_is_heard_with_lambdas_own_lines(
    account: Account, stage: Stage, log_groups: LogGroups
) -> None:
    log_groups.hearing_function(QUIET, "")
    split = log_groups.functions.make(
        "def handle(event, context):\n    print('ERROR in', event)\n", LoggingConfig={"LogGroup": GROUP}
    )

    with account.chains.within(account.chains.begin()):
        invocation = account.runtime.invoke(split, "a file")
    account.settle()

    (lines,) = heard(stage)
    assert tuple(lines) == invocation.log_lines
    assert [line.split(" ")[0] for line in lines] == ["START", "ERROR", "END", "REPORT"]
    # It belongs to what made the function write.
    assert [hop.chain for hop in stage.invocations()] == ["c1"]


def test_what_a_function_writes_in_json_is_heard_by_its_level(
    account: Account, stage: Stage, log_groups: LogGroups
) -> None:
    log_groups.hearing_function(QUIET, '{ $.level = "ERROR" }')
    source = """
        import logging
        def handle(event, context):
            logging.warning("getting late")
            raise ValueError("boom")
    """
    split = log_groups.functions.make(source, LoggingConfig={"LogGroup": GROUP, "LogFormat": "JSON"})

    account.runtime.invoke(split, None)
    account.settle()

    ((line,),) = heard(stage)
    assert '"errorMessage": "boom"' in line


def test_each_filter_hears_for_itself(account: Account, stage: Stage, log_groups: LogGroups) -> None:
    arn = log_groups.hearing_function()
    log_groups.listen(arn, "-ERROR", name="others")

    log_groups.write("ERROR", "INFO")
    account.settle()

    told = [
        (inside["subscriptionFilters"], inside["logEvents"][0]["message"]) for inside in map(decoded, stage.payloads())
    ]
    assert told == [(["errors"], "ERROR"), (["others"], "INFO")]
    assert stage.counts(LOG, "feeds.warn") == (2, 2, 0, 0)


def test_a_filter_that_is_changed_or_deleted_hears_otherwise_at_once(
    account: Account, stage: Stage, log_groups: LogGroups
) -> None:
    arn = log_groups.hearing_function()

    log_groups.listen(arn, "WARN")
    log_groups.write("ERROR", "WARN")
    account.client("logs").delete_subscription_filter(logGroupName=GROUP, filterName="errors")
    log_groups.write("WARN again")
    account.settle()

    assert heard(stage) == [["WARN"]]


def test_the_same_lines_have_the_same_ids_in_every_account(
    account: Account, stage: Stage, log_groups: LogGroups
) -> None:
    log_groups.hearing_function()

    log_groups.write("ERROR")
    account.settle()

    (line,) = decoded(stage.payloads()[0])["logEvents"]
    assert line["id"] == str((1_893_499_200_000 << 144) + 1)


# When it fails.


def test_a_batch_that_the_function_cannot_take_lands_after_three_attempts_and_holds_up_no_other(
    account: Account, stage: Stage, log_groups: LogGroups
) -> None:
    stage.queue("dead")
    source = """
        import base64, gzip
        def handle(event, context):
            if b"poison" in gzip.decompress(base64.b64decode(event["awslogs"]["data"])):
                raise ValueError("boom")
    """
    arn = log_groups.hearing_function(source)
    account.client("iam").put_role_policy(
        RoleName="warn-role",
        PolicyName="send",
        PolicyDocument=document(allow("sqs:SendMessage", queue_arn("dead"))),
    )
    account.client("lambda").put_function_event_invoke_config(
        FunctionName=arn, DestinationConfig={"OnFailure": {"Destination": queue_arn("dead")}}
    )

    log_groups.write("ERROR poison")
    log_groups.write("ERROR good")
    account.settle()

    minutes = [(hop.at - START) / timedelta(minutes=1) for hop in stage.invocations()]
    assert minutes == [0, 0, 1, 3]
    assert stage.counts(LOG, "feeds.warn") == (2, 1, 1, 0)
    assert account.tally.open() == []
    (record,) = map(json.loads, stage.bodies("dead"))
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert [line["message"] for line in decoded(record["requestPayload"])["logEvents"]] == ["ERROR poison"]


def test_lambda_that_cannot_be_reached_is_tried_again_until_it_can(
    account: Account, stage: Stage, log_groups: LogGroups
) -> None:
    log_groups.hearing_function()
    refuse(account, 3)

    log_groups.write("ERROR")
    account.settle()

    assert [hop.attempt for hop in stage.hops(Outcome.FAILED)] == [1, 2, 3]
    (hop,) = stage.invocations()
    assert hop.at == START + timedelta(seconds=1 + 2 + 4)
    assert stage.counts(LOG, "feeds.warn") == (1, 1, 0, 0)


def test_lines_of_one_stream_keep_their_order_while_another_one_goes_on(
    account: Account, stage: Stage, log_groups: LogGroups
) -> None:
    log_groups.hearing_function(QUIET, "ERROR", "one", "two")
    refuse(account, 1)

    log_groups.write("ERROR 1")
    log_groups.write("ERROR 2")
    log_groups.write("ERROR of another", stream="two")
    account.settle()

    assert heard(stage) == [["ERROR of another"], ["ERROR 1"], ["ERROR 2"]]
    assert [hop.at - START for hop in stage.invocations()] == [timedelta(seconds=seconds) for seconds in (0, 1, 1)]


def test_after_a_day_a_batch_is_lost_and_the_next_one_gets_its_turn(
    account: Account, stage: Stage, log_groups: LogGroups
) -> None:
    log_groups.hearing_function()
    refuse(account, 10_000, "ServiceException")

    log_groups.write("ERROR early")
    account.let_pass(DAY - 1)
    assert stage.hops(Outcome.LOST) == []
    log_groups.write("ERROR late")
    account.let_pass(1)

    (lost,) = stage.hops(Outcome.LOST)
    assert lost.at == START + timedelta(days=1)
    assert lost.cause == "Lambda answered ServiceException, and the day is over for which CloudWatch Logs tries again"
    assert lost.details["messages"] == ("ERROR early",)
    failed = [hop.at - START for hop in stage.hops(Outcome.FAILED) if hop.details["messages"] == ("ERROR early",)]
    # 1, 2, 4, ... seconds, then every five minutes, and once more when the day is over.
    assert failed[:4] == [timedelta(seconds=seconds) for seconds in (0, 1, 3, 7)]
    assert failed[10] - failed[9] == timedelta(minutes=5)
    assert failed[-1] == timedelta(days=1)
    account.deliveries["logs"]._faults.clear()  # type: ignore[attr-defined]
    account.settle()
    assert heard(stage) == [["ERROR late"]]
    assert stage.counts(LOG, "feeds.warn") == (2, 1, 0, 0)
    assert [event_id for _, event_id in account.tally.open()] == [f"{GROUP_ARN} batch 1"]


def test_without_the_permission_the_batch_is_lost_at_once_and_the_denial_is_told(
    account: Account, stage: Stage, log_groups: LogGroups
) -> None:
    arn = log_groups.hearing_function()
    account.client("lambda").remove_permission(FunctionName=arn, StatementId="logs")

    log_groups.write("ERROR")
    account.settle()

    (denial,) = account.journal.denials
    assert (denial.principal, denial.action, denial.resource, denial.caller) == (
        "logs.amazonaws.com",
        "lambda:InvokeFunction",
        FUNCTION_ARN,
        LOG,
    )
    (hop,) = account.journal.hops
    assert hop.outcome is Outcome.DENIED
    assert hop.cause is not None
    assert hop.cause.endswith("CloudWatch Logs does not try again, and the log lines are lost")
    assert (account.clock.now, stage.counts(LOG, "feeds.warn")) == (START, (1, 0, 0, 0))


@pytest.mark.parametrize(
    "conditions",
    [
        {"SourceArn": f"{GROUP_ARN}s:*", "SourceAccount": "111111111111"},
        {"SourceArn": f"{GROUP_ARN}:*", "SourceAccount": "222222222222"},
        # The ARN of a log group alone is not how CloudWatch Logs calls it.
        {"SourceArn": GROUP_ARN},
    ],
)
def test_a_permission_for_something_else_lets_nobody_in(
    account: Account, stage: Stage, log_groups: LogGroups, conditions: dict[str, str]
) -> None:
    arn = log_groups.hearing_function()
    account.client("lambda").remove_permission(FunctionName=arn, StatementId="logs")
    log_groups.let(arn, **conditions)

    log_groups.write("ERROR")
    account.settle()

    assert len(account.journal.denials) == 1
    assert stage.invocations() == []


def test_the_service_may_be_let_in_by_its_regional_name(account: Account, stage: Stage, log_groups: LogGroups) -> None:
    log_groups.group()
    arn = log_groups.functions.make(QUIET, name="warn")
    log_groups.let(arn, principal="logs.eu-west-1.amazonaws.com", SourceArn=f"{GROUP_ARN}:*")
    log_groups.listen(arn)

    log_groups.write("ERROR")
    account.settle()

    assert heard(stage) == [["ERROR"]]
    assert account.journal.denials == []


def test_a_filter_whose_function_refused_is_off_for_ten_minutes_and_what_it_skips_is_told(
    account: Account, stage: Stage, log_groups: LogGroups
) -> None:
    arn = log_groups.hearing_function()
    account.client("lambda").remove_permission(FunctionName=arn, StatementId="logs")
    log_groups.write("ERROR refused")
    account.settle()
    log_groups.let(arn)

    account.let_pass(599)
    log_groups.write("ERROR skipped")
    account.let_pass(1)
    log_groups.write("ERROR heard")
    account.settle()

    (skipped,) = stage.hops(Outcome.LOST)
    assert (skipped.details["messages"], skipped.cause) == (
        ("ERROR skipped",),
        "errors is off until 12:10:00 because Lambda refused: CloudWatch Logs skips what is logged before",
    )
    assert heard(stage) == [["ERROR heard"]]
    assert stage.counts(LOG, "feeds.warn") == (3, 1, 0, 0)
    assert timedelta(minutes=10) == OFF_FOR


def test_a_filter_that_is_off_silences_no_other(account: Account, stage: Stage, log_groups: LogGroups) -> None:
    log_groups.hearing_function()
    other = log_groups.functions.make(QUIET, name="other")
    log_groups.let(other)
    log_groups.listen(other, name="others")
    account.client("lambda").delete_function(FunctionName=FUNCTION_ARN)

    log_groups.write("ERROR")
    log_groups.write("ERROR")
    account.settle()

    assert stage.counts(LOG, "feeds.warn") == (2, 0, 0, 0)
    assert stage.counts(LOG, "feeds.other") == (2, 2, 0, 0)
    first, second = stage.hops(Outcome.LOST)
    assert first.cause is not None
    assert first.cause.startswith("there is no function feeds.warn; ")
    assert second.cause is not None
    assert second.cause.startswith("errors is off until 12:10:00 ")


def test_what_waits_stays_through_a_change_of_the_policy_and_is_told_by_it(
    account: Account, stage: Stage, log_groups: LogGroups
) -> None:
    arn = log_groups.hearing_function()
    refuse(account, 1)
    log_groups.write("ERROR")
    account.deliveries["logs"].deliver()

    account.client("lambda").remove_permission(FunctionName=arn, StatementId="logs")
    account.settle()

    assert [hop.outcome for hop in account.journal.hops] == [Outcome.FAILED, Outcome.DENIED]
    assert account.clock.now == START + timedelta(seconds=1)


def test_a_function_that_fails_is_lambdas_to_try_again(account: Account, stage: Stage, log_groups: LogGroups) -> None:
    log_groups.hearing_function(FAILING)

    log_groups.write("ERROR")
    account.settle()

    assert [hop.at - START for hop in stage.invocations()] == [timedelta(minutes=minutes) for minutes in (0, 1, 3)]


def test_a_closed_account_leaves_moto_as_it_was(account: Account) -> None:
    replaced = LogStream._send_log_events

    account.deliveries["logs"].close()

    assert LogStream._send_log_events is not replaced
