"""A stack that the real engine deployed once and that was kept: each test begins with a copy of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from emulator.account import Account
from emulator.engine import Deployment, deploy, give_ledger_names
from emulator.journey.address_book import AddressBook
from emulator.journey.environment import read_environment
from emulator.journey.pages import read_all_journeys
from emulator.journey.result import JourneyResult
from emulator.journey.run import DeployedStack, run_journey
from emulator.keeping.account_state import take_state
from emulator.keeping.state_file import restore
from emulator.program.record import Resource
from emulator.wire import Archive, Asset, plain
from tests.conftest import ROOT
from tests.engine.real_stack import RealStack, again, new_stack


@dataclass(frozen=True)
class Standing:
    """A stack that was deployed and kept."""

    name: str
    planned: dict[str, set[str]]
    """The steps of the preview before it was deployed."""
    done: dict[str, set[str]]
    """The steps of the deployment."""
    outputs: Mapping[str, Any]
    resources: Mapping[str, Resource]
    """By URN, as the provider made them."""
    folder: Path
    cli: Path

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @contextmanager
    def another(self) -> Iterator[RealStack]:
        """The stack once more, each time as it was kept."""
        folder = Path(tempfile.mkdtemp(dir=self.folder.parent))
        with again(self.cli, self.folder, folder / "again", self.name) as stack:
            yield stack

    def run_journeys(self) -> list[JourneyResult]:
        """Every journey of the project, each in the account as it was kept."""
        where = read_environment(self.project, self.name)
        with Account(where.account_id, where.region) as account:
            restore(account, self.folder / "account")
            state = take_state(account, {})
        deployment = Deployment(self.resources, self.outputs)
        deployed = DeployedStack(where, deployment, AddressBook.from_outputs(self.outputs), state)
        return [run_journey(deployed, journey) for journey in read_all_journeys(self.project)]

    def inputs(self) -> dict[str, dict[str, Any]]:
        """What the real engine had made, by URN; without the hashes of archives, which it alone makes."""
        return {urn: _without_hashes(each.inputs) for urn, each in self.resources.items()}

    def deployed_in_process(self) -> tuple[dict[str, dict[str, Any]], Any]:
        """What the engine in this process makes of the same project: inputs by URN, and outputs."""
        where = read_environment(self.project, self.name)
        with Account(where.account_id, where.region) as account:
            deployed = deploy(account, self.project, self.name)
        ours = {urn: plain(each.inputs) for urn, each in deployed.resources.items() if each.type.startswith("aws:")}
        return ours, plain(deployed.outputs)


def stand(cli: Path, folder: Path, name: str, root: Path = ROOT) -> Standing:
    """Preview a stack in an account that holds nothing, deploy it, and keep it.

    Args:
        folder: empty; for this stack and for all that begin as copies of it.
        root: the project.
    """
    kept = folder / "kept"
    with new_stack(cli, kept, name, root) as stack:
        planned = stack.steps("preview")
        assert list(stack.register) == [], "a preview made something"
        done = stack.steps("up")
        outputs = stack.outputs()
        resources = {each.urn: each for each in stack.register}
        give_ledger_names(stack.account, outputs)
        stack.keep()
    return Standing(name, planned, done, outputs, resources, kept, cli)


def _without_hashes(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _unhashed(value) for name, value in plain(inputs).items()}


def _unhashed(value: Any) -> Any:
    if isinstance(value, Archive):
        return replace(value, hash="", assets={name: _unhashed(each) for name, each in value.assets.items()})
    return replace(value, hash="") if isinstance(value, Asset) else value
