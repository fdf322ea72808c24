"""The environment's page."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from components.environment import DeployRole, EnvironmentConfig


def environment(**changes: Any) -> EnvironmentConfig:
    values = {"account_id": "111111111111", "region": "eu-west-1", "deploy_role": DeployRole(name="deploy")}
    return EnvironmentConfig(**{**values, **changes})


@pytest.mark.parametrize(
    ("region", "arn"),
    [
        ("eu-west-1", "arn:aws:iam::111111111111:role/deploy"),
        ("cn-north-1", "arn:aws-cn:iam::111111111111:role/deploy"),
    ],
)
def test_the_deploy_role_lives_in_the_account_and_its_partition(region: str, arn: str) -> None:
    assert environment(region=region).deploy_role_arn == arn


@pytest.mark.parametrize("account_id", ["11111111111", "1111111111111", "11111111111a", ""])
def test_an_account_has_twelve_digits(account_id: str) -> None:
    with pytest.raises(ValidationError, match="account_id"):
        environment(account_id=account_id)


@pytest.mark.parametrize("region", ["eu-west", "Ireland", "eu_west_1"])
def test_a_region_looks_like_one(region: str) -> None:
    with pytest.raises(ValidationError, match="region"):
        environment(region=region)


@pytest.mark.parametrize(
    ("field", "value"),
    [("session_minutes", 14), ("session_minutes", 61), ("external_id", "x"), ("external_id", "a b"), ("name", "a/b")],
)
def test_a_deploy_role_stays_within_what_sts_takes(field: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=field):
        DeployRole(**{"name": "deploy", field: value})
