"""The three ways a program is run: by the real CLI, under mocks, and into an embedded account."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bench.echo_provider import attached
from bench.measuring import Cost, measure
from bench.projects import ROOT, STACK
from tools.pulumi_build import Say
from tools.pulumi_cli import pulumi_folder
from tools.pulumi_project import PulumiProject, environment


class Door(StrEnum):
    """A way in, by the word the command line knows."""

    CLI = "cli"
    MOCKS = "mocks"
    IN_PROCESS = "in-process"


@dataclass(frozen=True)
class Doors:
    """All of them, open.

    Attributes:
        cli: the folder of the real CLI; None where that door is not asked for.
        port: where the provider listens that the CLI attaches.
    """

    cli: Path | None
    port: int

    def measure(self, door: Door, project: Path) -> Cost:
        """Run a project's program once, as a process of its own."""
        if door is Door.CLI and self.cli is not None:
            return _preview(self.cli, self.port, project)
        module = {Door.MOCKS: "bench.under_mocks", Door.IN_PROCESS: "bench.in_process"}[door]
        return measure([sys.executable, "-m", module, str(project)], ROOT)


@contextmanager
def opened(doors: list[Door], say: Say) -> Iterator[Doors]:
    """Find or build the CLI if it is asked for, and serve its provider.

    Raises:
        NoPulumi, BuildFailed: as `tools.pulumi_cli.pulumi_folder` does.
    """
    if Door.CLI not in doors:
        yield Doors(None, 0)
        return
    folder = pulumi_folder(say)
    with attached() as port:
        yield Doors(folder, port)


def _preview(cli: Path, port: int, project: Path) -> Cost:
    """One `pulumi preview` on a file backend where nothing is yet."""
    with tempfile.TemporaryDirectory() as state:
        surroundings = environment(cli, Path(state), {"aws": port})
        PulumiProject(project, surroundings).run("stack", "init", STACK)
        pulumi = shutil.which("pulumi", path=surroundings["PATH"]) or "pulumi"
        command = [pulumi, "preview", "--stack", STACK, "--non-interactive", "--color=never"]
        return measure(command, project, surroundings)
