"""What stacks exported is found where the file backend keeps it, once for each deployment."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from emulator.serving.ledgers import Ledgers

STACK = "pulumi:pulumi:Stack"


def checkpoint(*resources: dict[str, Any]) -> dict[str, Any]:
    """The file of a stack, as far as it matters here."""
    return {"version": 3, "checkpoint": {"stack": "organization/x/dev", "latest": {"resources": list(resources)}}}


def stack(**outputs: Any) -> dict[str, Any]:
    return {"urn": "urn:pulumi:dev::x::pulumi:pulumi:Stack::x-dev", "type": STACK, "outputs": outputs}


def keep(backend: Path, document: Any, name: str = "eventwire/dev", at: int = 1) -> Path:
    """Write a stack's file, `at` so many seconds."""
    page = backend / ".pulumi" / "stacks" / f"{name}.json"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(document if isinstance(document, str) else json.dumps(document))
    os.utime(page, (at, at))
    return page


def test_the_exports_of_every_stack_are_found(tmp_path: Path) -> None:
    keep(tmp_path, checkpoint({"type": "aws:sqs/queue:Queue"}, stack(ledger={"grants": []})))
    keep(tmp_path, checkpoint(stack(ledger={"grants": [1]})), "eventwire/twin")
    keep(tmp_path, checkpoint(stack(url="x")), "other/dev")

    assert list(Ledgers(tmp_path).fresh()) == [{"ledger": {"grants": []}}, {"ledger": {"grants": [1]}}, {"url": "x"}]


def test_exports_are_told_once_and_again_after_a_deployment(tmp_path: Path) -> None:
    keep(tmp_path, checkpoint(stack(a=1)))
    keep(tmp_path, checkpoint(stack(b=1)), "eventwire/twin")
    ledgers = Ledgers(tmp_path)

    assert list(ledgers.fresh()) == [{"a": 1}, {"b": 1}]
    assert list(ledgers.fresh()) == []
    keep(tmp_path, checkpoint(stack(a=2)), at=2)
    assert list(ledgers.fresh()) == [{"a": 2}]


def test_a_file_that_is_being_written_is_found_when_it_is_whole(tmp_path: Path) -> None:
    whole = json.dumps(checkpoint(stack(a=1)))
    keep(tmp_path, whole[:-5])
    ledgers = Ledgers(tmp_path)

    assert list(ledgers.fresh()) == []
    keep(tmp_path, whole)  # Within the same tick of the file system's clock.
    assert list(ledgers.fresh()) == [{"a": 1}]


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("[]", id="no mapping"),
        pytest.param({"version": 3, "checkpoint": {"latest": None}}, id="never deployed"),
        pytest.param({"version": 3, "checkpoint": {"latest": {}}}, id="nothing left"),
        pytest.param(checkpoint(), id="no stack"),
        pytest.param(checkpoint({"type": STACK}), id="no exports"),
        pytest.param(checkpoint({"urn": "x"}), id="a resource without a type"),
    ],
)
def test_a_file_that_tells_nothing_is_passed_over(tmp_path: Path, document: Any) -> None:
    keep(tmp_path, document)
    keep(tmp_path, checkpoint(stack(b=1)), "eventwire/twin")

    assert list(Ledgers(tmp_path).fresh()) == [{"b": 1}]


def test_only_stacks_are_read_and_no_copies_of_them(tmp_path: Path) -> None:
    keep(tmp_path, checkpoint(stack(a=1))).rename(tmp_path / ".pulumi/stacks/eventwire/dev.json.bak")
    keep(tmp_path, checkpoint(stack(a=1)), "../history/eventwire/dev/1")
    (tmp_path / ".pulumi/stacks/eventwire/folder.json").mkdir()

    assert list(Ledgers(tmp_path).fresh()) == []


def test_a_backend_that_is_not_there_yet_has_no_stacks(tmp_path: Path) -> None:
    assert list(Ledgers(tmp_path / "later").fresh()) == []
