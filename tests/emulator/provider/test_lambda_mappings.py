"""Mappings are made as Lambda makes them, and refused as Lambda refuses them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Found, Refused
from emulator.tally import Edge, Row
from tests.emulator.functions import Functions, allow
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live

WORKER = """
role = aws.iam.Role("role", assume_role_policy=TRUST)
worker = function("worker", role, timeout=1)
"""

MAPPING = f"""{WORKER}
def queue(**said):
    made = aws.sqs.Queue("readings", **said)
    return made, aws.iam.RolePolicy("may-poll", role=role.name, policy=allow("sqs:*", made.arn))
def mapping(queue, policy, name="mapping", **said):
    aws.lambda_.EventSourceMapping(name, opts=after(policy), **{{"event_source_arn": queue.arn,
        "function_name": worker.arn, **said}})
"""
ESM = "aws:lambda/eventSourceMapping:EventSourceMapping mapping"


def test_a_mapping_is_made_with_all_that_is_said(tmp_path: Path) -> None:
    source = f"""{MAPPING}
mapping(*queue(), batch_size=10000, maximum_batching_window_in_seconds=300, enabled=False,
    function_response_types=["ReportBatchItemFailures"], scaling_config={{"maximum_concurrency": 2}},
    filter_criteria={{"filters": [{{"pattern": json.dumps({{"body": {{"type": ["quake"]}}}})}}]}}, tags={{"a": "b"}})
"""

    with deployed(tmp_path, source) as (account, deployment):
        mapping = deployment.named("EventSourceMapping", "mapping")
        told = account.client("lambda").get_event_source_mapping(UUID=mapping.id)

        assert (told["BatchSize"], told["MaximumBatchingWindowInSeconds"], told["State"]) == (10000, 300, "Disabled")
        assert told["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert told["ScalingConfig"] == {"MaximumConcurrency": 2}
        assert told["FilterCriteria"] == {"Filters": [{"Pattern": '{"body": {"type": ["quake"]}}'}]}
        assert mapping.outputs["functionArn"] == deployment.named("Function", "worker").arn


@pytest.mark.parametrize(
    ("said", "of_queue", "told"),
    [
        ("batch_size=10001", "", "batchSize 10001 needs 1 to 10000"),
        ("batch_size=0", "", "batchSize 0 needs 1 to 10000"),
        ("batch_size=11", "", "batchSize 11 needs maximumBatchingWindowInSeconds of at least 1"),
        ("batch_size=11", "fifo_queue=True", "batchSize 11 needs 1 to 10: a FIFO queue gives no more"),
        ("maximum_batching_window_in_seconds=301", "", "maximumBatchingWindowInSeconds 301 needs 0 to 300 seconds"),
        (
            "maximum_batching_window_in_seconds=1",
            "fifo_queue=True",
            "maximumBatchingWindowInSeconds 1 needs 0: a FIFO queue has no window",
        ),
        ('scaling_config={"maximum_concurrency": 1}', "", "scalingConfig.maximumConcurrency 1 needs 2 to 1000"),
        (
            'function_response_types=["Batch"]',
            "",
            "functionResponseTypes[0] 'Batch' needs one of ReportBatchItemFailures",
        ),
        (
            'starting_position="LATEST"',
            "",
            "startingPosition needs a stream: a queue has its own visibility timeout and its own dead-letter queue",
        ),
        (
            "maximum_retry_attempts=1",
            "",
            "maximumRetryAttempts needs a stream: a queue has its own visibility timeout and its own dead-letter queue",
        ),
        ('function_name="gone"', "", "there is no function gone"),
        ('event_source_arn="arn:aws:sqs:eu-west-1:1:gone"', "", "there is no queue arn:aws:sqs:eu-west-1:1:gone"),
        (
            'event_source_arn="arn:aws:sns:eu-west-1:1:quakes"',
            "",
            "eventSourceArn 'arn:aws:sns:eu-west-1:1:quakes' needs the ARN of a thing of dynamodb or kinesis or sqs",
        ),
    ],
)
def test_what_a_mapping_cannot_be_is_refused(tmp_path: Path, said: str, of_queue: str, told: str) -> None:
    assert problems(tmp_path, f"{MAPPING}\nmapping(*queue({of_queue}), {said})") == [f"{ESM}: {told}"]


def test_a_filter_that_matches_nothing_is_refused(tmp_path: Path) -> None:
    source = f"{MAPPING}\nmapping(*queue(), filter_criteria={{'filters': [{{'pattern': '{{\"data\": [1]}}'}}]}})"

    assert problems(tmp_path, source)[0].startswith(f"{ESM}: filterCriteria.filters[0]: ")


def test_a_function_polls_a_queue_once(tmp_path: Path) -> None:
    source = f"""{MAPPING}
made, policy = queue()
mapping(made, policy)
mapping(made, policy, name="mapping-2", function_name=worker.name)
"""

    (problem,) = problems(tmp_path, source)

    assert problem.startswith("aws:lambda/eventSourceMapping:EventSourceMapping mapping-2: worker-")
    assert problem.endswith(" already: a function can poll a queue once")


MAPPING_TYPE = "aws:lambda/eventSourceMapping:EventSourceMapping"
SPLIT_ARN = "arn:aws:lambda:eu-west-1:111111111111:function:split"
MERGE_ARN = "arn:aws:lambda:eu-west-1:111111111111:function:merge"
QUEUE_ARN = "arn:aws:sqs:eu-west-1:111111111111:readings"
SAID = {"eventSourceArn": QUEUE_ARN, "functionName": SPLIT_ARN}
ONE, OTHER = ({"pattern": json.dumps({"body": {"type": [kind]}})} for kind in ("quake", "blast"))


@pytest.fixture
def polled(account: Account, functions: Functions) -> None:
    """The queue `readings`, and the functions `split` and `merge` that may poll it."""
    account.client("sqs").create_queue(QueueName="readings")
    for name in ("split", "merge"):
        functions.make("def handle(event, context): pass", allow("sqs:*", QUEUE_ARN), name=name)


def created(account: Account, **inputs: Any) -> tuple[dict[str, Any], str]:
    """The inputs of a new mapping, and its id."""
    told = checked(account, MAPPING_TYPE, {**SAID, **inputs})
    return told, Provisioner(account).create(MAPPING_TYPE, told).id


def read(account: Account, known: Mapping[str, Any], made_id: str) -> Found:
    found = Provisioner(account).read(MAPPING_TYPE, made_id, known, SETTINGS)
    assert found is not None
    return found


def test_a_mapping_changes_everything_but_its_queue_and_goes(account: Account, polled: None) -> None:
    live(
        account,
        MAPPING_TYPE,
        {
            **SAID,
            "batchSize": 100,
            "enabled": False,
            "filterCriteria": {"filters": [ONE, OTHER]},
            "functionResponseTypes": ["ReportBatchItemFailures"],
            "maximumBatchingWindowInSeconds": 5,
            "scalingConfig": {"maximumConcurrency": 2},
            "tags": {"team": "seismology", "old": "yes"},
        },
        {
            **SAID,
            "batchSize": 200,
            "filterCriteria": {"filters": [OTHER]},
            "functionName": "merge",
            "maximumBatchingWindowInSeconds": 6,
            "scalingConfig": {"maximumConcurrency": 3},
            "tags": {"team": "alerts"},
        },
        {**SAID, "metricsConfig": {"metrics": ["EventCount"]}, "provisionedPollerConfig": {"minimumPollers": 3}},
        {**SAID, "provisionedPollerConfig": {"minimumPollers": 200, "maximumPollers": 2_000}},
        {**SAID, "filterCriteria": {"filters": []}, "functionName": "merge"},
        {**SAID, "enabled": False, "functionName": MERGE_ARN},
    )


def test_a_mapping_tells_what_lambda_fills_in(account: Account, polled: None) -> None:
    told = checked(account, MAPPING_TYPE, {**SAID, "enabled": False})

    made = Provisioner(account).create(MAPPING_TYPE, told)

    assert {name: value for name, value in made.outputs.items() if name not in told} == {
        "arn": f"arn:aws:lambda:eu-west-1:111111111111:event-source-mapping:{made.id}",
        "batchSize": 10,
        "functionArn": SPLIT_ARN,
        "lastModified": "2030-01-01T12:00:00Z",
        "lastProcessingResult": "",
        "region": "eu-west-1",
        "state": "Disabled",
        "stateTransitionReason": "User initiated",
        "uuid": made.id,
    }


def refusals(account: Account, said: Mapping[str, Any]) -> list[str]:
    done = Provisioner(account).check(f"urn:pulumi:dev::quakes::{MAPPING_TYPE}::m", said, SETTINGS)
    return [str(problem) for problem in done.problems]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"minimumPollers": 1}, "provisionedPollerConfig.minimumPollers 1 needs 2 to 200"),
        ({"minimumPollers": 201}, "provisionedPollerConfig.minimumPollers 201 needs 2 to 200"),
        ({"maximumPollers": 1}, "provisionedPollerConfig.maximumPollers 1 needs 2 to 2000"),
        ({"maximumPollers": 2_001}, "provisionedPollerConfig.maximumPollers 2001 needs 2 to 2000"),
        (
            {"minimumPollers": 9, "maximumPollers": 8},
            "provisionedPollerConfig.minimumPollers 9 needs at most 8, which maximumPollers is",
        ),
        (
            {"pollerGroupName": "a"},
            "the embedded account does not do `provisionedPollerConfig.pollerGroupName` yet",
        ),
    ],
)
def test_pollers_that_a_queue_cannot_have_are_refused(account: Account, said: dict[str, Any], told: str) -> None:
    assert refusals(account, {**SAID, "provisionedPollerConfig": said}) == [told]


def test_batches_are_limited_by_their_number_or_by_pollers(account: Account) -> None:
    both = {"scalingConfig": {"maximumConcurrency": 2}, "provisionedPollerConfig": {}}

    assert refusals(account, {**SAID, **both}) == [
        "scalingConfig and provisionedPollerConfig cannot both be: each limits how many batches run at once"
    ]


def test_metrics_of_other_sources_are_refused(account: Account) -> None:
    assert refusals(account, {**SAID, "metricsConfig": {"metrics": ["KafkaMetrics"]}}) == [
        "metricsConfig.metrics[0] 'KafkaMetrics' needs one of EventCount"
    ]


def test_more_than_five_filters_are_refused(account: Account) -> None:
    assert refusals(account, {**SAID, "filterCriteria": {"filters": [ONE] * 6}}) == [
        "filterCriteria.filters needs at most 5 patterns, got 6"
    ]


@pytest.mark.parametrize("filters", [{}, {"filterCriteria": {}}, {"filterCriteria": {"filters": []}}])
def test_a_mapping_without_a_filter_and_a_limit_has_neither(
    account: Account, polled: None, filters: dict[str, Any]
) -> None:
    known, made_id = created(account, **filters)

    told = account.client("lambda").get_event_source_mapping(UUID=made_id)

    assert told.keys() & {"FilterCriteria", "ScalingConfig"} == set()
    assert read(account, known, made_id).inputs == known


def test_an_update_sends_the_queue_s_messages_to_another_function(account: Account, polled: None) -> None:
    known, made_id = created(account)
    new = checked(account, MAPPING_TYPE, {**SAID, "functionName": "merge"})

    Provisioner(account).update(MAPPING_TYPE, made_id, known, new)

    account.client("sqs").send_message(QueueUrl="readings", MessageBody="{}")
    account.settle()
    edge = Edge("readings", "feeds.merge")
    assert account.tally.rows() == [Row(edge, sent=1, processed=1, dead_lettered=0, filtered=0)]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"BatchSize": 5}, {"batchSize": 5}),
        ({"Enabled": False}, {"enabled": False}),
        (
            {"FilterCriteria": {"Filters": [{"Pattern": OTHER["pattern"]}]}},
            {"filterCriteria": {"filters": [OTHER]}},
        ),
        ({"FunctionName": "merge"}, {"functionName": MERGE_ARN}),
        (
            {"FunctionResponseTypes": ["ReportBatchItemFailures"]},
            {"functionResponseTypes": ["ReportBatchItemFailures"]},
        ),
        ({"MaximumBatchingWindowInSeconds": 9}, {"maximumBatchingWindowInSeconds": 9}),
        ({"ScalingConfig": {"MaximumConcurrency": 7}}, {"scalingConfig": {"maximumConcurrency": 7}}),
        ({"MetricsConfig": {"Metrics": ["EventCount"]}}, {"metricsConfig": {"metrics": ["EventCount"]}}),
        (
            {"ProvisionedPollerConfig": {"MinimumPollers": 5}},
            {"provisionedPollerConfig": {"minimumPollers": 5, "maximumPollers": 200}},
        ),
    ],
)
@pytest.mark.parametrize("filters", [{}, {"filterCriteria": {"filters": [ONE]}}])
def test_a_mapping_that_was_changed_behind_the_engine_is_seen(
    account: Account, polled: None, change: dict[str, Any], found: dict[str, Any], filters: dict[str, Any]
) -> None:
    known, made_id = created(account, **filters)

    account.client("lambda").update_event_source_mapping(UUID=made_id, **change)

    assert read(account, known, made_id).inputs == {**known, **found}


def test_a_filter_and_a_limit_that_were_taken_away_behind_the_engine_are_missed(account: Account, polled: None) -> None:
    known, made_id = created(account, filterCriteria={"filters": [ONE]}, scalingConfig={"maximumConcurrency": 7})

    account.client("lambda").update_event_source_mapping(UUID=made_id, FilterCriteria={}, ScalingConfig={})

    assert read(account, known, made_id).inputs == checked(account, MAPPING_TYPE, SAID)


def test_tags_that_were_changed_behind_the_engine_are_seen(account: Account, polled: None) -> None:
    known, made_id = created(account)
    arn = f"arn:aws:lambda:eu-west-1:111111111111:event-source-mapping:{made_id}"

    account.client("lambda").tag_resource(Resource=arn, Tags={"by": "hand"})

    assert read(account, known, made_id).inputs["tags"] == {"by": "hand"}


@pytest.mark.parametrize("named", ["split", SPLIT_ARN])
def test_a_function_s_name_and_its_arn_are_no_difference(account: Account, polled: None, named: str) -> None:
    known, made_id = created(account, functionName=named)
    provisioner = Provisioner(account)

    assert read(account, known, made_id).inputs["functionName"] == named
    for other in ("split", SPLIT_ARN):
        assert provisioner.difference(MAPPING_TYPE, known, {**known, "functionName": other}).changes == {}
    for other in ("merge", MERGE_ARN):
        changes = provisioner.difference(MAPPING_TYPE, known, {**known, "functionName": other}).changes
        assert changes == {"functionName": "updated"}


def test_filters_in_another_order_are_no_difference(account: Account, polled: None) -> None:
    known, made_id = created(account, filterCriteria={"filters": [ONE, OTHER]})
    turned = {**known, "filterCriteria": {"filters": [OTHER, ONE]}}

    assert Provisioner(account).difference(MAPPING_TYPE, known, turned).changes == {}
    assert read(account, turned, made_id).inputs == turned


def test_a_mapping_of_another_queue_takes_the_place_of_the_old_one(account: Account) -> None:
    old, new = (
        checked(account, MAPPING_TYPE, {**SAID, "eventSourceArn": arn}) for arn in (QUEUE_ARN, f"{QUEUE_ARN}-2")
    )

    difference = Provisioner(account).difference(MAPPING_TYPE, old, new)

    assert difference.replaces == {"eventSourceArn"}
    assert not difference.delete_first


def test_a_mapping_is_imported_by_its_uuid(account: Account, polled: None) -> None:
    told, made_id = created(account, filterCriteria={"filters": [ONE]}, tags={"a": "b"})

    found = read(account, {}, made_id)

    assert found.inputs == told
    assert found.made.id == made_id


def test_an_id_that_is_no_uuid_is_refused(account: Account) -> None:
    with pytest.raises(Refused, match=r"^id 'split' needs the UUID of an event source mapping$"):
        Provisioner(account).read(MAPPING_TYPE, "split", {}, SETTINGS)


def test_a_mapping_outlives_its_queue_and_its_function(account: Account, polled: None) -> None:
    known, made_id = created(account)

    account.client("sqs").delete_queue(QueueUrl="readings")
    account.client("lambda").delete_function(FunctionName="split")

    assert read(account, known, made_id).inputs == known


@pytest.mark.parametrize("named", ["split", SPLIT_ARN])
@pytest.mark.parametrize("other", ["split", SPLIT_ARN])
def test_a_second_mapping_of_the_same_two_is_refused_however_they_are_named(
    account: Account, polled: None, named: str, other: str
) -> None:
    told = r"^split polls readings already: a function can poll a queue once$"
    created(account, functionName=named)
    known, made_id = created(account, functionName="merge")

    with pytest.raises(Refused, match=told):
        created(account, functionName=other)
    with pytest.raises(Refused, match=told):
        Provisioner(account).update(MAPPING_TYPE, made_id, known, {**known, "functionName": other, "batchSize": 1})
    assert read(account, known, made_id).inputs == known


def test_a_mapping_is_not_in_its_own_way(account: Account, polled: None) -> None:
    known, made_id = created(account, functionName="split")
    new = checked(account, MAPPING_TYPE, {**SAID, "functionName": SPLIT_ARN, "batchSize": 1})
    provisioner = Provisioner(account)

    assert [need.decide().allowed for need in provisioner.needs(MAPPING_TYPE, new)] == [True, True, True]
    provisioner.update(MAPPING_TYPE, made_id, known, new)

    assert read(account, new, made_id).inputs == new


TABLE_ARN = "arn:aws:dynamodb:eu-west-1:111111111111:table/quakes"
READS_STREAMS = {
    "Effect": "Allow",
    "Action": ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
    "Resource": f"{TABLE_ARN}/stream/*",
}


@pytest.fixture
def streamed(account: Account, functions: Functions) -> dict[str, Any]:
    """What has to be said of a mapping of the stream of `quakes`, which `split` and `merge` may poll."""
    table = account.client("dynamodb").create_table(
        TableName="quakes",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    account.client("s3").create_bucket(Bucket="failed", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for name in ("split", "merge"):
        rights = [allow("s3:PutObject", "arn:aws:s3:::failed/*"), allow("s3:ListBucket", "arn:aws:s3:::failed")]
        listing = allow("dynamodb:ListStreams", "*")
        functions.make("def handle(event, context): pass", READS_STREAMS, listing, *rights, name=name)
    return {
        "eventSourceArn": table["LatestStreamArn"],
        "functionName": SPLIT_ARN,
        "startingPosition": "TRIM_HORIZON",
    }


CHANGED = {"pattern": json.dumps({"eventName": ["MODIFY"]})}
TO_BUCKET = {"onFailure": {"destinationArn": "arn:aws:s3:::failed"}}


def test_a_stream_s_mapping_changes_everything_but_where_it_began(account: Account, streamed: dict[str, Any]) -> None:
    live(
        account,
        MAPPING_TYPE,
        {
            **streamed,
            "batchSize": 10,
            "bisectBatchOnFunctionError": True,
            "destinationConfig": TO_BUCKET,
            "filterCriteria": {"filters": [CHANGED]},
            "functionResponseTypes": ["ReportBatchItemFailures"],
            "maximumBatchingWindowInSeconds": 5,
            "maximumRecordAgeInSeconds": 60,
            "maximumRetryAttempts": 0,
            "metricsConfig": {"metrics": ["EventCount"]},
            "parallelizationFactor": 10,
        },
        {**streamed, "functionName": "merge", "maximumRetryAttempts": 3, "tumblingWindowInSeconds": 900},
        {**streamed, "maximumRecordAgeInSeconds": -1, "destinationConfig": TO_BUCKET},
        {**streamed, "batchSize": 5, "bisectBatchOnFunctionError": False},
    )


def test_what_is_not_said_of_a_stream_s_mapping_is_as_lambda_has_it(account: Account, streamed: dict[str, Any]) -> None:
    told = checked(account, MAPPING_TYPE, streamed)

    made = Provisioner(account).create(MAPPING_TYPE, told)

    mapping = account.client("lambda").get_event_source_mapping(UUID=made.id)
    assert (mapping["BatchSize"], mapping["StartingPosition"], mapping["MaximumRetryAttempts"]) == (
        100,
        "TRIM_HORIZON",
        -1,
    )
    assert {word: made.outputs[word] for word in ("batchSize", "maximumRetryAttempts", "parallelizationFactor")} == {
        "batchSize": 100,
        "maximumRetryAttempts": -1,
        "parallelizationFactor": 1,
    }
    assert read(account, {}, made.id).inputs == told


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"BatchSize": 5}, {"batchSize": 5}),
        ({"BisectBatchOnFunctionError": True}, {"bisectBatchOnFunctionError": True}),
        (
            {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::failed"}}},
            {"destinationConfig": TO_BUCKET},
        ),
        ({"MaximumRecordAgeInSeconds": 90}, {"maximumRecordAgeInSeconds": 90}),
        ({"MaximumRetryAttempts": 0}, {"maximumRetryAttempts": 0}),
        ({"MetricsConfig": {"Metrics": ["EventCount"]}}, {"metricsConfig": {"metrics": ["EventCount"]}}),
        ({"ParallelizationFactor": 2}, {"parallelizationFactor": 2}),
        ({"TumblingWindowInSeconds": 30}, {"tumblingWindowInSeconds": 30}),
    ],
)
def test_a_stream_s_mapping_that_was_changed_behind_the_engine_is_seen(
    account: Account, streamed: dict[str, Any], change: dict[str, Any], found: dict[str, Any]
) -> None:
    known = checked(account, MAPPING_TYPE, streamed)
    made_id = Provisioner(account).create(MAPPING_TYPE, known).id

    account.client("lambda").update_event_source_mapping(UUID=made_id, **change)

    assert read(account, known, made_id).inputs == {**known, **found}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"startingPosition": None}, "startingPosition is missing: a stream is read from somewhere on"),
        (
            {"startingPosition": "AT_TIMESTAMP", "startingPositionTimestamp": "2030-01-01T00:00:00Z"},
            "startingPosition 'AT_TIMESTAMP' needs LATEST or TRIM_HORIZON: a table's stream is not read by time",
        ),
        (
            {"startingPositionTimestamp": "2030-01-01T00:00:00Z"},
            "startingPositionTimestamp and startingPosition AT_TIMESTAMP need each other: one is there alone",
        ),
        (
            {"startingPositionTimestamp": "2030-01-01"},
            "startingPositionTimestamp '2030-01-01' needs a moment with its time zone, as in 2030-01-01T12:00:00Z",
        ),
        ({"maximumRecordAgeInSeconds": 59}, "maximumRecordAgeInSeconds 59 needs -1, for no limit, or at least 60"),
        ({"maximumRecordAgeInSeconds": 604_801}, "maximumRecordAgeInSeconds 604801 needs -1 to 604800 seconds"),
        ({"maximumRetryAttempts": 10_001}, "maximumRetryAttempts 10001 needs -1 to 10000"),
        ({"parallelizationFactor": 11}, "parallelizationFactor 11 needs 1 to 10"),
        ({"tumblingWindowInSeconds": 901}, "tumblingWindowInSeconds 901 needs 0 to 900 seconds"),
        (
            {"tumblingWindowInSeconds": 9, "parallelizationFactor": 2},
            "parallelizationFactor 2 needs 1 with a tumbling window",
        ),
        (
            {"scalingConfig": {"maximumConcurrency": 2}},
            "scalingConfig needs a queue: a stream is read by as many as it has shards, times parallelizationFactor",
        ),
        (
            {"provisionedPollerConfig": {"minimumPollers": 2}},
            "provisionedPollerConfig needs a queue: a stream is read by as many as it has shards, "
            "times parallelizationFactor",
        ),
        ({"batchSize": 10_001}, "batchSize 10001 needs 1 to 10000"),
        ({"maximumBatchingWindowInSeconds": 301}, "maximumBatchingWindowInSeconds 301 needs 0 to 300 seconds"),
        (
            {"filterCriteria": {"filters": [{"pattern": '{"body": ["a"]}'}]}},
            "filterCriteria.filters[0]: body: DynamoDB filters look at dynamodb and eventName and eventSource only",
        ),
    ],
)
def test_what_a_stream_s_mapping_cannot_be_is_refused(account: Account, said: dict[str, Any], told: str) -> None:
    given = {
        "eventSourceArn": f"{TABLE_ARN}/stream/2030",
        "functionName": SPLIT_ARN,
        "startingPosition": "LATEST",
        **said,
    }

    assert refusals(account, given) == [told]


def test_where_a_stream_is_read_from_cannot_be_changed(account: Account) -> None:
    said = {"eventSourceArn": f"{TABLE_ARN}/stream/2030", "functionName": SPLIT_ARN}
    old = checked(account, MAPPING_TYPE, {**said, "startingPosition": "LATEST"})
    new = checked(account, MAPPING_TYPE, {**said, "startingPosition": "TRIM_HORIZON"})

    assert Provisioner(account).difference(MAPPING_TYPE, old, new).replaces == {"startingPosition"}


def test_lambda_looks_for_the_rights_to_the_stream_and_to_the_place_for_what_fails(
    account: Account, streamed: dict[str, Any]
) -> None:
    told = checked(account, MAPPING_TYPE, {**streamed, "destinationConfig": TO_BUCKET})

    needs = list(Provisioner(account).needs(MAPPING_TYPE, told))

    assert [need.says.split(" may ")[1].split(" on ")[0] for need in needs] == [
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
        "s3:PutObject",
        "s3:ListBucket",
    ]
    assert all(need.decide().allowed for need in needs)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"eventSourceArn": f"{TABLE_ARN}/stream/gone"}, f"there is no stream {TABLE_ARN}/stream/gone"),
        (
            {"destinationConfig": {"onFailure": {"destinationArn": "arn:aws:s3:::gone"}}},
            "destinationConfig names arn:aws:s3:::gone, and there is no such bucket",
        ),
    ],
)
def test_what_is_not_there_is_neither_polled_nor_sent_to(
    account: Account, streamed: dict[str, Any], said: dict[str, Any], told: str
) -> None:
    with pytest.raises(Refused, match=f"^{told}$"):
        list(Provisioner(account).needs(MAPPING_TYPE, checked(account, MAPPING_TYPE, {**streamed, **said})))


STREAM_ARN = "arn:aws:kinesis:eu-west-1:111111111111:stream/tremors"
READS_STREAM = {
    "Effect": "Allow",
    "Action": ["kinesis:Describe*", "kinesis:Get*", "kinesis:ListShards", "kinesis:SubscribeToShard"],
    "Resource": [STREAM_ARN, f"{STREAM_ARN}/consumer/*"],
}


@pytest.fixture
def tremors(account: Account, functions: Functions) -> dict[str, Any]:
    """What has to be said of a mapping of the data stream `tremors`, which `split` may poll."""
    account.client("kinesis").create_stream(StreamName="tremors", ShardCount=1)
    functions.make("def handle(event, context): pass", READS_STREAM, name="split")
    return {"eventSourceArn": STREAM_ARN, "functionName": SPLIT_ARN, "startingPosition": "TRIM_HORIZON"}


def test_a_data_stream_is_read_from_a_moment_on(account: Account, tremors: dict[str, Any]) -> None:
    moment = {"startingPosition": "AT_TIMESTAMP", "startingPositionTimestamp": "2030-01-01T13:00:00+01:00"}

    live(
        account,
        MAPPING_TYPE,
        {**tremors, **moment},
        {**tremors, **moment, "batchSize": 7},
    )


def test_a_moment_that_has_not_come_is_refused(account: Account, tremors: dict[str, Any]) -> None:
    moment = {"startingPosition": "AT_TIMESTAMP", "startingPositionTimestamp": "2030-01-01T12:00:01Z"}

    with pytest.raises(Refused, match=r"^startingPositionTimestamp 2030-01-01T12:00:01Z is in the future$"):
        created(account, **{**tremors, **moment})


def test_a_moment_and_its_position_are_replaced_with_the_mapping(account: Account, tremors: dict[str, Any]) -> None:
    moment = {"startingPosition": "AT_TIMESTAMP", "startingPositionTimestamp": "2030-01-01T12:00:00Z"}
    old = checked(account, MAPPING_TYPE, {**tremors, **moment})
    same = {**old, "startingPositionTimestamp": "2030-01-01T13:00:00+01:00"}
    other = {**old, "startingPositionTimestamp": "2030-01-01T12:00:01Z"}
    provisioner = Provisioner(account)

    assert provisioner.difference(MAPPING_TYPE, old, same).changes == {}
    assert provisioner.difference(MAPPING_TYPE, old, other).replaces == {"startingPositionTimestamp"}


def test_a_mapping_of_a_consumer_is_read_back_as_that(account: Account, tremors: dict[str, Any]) -> None:
    consumer = account.client("kinesis").register_stream_consumer(StreamARN=STREAM_ARN, ConsumerName="watch")
    said = {**tremors, "eventSourceArn": consumer["Consumer"]["ConsumerARN"]}

    live(account, MAPPING_TYPE, said, {**said, "parallelizationFactor": 3})
