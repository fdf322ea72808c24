"""What a `pulumi` command runs in, and what becomes of what it says."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.tools.conftest import Programs
from tools.pulumi_project import PulumiFailed, PulumiProject, environment


@pytest.fixture
def project(programs: Programs, tmp_path: Path) -> PulumiProject:
    folder = tmp_path / "project"
    folder.mkdir()
    return PulumiProject(folder, environment(programs.folder, tmp_path / "state", {"aws": 4001, "random": 4002}))


def test_a_command_runs_in_the_project_without_questions_and_colours(
    project: PulumiProject, programs: Programs
) -> None:
    programs.put("pulumi", "import os, sys; print(os.getcwd(), *sys.argv[1:])")

    said = project.run("up", "--yes")

    assert said == f"{project.folder} up --yes --non-interactive --color=never\n"


def test_a_failed_command_tells_itself_its_code_and_all_it_said(project: PulumiProject, programs: Programs) -> None:
    programs.put("pulumi", "import sys; print('so far'); print('error: no stack', file=sys.stderr); sys.exit(255)")

    with pytest.raises(PulumiFailed) as failed:
        project.run("preview", "--diff")

    assert str(failed.value) == "pulumi preview --diff ended with 255:\nso far\nerror: no stack\n"
    assert failed.value.exit_code == 255


def event(kind: str, operation: str, name: str) -> str:
    return json.dumps(
        {kind: {"metadata": {"op": operation, "urn": f"urn:pulumi:dev::wire::aws:sqs/queue:Queue::{name}"}}}
    )


def test_steps_are_what_became_of_each_resource_without_what_stayed(project: PulumiProject, programs: Programs) -> None:
    events = [
        event("resourcePreEvent", "refresh", "readings"),
        event("resOutputsEvent", "update", "readings"),
        event("resOutputsEvent", "create", "quakes"),
        event("resOutputsEvent", "create", "a::name"),
        event("resOutputsEvent", "same", "untouched"),
        json.dumps({"summaryEvent": {"resourceChanges": {"create": 2}}}),
    ]
    programs.put("pulumi", f"import sys; assert '--json' in sys.argv; print({chr(10).join(events)!r})")

    assert project.steps("refresh", "--yes") == {"update": {"readings"}, "create": {"quakes", "a::name"}}


def test_of_steps_that_failed_only_the_errors_are_told(project: PulumiProject, programs: Programs) -> None:
    events = [
        event("resOutputsEvent", "create", "quakes"),
        json.dumps({"diagnosticEvent": {"severity": "debug", "message": "registered quakes\n"}}),
        json.dumps({"diagnosticEvent": {"severity": "error", "message": "readings is protected\n"}}),
    ]
    programs.put(
        "pulumi", f"import sys; print({chr(10).join(events)!r}); print('it ended', file=sys.stderr); sys.exit(255)"
    )

    with pytest.raises(PulumiFailed) as failed:
        project.steps("up", "--yes")

    assert str(failed.value) == "pulumi up --yes ended with 255:\nreadings is protected\nit ended\n"


def test_steps_that_were_not_expected_are_told(project: PulumiProject, programs: Programs) -> None:
    names = ("readings", "quakes")
    events = [*(event("resOutputsEvent", "update", name) for name in names), event("resOutputsEvent", "same", "feed")]
    programs.put("pulumi", f"import sys; print({chr(10).join(events)!r}); sys.exit(7)")

    with pytest.raises(PulumiFailed) as failed:
        project.steps("refresh", "--expect-no-changes")

    assert str(failed.value) == "pulumi refresh --expect-no-changes ended with 7:\nupdate: quakes, readings\n"


def test_steps_that_failed_without_an_error_tell_all_they_said(project: PulumiProject, programs: Programs) -> None:
    programs.put("pulumi", "import sys; print('no such stack'); sys.exit(1)")

    with pytest.raises(PulumiFailed) as failed:
        project.steps("up", "--yes")

    assert str(failed.value) == "pulumi up --yes ended with 1:\nno such stack\n"


def test_the_caller_s_own_pulumi_and_account_stay_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mine")
    monkeypatch.setenv("LANG", "C.UTF-8")

    made = environment(tmp_path / "cli", tmp_path / "state", {})

    assert "PULUMI_ACCESS_TOKEN" not in made
    assert "AWS_SECRET_ACCESS_KEY" not in made
    assert made["LANG"] == "C.UTF-8"


def test_all_that_pulumi_keeps_is_below_the_state_and_nothing_is_downloaded(tmp_path: Path) -> None:
    made = environment(tmp_path / "cli", tmp_path / "state", {"aws": 4001, "random": 4002})

    assert made["PULUMI_BACKEND_URL"] == f"file://{tmp_path}/state/backend"
    assert (tmp_path / "state/backend").is_dir()
    assert made["PULUMI_HOME"] == str(tmp_path / "state/home")
    assert made["PULUMI_SKIP_UPDATE_CHECK"] == "true"
    assert made["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
    assert made["PULUMI_DEBUG_PROVIDERS"] == "aws:4001,random:4002"
    assert made["PATH"].split(os.pathsep)[0] == str(tmp_path / "cli")
