"""Roles and their policies are made as IAM makes them, and refused as IAM refuses them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.programs import deployed, problems

BAD = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*"}]}'


def test_a_role_is_made_with_all_that_is_said(tmp_path: Path) -> None:
    source = """
        aws.iam.Role("role", assume_role_policy=TRUST, description="splits", path="/feeds/", max_session_duration=3600,
            tags={"a": "b"}, inline_policies=[{"name": "may-send", "policy": allow("sqs:SendMessage", "*")}])
    """

    with deployed(tmp_path, source) as (account, deployment):
        role = deployment.named("Role", "role")
        told = account.client("iam").get_role(RoleName=role.id)["Role"]

        assert told["Arn"] == role.arn == f"arn:aws:iam::111111111111:role/feeds/{role.id}"
        assert (told["RoleId"], told["Description"], told["Path"]) == (role.outputs["uniqueId"], "splits", "/feeds/")
        assert told["Tags"] == [{"Key": "a", "Value": "b"}]
        assert account.client("iam").list_role_policies(RoleName=role.id)["PolicyNames"] == ["may-send"]


def test_a_trust_may_be_given_as_a_value(tmp_path: Path) -> None:
    source = 'aws.iam.Role("role", assume_role_policy=json.loads(TRUST))'

    with deployed(tmp_path, source) as (account, deployment):
        told = account.client("iam").get_role(RoleName=deployment.named("Role", "role").id)["Role"]

        assert told["AssumeRolePolicyDocument"]["Statement"][0]["Action"] == "sts:AssumeRole"


def test_a_policy_bears_its_role_and_its_name_in_its_id(tmp_path: Path) -> None:
    source = """
        role = aws.iam.Role("role", assume_role_policy=TRUST)
        aws.iam.RolePolicy("policy", role=role.name, name="may-send", policy=allow("sqs:SendMessage", "*"))
    """

    with deployed(tmp_path, source) as (_, deployment):
        assert deployment.named("RolePolicy", "policy").id == f"{deployment.named('Role', 'role').id}:may-send"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("max_session_duration=43201", "maxSessionDuration 43201 needs 3600 to 43200 seconds"),
        ('name="a b"', "name 'a b' needs characters of A-Z a-z 0-9 _ + = , . @ -"),
        (f'name="{"a" * 65}"', f"name '{'a' * 65}' needs 1 to 64 characters, has 65"),
        ('path="feeds"', "path 'feeds' needs a path that begins and ends with /"),
        ("force_detach_policies=True", "the embedded account does not do `forceDetachPolicies` yet"),
    ],
)
def test_what_iam_would_not_take_is_refused(tmp_path: Path, said: str, told: str) -> None:
    assert problems(tmp_path, f'aws.iam.Role("role", assume_role_policy=TRUST, {said})') == [
        f"aws:iam/role:Role role: {told}"
    ]


def test_a_trust_is_checked_as_one(tmp_path: Path) -> None:
    found = problems(tmp_path, f"aws.iam.Role('role', assume_role_policy='{BAD}')")

    assert [problem.partition("needs mending: ")[2] for problem in found] == [
        "statement 1: Principal is missing",
        "statement 1: Action 'sqs:*' has no place in a trust policy: it takes actions of sts only",
    ]


def test_a_policy_is_checked_as_one(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f"aws.iam.RolePolicy('policy', role='role', policy='{BAD}')")

    assert problem.startswith("aws:iam/rolePolicy:RolePolicy policy: policy ")
    assert "Resource" in problem


def test_a_policy_of_no_role_is_refused(tmp_path: Path) -> None:
    source = 'aws.iam.RolePolicy("policy", role="gone", policy=allow("sqs:SendMessage", "*"))'

    assert problems(tmp_path, source) == [
        "aws:iam/rolePolicy:RolePolicy policy: PutRolePolicy answers NoSuchEntity: Role gone not found"
    ]
