"""Policies as values."""

from __future__ import annotations

import asyncio
import json

import pytest

from components import iam


def rendered(*statements: iam.Statement) -> dict[str, object]:
    async def read() -> str | None:
        return await iam.document(*statements).future()

    document = asyncio.run(read())
    assert document is not None
    return dict(json.loads(document))


def test_a_right_names_its_actions_and_one_arn() -> None:
    assert rendered(iam.allow("sqs:SendMessage", on="arn:queue")) == {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:queue"}],
    }


def test_conditions_with_one_operator_stand_together() -> None:
    statement = iam.allow(
        "a:B", on=["x", "y"], when=[iam.When("StringEquals", "k", ("1",)), iam.When("StringEquals", "l", ("2", "3"))]
    )

    assert statement.as_json() == {
        "Effect": "Allow",
        "Action": "a:B",
        "Resource": ["x", "y"],
        "Condition": {"StringEquals": {"k": "1", "l": ["2", "3"]}},
    }


def test_tls_is_demanded_of_everyone() -> None:
    assert iam.deny_without_tls("sqs:*", on="arn:queue").as_json() == {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": "arn:queue",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def test_a_trust_names_exactly_one_service() -> None:
    assert json.loads(iam.trust("lambda.amazonaws.com")) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_a_role_lives_in_the_partition_of_its_region(region: str, partition: str) -> None:
    assert iam.role_arn(region, "111111111111", "deploy") == f"arn:{partition}:iam::111111111111:role/deploy"


def test_a_trust_with_conditions_names_no_resource() -> None:
    async def read() -> str | None:
        when = iam.When("ArnEquals", "aws:SourceArn", ("arn:group",))
        return await iam.trust_for("scheduler.amazonaws.com", when).future()

    document = asyncio.run(read())
    assert document is not None
    assert json.loads(document) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "scheduler.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"ArnEquals": {"aws:SourceArn": "arn:group"}},
            }
        ],
    }
