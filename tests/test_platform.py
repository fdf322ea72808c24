"""The whole platform under mocks: every stack of this repository, as it would be asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.ledger import Ledger
from components.page import read_page
from components.platform import Platform
from components.settings import read_settings
from tests.conftest import ROOT, Deployed


def build(deploy: Any, stack: str) -> tuple[Deployed, Platform]:
    found: list[Platform] = []
    environment = read_page(ROOT / f"Pulumi.{stack}.yaml").value["config"]["eventwire:environment"]
    settings = read_settings(ROOT, stack, environment)
    deployed = deploy(lambda: found.append(Platform(settings)))
    return deployed, found[0]


@pytest.fixture(params=["dev", "prod"])
def built(deploy: Any, request: pytest.FixtureRequest) -> tuple[Deployed, Platform]:
    return build(deploy, request.param)


def test_the_provider_assumes_the_deploy_role_in_one_account_only(deploy: Any) -> None:
    deployed, _ = build(deploy, "prod")

    inputs = deployed["aws", "account"].inputs
    assert json.loads(inputs["allowedAccountIds"]) == ["222222222222"]
    assert json.loads(inputs["assumeRoles"]) == [
        {
            "roleArn": "arn:aws:iam::222222222222:role/eventwire-deploy",
            "externalId": "eventwire-prod",
            "sessionName": "eventwire-dev",
            "duration": "60m",
        }
    ]


def test_every_role_is_trusted_by_one_service_alone_and_has_no_managed_policy(
    built: tuple[Deployed, Platform],
) -> None:
    deployed, _ = built

    roles = [entry for entry in deployed.registered if entry.type.endswith(":Role")]
    trusted = set()
    for role in roles:
        [statement] = role.statements("assumeRolePolicy")
        trusted.add(statement["Principal"]["Service"])
        if statement["Principal"] != {"Service": "lambda.amazonaws.com"}:
            assert {key for keys in statement["Condition"].values() for key in keys} == {
                "aws:SourceArn",
                "aws:SourceAccount",
            }
        assert "managedPolicyArns" not in role.inputs
        assert "inlinePolicies" not in role.inputs
    assert trusted == {"lambda.amazonaws.com", "scheduler.amazonaws.com"}


def test_no_allow_has_a_wildcard_action_or_every_resource(built: tuple[Deployed, Platform]) -> None:
    deployed, _ = built

    for entry in deployed.registered:
        if "policy" not in entry.inputs:
            continue
        for statement in entry.statements():
            if statement["Effect"] == "Allow":
                actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
                assert not [action for action in actions if "*" in action], entry.name
                # It lists streams and reads none; IAM knows no resource for it (Service Authorization Reference).
                assert statement["Resource"] != "*" or actions == ["dynamodb:ListStreams"], entry.name


def test_every_right_of_a_role_is_a_line_of_the_ledger_and_every_line_a_right(built: tuple[Deployed, Platform]) -> None:
    deployed, platform = built

    rights = {
        *deployed.names("RolePolicy"),
        *deployed.names("Permission"),
        *(entry.name for entry in deployed.registered if _lets_a_service_in(entry)),
    }
    lines = {line.right for line in (*platform.ledger.handshakes, *platform.ledger.grants)}
    assert lines == rights


def _lets_a_service_in(entry: Any) -> bool:
    return entry.type.endswith("QueuePolicy") and any(
        statement["Effect"] == "Allow" for statement in entry.statements()
    )


def test_a_line_of_the_ledger_names_the_actions_its_policy_grants(built: tuple[Deployed, Platform]) -> None:
    deployed, platform = built

    polls = [line for line in platform.ledger.handshakes if line.mechanism == "poll"]
    function_grants = [line for line in platform.ledger.grants if line.right in deployed.names("RolePolicy")]
    assert polls
    assert function_grants
    for line in (*polls, *function_grants):
        actions: list[str] = []
        for statement in deployed["RolePolicy", line.right].statements():
            actions += [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        assert tuple(actions) == line.actions, line.name


def test_every_queue_bucket_and_table_is_encrypted(built: tuple[Deployed, Platform]) -> None:
    deployed, _ = built

    queues = [entry for entry in deployed.registered if entry.type == "aws:sqs/queue:Queue"]
    buckets = [entry for entry in deployed.registered if entry.type == "aws:s3/bucket:Bucket"]
    assert all(queue.inputs["sqsManagedSseEnabled"] for queue in queues)
    assert len(deployed.names("BucketServerSideEncryptionConfiguration")) == len(buckets) > 0


def test_prod_protects_what_holds_data_and_dev_does_not(deploy: Any) -> None:
    protected = {
        stack: [entry.protect for entry in build(deploy, stack)[0].registered if _holds_data(entry)]
        for stack in ("dev", "prod")
    }

    assert set(protected["dev"]) == {False}
    assert set(protected["prod"]) == {True}


def _holds_data(entry: Any) -> bool:
    # A bucket of failed records is empty where all is well; S3 deletes none that is not.
    holds = entry.type in ("aws:s3/bucket:Bucket", "aws:dynamodb/table:Table", "aws:kinesis/stream:Stream")
    return holds and not entry.name.endswith("-failed-bucket")


def test_every_pushed_function_has_a_place_for_failed_events(built: tuple[Deployed, Platform]) -> None:
    _, platform = built

    for handshake in platform.ledger.handshakes:
        assert handshake.landings, handshake.name
        for landing in handshake.landings:
            # CloudWatch Logs alone keeps no place for what it cannot hand over, and the ledger says so.
            nowhere = handshake.principal == "logs.amazonaws.com" and landing.when.startswith("Lambda ")
            assert landing.where in {*platform.things, *([None] if nowhere else [])}, handshake.name


def test_every_name_of_the_ledger_stands_for_a_thing(built: tuple[Deployed, Platform]) -> None:
    _, platform = built

    names = {line.resource for line in (*platform.ledger.handshakes, *platform.ledger.grants)}
    names |= {line.waker for line in platform.ledger.handshakes} | {line.woken for line in platform.ledger.handshakes}
    assert names <= set(platform.things)


def test_both_stacks_have_the_same_ledger(deploy: Any) -> None:
    ledgers: list[Ledger] = [build(deploy, stack)[1].ledger for stack in ("dev", "prod")]
    accounts = ("111111111111", "222222222222")

    dev, prod = (
        json.dumps(ledger.export()).replace(account, "ACCOUNT")
        for ledger, account in zip(ledgers, accounts, strict=True)
    )
    assert dev == prod


def test_children_are_named_after_their_component(built: tuple[Deployed, Platform]) -> None:
    deployed, _ = built

    components = {entry.name for entry in deployed.registered if entry.type.startswith("eventwire:")}
    for entry in deployed.registered:
        if entry.type.startswith("aws:"):
            assert any(entry.name.startswith(f"{name}-") for name in components) or _is_a_sentence(entry), entry.name


def _is_a_sentence(entry: Any) -> bool:
    return entry.type.endswith(":RolePolicy") and "-may-" in entry.name
