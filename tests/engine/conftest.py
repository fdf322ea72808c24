"""`cli`: the real Pulumi CLI. Where there is none, and no Go to build it, the tests that need it are left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.pulumi_build import BuildFailed
from tools.pulumi_cli import NoPulumi, pulumi_folder
from tools.pulumi_project import PulumiProject, environment


@dataclass(frozen=True)
class Cli:
    """The real CLI, by its folder."""

    folder: Path

    def on(self, project: Path, state: Path, ports: Mapping[str, int]) -> PulumiProject:
        """Commands for the project in a folder.

        Args:
            project: where Pulumi.yaml is.
            state: a folder for the stacks and Pulumi's own files; a new one is a backend without stacks.
            ports: for each package where its provider listens on loopback.
        """
        return PulumiProject(project, environment(self.folder, state, ports))


@pytest.fixture(scope="session")
def cli(request: pytest.FixtureRequest) -> Cli:
    if not request.config.getoption("--real-engine"):
        pytest.skip("the real Pulumi engine was not asked for: `make engine` builds it once and runs these")
    capture = request.config.pluginmanager.getplugin("capturemanager")
    terminal = request.config.pluginmanager.getplugin("terminalreporter")
    say: Callable[[str], None] = terminal.write_line
    try:
        # A build takes minutes: what it says is shown while it goes on.
        with capture.global_and_fixture_disabled():
            folder = pulumi_folder(say)
    except NoPulumi as reason:
        pytest.skip(f"no real engine: {reason}")
    except BuildFailed as reason:
        raise pytest.fail.Exception(str(reason), pytrace=False) from None
    return Cli(folder)
