"""The real engine, its Python language host and a provider of ours, from preview to destroy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.conftest import Cli
from tests.engine.keeping_provider import KeepingProvider
from tools.pulumi_project import PulumiFailed, PulumiProject

PAGE = """\
name: chain
runtime: python
"""

STACK_PAGE = """\
config:
  pulumi:disable-default-providers: [aws]
"""

PROGRAM = """\
import pulumi
import pulumi_aws as aws

deployer = aws.Provider(
    "deployer",
    region="eu-west-1",
    assume_roles=[aws.ProviderAssumeRoleArgs(role_arn="arn:aws:iam::111111111111:role/deploy")],
)
options = pulumi.ResourceOptions(provider=deployer)
failed = aws.sqs.Queue("failed", message_retention_seconds=1209600, opts=options)
readings = aws.sqs.Queue("readings", redrive_policy=pulumi.Output.json_dumps({"to": failed.arn}), opts=options)
pulumi.export("failed", failed.arn)
"""

AT_ONCE = ("--yes", "--skip-preview")


@pytest.fixture
def provider() -> KeepingProvider:
    return KeepingProvider()


@pytest.fixture
def project(cli: Cli, provider: KeepingProvider, tmp_path: Path) -> Iterator[PulumiProject]:
    folder = tmp_path / "chain"
    folder.mkdir()
    for name, text in {"Pulumi.yaml": PAGE, "Pulumi.dev.yaml": STACK_PAGE, "__main__.py": PROGRAM}.items():
        (folder / name).write_text(text, encoding="utf-8")
    with provider.served() as port:
        project = cli.on(folder, tmp_path / "state", {"aws": port})
        project.run("stack", "init", "dev")
        yield project


def test_a_preview_plans_everything_and_makes_nothing(project: PulumiProject, provider: KeepingProvider) -> None:
    planned = project.steps("preview")

    assert planned == {"create": {"chain-dev", "deployer", "failed", "readings"}}
    assert provider.kept == {}


def test_a_stack_goes_up_stays_as_it_is_and_leaves_nothing(project: PulumiProject, provider: KeepingProvider) -> None:
    project.run("up", *AT_ONCE)

    assert provider.settings[-1]["aws:config:region"] == "eu-west-1"
    assert json.loads(provider.settings[-1]["aws:config:assumeRoles"]) == [
        {"roleArn": "arn:aws:iam::111111111111:role/deploy"}
    ]
    assert provider.kept["failed"] == {"messageRetentionSeconds": 1209600}
    assert json.loads(provider.kept["readings"]["redrivePolicy"]) == {"to": "arn:aws:kept:::failed"}
    assert json.loads(project.run("stack", "output", "--json")) == {"failed": "arn:aws:kept:::failed"}

    assert project.steps("preview", "--expect-no-changes") == {}
    assert project.steps("up", *AT_ONCE, "--expect-no-changes") == {}

    assert project.steps("destroy", *AT_ONCE) == {"delete": {"chain-dev", "deployer", "failed", "readings"}}
    assert provider.kept == {}


def test_a_changed_input_is_one_update_which_expect_no_changes_refuses(
    project: PulumiProject, provider: KeepingProvider
) -> None:
    project.run("up", *AT_ONCE)
    program = project.folder / "__main__.py"
    program.write_text(program.read_text(encoding="utf-8").replace("1209600", "3600"), encoding="utf-8")

    with pytest.raises(PulumiFailed, match="no changes were expected"):
        project.run("preview", "--expect-no-changes")
    assert project.steps("up", *AT_ONCE) == {"update": {"failed"}}
    assert provider.kept["failed"] == {"messageRetentionSeconds": 3600}


def test_a_refresh_finds_what_went_behind_the_engine_s_back_and_up_makes_it_again(
    project: PulumiProject, provider: KeepingProvider
) -> None:
    project.run("up", *AT_ONCE)
    del provider.kept["failed"]

    assert project.steps("refresh", *AT_ONCE) == {"delete": {"failed"}}
    assert project.steps("up", *AT_ONCE) == {"create": {"failed"}}
    assert sorted(provider.kept) == ["failed", "readings"]
