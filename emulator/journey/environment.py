"""The environment of a stack: which account and region its page names; all else on the page is for the program."""

from __future__ import annotations

from pathlib import Path

from components.config import Config
from components.environment import AccountId, Region
from components.page import read_page
from components.problems import ConfigError, Problem, unknown
from components.validation import validate

_ENVIRONMENT = ("config", "eventwire:environment")
"""Where the environment stands on a stack's page."""


class Environment(Config, extra="ignore"):
    """Where a stack lives."""

    account_id: AccountId
    region: Region


NOWHERE = Environment(account_id="000000000000", region="us-east-1")
"""Stands in for an environment that cannot be read, so that the program can still tell what is wrong with its pages."""


def read_environment(root: Path, stack: str) -> Environment:
    """Read account and region of `eventwire:environment` on `Pulumi.<stack>.yaml`.

    Raises:
        ConfigError: the page is wrong.
    """
    path = page_of_stack(root, stack)
    environment, problems = validate(Environment, read_page(path, path.name), _ENVIRONMENT)
    if not isinstance(environment, Environment):
        raise ConfigError(problems)
    return environment


def page_of_stack(root: Path, stack: str) -> Path:
    """The page of a stack.

    Raises:
        ConfigError: there is no such stack.
    """
    path = root / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        stacks = [each.name.split(".")[1] for each in root.glob("Pulumi.*.yaml")]
        raise ConfigError([Problem(path.name, None, "", unknown("stack", stack, stacks))])
    return path
