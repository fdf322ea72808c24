"""The command line: help that reads well, exit codes, documents for programs, and a clean end after Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from emulator.__main__ import app
from emulator.serving.server import Server
from tests.emulator import post_office

ENDLESS = "def handle(event, context):\n    print('at work')\n    while True:\n        pass\n"


@pytest.fixture(autouse=True)
def a_hundred_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="python -m emulator")


def test_help_names_the_commands_and_an_example() -> None:
    shown = invoke("--help").stdout

    assert "Usage: python -m emulator [OPTIONS] COMMAND" in shown
    assert "Deploy a stack, send every journey, and account for every event." in shown
    assert "Example: python -m emulator run" in shown


def test_help_of_run_documents_every_exit_code() -> None:
    shown = " ".join(invoke("run", "--help").stdout.split())

    assert "4: a right was missing" in shown
    assert "3: events ended as dead letters" in shown
    assert "1: an error, a lost event, or a journey that did not end as it says" in shown
    assert "0: clean" in shown
    assert "with 130 where it was interrupted" in shown


def test_an_option_that_does_not_exist_ends_with_two() -> None:
    assert invoke("run", "--stak", "dev").exit_code == 2


def test_a_clean_run_ends_with_zero(tmp_path: Path) -> None:
    ended = invoke("run", "--root", post_office.build(tmp_path), "--journey", "one-letter", "--until-idle")

    assert ended.exit_code == 0
    assert ended.stdout.splitlines()[-1] == "clean: 1 journey ended as it says"


def test_logs_bear_their_chain(tmp_path: Path) -> None:
    ended = invoke("run", "--root", post_office.build(tmp_path), "--journey", "three-letters", "--logs")

    assert "c1 | " in ended.stdout
    assert "sent torn" in ended.stdout


def test_a_document_is_all_that_stands_on_stdout(tmp_path: Path) -> None:
    ended = invoke("run", "--root", post_office.build(tmp_path), "--journey", "three-letters", "--json")

    document = json.loads(ended.stdout)
    assert ended.stderr == ""
    assert ended.exit_code == document["exit_code"] == 0
    [journey] = document["journeys"]
    assert journey["wrote"] == {"post.inbox": 0, "post.shelf": 2}
    assert journey["hops"][0]["details"]["result"] == {"sent": 3}
    assert document["total"]["lost"] == 0


def test_a_wrong_page_is_told_in_the_document_too(tmp_path: Path) -> None:
    root = post_office.build(tmp_path, pipeline=post_office.PIPELINE.replace("{write: shelf}", "{write: shelv}"))

    ended = invoke("run", "--root", root, "--json")

    document = json.loads(ended.stdout)
    assert ended.exit_code == document["exit_code"] == 1
    assert [error.partition(": did you")[0] for error in document["errors"]] == [
        "nothing was created, the pages need mending:",
        "pipelines/post/pipeline.yaml:18  functions.keep.access[0].write: unknown resource 'shelv'",
    ]


def test_help_of_serve_says_what_it_is_for_and_how_it_ends() -> None:
    shown = " ".join(invoke("serve", "--help").stdout.split())

    assert "Be an AWS account on this machine, until Ctrl-C" in shown
    assert "It ends with 0 when it is interrupted, and with 1 where something stands in the way" in shown
    assert "a second Ctrl-C ends that too, with 130" in shown
    assert "Example: python -m emulator serve --stack dev --state .eventwire" in shown


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_cannot_be_is_misspelt(port: str) -> None:
    assert invoke("serve", "--port", port).exit_code == 2
    assert invoke("serve", "--provider-port", port).exit_code == 2


def serve(*arguments: object) -> Result:
    """`serve`, with ports of its own where nothing else is said."""
    return invoke("serve", "--port", "0", "--provider-port", "0", *arguments)


def test_serving_ends_with_one_on_a_wrong_page(tmp_path: Path) -> None:
    page = post_office.STACK.replace('"111111111111"', "1").replace("eu-west-1", "europe")

    ended = serve("--root", post_office.build(tmp_path, stack=page))

    assert (ended.exit_code, ended.stdout) == (1, "")
    assert [line.partition(": ")[0] for line in ended.stderr.splitlines()] == [
        "Pulumi.dev.yaml:3  config.eventwire:environment.account_id",
        "Pulumi.dev.yaml:4  config.eventwire:environment.region",
    ]


@pytest.mark.parametrize("option", ["--port", "--provider-port"])
def test_serving_ends_with_one_on_a_taken_port(tmp_path: Path, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        ended = serve("--root", post_office.build(tmp_path), option, port)

    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr == f"port {port} of 127.0.0.1 is taken: another program listens there\n"


def test_serving_ends_with_one_on_a_damaged_state(tmp_path: Path) -> None:
    (tmp_path / "account.state").write_text("damaged")

    ended = serve("--root", post_office.build(tmp_path / "project"), "--state", tmp_path)

    told = f"{tmp_path}/account.state is damaged: it does not begin as kept state does; delete it and deploy again\n"
    assert (ended.exit_code, ended.stdout, ended.stderr) == (1, "", told)


def test_serving_shows_people_what_to_do_until_it_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(server: Server, until: Callable[[], bool]) -> None:
        signal.raise_signal(signal.SIGINT)
        assert until()

    monkeypatch.setattr(Server, "attend", interrupt)

    ended = serve("--root", post_office.build(tmp_path))

    lines = ended.stdout.splitlines()
    assert ended.exit_code == 0
    assert lines[0] == "account 111111111111, eu-west-1: on this machine alone, with the deploy role of dev"
    assert lines[-1] == "the account is gone"


def test_a_second_ctrl_c_ends_serving_with_130(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(server: Server, until: Callable[[], bool]) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Server, "attend", interrupt)

    ended = serve("--root", post_office.build(tmp_path), "--json")

    assert (ended.exit_code, ended.stderr) == (130, "interrupted: what was at work is not finished\n")


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A run whose handler never ends, at work; and the folder for its temporary files."""
    root = post_office.build(
        tmp_path / "project", pipeline=post_office.PIPELINE.replace("handler: keep.handle", "handler: endless.handle")
    )
    (root / "pipelines" / "post" / "handlers" / "endless.py").write_text(ENDLESS)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    process = subprocess.Popen(  # noqa: S603  (this program itself)
        [sys.executable, "-m", "emulator", "run", "--root", str(root), "--journey", "three-letters"],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield process, temporary
    process.kill()
    process.wait()


def test_ctrl_c_ends_at_once_in_one_line_and_leaves_nothing_behind(
    endless: tuple[subprocess.Popen[str], Path],
) -> None:
    process, temporary = endless
    assert process.stdout is not None
    while "post.inbox -> post.sort" not in (line := process.stdout.readline()) or "delivered" not in line:
        assert line, "the run ended before it was interrupted"

    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=120)

    assert process.returncode == 130
    assert error == "interrupted: the account is gone, nothing is left behind\n"
    assert list(temporary.iterdir()) == []
