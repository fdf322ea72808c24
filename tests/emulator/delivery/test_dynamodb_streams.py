"""Tables feed functions: what they are told, in what order, how often it is tried, and where it lands."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.journal import Outcome
from tests.emulator.functions import allow
from tests.emulator.shapes import differences
from tests.emulator.streams import (
    FAILED_BUCKET,
    FAILING,
    NAMES_THE_BAD_ITEM,
    QUIET,
    RAISES_ON_A_BAD_ITEM,
    Streams,
    ids,
)

ITEM = {
    "pk": {"S": "o#1"},
    "n": {"N": "5"},
    "b": {"B": b"\x01\x02"},
    "f": {"BOOL": True},
    "z": {"NULL": True},
    "l": {"L": [{"S": "x"}]},
    "m": {"M": {"k": {"S": "v"}}},
    "ss": {"SS": ["a", "b"]},
}


@pytest.fixture
def orders(account: Account) -> str:
    """A table of the key that the recorded shapes have."""
    table = account.client("dynamodb").create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    arn: str = table["LatestStreamArn"]
    return arn


def test_the_events_have_the_recorded_shapes(account: Account, streams: Streams, orders: str) -> None:
    streams.fed_function(QUIET, orders, BatchSize=1)

    account.client("dynamodb").put_item(TableName="orders", Item=ITEM)
    account.client("dynamodb").delete_item(TableName="orders", Key={"pk": {"S": "o#1"}})
    account.settle()

    inserted, removed = streams.payloads()
    assert differences(inserted, "dynamodb_insert.json") == []
    assert differences(removed, "dynamodb_remove.json") == []
    (record,) = inserted["Records"]
    assert (record["eventSourceARN"], record["awsRegion"], record["eventName"]) == (orders, "eu-west-1", "INSERT")
    assert record["dynamodb"]["NewImage"]["b"] == {"B": "AQI="}
    assert record["dynamodb"]["ApproximateCreationDateTime"] == START.timestamp()


def test_moto_itself_wakes_nobody(account: Account, streams: Streams) -> None:
    streams.fed_function(QUIET, streams.table())

    streams.put("one")

    assert account.journal.hops == []


def test_a_change_reaches_the_function_and_is_accounted_for(account: Account, streams: Streams) -> None:
    streams.fed_function(QUIET, streams.table())

    streams.put("one", "two")
    account.settle()

    assert streams.seen() == [["one", "two"]]
    assert streams.counts("feeds.quakes") == (2, 2, 0, 0)
    assert account.clock.now == START


def test_a_batch_holds_a_hundred_records_unless_it_is_told_otherwise(account: Account, streams: Streams) -> None:
    streams.fed_function(QUIET, streams.table())

    streams.put(*map(str, range(230)))
    account.settle()

    assert [len(each) for each in streams.seen()] == [100, 100, 30]
    assert [each for batch in streams.seen() for each in batch] == [str(number) for number in range(230)]


def test_a_batch_waits_for_its_window_and_no_longer(account: Account, streams: Streams) -> None:
    streams.fed_function(QUIET, streams.table(), BatchSize=2, MaximumBatchingWindowInSeconds=20)

    streams.put("one", "two", "three")
    account.settle()

    assert [(hop.at - START, hop.size) for hop in streams.invocations()] == [
        (timedelta(0), 2),
        (timedelta(seconds=20), 1),
    ]


@pytest.mark.parametrize(("position", "seen"), [("TRIM_HORIZON", [["before", "after"]]), ("LATEST", [["after"]])])
def test_a_mapping_starts_at_the_first_record_or_at_what_comes_after_it(
    account: Account, streams: Streams, position: str, seen: list[list[str]]
) -> None:
    arn = streams.table()
    streams.put("before")
    streams.fed_function(QUIET, arn, StartingPosition=position)

    streams.put("after")
    account.settle()

    assert streams.seen() == seen
    assert streams.counts("feeds.quakes") == (len(seen[0]), len(seen[0]), 0, 0)


@pytest.mark.parametrize("function", [NAMES_THE_BAD_ITEM, RAISES_ON_A_BAD_ITEM])
def test_a_poison_record_lands_alone_and_no_good_one_is_lost_beside_it(
    account: Account, streams: Streams, function: str
) -> None:
    streams.careful_function(function, streams.table())

    streams.put("a", "b", "bad", "c", "d")
    account.settle()

    assert streams.failed_ids() == ["bad"]
    assert streams.counts("feeds.quakes") == (5, 4, 1, 0)
    done = [each for hop in streams.hops(Outcome.DELIVERED) for each in ids(hop.details["payload"])[: hop.size]]
    assert done == ["a", "b", "c", "d"]


def test_a_batch_is_tried_again_ever_later_and_lands_when_its_retries_are_used_up(
    account: Account, streams: Streams
) -> None:
    streams.careful_function(FAILING, streams.table(), BisectBatchOnFunctionError=False, MaximumRetryAttempts=3)

    streams.put("one", "two")
    account.settle()

    assert [(hop.at - START, hop.attempt, hop.attempts_allowed) for hop in streams.hops(Outcome.FAILED)] == [
        (timedelta(seconds=0), 1, 4),
        (timedelta(seconds=1), 2, 4),
        (timedelta(seconds=3), 3, 4),
        (timedelta(seconds=7), 4, 4),
    ]
    (dead,) = streams.hops(Outcome.DEAD)
    assert (dead.at - START, dead.target, dead.size) == (timedelta(seconds=7), "failed", 2)
    assert dead.cause == "RetryAttemptsExhausted: ValueError: boom"
    assert streams.failed_ids() == ["one", "two"]
    assert streams.counts("feeds.quakes") == (2, 0, 2, 0)


def test_splitting_a_batch_is_no_retry_of_it(account: Account, streams: Streams) -> None:
    streams.careful_function(RAISES_ON_A_BAD_ITEM, streams.table(), MaximumRetryAttempts=0)

    streams.put("a", "b", "bad", "c")
    account.settle()

    assert streams.seen() == [["a", "b", "bad", "c"], ["a", "b"], ["bad", "c"], ["bad"], ["c"]]
    assert streams.failed_ids() == ["bad"]
    assert account.clock.now == START


def test_only_what_comes_from_the_failed_record_on_is_tried_again(account: Account, streams: Streams) -> None:
    streams.careful_function(
        NAMES_THE_BAD_ITEM, streams.table(), BisectBatchOnFunctionError=False, MaximumRetryAttempts=1
    )

    streams.put("a", "bad", "c")
    account.settle()

    assert streams.seen() == [["a", "bad", "c"], ["bad", "c"]]
    assert streams.failed_ids() == ["bad", "c"]
    assert streams.counts("feeds.quakes") == (3, 1, 2, 0)


def test_nothing_moves_on_behind_a_batch_that_fails(account: Account, streams: Streams) -> None:
    streams.careful_function(NAMES_THE_BAD_ITEM, streams.table(), BatchSize=1)

    streams.put("a", "bad", "c")
    account.settle()

    assert streams.seen() == [["a"], ["bad"], ["bad"], ["bad"], ["c"]]


def test_a_record_that_is_too_old_lands_without_another_try(account: Account, streams: Streams) -> None:
    streams.careful_function(FAILING, streams.table(), MaximumRetryAttempts=-1, MaximumRecordAgeInSeconds=60)

    streams.put("one")
    account.settle()

    (dead,) = streams.hops(Outcome.DEAD)
    assert dead.at - START == timedelta(seconds=60)
    assert dead.cause == "RecordAgeExceeded: older than 60 seconds"
    assert [hop.at - START for hop in streams.hops(Outcome.FAILED)] == [
        timedelta(seconds=seconds) for seconds in (0, 1, 3, 7, 15, 31)
    ]


def test_what_nobody_gives_up_is_lost_when_the_stream_forgets_it(account: Account, streams: Streams) -> None:
    streams.fed_function(FAILING, streams.table())

    streams.put("one")
    account.settle()

    (lost,) = streams.hops(Outcome.LOST)
    assert lost.at - START == timedelta(hours=24)
    assert lost.cause == "the stream keeps a record for 24 hours"
    assert streams.counts("feeds.quakes") == (1, 0, 0, 0)


def test_a_function_that_cannot_be_run_uses_up_no_retries(account: Account, streams: Streams) -> None:
    streams.careful_function(QUIET, streams.table(), MaximumRetryAttempts=0, MaximumRecordAgeInSeconds=120)
    account.client("lambda").put_function_concurrency(FunctionName="record", ReservedConcurrentExecutions=0)

    streams.put("one")
    account.settle()

    assert streams.invocations() == []
    assert len(streams.hops(Outcome.FAILED)) == 7
    (batch,) = streams.failed().values()
    assert batch["requestContext"]["condition"] == "RecordAgeExceeded"
    assert batch["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in batch
    assert account.clock.now == START + timedelta(seconds=120)


def test_a_function_that_can_be_run_again_has_all_its_retries(account: Account, streams: Streams) -> None:
    streams.careful_function(FAILING, streams.table(), MaximumRetryAttempts=1)
    account.client("lambda").put_function_concurrency(FunctionName="record", ReservedConcurrentExecutions=0)
    streams.put("one")
    for _ in range(3):
        assert account.deliveries["dynamodb_streams"].deliver()
        account.clock.advance(10)

    account.client("lambda").delete_function_concurrency(FunctionName="record")
    account.settle()

    assert len(streams.invocations()) == 2
    (batch,) = streams.failed().values()
    assert batch["requestContext"]["approximateInvokeCount"] == 2


class TestOnFailure:
    def test_a_bucket_receives_the_batch_itself(self, account: Account, streams: Streams) -> None:
        arn = streams.table()
        streams.careful_function(FAILING, arn)

        streams.put("one")
        account.settle()

        ((key, batch),) = streams.failed().items()
        assert differences(batch, "stream_on_failure_s3_dynamodb.json") == []
        (uuid,) = account.storage.backend("lambda")._event_source_mappings
        assert key.startswith(
            f"aws/lambda/{uuid}/shardId-00000001541626099285-f35f62ef/2030/01/01/2030-01-01T12.00.03-"
        )
        assert batch["requestContext"]["approximateInvokeCount"] == 3
        assert batch["responseContext"]["functionError"] == "Unhandled"
        assert batch["DDBStreamBatchInfo"]["streamArn"] == arn
        assert batch["DDBStreamBatchInfo"]["approximateArrivalOfFirstRecord"] == "2030-01-01T12:00:00Z"
        assert json.loads(batch["payload"]) == streams.payloads()[0]

    def test_a_queue_is_told_where_the_batch_is_and_no_more(self, account: Account, streams: Streams) -> None:
        url = account.client("sqs").create_queue(QueueName="failed")["QueueUrl"]
        queue = "arn:aws:sqs:eu-west-1:111111111111:failed"
        streams.fed_function(
            FAILING,
            streams.table(),
            allow("sqs:SendMessage", queue),
            MaximumRetryAttempts=0,
            DestinationConfig={"OnFailure": {"Destination": queue}},
        )

        streams.put("one", "two")
        account.settle()

        (message,) = account.client("sqs").receive_message(QueueUrl=url)["Messages"]
        told = json.loads(message["Body"])
        assert differences(told, "stream_on_failure_sqs_dynamodb.json") == []
        assert told["DDBStreamBatchInfo"]["batchSize"] == 2
        assert streams.counts("feeds.quakes") == (2, 0, 2, 0)

    def test_a_topic_is_told_where_the_batch_is(self, account: Account, streams: Streams) -> None:
        topic = account.client("sns").create_topic(Name="failed")["TopicArn"]
        streams.fed_function(
            FAILING,
            streams.table(),
            allow("sns:Publish", topic),
            MaximumRetryAttempts=0,
            DestinationConfig={"OnFailure": {"Destination": topic}},
        )

        streams.put("one")
        account.settle()

        assert streams.counts("feeds.quakes") == (1, 0, 1, 0)

    @pytest.mark.parametrize(
        ("held", "missing"),
        [
            (allow("s3:PutObject", f"{FAILED_BUCKET}/*"), "s3:ListBucket"),
            (allow("s3:ListBucket", FAILED_BUCKET), "s3:PutObject"),
        ],
        ids=["listing", "writing"],
    )
    def test_where_the_role_lacks_a_right_to_the_bucket_the_batch_is_lost(
        self, account: Account, streams: Streams, held: dict[str, Any], missing: str
    ) -> None:
        streams.bucket()
        destination = {"OnFailure": {"Destination": FAILED_BUCKET}}
        streams.fed_function(FAILING, streams.table(), held, MaximumRetryAttempts=0, DestinationConfig=destination)

        streams.put("one")
        account.settle()

        (denial,) = account.journal.denials
        assert denial.action == missing
        (lost,) = streams.hops(Outcome.LOST)
        assert "on-failure destination" in (lost.cause or "")
        assert streams.counts("feeds.quakes") == (1, 0, 0, 0)

    def test_without_a_destination_a_batch_that_is_given_up_is_lost(self, account: Account, streams: Streams) -> None:
        streams.fed_function(FAILING, streams.table(), MaximumRetryAttempts=0)

        streams.put("one")
        account.settle()

        (lost,) = streams.hops(Outcome.LOST)
        assert lost.cause == "RetryAttemptsExhausted: ValueError: boom; the mapping has no on-failure destination"

    def test_a_null_error_tells_that_the_function_named_what_failed(self, account: Account, streams: Streams) -> None:
        streams.careful_function(NAMES_THE_BAD_ITEM, streams.table())

        streams.put("bad")
        account.settle()

        (batch,) = streams.failed().values()
        assert batch["responseContext"]["functionError"] is None


def test_what_the_filter_does_not_want_is_passed_over(account: Account, streams: Streams) -> None:
    pattern = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": ["quake"]}}}}
    criteria = {"Filters": [{"Pattern": json.dumps(pattern)}]}
    streams.fed_function(QUIET, streams.table(), FilterCriteria=criteria)

    streams.put("one", kind={"S": "quake"})
    streams.put("one", kind={"S": "quake"}, more={"N": "1"})
    streams.put("two", kind={"S": "blast"})
    account.settle()

    assert streams.seen() == [["one"]]
    assert streams.counts("feeds.quakes") == (3, 1, 0, 2)
    assert [hop.size for hop in streams.hops(Outcome.FILTERED)] == [2]


def test_several_batches_of_a_shard_are_worked_on_while_each_key_keeps_its_order(
    account: Account, streams: Streams
) -> None:
    streams.careful_function(NAMES_THE_BAD_ITEM, streams.table(), BatchSize=1, ParallelizationFactor=10)

    for number in range(3):
        streams.put("bad", "good", "fine", number={"N": str(number)})
    account.settle()

    numbers: dict[str, list[str]] = {}
    for hop in streams.hops(Outcome.DELIVERED):
        (record,) = hop.details["payload"]["Records"]
        change = record["dynamodb"]
        numbers.setdefault(change["Keys"]["id"]["S"], []).append(change["NewImage"]["number"]["N"])
        assert hop.at == START, "a lane waits for no other"
    assert numbers == {"good": ["0", "1", "2"], "fine": ["0", "1", "2"]}
    assert streams.failed_ids() == ["bad"] * 3
    assert streams.counts("feeds.quakes") == (9, 6, 3, 0)


COUNTS = """
    def handle(event, context):
        state = event["state"]
        state["sum"] = state.get("sum", 0) + len(event["Records"])
        return {"state": state}
    """


def early(payload: Any) -> bool:
    return bool(payload["isWindowTerminatedEarly"])


class TestTumblingWindow:
    def test_a_state_is_handed_on_and_given_back_at_the_end(self, account: Account, streams: Streams) -> None:
        streams.fed_function(COUNTS, streams.table(), BatchSize=2, TumblingWindowInSeconds=60)

        streams.put("a", "b", "c")
        account.settle()
        account.clock.advance_to(START + timedelta(seconds=70))
        streams.put("d")
        account.settle()

        told = [
            (len(payload["Records"]), payload["state"], payload["isFinalInvokeForWindow"])
            for payload in streams.payloads()
        ]
        assert told == [
            (2, {}, False),
            (1, {"sum": 2}, False),
            (0, {"sum": 3}, True),
            (1, {}, False),
            (0, {"sum": 1}, True),
        ]
        assert [hop.at - START for hop in streams.invocations()] == [
            timedelta(seconds=seconds) for seconds in (0, 0, 60, 70, 120)
        ]
        assert streams.counts("feeds.quakes") == (4, 4, 0, 0)

    def test_the_events_have_the_recorded_shape(self, account: Account, streams: Streams, orders: str) -> None:
        streams.fed_function(
            "def handle(event, context):\n    return {'state': {'sum': '3'}}\n",
            orders,
            BatchSize=1,
            TumblingWindowInSeconds=120,
        )

        for _ in range(2):
            account.client("dynamodb").put_item(TableName="orders", Item=ITEM)
            account.client("dynamodb").put_item(TableName="orders", Item={"pk": {"S": "other"}})
            account.client("dynamodb").delete_item(TableName="orders", Key={"pk": {"S": "o#1"}})
        account.settle()

        second_insert = next(
            payload
            for payload in streams.payloads()
            if payload["state"]
            and payload["Records"]
            and payload["Records"][0]["eventName"] == "INSERT"
            and "n" in payload["Records"][0]["dynamodb"]["NewImage"]
        )
        assert differences(second_insert, "dynamodb_tumbling_window.json") == []
        assert second_insert["window"] == {"start": "2030-01-01T12:00:00Z", "end": "2030-01-01T12:02:00Z"}

    def test_a_function_that_returns_no_state_has_failed(self, account: Account, streams: Streams) -> None:
        streams.careful_function(
            QUIET, streams.table(), TumblingWindowInSeconds=60, MaximumRetryAttempts=0, FunctionResponseTypes=[]
        )

        streams.put("a")
        account.settle()

        (failed,) = streams.hops(Outcome.FAILED)
        assert failed.cause == "the function returned no state, and its mapping has a tumbling window"
        assert streams.failed_ids() == ["a"]

    def test_a_state_that_grows_too_large_is_given_back_early(self, account: Account, streams: Streams) -> None:
        grows = """
            def handle(event, context):
                return {"state": {"text": "x" * 1_100_000 if event["Records"] else ""}}
            """
        streams.fed_function(grows, streams.table(), TumblingWindowInSeconds=60)

        streams.put("a")
        account.settle()

        told = [
            (
                len(payload["state"].get("text", "")),
                payload["isFinalInvokeForWindow"],
                payload["isWindowTerminatedEarly"],
            )
            for payload in streams.payloads()
        ]
        assert told == [(0, False, False), (1_100_000, False, True), (0, True, False)]

    def test_a_window_that_cannot_be_closed_holds_up_what_follows(self, account: Account, streams: Streams) -> None:
        fails_at_the_end = """
            def handle(event, context):
                if event["isFinalInvokeForWindow"]:
                    raise ValueError("closed")
                return {"state": {"seen": True}}
            """
        streams.fed_function(fails_at_the_end, streams.table(), TumblingWindowInSeconds=60, MaximumRetryAttempts=2)

        streams.put("a")
        account.settle()
        streams.put("b")
        account.settle()

        assert [(hop.at - START).total_seconds() for hop in streams.invocations()] == [0, 60, 61, 63, 63, 120, 121, 123]
        assert [hop.cause for hop in streams.hops(Outcome.LOST)] == [
            "ValueError: closed; what was counted in the window is gone"
        ] * 2
        assert streams.counts("feeds.quakes") == (2, 2, 0, 0)


@pytest.mark.parametrize("missing", ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"])
def test_a_role_that_may_not_read_is_denied_and_the_records_are_lost(
    account: Account, streams: Streams, missing: str
) -> None:
    arn = streams.table()
    actions = {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"} - {missing}
    right: dict[str, Any] = {"Effect": "Allow", "Action": sorted(actions), "Resource": arn}
    streams.feed(streams.functions.make(QUIET, right, name="record"), arn)

    streams.put("one")
    account.settle()

    (denial,) = account.journal.denials
    assert (denial.action, denial.resource, denial.caller) == (missing, arn, "feeds.record")
    assert [hop.outcome for hop in account.journal.hops] == [Outcome.DENIED, Outcome.LOST]
    assert account.clock.now == START + timedelta(hours=24)
    assert streams.counts("feeds.quakes") == (1, 0, 0, 0)


def test_a_poller_that_was_denied_goes_on_once_the_right_is_there(account: Account, streams: Streams) -> None:
    arn = streams.table()
    streams.feed(streams.functions.make(QUIET, name="record"), arn)
    streams.put("one")
    assert account.deliveries["dynamodb_streams"].deliver()
    assert not account.deliveries["dynamodb_streams"].deliver()

    actions = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": arn}]}
    account.client("iam").put_role_policy(
        RoleName="record-role", PolicyName="may-poll", PolicyDocument=json.dumps(document)
    )
    account.clock.advance(60)
    account.settle()

    assert len(account.journal.denials) == 1
    assert streams.counts("feeds.quakes") == (1, 1, 0, 0)


def test_a_disabled_mapping_reads_nothing_and_goes_on_where_it_was(account: Account, streams: Streams) -> None:
    arn = streams.table()
    function = streams.functions.make(QUIET, allow("dynamodb:*", arn), name="record")
    uuid = streams.feed(function, arn, StartingPosition="LATEST", Enabled=False)

    streams.put("one")
    account.settle()
    assert account.tally.rows() == []
    account.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=True)
    account.settle()

    assert streams.seen() == [["one"]]
    assert streams.counts("feeds.quakes") == (1, 1, 0, 0)


def test_two_functions_on_one_stream_each_hear_everything(account: Account, streams: Streams) -> None:
    arn = streams.table()
    streams.fed_function(QUIET, arn)
    streams.fed_function(QUIET, arn, name="copy")

    streams.put("one", "two")
    account.settle()

    assert streams.counts("feeds.quakes") == (2, 2, 0, 0)
    assert streams.counts("feeds.quakes", "feeds.copy") == (2, 2, 0, 0)


def test_a_handler_may_read_a_stream_itself(account: Account, streams: Streams) -> None:
    arn = streams.table()
    looks = f"""
        import boto3

        def handle(event, context):
            return boto3.client("dynamodbstreams").describe_stream(StreamArn="{arn}")["StreamDescription"]["TableName"]
        """

    invocation = streams.functions.run(looks, None, name="look")
    allowed = streams.functions.make(looks, allow("dynamodb:DescribeStream", arn), name="look-again")

    assert invocation.error is not None
    assert "AccessDenied" in invocation.error.message
    assert account.runtime.invoke(allowed, None).result == "quakes"


def test_what_follows_from_a_change_is_of_its_chain(account: Account, streams: Streams) -> None:
    streams.fed_function(QUIET, streams.table())

    for name in ("one", "two"):
        with account.chains.within(account.chains.begin()):
            streams.put(name)
    account.settle()

    assert [hop.chain for hop in account.journal.hops] == ["c1+c2"]
