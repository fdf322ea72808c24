"""Account and region come from the stack's page; the rest of the page is read by the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.problems import ConfigError
from emulator.journey.environment import Environment, read_environment


def page(root: Path, environment: str) -> Path:
    (root / "Pulumi.dev.yaml").write_text(f"config:\n  eventwire:environment: {environment}\n")
    return root


def test_account_and_region_are_read_and_nothing_else(tmp_path: Path) -> None:
    root = page(tmp_path, '{account_id: "111111111111", region: eu-west-1, anything: else}')

    assert read_environment(root, "dev") == Environment(account_id="111111111111", region="eu-west-1")


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ('{account_id: "111111111111"}', "region: is missing"),
        ('{account_id: "1", region: eu-west-1}', r"account_id: '1' does not match \^\[0-9\]\{12\}\$"),
        ('{account_id: "111111111111", region: Ireland}', "region: 'Ireland' does not match"),
        ("{account_id: 111111111111, region: eu-west-1}", "account_id: needs text"),
        ("[]", r"environment: needs keys with values, got \[\]"),
    ],
)
def test_what_names_no_account_is_refused_with_its_line(tmp_path: Path, environment: str, message: str) -> None:
    with pytest.raises(ConfigError, match=rf"^Pulumi\.dev\.yaml:2  config\.eventwire:.*{message}"):
        read_environment(page(tmp_path, environment), "dev")


def test_a_stack_without_a_page_is_refused_with_the_stacks_there_are(tmp_path: Path) -> None:
    root = page(tmp_path, "{}")

    with pytest.raises(ConfigError, match=r"unknown stack 'def': did you mean dev\? known are dev"):
        read_environment(root, "def")
