"""Subscription filters are made, changed and read as CloudWatch Logs does it, and refused as it refuses them."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Refused
from tests.emulator.log_groups import FUNCTION_ARN, GROUP, LogGroups
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live
from tests.emulator.stage import QUIET

FILTER = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
SAID = {"logGroup": GROUP, "destinationArn": FUNCTION_ARN, "filterPattern": "ERROR", "name": "errors"}

PROGRAM = """
logs = aws.cloudwatch.LogGroup("split")
role = aws.iam.Role("warn", assume_role_policy=TRUST)
warn = function("warn", role)
right = aws.lambda_.Permission("right", function=warn.name, action="lambda:InvokeFunction",
    principal="logs.amazonaws.com", source_arn=logs.arn.apply(lambda arn: arn + ":*"), source_account="111111111111")
def subscribe(logical_name="errors", **said):
    said = {"log_group": logs.name, "filter_pattern": "ERROR", "destination_arn": warn.arn, **said}
    return aws.cloudwatch.LogSubscriptionFilter(logical_name, **said, opts=after(right))
"""


def made(account: Account, log_groups: LogGroups) -> None:
    log_groups.group()
    log_groups.let(log_groups.functions.make(QUIET, name="warn"))


def test_a_filter_hangs_on_a_log_group_and_is_named_by_pulumi(tmp_path: Path) -> None:
    with deployed(tmp_path, f"{PROGRAM}\nsubscribe()\nsubscribe('all', filter_pattern='')") as (account, deployment):
        group = deployment.named("LogGroup", "split").id
        first, second = (deployment.named("LogSubscriptionFilter", name) for name in ("errors", "all"))
        told = account.client("logs").describe_subscription_filters(logGroupName=group)["subscriptionFilters"]

        assert {(each["filterName"], each["filterPattern"], each["distribution"]) for each in told} == {
            (first.outputs["name"], "ERROR", "ByLogStream"),
            (second.outputs["name"], "", "ByLogStream"),
        }
        assert first.outputs["name"].startswith("errors-")
        # terraform-provider-aws, "logs/subscription_filter.go": by the group alone.
        assert first.id == second.id == f"cwlsf-{zlib.crc32(f'{group}-'.encode())}"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('filter_pattern="foo-bar"', "filterPattern 'foo-bar' needs a term of A-Z a-z 0-9 _, or any text in double "),
        ('filter_pattern="e" * 1_025', "filterPattern 'eeee"),
        ('name="a:b"', "name 'a:b' needs no : and no *"),
        ('distribution="Random"', "distribution 'Random' needs 'ByLogStream': "),
        ("apply_on_transformed_logs=True", "applyOnTransformedLogs true needs false: "),
        ('emit_system_fields=["@aws.account"]', "the embedded account does not do `emitSystemFields` yet"),
        ("role_arn=role.arn", "the embedded account does not do `roleArn` yet"),
        (
            'destination_arn="arn:aws:kinesis:eu-west-1:111111111111:stream/flow"',
            "destinationArn 'arn:aws:kinesis:eu-west-1:111111111111:stream/flow' needs the ARN of a thing of lambda",
        ),
        (
            'destination_arn="arn:aws:lambda:eu-west-1:111111111111:function:other"',
            "destinationArn names arn:aws:lambda:eu-west-1:111111111111:function:other, and there is no such function",
        ),
    ],
)
def test_what_cannot_be_a_filter_is_refused(tmp_path: Path, said: str, told: str) -> None:
    (problem,) = problems(tmp_path, f"{PROGRAM}\nsubscribe({said})")

    assert problem.startswith(f"{FILTER} errors: {told}")


def test_a_filter_needs_a_function_that_lets_its_log_group_in(tmp_path: Path) -> None:
    source = PROGRAM.replace('arn + ":*"', 'arn + "-other:*"')

    (problem,) = problems(tmp_path, f"{source}\nsubscribe()")

    assert problem.startswith(f"{FILTER} errors: ")
    assert "logs.amazonaws.com may lambda:InvokeFunction on warn" in problem


def test_a_third_filter_of_a_group_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f"{PROGRAM}\n" + "\n".join(f"subscribe('{name}')" for name in "abc"))

    assert problem.startswith(f"{FILTER} ")
    assert "LimitExceededException" in problem or "Resource limit exceeded" in problem


def test_a_filter_changes_its_pattern_and_goes(account: Account, log_groups: LogGroups) -> None:
    made(account, log_groups)

    live(account, FILTER, SAID, {**SAID, "filterPattern": '{ $.level = "ERROR" }'}, {**SAID, "filterPattern": ""})


@pytest.mark.parametrize(
    ("word", "other"),
    [("name", "others"), ("logGroup", "/app/other"), ("destinationArn", f"{FUNCTION_ARN}-2")],
)
def test_a_filter_of_another_name_place_or_function_takes_the_place_of_the_old_one(
    account: Account, word: str, other: str
) -> None:
    old, new = checked(account, FILTER, SAID), checked(account, FILTER, {**SAID, word: other})

    assert Provisioner(account).difference(FILTER, old, new).replaces == {word}


def test_what_was_changed_behind_the_engines_back_is_seen(account: Account, log_groups: LogGroups) -> None:
    made(account, log_groups)
    provisioner, known = Provisioner(account), checked(account, FILTER, SAID)
    born = provisioner.create(FILTER, known)

    log_groups.listen(FUNCTION_ARN, "WARN")
    found: Any = provisioner.read(FILTER, born.id, known, SETTINGS)

    assert found.inputs == {**known, "filterPattern": "WARN"}


def test_a_filter_is_imported_by_its_group_and_its_name(account: Account, log_groups: LogGroups) -> None:
    made(account, log_groups)
    provisioner, known = Provisioner(account), checked(account, FILTER, SAID)
    born = provisioner.create(FILTER, known)

    found: Any = provisioner.read(FILTER, f"{GROUP}|errors", {}, SETTINGS)

    assert (found.inputs, found.made.id) == (known, born.id)
    assert provisioner.read(FILTER, f"{GROUP}|none", {}, SETTINGS) is None
    assert provisioner.read(FILTER, "/app/none|errors", {}, SETTINGS) is None
    with pytest.raises(Refused, match="needs the names of a log group and of its filter"):
        provisioner.read(FILTER, born.id, {}, SETTINGS)


def test_a_filter_goes_with_its_group(account: Account, log_groups: LogGroups) -> None:
    made(account, log_groups)
    provisioner, known = Provisioner(account), checked(account, FILTER, SAID)
    born = provisioner.create(FILTER, known)

    account.client("logs").delete_log_group(logGroupName=GROUP)

    assert provisioner.read(FILTER, born.id, known, SETTINGS) is None
    provisioner.delete(FILTER, born.id, known)


def test_the_right_is_tested_again_when_a_filter_is_changed(account: Account, log_groups: LogGroups) -> None:
    made(account, log_groups)
    provisioner, known = Provisioner(account), checked(account, FILTER, SAID)
    born = provisioner.create(FILTER, known)
    account.client("lambda").remove_permission(FunctionName=FUNCTION_ARN, StatementId="logs")

    with pytest.raises(Refused, match="Make sure you have given CloudWatch Logs permission to execute your function"):
        provisioner.update(FILTER, born.id, known, checked(account, FILTER, {**SAID, "filterPattern": "WARN"}))
    assert account.storage.backend("logs").groups[GROUP].subscription_filters["errors"].filter_pattern == "ERROR"
