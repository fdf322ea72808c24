"""The state of an account, service by service, taken from one and put into another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.code import CodeFile
from emulator.delivery.events import Delivery as EventsDelivery
from emulator.delivery.sns import Delivery as SnsDelivery
from emulator.identity import ADMINISTRATOR, Identity
from emulator.journal import Outcome
from emulator.keeping import account_state
from emulator.keeping.account_state import form, put_state, take_state
from emulator.keeping.pickling import NotPickled
from emulator.names import Names
from tests.emulator.functions import Functions, allow
from tests.emulator.schedules import Schedules
from tests.emulator.stage import ACCOUNT_ID, FAILING, QUIET, REGION, Stage, queue_arn
from tests.emulator.streams import NAMES_THE_BAD_RECORD, Streams

COUNTING = "calls = 0\ndef handle(event, context):\n    global calls\n    calls += 1\n    return calls\n"


class Moving:
    """A stage that moves to another account, with all that was made on it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._state: bytes | None = None

    @contextmanager
    def stage(self) -> Iterator[Stage]:
        """A stage in another account each time: as it was left."""
        with Account(ACCOUNT_ID, REGION) as account:
            if self._state is not None:
                put_state(account, self._state)
            yield Stage(account, Functions(account, self._folder))
            self._state = take_state(account, {})


@pytest.fixture
def moving(tmp_path: Path) -> Moving:
    return Moving(tmp_path)


# What moto keeps.


def test_a_replay_that_waits_finds_what_its_archive_keeps(moving: Moving) -> None:
    bus_arn = f"arn:aws:events:{REGION}:{ACCOUNT_ID}:event-bus/announcements"
    with moving.stage() as stage:
        events = stage.account.client("events")
        stage.woken_function()
        archive_arn = events.create_archive(ArchiveName="kept", EventSourceArn=bus_arn, RetentionDays=1)["ArchiveArn"]
        stage.publish({"place": "Fiji"})
        stage.account.settle()
        events.start_replay(
            ReplayName="again",
            EventSourceArn=archive_arn,
            EventStartTime=START,
            EventEndTime=START,
            Destination={"Arn": bus_arn},
        )

    with moving.stage() as stage:
        stage.account.settle()

        [payload] = stage.payloads()
        assert (payload["detail"], payload["replay-name"]) == ({"place": "Fiji"}, "again")
        assert stage.account.client("events").describe_replay(ReplayName="again")["State"] == "COMPLETED"


def test_queues_know_what_is_in_flight_how_often_it_came_and_by_which_receipt(moving: Moving) -> None:
    with moving.stage() as stage:
        url = stage.queue("readings", max_receives=2, VisibilityTimeout=60)
        stage.send("readings", "a")
        [first] = stage.account.client("sqs").receive_message(QueueUrl=url)["Messages"]

    with moving.stage() as stage:
        sqs = stage.account.client("sqs")
        assert "Messages" not in sqs.receive_message(QueueUrl=url)
        stage.account.clock.advance(60)
        [second] = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]

    with moving.stage() as stage:
        sqs = stage.account.client("sqs")
        sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
        assert stage.bodies("readings") == []
    assert second["MessageId"] == first["MessageId"]
    assert second["Attributes"]["ApproximateReceiveCount"] == "2"


def test_a_dead_letter_knows_where_it_died(moving: Moving) -> None:
    with moving.stage() as stage:
        url = stage.queue("readings", max_receives=1, VisibilityTimeout=0)
        stage.send("readings", "a")
        for _ in range(2):
            stage.account.client("sqs").receive_message(QueueUrl=url)

    with moving.stage() as stage:
        queues = stage.account.storage.backend("sqs").queues
        assert queues["readings"].dead_letter_queue is queues["dead"]
        [dead] = stage.account.client("sqs").receive_message(QueueUrl="dead", AttributeNames=["All"])["Messages"]
        assert dead["Attributes"]["DeadLetterQueueSourceArn"] == queue_arn("readings")


def test_a_fifo_queue_knows_what_it_has_seen(moving: Moving) -> None:
    with moving.stage() as stage:
        stage.queue("readings.fifo")
        [first] = stage.send("readings.fifo", "a", MessageGroupId="g", MessageDeduplicationId="1")

    with moving.stage() as stage:
        sqs = stage.account.client("sqs")
        again, other = (
            sqs.send_message(QueueUrl="readings.fifo", MessageBody="a", MessageGroupId="g", MessageDeduplicationId=key)
            for key in ("1", "2")
        )
        assert again["MessageId"] == first
        assert (again["SequenceNumber"], other["SequenceNumber"]) == (f"{1:020d}", f"{2:020d}")
        assert stage.bodies("readings.fifo") == ["a", "a"]


def test_a_bucket_has_every_version_and_a_later_change_the_higher_number(moving: Moving) -> None:
    with moving.stage() as stage:
        stage.queue("told")
        let = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage"}
        stage.queue_policy("told", {**let, "Resource": queue_arn("told")})
        stage.bucket(versioned=True)
        stage.notify("feed", queue_arn("told"))
        s3 = stage.account.client("s3")
        ids = [s3.put_object(Bucket="feed", Key="a", Body=body)["VersionId"] for body in (b"first", b"second")]
        s3.delete_object(Bucket="feed", Key="a")

    with moving.stage() as stage:
        s3 = stage.account.client("s3")
        bodies = [s3.get_object(Bucket="feed", Key="a", VersionId=each)["Body"].read() for each in ids]
        assert bodies == [b"first", b"second"]
        assert s3.list_objects_v2(Bucket="feed")["KeyCount"] == 0
        s3.put_object(Bucket="feed", Key="a", Body=b"third")
        stage.account.settle()
        sequencers = [body.partition('"sequencer":"')[2][:18] for body in stage.bodies("told")]
        assert sequencers == ["", f"{1:018X}", f"{2:018X}", f"{4:018X}"]


def test_an_upload_in_parts_goes_on(moving: Moving) -> None:
    with moving.stage() as stage:
        stage.bucket()
        s3 = stage.account.client("s3")
        about = {"Bucket": "feed", "Key": "a"}
        about["UploadId"] = s3.create_multipart_upload(**about)["UploadId"]
        etag = s3.upload_part(**about, PartNumber=1, Body=b"part")["ETag"]

    with moving.stage() as stage:
        s3 = stage.account.client("s3")
        s3.complete_multipart_upload(**about, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
        assert s3.get_object(Bucket="feed", Key="a")["Body"].read() == b"part"


def test_a_table_has_its_items_and_its_stream(moving: Moving) -> None:
    item = {"quake_id": {"S": "us1"}, "magnitude": {"N": "6.1"}, "tags": {"SS": ["a"]}, "raw": {"B": b"\0"}}
    with moving.stage() as stage:
        dynamodb = stage.account.client("dynamodb")
        dynamodb.create_table(
            TableName="quakes",
            KeySchema=[{"AttributeName": "quake_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "quake_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        dynamodb.put_item(TableName="quakes", Item=item)

    with moving.stage() as stage:
        dynamodb = stage.account.client("dynamodb")
        assert dynamodb.get_item(TableName="quakes", Key={"quake_id": {"S": "us1"}})["Item"] == item
        dynamodb.delete_item(TableName="quakes", Key={"quake_id": {"S": "us1"}})
        records = stage.account.storage.backend("dynamodb").tables["quakes"].stream_shard.items
        assert [record.record["eventName"] for record in records] == ["INSERT", "REMOVE"]


ALARM = {"AlarmName": "late", "EvaluationPeriods": 1, "ComparisonOperator": "LessThanThreshold", "MetricName": "age"}
STREAM = {"StreamName": "waves", "ShardCount": 1}
PARAMETER = {"Name": "/threshold", "Value": "5.5", "Type": "String"}

OTHERS: list[tuple[str, str, dict[str, Any], str, dict[str, Any]]] = [
    ("cloudwatch", "put_metric_alarm", ALARM, "describe_alarms", {}),
    ("kinesis", "create_stream", STREAM, "describe_stream", {"StreamName": "waves"}),
    ("logs", "create_log_group", {"logGroupName": "/feeds"}, "describe_log_groups", {}),
    ("scheduler", "create_schedule_group", {"Name": "daily"}, "get_schedule_group", {"Name": "daily"}),
    ("secretsmanager", "create_secret", {"Name": "k", "SecretString": "s"}, "get_secret_value", {"SecretId": "k"}),
    ("sns", "create_topic", {"Name": "alerts"}, "list_topics", {}),
    ("ssm", "put_parameter", PARAMETER, "get_parameter", {"Name": "/threshold"}),
]


@pytest.mark.parametrize(("service", "make", "made_of", "ask", "about"), OTHERS, ids=[other[0] for other in OTHERS])
def test_other_services_answer_as_before(
    moving: Moving, service: str, make: str, made_of: dict[str, Any], ask: str, about: dict[str, Any]
) -> None:
    answers = []
    with moving.stage() as stage:
        getattr(stage.account.client(service), make)(**made_of)
        answers.append(getattr(stage.account.client(service), ask)(**about))
    with moving.stage() as stage:
        answers.append(getattr(stage.account.client(service), ask)(**about))

    before, after = ({key: value for key, value in each.items() if key != "ResponseMetadata"} for each in answers)
    assert before == after
    assert any(before.values())


def test_a_schedule_goes_on_where_it_stood(moving: Moving) -> None:
    with moving.stage() as stage:
        Schedules(stage.account, stage.functions).woken_function("rate(1 hour)")
        stage.account.let_pass(90 * 60)
        assert len(stage.invocations()) == 2

    with moving.stage() as stage:
        stage.account.let_pass(60 * 60)

        assert [hop.at for hop in stage.invocations()] == [START + timedelta(hours=2)]
        assert stage.counts("operations.sweep-on-schedule", "feeds.sweep") == (1, 1, 0, 0)


def test_a_key_still_opens_what_it_closed(moving: Moving) -> None:
    with moving.stage() as stage:
        kms = stage.account.client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        closed = kms.encrypt(KeyId=key, Plaintext=b"secret")["CiphertextBlob"]

    with moving.stage() as stage:
        assert stage.account.client("kms").decrypt(CiphertextBlob=closed)["Plaintext"] == b"secret"


def test_bucket_names_stay_taken(moving: Moving) -> None:
    with moving.stage() as stage:
        stage.bucket()

    with moving.stage() as stage, pytest.raises(stage.account.client("s3").exceptions.BucketAlreadyOwnedByYou):
        stage.bucket()


# Events on their way.


def test_an_asynchronous_event_waits_for_its_next_try(moving: Moving) -> None:
    with moving.stage() as stage:
        arn = stage.functions.make(FAILING)
        stage.account.client("lambda").invoke(FunctionName=arn, InvocationType="Event", Payload=b"{}")
        stage.account.deliveries["asynchronous"].deliver()
        [first] = stage.invocations()

    with moving.stage() as stage:
        stage.account.settle()
        second, third = stage.invocations()
        assert [(hop.at - first.at).total_seconds() for hop in (second, third)] == [60, 180]
        assert [hop.details["request_id"] for hop in (second, third)] == [first.details["request_id"]] * 2
        assert [hop.chain for hop in (second, third)] == ["c1", "c1"]
        assert stage.counts("administrator", "feeds.split") == (1, 0, 0, 0)


def test_an_event_of_a_bus_waits_for_its_next_try(moving: Moving) -> None:
    with moving.stage() as stage:
        arn = stage.woken_function()
        events = stage.account.deliveries["events"]
        assert isinstance(events, EventsDelivery)
        events.refuse(arn, "THROTTLING", times=3)
        stage.publish({"magnitude": 6.1})
        events.deliver()

    with moving.stage() as stage:
        stage.account.settle()
        assert [hop.attempt for hop in stage.hops(Outcome.FAILED)] == [2, 3]
        assert stage.counts("alerts.announcements", "feeds.assess") == (1, 1, 0, 0)


def test_a_message_of_a_topic_waits_for_its_next_try(moving: Moving) -> None:
    with moving.stage() as stage:
        topic = stage.topic()
        arn = stage.functions.make(QUIET, name="assess")
        stage.let("sns.amazonaws.com", arn, topic)
        stage.subscribe(topic, arn)
        sns = stage.account.deliveries["sns"]
        assert isinstance(sns, SnsDelivery)
        sns.refuse(arn, "ServiceUnavailable", times=5)
        stage.announce(topic, "hello")
        sns.deliver()

    with moving.stage() as stage:
        stage.account.settle()
        assert [hop.attempt for hop in stage.hops(Outcome.FAILED)] == [2, 3, 4, 5]
        assert stage.counts("alerts.news", "feeds.assess") == (1, 1, 0, 0)


def test_a_topic_still_knows_its_duplicates_and_who_wants_what(moving: Moving) -> None:
    with moving.stage() as stage:
        topic = stage.topic("news.fifo", ContentBasedDeduplication="true")
        stage.queue("letters.fifo")
        stage.let_topic_send(topic, "letters.fifo")
        stage.subscribe(topic, queue_arn("letters.fifo"), FilterPolicy={"kind": ["strong"]}, RawMessageDelivery="true")
        [first] = stage.announce(topic, "hello", MessageGroupId="a")

    with moving.stage() as stage:
        strong = {"MessageAttributes": {"kind": {"DataType": "String", "StringValue": "strong"}}}
        assert stage.announce(topic, "hello", MessageGroupId="a", **strong) == [first]
        stage.announce(topic, "strong", MessageGroupId="a", **strong)
        stage.announce(topic, "weak", MessageGroupId="a")
        stage.account.settle()
        assert stage.bodies("letters.fifo") == ["strong"]


def test_a_change_of_an_object_reaches_its_function(moving: Moving) -> None:
    with moving.stage() as stage:
        stage.bucket()
        stage.told_function()
        stage.account.client("s3").put_object(Bucket="feed", Key="a", Body=b"")

    with moving.stage() as stage:
        stage.account.settle()
        assert stage.counts("feed", "feeds.split") == (1, 1, 0, 0)


def test_a_batch_goes_on_gathering(moving: Moving) -> None:
    with moving.stage() as stage:
        stage.queue("readings", VisibilityTimeout=300)
        stage.fed_function(QUIET, BatchSize=10, MaximumBatchingWindowInSeconds=30)
        stage.send("readings", "a")
        stage.account.deliveries["sqs"].deliver()
        began = stage.account.clock.now
        stage.account.clock.advance(10)

    with moving.stage() as stage:
        stage.send("readings", "b")
        stage.account.settle()
        [hop] = stage.invocations()
        assert [record["body"] for record in hop.details["payload"]["Records"]] == ["a", "b"]
        assert (hop.at - began).total_seconds() == 30
        assert stage.counts("readings", "feeds.record") == (2, 2, 0, 0)


def test_a_stream_goes_on_where_it_was_read_and_tried(moving: Moving) -> None:
    with moving.stage() as stage:
        streams = Streams(stage.account, stage.functions)
        arn = streams.stream()
        streams.careful_function(NAMES_THE_BAD_RECORD, arn, StartingPosition="LATEST", BatchSize=1)
        streams.record("good", "bad", "behind")
        stage.account.deliveries["kinesis"].deliver()
        began = stage.account.clock.now

    with moving.stage() as stage:
        streams = Streams(stage.account, stage.functions)
        streams.record("late")
        stage.account.settle()
        assert streams.seen() == [["bad"], ["bad"], ["behind"], ["late"]]
        assert [(hop.at - began).total_seconds() for hop in streams.invocations()] == [1, 3, 3, 3]
        assert streams.failed_ids() == ["bad"]
        assert streams.counts("feeds.tremors") == (3, 2, 1, 0)


def test_a_message_that_failed_tells_why_when_it_dies(moving: Moving) -> None:
    with moving.stage() as stage:
        stage.queue("readings", max_receives=1, VisibilityTimeout=60)
        stage.fed_function(FAILING)
        stage.send("readings", "a")
        stage.account.deliveries["sqs"].deliver()

    with moving.stage() as stage:
        stage.account.settle()
        [dead] = stage.hops(Outcome.DEAD)
        assert dead.cause == "ValueError: boom"
        assert stage.counts("readings", "feeds.record") == (1, 0, 1, 0)


# The account's own.


def test_what_came_to_its_end_is_not_told_again(moving: Moving) -> None:
    with moving.stage() as stage:
        stage.queue("readings")
        stage.fed_function(QUIET)
        stage.send("readings", "a")
        stage.account.settle()
        assert stage.counts("readings", "feeds.record") == (1, 1, 0, 0)

    with moving.stage() as stage:
        assert stage.account.journal.entries == []
        assert stage.account.tally.rows() == []


def test_time_goes_on(moving: Moving) -> None:
    with moving.stage() as stage:
        stage.account.clock.advance(90.5)
        moment = stage.account.clock.now

    with moving.stage() as stage:
        assert stage.account.clock.now == moment
        assert datetime.now(UTC) == moment


def test_chains_are_counted_on(moving: Moving) -> None:
    with moving.stage() as stage, stage.account.chains.within(stage.account.chains.begin()):
        stage.queue("readings")
        [first] = stage.send("readings", "a")
        stage.account.chains.begin()

    with moving.stage() as stage:
        assert stage.account.chains.of(first) == "c1"
        assert stage.account.chains.begin() == "c3"


def test_who_and_what_is_at_work_is_not_so_in_the_other_account() -> None:
    somebody = Identity(f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/record/record", None, "feeds.record")
    with (
        Account(ACCOUNT_ID, REGION) as account,
        account.chains.within("c1"),
        account.acting(somebody),
        account.journal.set_aside(),
    ):
        state = take_state(account, {})

    with Account(ACCOUNT_ID, REGION) as account:
        put_state(account, state)
        assert account.chains.current == ""
        assert account._actor is ADMINISTRATOR
        assert account.journal._aside is None


def test_a_function_runs_cold_with_the_code_that_it_has(moving: Moving, tmp_path: Path) -> None:
    with moving.stage() as stage:
        arn = stage.functions.make(COUNTING)
        runs = [stage.account.runtime.invoke(arn, {}) for _ in range(2)]

    with moving.stage() as stage:
        place = tmp_path / "split" / "app.py"
        assert stage.account.code[arn].files["app.py"] == CodeFile(COUNTING.encode(), place)
        runs += [stage.account.runtime.invoke(arn, {}) for _ in range(2)]
        streams = stage.account.client("logs").describe_log_streams(logGroupName="/aws/lambda/split")["logStreams"]

    assert [run.result for run in runs] == [1, 2, 1, 2]
    assert len({run.request_id for run in runs}) == 4
    assert len(streams) == 2


def test_things_have_their_names(moving: Moving) -> None:
    with moving.stage() as stage:
        arn = stage.functions.make(QUIET)

    with moving.stage() as stage:
        assert stage.account.names.of(arn) == "feeds.split"


def test_ids_follow_on_each_other_as_in_the_account_that_went_on() -> None:
    def queued(account: Account) -> str:
        sqs = account.client("sqs")
        answer = sqs.send_message(QueueUrl=sqs.create_queue(QueueName="readings")["QueueUrl"], MessageBody="a")
        return str(answer["MessageId"])

    with Account(ACCOUNT_ID, REGION) as account:
        first = queued(account)
        state = take_state(account, {})
        second = queued(account)

    with Account(ACCOUNT_ID, REGION) as account:
        put_state(account, state)
        assert queued(account) == second
    assert first != second


def test_credentials_that_were_handed_out_are_still_somebodys(moving: Moving) -> None:
    with moving.stage() as stage:
        partner = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
        url = stage.queue("readings")
        stage.functions.make(QUIET, allow("sqs:GetQueueUrl", queue_arn("readings")), name="partner", trust=partner)
        given = stage.account.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{ACCOUNT_ID}:role/partner-role", RoleSessionName="from-outside"
        )["Credentials"]

    with moving.stage() as stage:
        sqs = boto3.client(
            "sqs",
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )
        assert sqs.get_queue_url(QueueName="readings")["QueueUrl"] == url
        with pytest.raises(sqs.exceptions.ClientError, match="from-outside is not authorized to perform: sqs:sendmess"):
            sqs.send_message(QueueUrl=url, MessageBody="a")


def test_a_client_that_was_made_before_is_still_somebodys() -> None:
    with Account(ACCOUNT_ID, REGION) as account:
        state = take_state(account, {})

    with Account(ACCOUNT_ID, REGION) as account:
        sqs = account.client("sqs")
        put_state(account, state)
        assert sqs.list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_the_account_stays_as_it_is() -> None:
    with Account(ACCOUNT_ID, REGION) as account:
        account.client("sqs").create_queue(QueueName="readings")
        queue = account.storage.backend("sqs").queues["readings"]
        take_state(account, {})

        assert account.storage.backend("sqs").queues["readings"] is queue
        assert take_state(account, {}) == take_state(account, {})


def test_what_is_put_aside_with_the_account_refers_to_the_other_one() -> None:
    with Account(ACCOUNT_ID, REGION) as account:
        account.client("sqs").create_queue(QueueName="readings")
        queue = account.storage.backend("sqs").queues["readings"]
        state = take_state(account, {"made": [queue], "where": account, "clock": account.clock})

    with Account(ACCOUNT_ID, REGION) as another:
        extra = put_state(another, state)
        assert extra["made"][0] is another.storage.backend("sqs").queues["readings"]
        assert extra["where"] is another
        assert extra["clock"] is another.clock


def test_what_cannot_be_pickled_is_named() -> None:
    with Account(ACCOUNT_ID, REGION) as account:
        account.client("sqs").create_queue(QueueName="readings")
        account.storage.backend("sqs").queues["readings"].about = (line for line in ())
        with pytest.raises(NotPickled, match=r"^moto\.sqs\.models: cannot pickle 'generator' object"):
            take_state(account, {})


# The form of the state.


def test_every_attribute_that_is_left_out_is_there() -> None:
    with Account(ACCOUNT_ID, REGION) as account:
        parts = account_state._parts(account).values()

        for kind, names in account_state._LEFT.items():
            [part] = [part for part in parts if type(part) is kind]
            assert names <= vars(part).keys(), kind


def test_every_part_of_an_account_is_known_by_its_place() -> None:
    with Account(ACCOUNT_ID, REGION) as account:
        parts = account_state._parts(account)

        assert parts[""] is account
        assert parts["clock"] is account.clock
        assert parts["deliveries.sqs"] is account.deliveries["sqs"]
        assert parts["deliveries.sqs._queues._intake"] is account.deliveries["sqs"]._queues._intake  # type: ignore[attr-defined]
        assert "_actor" not in parts
        assert len(parts) == len({id(part) for part in parts.values()})


def test_functions_that_a_part_was_given_stay_with_their_account() -> None:
    with Account(ACCOUNT_ID, REGION) as account:
        vars(account.names)["told"] = lambda: account
        state = take_state(account, {})

    with Account(ACCOUNT_ID, REGION) as another:
        vars(another.names)["told"] = lambda: another
        put_state(another, state)
        assert vars(another.names)["told"]() is another


def test_the_form_changes_with_what_a_part_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    before = form(Account(ACCOUNT_ID, REGION))
    build = Names.__init__

    def more(names: Names) -> None:
        build(names)
        vars(names)["_aliases"] = {}

    monkeypatch.setattr(Names, "__init__", more)

    assert form(Account(ACCOUNT_ID, REGION)) != before


def test_the_form_is_the_same_for_every_account() -> None:
    assert form(Account(ACCOUNT_ID, REGION)) == form(Account("222222222222", "us-east-1"))
