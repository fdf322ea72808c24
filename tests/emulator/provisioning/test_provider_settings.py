"""A provider must be set for the account that is open, and for no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.account import Account
from emulator.identity import ADMINISTRATOR
from emulator.provisioning.provider_settings import read_provider_settings

ROLE = "arn:aws:iam::111111111111:role/deploy"
TRUST = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": "dev"}},
}


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account("111111111111", "eu-west-1") as opened:
        document = json.dumps({"Version": "2012-10-17", "Statement": TRUST})
        opened.client("iam").create_role(RoleName="deploy", AssumeRolePolicyDocument=document)
        yield opened


def test_settings_of_the_wire_are_read(account: Account) -> None:
    settings, problems = read_provider_settings(
        account,
        {
            "region": "eu-west-1",
            "allowedAccountIds": '["111111111111"]',
            "assumeRoles": json.dumps(
                [{"roleArn": ROLE, "sessionName": "deploy", "duration": "1h", "externalId": "dev"}]
            ),
            "defaultTags": '{"tags": {"stack": "dev"}}',
            "skipCredentialsValidation": "false",
        },
    )

    assert problems == []
    assert settings.default_tags == {"stack": "dev"}
    assert settings.deployer.arn == "arn:aws:sts::111111111111:assumed-role/deploy/deploy"


def test_whoever_assumes_no_role_deploys_as_administrator(account: Account) -> None:
    assert read_provider_settings(account, {"region": "eu-west-1"})[0].deployer is ADMINISTRATOR


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"region": "us-east-1"}, "region 'us-east-1' needs 'eu-west-1': the embedded account has this one region"),
        (
            {"allowedAccountIds": ["222222222222"]},
            "allowedAccountIds 222222222222 lacks 111111111111, the account this is",
        ),
        ({"allowedAccountIds": ["1"]}, "allowedAccountIds[0] '1' needs twelve digits"),
        ({"forbiddenAccountIds": ["111111111111"]}, "forbiddenAccountIds holds 111111111111, the account this is"),
        ({"profile": "sandbox"}, "the embedded account does not do `profile` yet"),
        ({"assumeRoles": [{"sessionName": "deploy"}]}, "assumeRoles[0].roleArn is missing: it needs a value"),
        (
            {"assumeRoles": [{"roleArn": ROLE, "sessionName": "a b"}]},
            "assumeRoles[0].sessionName 'a b' needs 2 to 64 characters of A-Z a-z 0-9 _ + = , . @ -",
        ),
        (
            {"assumeRoles": [{"roleArn": ROLE, "duration": "14m59s"}]},
            "assumeRoles[0].duration '14m59s' needs 15 minutes to 12 hours",
        ),
        (
            {"assumeRoles": [{"roleArn": ROLE, "duration": "12h1s"}]},
            "assumeRoles[0].duration '12h1s' needs 15 minutes to 12 hours",
        ),
        (
            {"assumeRoles": [{"roleArn": ROLE.replace("1" * 12, "2" * 12)}]},
            "assumeRoles[0] is arn:aws:iam::222222222222:role/deploy, a role of account 222222222222: "
            "only 111111111111 is here, and the roles it has",
        ),
    ],
)
def test_what_does_not_fit_is_told(account: Account, said: dict[str, Any], told: str) -> None:
    assert read_provider_settings(account, said)[1] == [told]


def test_a_role_spelled_as_python_spells_it_would_not_be_assumed(account: Account) -> None:
    said = {"assumeRoles": json.dumps([{"role_arn": ROLE, "external_id": None}])}

    assert read_provider_settings(account, said)[1] == [
        "assumeRoles[0].role_arn is not known, roleArn is: a dict in a provider's settings keeps its spelling, "
        "use aws.ProviderAssumeRoleArgs",
        "assumeRoles[0].roleArn is missing: it needs a value",
    ]


def test_a_role_that_cannot_be_assumed_makes_the_settings_wrong(account: Account) -> None:
    said = {"assumeRoles": [{"roleArn": ROLE, "externalId": "prod"}], "defaultTags": {"tags": {"stack": "dev"}}}

    settings, problems = read_provider_settings(account, said)

    assert len(problems) == 1
    assert "its condition StringEquals sts:ExternalId 'dev' fails: the request has 'prod'" in problems[0]
    assert (settings.default_tags, settings.deployer) == ({}, ADMINISTRATOR)


def test_how_long_a_session_lasts_is_read_in_hours_minutes_and_seconds(account: Account) -> None:
    said = {"assumeRoles": [{"roleArn": ROLE, "externalId": "dev", "duration": "1h0m1s"}]}

    assert read_provider_settings(account, said)[1] == [
        "assumeRoles[0] has a duration of 3601 seconds, needs at most 3600: the maxSessionDuration of deploy"
    ]
