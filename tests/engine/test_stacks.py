"""Each stack of the project under the real Pulumi engine, from an empty backend until nothing is left."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.holdings import holdings
from tests.engine.real_stack import RealStack
from tests.engine.standing import Standing, stand
from tools.pulumi_project import PulumiFailed


@pytest.fixture(scope="module", params=["dev", "prod"])
def standing(request: pytest.FixtureRequest, cli: Path, tmp_path_factory: pytest.TempPathFactory) -> Standing:
    return stand(cli, tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture
def stack(standing: Standing) -> Iterator[RealStack]:
    with standing.another() as stack:
        yield stack


def test_a_preview_of_an_empty_stack_plans_everything_that_up_makes(standing: Standing) -> None:
    assert set(standing.planned) == {"create"}
    assert standing.done == standing.planned
    assert len(standing.done["create"]) > 60


def test_nothing_changes_where_nothing_was_changed(stack: RealStack) -> None:
    assert stack.steps("preview", "--expect-no-changes") == {}
    assert stack.steps("up", "--expect-no-changes") == {}
    assert stack.steps("refresh", "--expect-no-changes") == {}


def test_every_journey_ends_as_it_says_in_what_the_engine_deployed(standing: Standing) -> None:
    results = standing.run_journeys()

    assert [problem for result in results for problem in result.problems] == []
    assert len(results) >= 10


def test_both_engines_register_the_same_resources_with_the_same_inputs(standing: Standing) -> None:
    inputs, outputs = standing.deployed_in_process()

    assert standing.inputs() == inputs
    assert standing.outputs == outputs


def test_one_changed_handler_is_exactly_one_update(stack: RealStack) -> None:
    handler = stack.project.folder / "pipelines/feeds/handlers/split.py"
    handler.write_text(f"{handler.read_text(encoding='utf-8')}# changed\n", encoding="utf-8")

    assert stack.steps("preview") == {"update": {"feeds-split-function"}}
    assert stack.steps("up") == {"update": {"feeds-split-function"}}
    assert stack.steps("up", "--expect-no-changes") == {}


def test_one_changed_right_is_one_update_of_the_policy_that_holds_it(stack: RealStack) -> None:
    stack.rewrite(
        "pipelines/alerts/pipeline.yaml", "detail_types: [Strong Quake]", "detail_types: [Strong Quake, Felt Quake]"
    )

    assert stack.steps("up") == {"update": {"alerts-detect-may-publish-announcements"}}


def test_a_renamed_trigger_keeps_what_its_new_name_does_not_change(stack: RealStack) -> None:
    stack.rewrite(
        "pipelines/feeds/pipeline.yaml", "{kind: sqs, queue: readings", "{kind: sqs, name: intake, queue: readings"
    )
    stack.rewrite("pipelines/feeds/pipeline.yaml", "{kind: s3, bucket: feed", "{kind: s3, name: arrivals, bucket: feed")

    assert stack.steps("up") == {
        "create": {"feeds-intake", "feeds-arrivals", "feeds-arrivals-permission"},
        "update": {"feeds-feed-notification"},
        "delete": {"feeds-record-on-readings", "feeds-split-on-feed", "feeds-split-on-feed-permission"},
    }


def test_a_removed_pipeline_goes_and_takes_nothing_else_along(standing: Standing, stack: RealStack) -> None:
    unprotect(stack)
    shutil.rmtree(stack.project.folder / "pipelines/stations")

    steps = stack.steps("up")

    assert steps.keys() == {"delete"}
    assert steps["delete"] == {name for name in standing.done["create"] if name.startswith("stations")}
    assert {each.name.partition("-")[0] for each in stack.register} == {"alerts", "feeds", "operations"}


def test_a_table_with_another_key_takes_the_place_of_the_old_one_unless_it_is_protected(
    standing: Standing, stack: RealStack
) -> None:
    stack.rewrite("pipelines/feeds/pipeline.yaml", "hash_key: quake_id", "hash_key: event_id")
    if standing.name == "prod":
        with pytest.raises(PulumiFailed, match="protect"):
            stack.steps("up")
        stack.rewrite("pipelines/feeds/pipeline.yaml", "hash_key: event_id", "hash_key: quake_id")
        unprotect(stack)
        stack.rewrite("pipelines/feeds/pipeline.yaml", "hash_key: quake_id", "hash_key: event_id")

    steps = stack.steps("up")

    # Whatever names the table follows, and its stream is another one.
    replaced = {"alerts-detect-on-quakes-mapping", "feeds-quakes-table"}
    assert steps == {
        "create-replacement": replaced,
        "replace": replaced,
        "delete-replaced": replaced,
        "update": {
            "alerts-detect-may-poll-quakes",
            "feeds-record-function",
            "feeds-record-may-write-quakes",
            "operations-digest-function",
            "operations-digest-may-scan-feeds-quakes",
        },
    }
    dynamodb = stack.account.client("dynamodb")
    [table] = [name for name in dynamodb.list_tables()["TableNames"] if name.startswith("feeds-quakes-table-")]
    described = dynamodb.describe_table(TableName=table)["Table"]
    assert described["KeySchema"] == [{"AttributeName": "event_id", "KeyType": "HASH"}]
    assert stack.steps("up", "--expect-no-changes") == {}


def test_a_refresh_finds_what_was_changed_behind_the_engine_s_back_and_up_puts_it_right(stack: RealStack) -> None:
    queue = next(each for each in stack.register if each.name == "feeds-readings-queue")
    sqs = stack.account.client("sqs")
    before = sqs.get_queue_attributes(QueueUrl=queue.id, AttributeNames=["All"])["Attributes"]
    # Moto forgets the policy whenever other attributes are set.
    sqs.set_queue_attributes(QueueUrl=queue.id, Attributes={"VisibilityTimeout": "31", "Policy": before["Policy"]})
    rule = next(each for each in stack.register if each.type.endswith(":EventTarget"))
    stack.account.client("events").remove_targets(
        Rule=rule.inputs["rule"], EventBusName=rule.inputs["eventBusName"], Ids=[rule.inputs["targetId"]]
    )

    assert stack.steps("refresh") == {
        "update": {"feeds-readings-queue"},
        "delete": {"alerts-assess-on-announcements-target"},
    }
    assert stack.steps("up") == {
        "update": {"feeds-readings-queue"},
        "create": {"alerts-assess-on-announcements-target"},
    }

    after = sqs.get_queue_attributes(QueueUrl=queue.id, AttributeNames=["All"])["Attributes"]
    assert after["VisibilityTimeout"] == before["VisibilityTimeout"]
    assert after["Policy"] == before["Policy"]


def test_destroy_leaves_nothing_and_refuses_what_is_protected(standing: Standing, stack: RealStack) -> None:
    if standing.name == "prod":
        # Its preview refuses it; without one the engine deletes all else first.
        with pytest.raises(PulumiFailed, match="protect"):
            stack.run("destroy", "--yes")
        assert len(list(stack.register)) == len(standing.resources)
        unprotect(stack)

    assert stack.steps("destroy") == {"delete": standing.done["create"]}
    assert list(stack.register) == []
    assert holdings(stack.account) == {"roles": ["eventwire-deploy"]}


def unprotect(stack: RealStack) -> None:
    """Let whatever is protected go, as somebody does who means it: the page says so, and `up` carries it out."""
    if stack.name == "prod":
        stack.rewrite(
            "Pulumi.prod.yaml",
            "    defaults:\n",
            "    defaults:\n"
            "      bucket: {protect: false, delete_with_objects: true}\n"
            "      table: {protect: false, deletion_protection: false}\n"
            "      stream: {protect: false}\n",
        )
        stack.steps("up")
