"""Log groups are made with their retention."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import checked, live


def test_a_log_group_keeps_its_lines_as_long_as_is_said(tmp_path: Path) -> None:
    source = 'aws.cloudwatch.LogGroup("logs", retention_in_days=7, tags={"a": "b"})\naws.cloudwatch.LogGroup("ever")'

    with deployed(tmp_path, source) as (account, deployment):
        logs = account.client("logs").describe_log_groups()["logGroups"]

        assert {group["logGroupName"]: group.get("retentionInDays") for group in logs} == {
            deployment.named("LogGroup", "logs").id: 7,
            deployment.named("LogGroup", "ever").id: None,
        }
        assert deployment.named("LogGroup", "logs").arn == (
            f"arn:aws:logs:eu-west-1:111111111111:log-group:{deployment.named('LogGroup', 'logs').id}"
        )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("retention_in_days=2", "retentionInDays 2 needs one of 0, 1, 3, 5, 7, 14"),
        ('log_group_class="INFREQUENT_ACCESS"', "logGroupClass 'INFREQUENT_ACCESS' needs 'STANDARD': "),
        ('kms_key_id="key"', "the embedded account does not do `kmsKeyId` yet"),
        ('name="a b"', "name 'a b' needs characters of A-Z a-z 0-9 . - _ / #"),
    ],
)
def test_what_logs_would_not_take_is_refused(tmp_path: Path, said: str, told: str) -> None:
    (problem,) = problems(tmp_path, f'aws.cloudwatch.LogGroup("logs", {said})')

    assert problem.startswith(f"aws:cloudwatch/logGroup:LogGroup logs: {told}")


GROUP = "aws:cloudwatch/logGroup:LogGroup"


def test_a_group_changes_its_days_and_tags_and_goes(account: Account) -> None:
    live(
        account,
        GROUP,
        {"retentionInDays": 7, "tags": {"team": "seismology", "old": "yes"}},
        {"retentionInDays": 30, "tags": {"team": "alerts"}},
        {"retentionInDays": 0},
    )


def test_a_group_of_another_name_takes_the_place_of_the_old_one(account: Account) -> None:
    old, new = checked(account, GROUP, {"name": "one"}), checked(account, GROUP, {"name": "two"})

    assert Provisioner(account).difference(GROUP, old, new).replaces == {"name"}
