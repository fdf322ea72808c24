"""Small Pulumi programs, written into a folder and deployed into an account of their own."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.engine import Deployment, DeploymentError, deploy

ACCOUNT_ID = "111111111111"
REGION = "eu-west-1"

HEAD = """
import json
import pulumi
import pulumi_aws as aws

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})

def allow(action, resource, **more):
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": action, "Resource": resource, **more}]})

def function(logical_name, role, **more):
    return aws.lambda_.Function(logical_name, role=role.arn, handler="work.handle", runtime="python3.13",
        code=pulumi.AssetArchive({"work.py": pulumi.StringAsset("def handle(event, context): pass")}), **more)

def after(*resources):
    return pulumi.ResourceOptions(depends_on=list(resources))
"""
"""What the programs begin with; their own first line is line 22."""

HEAD_LINES = HEAD.count("\n")


PAGE = {
    "eventwire:environment": {
        "account_id": ACCOUNT_ID,
        "region": REGION,
        "deploy_role": {"name": "eventwire-deploy", "external_id": "eventwire-dev"},
    }
}
"""A stack's config that names a deploy role, which is then made before the program runs."""


def deploying_as(
    role_name: str, source: str, external_id: str | None = "eventwire-dev", account_id: str = ACCOUNT_ID
) -> str:
    """A program after whose first lines `provider` assumes a role, and `ours` are the options of what belongs to it."""
    return f"""
provider = aws.Provider("account", region="{REGION}", assume_roles=[aws.ProviderAssumeRoleArgs(
    role_arn="arn:aws:iam::{account_id}:role/{role_name}", session_name="eventwire-dev", external_id={external_id!r})])
ours = pulumi.ResourceOptions(provider=provider)
{textwrap.dedent(source)}"""


def write_program(folder: Path, source: str, files: Mapping[str, str] | None = None) -> Path:
    """A project whose program is `HEAD` and `source`."""
    project = folder / "project"
    project.mkdir(exist_ok=True)
    (project / "Pulumi.yaml").write_text("name: quakes\nruntime: python\n")
    (project / "__main__.py").write_text(HEAD + textwrap.dedent(source).lstrip("\n"))
    for name, text in (files or {}).items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(textwrap.dedent(text))
    return project


@contextmanager
def deployed(
    folder: Path, source: str, files: Mapping[str, str] | None = None, config: Mapping[str, Any] | None = None
) -> Iterator[tuple[Account, Deployment]]:
    """An open account with the program's resources in it."""
    project = write_program(folder, source, files)
    with Account(ACCOUNT_ID, REGION) as account:
        yield account, deploy(account, project, "dev", config=config or {})


def problems(
    folder: Path, source: str, files: Mapping[str, str] | None = None, config: Mapping[str, Any] | None = None
) -> list[str]:
    """What keeps the program from being deployed, line by line, without the places in the source."""
    with pytest.raises(DeploymentError) as raised, deployed(folder, source, files, config):
        pass
    return [str(problem).removeprefix(f"{problem.where}  ") for problem in raised.value.problems]
