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


def test_help_of_send_says_what_it_does_and_how_it_ends() -> None:
    shown = " ".join(invoke("send", "--help").stdout.split())

    assert "Hand one event to a function, as its trigger's source would" in shown
    assert "1 with an error, a lost event, or a function that was not woken" in shown
    assert "Example: python -m emulator send --trigger split-on-feed --print > event.json" in shown


def test_the_example_of_a_trigger_is_printed_and_nothing_is_deployed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.account.Account.__enter__", None)

    ended = invoke("send", "--root", post_office.build(tmp_path), "--trigger", "keep-on-letters", "--print")

    [record] = json.loads(ended.stdout)["Records"]
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert record["eventSourceARN"] == "arn:aws:sqs:eu-west-1:111111111111:letters"


def test_to_print_an_example_takes_nothing_that_emulates() -> None:
    program = (
        "import sys\n"
        "import emulator.__main__, emulator.waking.stack_triggers\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'boto3', 'botocore', 'moto', 'rich.live'}))"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603

    assert ended.stdout == "[]\n"


def test_a_wrong_trigger_is_told_on_stderr_where_an_example_was_asked_for(tmp_path: Path) -> None:
    ended = invoke("send", "--root", post_office.build(tmp_path), "--trigger", "keep-on-leters", "--print")

    hint = "did you mean keep-on-letters? known are post.keep-on-letters, post.sort-on-inbox"
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr == f"--trigger  unknown trigger 'keep-on-leters': {hint}\n"


def test_an_example_that_is_shown_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text("{}")

    ended = invoke("send", "--trigger", "a", "--print", "--event", tmp_path / "event.json")

    assert ended.exit_code == 2
    assert "leave --event out" in ended.stderr


def test_sending_needs_a_trigger() -> None:
    ended = invoke("send")

    assert ended.exit_code == 2
    assert "Missing option '--trigger'" in ended.stderr


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    root = post_office.build(tmp_path)

    ended = invoke("send", "--root", root, "--trigger", "keep-on-letters", "--event", tmp_path / "event.json")

    assert ended.exit_code == 1
    assert "cannot be read: No such file or directory" in " ".join(ended.stdout.split())


def test_what_was_printed_can_be_edited_and_sent_through_standard_input(tmp_path: Path) -> None:
    root = post_office.build(tmp_path)
    printed = invoke("send", "--root", root, "--trigger", "keep-on-letters", "--print").stdout
    edited = printed.replace('"a message"', '"torn"')

    arguments = ["send", "--root", str(root), "--trigger", "keep-on-letters", "--event", "-", "--json"]
    ended = CliRunner().invoke(app, arguments, input=edited, prog_name="python -m emulator")

    document = json.loads(ended.stdout)
    assert ended.stderr == ""
    assert ended.exit_code == document["exit_code"] == 3
    assert document["attempts"] == {"post.keep": 5}
    assert document["dead_lettered"] == {"post.letters.dead-letters": 1}
    assert document["received"]["Records"][0]["body"] == "torn"


def test_a_wrong_event_is_told_in_the_document_too(tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text("{}")
    root = post_office.build(tmp_path / "project")

    ended = invoke("send", "--root", root, "--trigger", "keep-on-letters", "--event", tmp_path / "event.json", "--json")

    document = json.loads(ended.stdout)
    assert ended.exit_code == document["exit_code"] == 1
    assert [error.partition("  ")[2].partition(":")[0] for error in document["errors"]] == [
        "has no keys and lacks Records"
    ]


def test_sending_ends_with_130_where_it_was_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("emulator.send.stand", interrupted)

    ended = invoke("send", "--root", post_office.build(tmp_path), "--trigger", "keep-on-letters")

    assert (ended.exit_code, ended.stderr) == (
        130,
        "interrupted: the account is gone, nothing is left behind\n",
    )


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
