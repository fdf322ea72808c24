"""Every trigger and every resource under the real Pulumi engine, from an empty backend until nothing is left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from emulator.program.record import Resource
from tests.conftest import ROOT
from tests.engine import doors, harbour
from tests.engine.holdings import holdings
from tests.engine.real_stack import RealStack
from tests.engine.standing import Standing, stand

PAGE = "pipelines/harbour/pipeline.yaml"

UPDATES = {
    "harbour-hail-subscription": ("filter_policy: {kind: [liner]}", "filter_policy: {kind: [liner, ferry]}"),
    "harbour-goods-subscription": ("filter_policy: {cargo: [{exists: true}]}", "raw_message_delivery: false"),
    "harbour-berthings-topic": (
        "{kind: topic, fifo: true}",
        "{kind: topic, fifo: true, content_based_deduplication: true}",
    ),
    "harbour-positions-stream": ("{kind: stream, shards: 1}", "{kind: stream, shards: 2, retention_hours: 72}"),
    "harbour-note-on-ships-mapping": (
        "max_retries: 2, filters: [{eventName: [INSERT]}]",
        "max_retries: 4, bisect: false",
    ),
    "harbour-note-on-positions-mapping": ("batch_size: 50", "batch_size: 60, tumbling_window_seconds: 30"),
    "harbour-watch-on-positions-mapping": ("fan_out: true", "fan_out: true, parallel_batches: 2"),
    "harbour-tide-schedule": ("time_zone: Europe/Berlin", "time_zone: Europe/Lisbon, description: the other coast"),
    "harbour-bell-schedule": ("rate(6 hours)", "rate(8 hours)"),
    "harbour-bulletins-archive": ("retention_days: 30", "retention_days: 60, pattern: {source: [harbour]}"),
    "harbour-cranes-rule": ("states: [stopped]", "states: [stopped, terminated]"),
    "harbour-alarm-filter": ("pattern: MAYDAY", 'pattern: "?MAYDAY ?SOS"'),
    "harbour-regatta-schedule": ("at(2030-01-02T09:00:00)", "at(2030-01-03T09:00:00)"),
}
"""What is written on the page in the place of what, by what has to be updated for it."""


@pytest.fixture(scope="module")
def standing(cli: Path, tmp_path_factory: pytest.TempPathFactory) -> Standing:
    folder = tmp_path_factory.mktemp("harbour")
    return stand(cli, folder, "dev", harbour.build(folder / "root"))


@pytest.fixture
def stack(standing: Standing) -> Iterator[RealStack]:
    with standing.another() as stack:
        yield stack


def test_a_preview_of_an_empty_stack_plans_everything_that_up_makes(standing: Standing) -> None:
    assert set(standing.planned) == {"create"}
    assert standing.done == standing.planned


def test_the_project_has_every_trigger_and_every_resource() -> None:
    page = yaml.safe_load(harbour.PIPELINE)

    resources = {each["kind"] for each in page["resources"].values()}
    triggers = {each["kind"] for function in page["functions"].values() for each in function["triggers"]}
    assert resources == kinds_in("resources")
    assert triggers == kinds_in("triggers")


def test_nothing_changes_where_nothing_was_changed(stack: RealStack) -> None:
    assert stack.steps("preview", "--expect-no-changes") == {}
    assert stack.steps("up", "--expect-no-changes") == {}
    assert stack.steps("refresh", "--expect-no-changes") == {}


def test_every_journey_ends_as_it_says_in_what_the_engine_deployed(standing: Standing) -> None:
    results = standing.run_journeys()

    assert [problem for result in results for problem in result.problems] == []
    assert len(results) == 10


def test_both_engines_register_the_same_resources_with_the_same_inputs(standing: Standing) -> None:
    inputs, outputs = standing.deployed_in_process()

    assert standing.inputs() == inputs
    assert standing.outputs == outputs


def test_what_aws_can_change_is_one_update_of_the_thing_that_the_page_speaks_of(stack: RealStack) -> None:
    for old, new in UPDATES.values():
        stack.rewrite(PAGE, old, new)

    assert stack.steps("up") == {"update": set(UPDATES)}
    # Whatever an update left as it was would be found now.
    assert stack.steps("refresh", "--expect-no-changes") == {}


def test_a_changed_tag_is_an_update_of_everything_that_has_tags_and_of_nothing_else(stack: RealStack) -> None:
    tagged = {each.name for each in stack.register if "tagsAll" in each.inputs}
    stack.rewrite("Pulumi.dev.yaml", "{harbour: north}", "{harbour: south}")

    assert stack.steps("up") == {"update": {"account", *tagged}}
    assert {"harbour-arrivals-topic", "harbour-positions-stream", "harbour-tide-group"} <= tagged


def test_what_aws_cannot_change_is_replaced_and_whatever_hangs_on_it_follows(
    standing: Standing, stack: RealStack
) -> None:
    stack.rewrite(PAGE, "stream: new_image", "stream: new_and_old_images")
    stack.rewrite(PAGE, "batch_size: 50", "batch_size: 50, starting_position: latest")
    stack.rewrite(PAGE, "name: hail, topic: arrivals", "name: hail, topic: departures")
    stack.rewrite(PAGE, "name: goods, topic: arrivals", "name: goods, topic: departures")
    stack.rewrite(PAGE, "name: lookout, stream: positions", "name: lookout, stream: courses")
    stack.rewrite(PAGE, "  positions:  {", "  courses:    {kind: stream}\n  positions:  {")
    stack.rewrite(PAGE, "name: alarm, logs_of: watch", "name: alarm, logs_of: greet")
    stack.rewrite(PAGE, "name: regatta", "name: race")

    steps = stack.steps("up")

    replaced = {
        "harbour-alarm-filter",
        "harbour-alarm-permission",
        "harbour-goods-subscription",
        "harbour-hail-permission",
        "harbour-hail-subscription",
        "harbour-note-on-positions-mapping",
        "harbour-note-on-ships-mapping",
    }
    regatta = {name for name in standing.done["create"] if name.startswith("harbour-regatta")}
    assert steps == {
        "create-replacement": replaced,
        "replace": replaced,
        "delete-replaced": replaced,
        "update": {
            "harbour-cargo-policy",
            "harbour-goods-dead-letters-policy",
            "harbour-hail-dead-letters-policy",
            "harbour-note-may-poll-ships",
            "harbour-ships-table",
        },
        "create": {
            *(name.replace("regatta", "race") for name in regatta),
            "harbour-courses",
            "harbour-courses-stream",
            "harbour-watch-may-poll-courses",
            "harbour-watch-on-courses-consumer",
            "harbour-watch-on-courses-mapping",
        },
        "delete": {
            *regatta,
            "harbour-watch-may-poll-positions",
            "harbour-watch-on-positions-consumer",
            "harbour-watch-on-positions-mapping",
        },
    }
    assert stack.steps("refresh", "--expect-no-changes") == {}


def test_a_chain_that_need_not_keep_its_order_any_more_is_replaced_link_by_link(stack: RealStack) -> None:
    stack.rewrite(PAGE, "{kind: topic, fifo: true}", "{kind: topic}")
    stack.rewrite(PAGE, "{kind: queue, fifo: true,", "{kind: queue,")

    steps = stack.steps("up")

    dead_letters = ("dead-letters-policy", "dead-letters-queue", "dead-letters-redrive-allow")
    replaced = {
        "harbour-berthings-policy",
        "harbour-berthings-topic",
        *(f"harbour-berths-{part}" for part in ("policy", "queue", *dead_letters)),
        *(f"harbour-berths-on-berthings-{part}" for part in ("subscription", *dead_letters)),
        "harbour-note-on-berths-mapping",
    }
    assert steps == {
        "create-replacement": replaced,
        "replace": replaced,
        "delete-replaced": replaced,
        "update": {"harbour-note-may-poll-berths"},
    }


def test_a_refresh_finds_what_was_changed_behind_the_engine_s_back_and_up_puts_it_right(stack: RealStack) -> None:
    def made(name: str) -> Resource:
        return next(each for each in stack.register if each.name == name)

    client = stack.account.client
    awslambda, events, kinesis, logs = client("lambda"), client("events"), client("kinesis"), client("logs")
    scheduler, sns = client("scheduler"), client("sns")
    sns.set_topic_attributes(
        TopicArn=made("harbour-arrivals-topic").id, AttributeName="DisplayName", AttributeValue="Hail"
    )
    hail, stream = made("harbour-hail-subscription").id, made("harbour-positions-stream").inputs["name"]
    sns.set_subscription_attributes(
        SubscriptionArn=hail, AttributeName="FilterPolicy", AttributeValue=json.dumps({"kind": ["ferry"]})
    )
    sns.unsubscribe(SubscriptionArn=made("harbour-goods-subscription").id)
    kinesis.increase_stream_retention_period(StreamName=stream, RetentionPeriodHours=96)
    kinesis.deregister_stream_consumer(ConsumerARN=made("harbour-watch-on-positions-consumer").id)
    mapping = made("harbour-note-on-ships-mapping").id
    awslambda.update_event_source_mapping(UUID=mapping, MaximumRetryAttempts=9)
    tide, group = (
        scheduler.get_schedule(GroupName=made("harbour-tide-group").id, Name="note"),
        made("harbour-bell-group"),
    )
    scheduler.update_schedule(**{name: tide[name] for name in SAID_OF_A_SCHEDULE}, State="DISABLED")
    scheduler.delete_schedule(GroupName=made("harbour-regatta-group").id, Name="note")
    events.update_archive(ArchiveName=made("harbour-bulletins-archive").id, RetentionDays=1)
    alarm = made("harbour-alarm-filter").inputs
    logs.delete_subscription_filter(logGroupName=alarm["logGroup"], filterName=alarm["name"])
    scheduler.tag_resource(ResourceArn=group.arn, Tags=[{"Key": "harbour", "Value": "south"}])
    # A consumer is known from one of its name before it by the second in which it was made.
    stack.account.clock.advance(1)

    updated = {
        "harbour-arrivals-topic",
        "harbour-bell-group",
        "harbour-bulletins-archive",
        "harbour-hail-subscription",
        "harbour-note-on-ships-mapping",
        "harbour-positions-stream",
        "harbour-tide-schedule",
    }
    gone = {
        "harbour-alarm-filter",
        "harbour-goods-subscription",
        "harbour-watch-on-positions-consumer",
        "harbour-regatta-schedule",
    }
    assert stack.steps("refresh") == {"update": updated, "delete": gone}
    # What reads through a consumer reads through no other.
    reader = {"harbour-watch-on-positions-mapping"}
    assert stack.steps("up") == {
        "update": {*updated, "harbour-watch-may-poll-positions"},
        "create": gone,
        "create-replacement": reader,
        "replace": reader,
        "delete-replaced": reader,
    }

    told = sns.get_subscription_attributes(SubscriptionArn=hail)["Attributes"]
    assert json.loads(told["FilterPolicy"]) == {"kind": ["liner"]}
    assert kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["RetentionPeriodHours"] == 48
    assert awslambda.get_event_source_mapping(UUID=mapping)["MaximumRetryAttempts"] == 2
    assert scheduler.get_schedule(GroupName=tide["GroupName"], Name="note")["State"] == "ENABLED"
    assert stack.steps("refresh", "--expect-no-changes") == {}


def test_destroy_leaves_nothing_but_the_deploy_role(standing: Standing, stack: RealStack) -> None:
    assert stack.steps("destroy") == {"delete": standing.done["create"]}
    assert list(stack.register) == []
    assert holdings(stack.account) == {"roles": ["eventwire-deploy"]}


SAID_OF_A_SCHEDULE = (
    *("FlexibleTimeWindow", "GroupName", "Name", "ScheduleExpression", "ScheduleExpressionTimezone", "Target"),
)
"""What an update of a schedule has to say once more."""

BUS, FUNCTION, QUEUE, STREAM, TOPIC = (
    f"arn:aws:{service}:eu-west-1:111111111111:{name}"
    for service, name in (
        ("events", "event-bus/a"),
        ("lambda", "function:a"),
        ("sqs", "a"),
        ("kinesis", "stream/a"),
        ("sns", "a"),
    )
)

UNKNOWN = {
    "tracingConfig": 'aws.sns.Topic("a", tracing_config="Active")',
    "deliveryPolicy": f"""
        aws.sns.TopicSubscription("a", topic="{TOPIC}", protocol="sqs", endpoint="{QUEUE}", delivery_policy="(none)")
    """,
    "maxRecordSizeInKib": 'aws.kinesis.Stream("a", shard_count=1, max_record_size_in_kib=2_048)',
    "tags": f'aws.kinesis.StreamConsumer("a", stream_arn="{STREAM}", tags=dict(a="b"))',
    "kmsKeyIdentifier": f'aws.cloudwatch.EventArchive("a", event_source_arn="{BUS}", kms_key_identifier="alias/a")',
    "roleArn": f"""
        aws.cloudwatch.LogSubscriptionFilter("a", log_group="a", filter_pattern="", destination_arn="{FUNCTION}",
            role_arn="arn:aws:iam::111111111111:role/a")
    """,
    "namePrefix": 'aws.scheduler.ScheduleGroup("a", name_prefix="a")',
    "target.sqsParameters": f"""
        aws.scheduler.Schedule("a", schedule_expression="rate(1 hour)", flexible_time_window=dict(mode="OFF"),
            target=dict(arn="{FUNCTION}", role_arn="arn:aws:iam::111111111111:role/a",
                sqs_parameters=dict(message_group_id="a")))
    """,
    "kmsKeyArn": f"""
        aws.lambda_.EventSourceMapping("a", event_source_arn="{STREAM}", function_name="a", starting_position="LATEST",
            kms_key_arn="arn:aws:kms:eu-west-1:111111111111:key/a")
    """,
    "replicas": """
        aws.dynamodb.Table("a", hash_key="a", attributes=[dict(name="a", type="S")], billing_mode="PAY_PER_REQUEST",
            stream_enabled=True, stream_view_type="KEYS_ONLY", replicas=[dict(region_name="eu-west-2")])
    """,
}
"""Programs by the option of theirs that the embedded account does not know."""


def test_an_option_that_the_provider_does_not_know_is_named_before_anything_is_made(tmp_path: Path) -> None:
    with doors.in_process(tmp_path, "") as door:
        for option, source in UNKNOWN.items():
            assert told_by(door, source).count(f"the embedded account does not do `{option}` yet") == 1


def test_the_real_engine_names_it_at_preview(cli: Path, tmp_path: Path) -> None:
    # It ends at the first one, and each preview takes a while: one type of each service.
    with doors.real(cli, tmp_path, "") as door:
        for option in ("deliveryPolicy", "maxRecordSizeInKib", "target.sqsParameters", "kmsKeyIdentifier", "roleArn"):
            assert f"the embedded account does not do `{option}` yet" in told_by(door, UNKNOWN[option])


def told_by(door: doors.Door, source: str) -> str:
    """What is said of a program that is refused."""
    door.write(source)
    with pytest.raises(doors.Refused) as refused:
        door.preview()
    return str(refused.value)


def kinds_in(folder: str) -> set[str]:
    """Each kind has a file of its name."""
    return {file.stem for file in (ROOT / "components" / folder).glob("[a-z]*.py")}
