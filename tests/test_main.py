"""The program itself, by two of its doors; tests/engine has the third."""

from __future__ import annotations

import atexit
import gc
import runpy
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components.page import read_page
from emulator.account import Account
from emulator.engine import DeploymentError, deploy
from tests.conftest import ROOT
from tests.emulator import post_office

WRONG = post_office.PIPELINE.replace("{write: shelf}", "{write: shelv}").replace("{kind: queue}", "{kind: queu}")
TOLD = [
    "nothing was created, the pages need mending:",
    "pipelines/post/pipeline.yaml:3  resources.letters: unknown kind 'queu': did you mean queue? "
    "known are bucket, event_bus, queue, stream, table, topic",
    "pipelines/post/pipeline.yaml:18  functions.keep.access[0].write: unknown resource 'shelv': did you mean shelf? "
    "known are inbox, letters, shelf",
]


def test_every_wrong_page_is_told_at_once_in_the_program_s_own_words(tmp_path: Path) -> None:
    root = post_office.build(tmp_path, pipeline=WRONG)

    with Account("111111111111", "eu-west-1") as account, pytest.raises(DeploymentError) as raised:
        deploy(account, root, "dev")

    assert str(raised.value).splitlines() == TOLD
    assert raised.value.__cause__ is None


def test_the_program_leaves_this_process_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_exit: list[Any] = []
    monkeypatch.setattr(atexit, "register", at_exit.append)
    monkeypatch.setattr(atexit, "unregister", at_exit.remove)
    debug = pulumi.log.debug

    with Account("111111111111", "eu-west-1") as account:
        deploy(account, post_office.build(tmp_path), "dev")

    assert gc.isenabled()
    assert at_exit == []
    assert pulumi.log.debug is debug


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names of the program, run under mocks: what it would do to the whole process is noted in `aside`."""
    environment = read_page(ROOT / "Pulumi.dev.yaml").value["config"]["eventwire:environment"]
    monkeypatch.setattr(pulumi.Config, "require_object", lambda config, key: environment)
    aside: list[Any] = []
    told: list[str] = []
    monkeypatch.setattr(gc, "disable", lambda: aside.append("disabled"))
    monkeypatch.setattr(pulumi.log, "debug", lambda text, **_: told.append(text))
    monkeypatch.setattr(atexit, "register", aside.append)
    return {**runpy.run_path(str(ROOT / "__main__.py"), run_name="stack"), "aside": aside, "told": told}


def test_under_mocks_main_is_awaited_by_its_name(deploy: Any, program: dict[str, Any]) -> None:
    deployed = deploy(program["main"])

    assert "feeds-split-function" in deployed.names("Function")


def test_garbage_is_looked_for_neither_while_the_program_runs_nor_when_it_ends(
    deploy: Any, program: dict[str, Any]
) -> None:
    deploy(program["main"])

    assert program["aside"] == ["disabled", gc.freeze]


def test_of_the_sdk_s_own_steps_nothing_is_told_and_of_errors_all(deploy: Any, program: dict[str, Any]) -> None:
    warn, error = pulumi.log.warn, pulumi.log.error
    deploy(program["main"])

    pulumi.log.debug("a step")

    assert "a step" not in program["told"]
    assert (pulumi.log.warn, pulumi.log.error) == (warn, error)


def test_requests_may_begin_before_main_returns(deploy: Any, program: dict[str, Any]) -> None:
    def run() -> None:
        running = program["main"]()
        running.send(None)
        with pytest.raises(StopIteration):
            running.send(None)

    assert "feeds-split-function" in deploy(run).names("Function")
