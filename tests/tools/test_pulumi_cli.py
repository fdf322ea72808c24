"""Which Pulumi CLI is taken."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.tools.conftest import Programs
from tools import pulumi_cli
from tools.pulumi_build import BuildFailed, Say, pinned_name
from tools.pulumi_cli import NoPulumi, cache_folder, pulumi_folder


def silent(line: str) -> None:
    raise AssertionError(f"nothing was to be said, but {line!r} was")


def built(tmp_path: Path) -> Path:
    """The folder of a CLI that was built before."""
    folder = tmp_path / "someone/.cache/eventwire" / pinned_name()
    folder.mkdir(parents=True)
    return folder


def test_the_one_on_path_is_preferred_to_a_built_one(programs: Programs, tmp_path: Path) -> None:
    built(tmp_path)
    programs.put("pulumi", "")

    assert pulumi_folder(silent) == programs.folder


def test_a_built_one_needs_no_go(programs: Programs, tmp_path: Path) -> None:
    folder = built(tmp_path)

    assert pulumi_folder(silent) == folder


def test_where_it_is_neither_there_nor_can_be_built_both_ways_out_are_told(programs: Programs) -> None:
    with pytest.raises(NoPulumi, match="neither pulumi nor go is on PATH: install Pulumi, or Go to build it with"):
        pulumi_folder(silent)


def test_with_go_the_pinned_one_is_built_into_the_cache(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = programs.put("go", "")
    asked: list[tuple[Path, str]] = []
    monkeypatch.setattr(pulumi_cli, "build", lambda kept, program, say: asked.append((kept, program)))

    folder = pulumi_folder(silent)

    assert folder == tmp_path / "someone/.cache/eventwire" / pinned_name()
    assert asked == [(folder, str(go))]


@pytest.mark.parametrize(
    ("named", "folder"),
    [
        ("/var/cache/someone", "/var/cache/someone/eventwire"),
        ("relative", "{home}/.cache/eventwire"),
        ("", "{home}/.cache/eventwire"),
    ],
)
def test_the_cache_is_where_xdg_says_when_it_says_an_absolute_path(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, folder: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", named)

    assert cache_folder() == Path(folder.format(home=tmp_path / "someone"))


def app() -> typer.Typer:
    app = typer.Typer()
    app.command()(pulumi_cli.main)
    return app


def test_the_command_prints_the_folder_and_nothing_else(programs: Programs) -> None:
    programs.put("pulumi", "")

    ended = CliRunner().invoke(app())

    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, f"{programs.folder}\n", "")


def test_what_a_build_says_does_not_mix_with_the_folder(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.put("go", "")

    def build(kept: Path, go: str, say: Say) -> None:
        say("half of it is there")

    monkeypatch.setattr(pulumi_cli, "build", build)

    ended = CliRunner().invoke(app())

    assert ended.stdout == f"{tmp_path / 'someone/.cache/eventwire' / pinned_name()}\n"
    assert ended.stderr == "half of it is there\n"


@pytest.mark.parametrize("reason", [NoPulumi("there is none"), BuildFailed("it broke")])
def test_a_command_without_a_folder_ends_with_1_and_one_line(
    monkeypatch: pytest.MonkeyPatch, reason: Exception
) -> None:
    def nothing(say: Say) -> Path:
        raise reason

    monkeypatch.setattr(pulumi_cli, "pulumi_folder", nothing)

    ended = CliRunner().invoke(app())

    assert (ended.exit_code, ended.stdout, ended.stderr) == (1, "", f"{reason}\n")
