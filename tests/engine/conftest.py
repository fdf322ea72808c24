"""`cli`: the real Pulumi CLI. Where there is none, and no Go to build it, the tests that need it are left out.

`through`: each door of the provider in turn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.engine import doors
from tools.pulumi_build import BuildFailed
from tools.pulumi_cli import NoPulumi, pulumi_folder


@pytest.fixture(scope="session")
def cli(request: pytest.FixtureRequest) -> Path:
    """The folder to put on PATH."""
    if request.config.getoption("--no-engine"):
        pytest.skip("the real Pulumi engine was left out, as --no-engine asks")
    capture = request.config.pluginmanager.getplugin("capturemanager")
    terminal = request.config.pluginmanager.getplugin("terminalreporter")
    # One of several processes that share the tests has no terminal of its own.
    say: Callable[[str], None] = terminal.write_line if terminal else partial(print, file=sys.__stderr__)
    try:
        # A build takes minutes: what it says is shown while it goes on.
        with capture.global_and_fixture_disabled():
            return pulumi_folder(say)
    except NoPulumi as reason:
        pytest.skip(f"no real engine: {reason}")
    except BuildFailed as reason:
        raise pytest.fail.Exception(str(reason), pytrace=False) from None


@pytest.fixture(params=["in-process", "engine"])
def through(request: pytest.FixtureRequest, tmp_path: Path) -> doors.Through:
    """Opens an account with one of the doors, for a program."""
    if request.param == "in-process":
        return lambda source: doors.in_process(tmp_path, source)
    cli = request.getfixturevalue("cli")
    return lambda source: doors.real(cli, tmp_path, source)
