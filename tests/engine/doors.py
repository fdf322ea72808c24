"""The two doors of the provider: the engine in this process, and the real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.account import Account
from emulator.engine import DeploymentError, deploy
from emulator.journey.environment import Environment
from emulator.wire import plain
from tests.emulator.programs import ACCOUNT_ID, REGION, write_program
from tests.engine.real_stack import new_stack
from tools.pulumi_project import PulumiFailed

PAGE = f"config:\n  aws:region: {REGION}\n"
WHERE = Environment(account_id=ACCOUNT_ID, region=REGION)


class Refused(Exception):
    """A program that does not come through the door; the text is what was said of it."""


@dataclass(frozen=True)
class Door:
    """A way to deploy a small program into an account."""

    account: Account
    preview: Callable[[], None]
    """Raises `Refused`."""
    up: Callable[[], dict[str, Any]]
    """The exports."""
    write: Callable[[str], None]
    """Puts another program in the place of the one that is there."""


Through = Callable[[str], AbstractContextManager[Door]]
"""Opens an account with a door, for a program."""


@contextmanager
def in_process(folder: Path, source: str) -> Iterator[Door]:
    """An account with the engine of this process."""
    project = write_program(folder, source)
    with Account(ACCOUNT_ID, REGION) as account:

        def up() -> dict[str, Any]:
            try:
                return dict(plain(deploy(account, project, "dev", config={"aws:region": REGION}).outputs))
            except DeploymentError as error:
                raise Refused(str(error)) from None

        def write(source: str) -> None:
            write_program(folder, source)

        # It has no preview: whatever is refused is refused before anything of it is made.
        yield Door(account, lambda: up() and None, up, write)


@contextmanager
def real(cli: Path, folder: Path, source: str) -> Iterator[Door]:
    """An account with the real engine."""
    project = write_program(folder, source)
    (project / "Pulumi.dev.yaml").write_text(PAGE, encoding="utf-8")
    with new_stack(cli, folder / "real", "dev", project, WHERE) as stack:

        def run(*arguments: str) -> None:
            try:
                stack.run(*arguments)
            except PulumiFailed as failed:
                raise Refused(str(failed)) from None

        def up() -> dict[str, Any]:
            run("up", "--yes", "--skip-preview")
            return dict(stack.outputs())

        def write(source: str) -> None:
            write_program(stack.folder, source)

        yield Door(stack.account, lambda: run("preview"), up, write)
