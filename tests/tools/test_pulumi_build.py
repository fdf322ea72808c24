"""How the pinned CLI is built, with a `go` that only writes down what it was asked."""

from __future__ import annotations

import fcntl
import json
import re
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from tests.tools.conftest import Programs
from tools import pulumi_build
from tools.pulumi_build import CLI_MODULE, HOST_MODULE, BuildFailed, build, pinned_name

GO = """\
import json, os, pathlib, sys

here = pathlib.Path(__file__).parent
module = pathlib.Path.cwd().name
call = {"module": module, "arguments": sys.argv[1:], "cgo": os.environ.get("CGO_ENABLED")}
with (here / "calls").open("a") as calls:
    calls.write(json.dumps(call) + "\\n")
match sys.argv[1:]:
    case ["list", "-deps", "tool"]:
        print("go: downloading some.where/else v1.0.0", file=sys.stderr)
        print("first/package", "second/package", sep="\\n")
    case ["build", *_, "-o", into, "tool"]:
        print("first/package")
        if (here / "broken").exists():
            sys.exit("first/package/file.go:7:1: the file is damaged")
        program = {"pulumi-cli": "pulumi", "language-python": "pulumi-language-python"}[module]
        pathlib.Path(into, program).write_text(program)
    case ["list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"]:
        print(here / "sdk")
    case _:
        sys.exit(f"go: what is {sys.argv[1:]}?")
"""


@pytest.fixture
def go(programs: Programs) -> str:
    executor = programs.folder / "sdk/python/cmd/pulumi-language-python-exec"
    executor.parent.mkdir(parents=True)
    executor.write_text("runs a program")
    return str(programs.put("go", GO))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "cache/pulumi-v1"


def calls(go: str) -> list[dict[str, Any]]:
    written = Path(go).with_name("calls")
    return [json.loads(line) for line in written.read_text().splitlines()] if written.exists() else []


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def ignore(line: str) -> None:
    """Hear what is said, and do nothing."""


WHOLE = {
    "pulumi": "pulumi",
    "pulumi-language-python": "pulumi-language-python",
    "pulumi-language-python-exec": "runs a program",
}


def test_the_folder_holds_the_cli_its_language_host_and_the_host_s_script(go: str, kept: Path) -> None:
    build(kept, go, ignore)

    assert contents(kept) == WHOLE


def test_the_cli_is_told_its_own_version(go: str, kept: Path) -> None:
    build(kept, go, ignore)

    [flags] = [
        call["arguments"][4] for call in calls(go) if call["arguments"][0] == "build" and call["module"] == "pulumi-cli"
    ]
    version = re.search(r"pulumi-(v\S+)-python", pinned_name())
    assert version is not None
    assert flags == f"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={version[1]}"


def test_no_c_compiler_is_needed(go: str, kept: Path) -> None:
    build(kept, go, ignore)

    assert {call["cgo"] for call in calls(go)} == {"0"}


def test_what_is_there_is_not_built_again(go: str, kept: Path) -> None:
    kept.mkdir(parents=True)

    build(kept, go, ignore)

    assert calls(go) == []


def test_a_failed_build_tells_what_go_said_and_leaves_no_folder(go: str, kept: Path) -> None:
    Path(go).with_name("broken").touch()

    with pytest.raises(BuildFailed) as failed:
        build(kept, go, ignore)

    first, *said = str(failed.value).splitlines()
    assert first.startswith(f"{go} build ")
    assert said == ["first/package/file.go:7:1: the file is damaged"]
    assert not kept.exists()


def test_what_an_interrupted_build_left_is_thrown_away(go: str, kept: Path) -> None:
    partial = kept.with_name("pulumi-v1.partial")
    partial.mkdir(parents=True)
    (partial / "half").touch()

    build(kept, go, ignore)

    assert contents(kept) == WHOLE
    assert not partial.exists()


def test_of_two_builds_at_once_the_second_waits_and_takes_what_the_first_made(go: str, kept: Path) -> None:
    kept.parent.mkdir()
    said: list[str] = []
    waiting = Event()

    def say(line: str) -> None:
        said.append(line)
        waiting.set()

    with kept.with_name("pulumi-v1.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = Thread(target=build, args=(kept, go, say))
        second.start()
        assert waiting.wait(timeout=60)
        kept.mkdir()
    second.join()

    assert said == ["waiting for another process that builds pulumi-v1"]
    assert calls(go) == []


def test_progress_is_told_with_what_is_done_of_how_much(go: str, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi_build, "PROGRESS_SECONDS", 0)
    said: list[str] = []

    build(kept, go, said.append)

    assert said[0] == "building pulumi-v1 from source: some minutes, once"
    assert any(re.fullmatch(r"pulumi-cli: 1 modules fetched, \d+ s", line) for line in said)
    assert any(re.fullmatch(r"language-python: 1 of 2 packages compiled, \d+ s", line) for line in said)


def test_the_cli_and_the_script_of_its_language_host_are_of_one_version() -> None:
    asked = re.findall(r"github.com/pulumi/pulumi/(\w+)/v3 (v\S+)", (CLI_MODULE / "go.mod").read_text())

    assert {name for name, _ in asked} == {"pkg", "sdk"}
    assert len({version for _, version in asked}) == 1


@pytest.mark.parametrize(
    ("module", "tool"),
    [
        (CLI_MODULE, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"),
        (HOST_MODULE, "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"),
    ],
)
def test_each_module_builds_one_program(module: Path, tool: str) -> None:
    assert re.findall(r"^tool (\S+)$", (module / "go.mod").read_text(), re.MULTILINE) == [tool]
