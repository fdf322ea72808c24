"""A stack of the project under the real Pulumi engine, with an embedded account at its provider's end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from emulator.account import Account
from emulator.journey.environment import Environment, read_environment
from emulator.keeping.state_file import keep, restore
from emulator.program.program import read_program
from emulator.provisioning.deploy_role import prepare
from emulator.serving.register import Register
from emulator.serving.server import Server, serving
from tests.conftest import ROOT
from tools.pulumi_project import PulumiProject, environment

AT_ONCE = ("--yes", "--skip-preview")
PROJECT = ("Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "__main__.py", "components", "pipelines")


@dataclass(frozen=True)
class RealStack:
    """One stack, its project and its account."""

    name: str
    server: Server
    project: PulumiProject
    folder: Path
    """All of it: the project, the engine's state, and the account where it is kept."""

    @property
    def account(self) -> Account:
        return self.server.account

    @property
    def register(self) -> Register:
        return self.server.register

    def run(self, *arguments: str) -> str:
        """Run a command of the CLI to its end, with the account answering."""
        return self.server.attend_while(lambda: self.project.run(*arguments, "--stack", self.name))

    def steps(self, operation: str, *arguments: str) -> dict[str, set[str]]:
        """Run `preview`, `up`, `refresh` or `destroy`; returns what became of each resource that did not stay."""
        at_once = () if operation == "preview" else AT_ONCE
        return self.server.attend_while(
            lambda: self.project.steps(operation, *at_once, *arguments, "--stack", self.name)
        )

    def outputs(self) -> dict[str, Any]:
        """What the stack exports, secrets too."""
        outputs: dict[str, Any] = json.loads(self.run("stack", "output", "--json", "--show-secrets"))
        return outputs

    def beside(self, name: str) -> RealStack:
        """Another stack of the same project in the same account."""
        return replace(self, name=name)

    def kill_during(self, command: str, when: Callable[[], bool]) -> None:
        """Begin a command and kill it, with all it has started, as soon as `when` says so."""
        with subprocess.Popen(  # noqa: S603
            ["pulumi", command, *AT_ONCE, "--non-interactive", "--stack", self.name],  # noqa: S607
            cwd=self.project.folder,
            env=self.project.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as running:
            self.server.attend(lambda: when() or running.poll() is not None)
            assert running.returncode is None, f"{command} came to its end before it could be killed"
            os.killpg(running.pid, signal.SIGKILL)

    def rewrite(self, file: str, old: str, new: str) -> None:
        """Change a file of the project; what is to be changed must be there once."""
        path = self.project.folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file} holds {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def keep(self) -> None:
        """Keep the account beside the project and the engine's state: `again` begins there."""
        keep(self.account, self.folder / "account", {"register": self.register})


@contextmanager
def new_stack(
    cli: Path, folder: Path, name: str, root: Path = ROOT, where: Environment | None = None
) -> Iterator[RealStack]:
    """A stack that was not deployed yet, in an account that holds nothing but its deploy role.

    Args:
        where: the account, where no page of the project names one.
    """
    copied = folder / "project"
    copied.mkdir(parents=True)
    for part in PROJECT:
        if (root / part).is_dir():
            shutil.copytree(root / part, copied / part, ignore=shutil.ignore_patterns("__pycache__"))
        elif (root / part).is_file():
            shutil.copy(root / part, copied / part)
    with _opened(cli, folder, name, where) as stack:
        prepare(stack.account, read_program(copied, name).config)
        stack.run("stack", "init")
        yield stack


@contextmanager
def again(cli: Path, kept: Path, folder: Path, name: str) -> Iterator[RealStack]:
    """A stack as it was when it was kept, with a project, a state and an account of its own."""
    shutil.copytree(kept, folder)
    with _opened(cli, folder, name) as stack:
        yield stack


@contextmanager
def _opened(cli: Path, folder: Path, name: str, where: Environment | None = None) -> Iterator[RealStack]:
    project = folder / "project"
    where = where or read_environment(project, name)
    with Account(where.account_id, where.region) as account:
        register = restore(account, folder / "account").get("register") or Register()
        with serving(account, register) as server:
            ports = {"aws": server.ports.provider}
            yield RealStack(name, server, PulumiProject(project, environment(cli, folder / "state", ports)), folder)
