"""What goes wrong around an engine: it is killed, or another stack lives in the same account."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.real_stack import RealStack, new_stack


@pytest.fixture
def stack(cli: Path, tmp_path: Path) -> Iterator[RealStack]:
    """The sample without the pipelines that only listen to others: what is tested here needs no more of it."""
    with new_stack(cli, tmp_path / "dev", "dev") as stack:
        for name in ("stations", "operations"):
            shutil.rmtree(stack.project.folder / "pipelines" / name)
        yield stack


def test_an_up_that_was_killed_half_way_is_taken_up_again(stack: RealStack) -> None:
    stack.kill_during("up", when=lambda: len(list(stack.register)) >= 20)
    made = {each.urn: each.id for each in stack.register}
    stack.run("cancel", "--yes")

    stack.run("up", "--yes", "--skip-preview")

    urns = [each.urn for each in stack.register]
    assert len(urns) == len(set(urns))
    assert made.items() <= {each.urn: each.id for each in stack.register}.items()
    assert stack.steps("up", "--expect-no-changes") == {}
    stack.steps("destroy")
    assert list(stack.register) == []
    assert stack.account.client("sqs").list_queues().get("QueueUrls", []) == []
    assert stack.account.client("lambda").list_functions()["Functions"] == []


def test_two_stacks_side_by_side_do_not_meet(stack: RealStack) -> None:
    folder = stack.project.folder
    shutil.copy(folder / "Pulumi.dev.yaml", folder / "Pulumi.twin.yaml")
    first = stack.steps("up")
    twin = stack.beside("twin")
    twin.run("stack", "init")

    second = twin.steps("up")

    assert len(second["create"]) == len(first["create"])
    ids = [(each.type, each.id, each.inputs.get("function")) for each in stack.register]
    assert len(ids) == len(set(ids))
    assert twin.steps("destroy") == {"delete": second["create"]}
    assert stack.steps("refresh", "--expect-no-changes") == {}
    assert stack.steps("up", "--expect-no-changes") == {}
