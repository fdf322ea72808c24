"""What a project's pages say to its program."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.problems import ConfigError
from emulator.program.program import Program, read_program


def project(folder: Path, page: str, stack_page: str = "config: {}", main: str | None = "__main__.py") -> Path:
    (folder / "Pulumi.yaml").write_text(page)
    (folder / "Pulumi.dev.yaml").write_text(stack_page)
    if main:
        (folder / main).parent.mkdir(exist_ok=True)
        (folder / main).write_text("")
    return folder


def test_config_goes_by_its_full_key(tmp_path: Path) -> None:
    root = project(tmp_path, "name: quakes", "config: {region: eu, aws:region: eu-west-1}")

    assert read_program(root, "dev") == Program(
        root, root / "__main__.py", "quakes", "dev", {"quakes:region": "eu", "aws:region": "eu-west-1"}
    )


def test_values_that_are_no_texts_are_json(tmp_path: Path) -> None:
    root = project(tmp_path, "name: quakes", 'config: {a: true, b: 3, c: [x], d: {e: null}, f: "012"}')

    assert read_program(root, "dev").config == {
        "quakes:a": "true",
        "quakes:b": "3",
        "quakes:c": '["x"]',
        "quakes:d": '{"e": null}',
        "quakes:f": "012",
    }


def test_the_stack_overrides_what_the_project_says_for_all(tmp_path: Path) -> None:
    page = "name: quakes\nconfig: {a: 1, b: {default: 2}, c: {type: string}, aws:region: {value: eu-west-1}}"

    assert read_program(project(tmp_path, page, "config: {a: 9}"), "dev").config == {
        "quakes:a": "9",
        "quakes:b": "2",
        "aws:region": "eu-west-1",
    }


def test_config_may_be_given_in_the_stack_pages_place(tmp_path: Path) -> None:
    root = project(tmp_path, "name: quakes", "config: {a: 1}")

    assert read_program(root, "none", {"b": [2]}).config == {"quakes:b": "[2]"}


def test_an_encrypted_value_is_refused_by_name_and_line(tmp_path: Path) -> None:
    page = "config:\n  quakes:pin:\n    secure: v1:abc\n  quakes:deep:\n    - {key: {secure: v1:def}}\n"

    with pytest.raises(ConfigError) as raised:
        read_program(project(tmp_path, "name: quakes", page), "dev")

    told = "is encrypted, and only the stack's own secrets provider can read it: give a stand-in for this run"
    assert str(raised.value).splitlines() == [
        f"Pulumi.dev.yaml:2  quakes:pin: {told}",
        f"Pulumi.dev.yaml:5  quakes:deep.0.key: {told}",
    ]


@pytest.mark.parametrize(
    ("page", "main", "told"),
    [
        ("runtime: python", "__main__.py", "Pulumi.yaml:1  name: a project needs a name"),
        ("name: quakes", None, "Pulumi.yaml:1  main: there is no __main__.py"),
        ("name: quakes\nmain: infra", "infra.py", "Pulumi.yaml:2  main: there is no infra"),
    ],
)
def test_a_project_needs_a_name_and_a_program(tmp_path: Path, page: str, main: str | None, told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read_program(project(tmp_path, page, main=main), "dev")

    assert str(raised.value) == told


@pytest.mark.parametrize("said", ["infra", "infra/__main__.py"])
def test_the_program_may_lie_in_a_folder_of_its_own(tmp_path: Path, said: str) -> None:
    root = project(tmp_path, f"name: quakes\nmain: {said}", main="infra/__main__.py")

    assert read_program(root, "dev").main == root / "infra" / "__main__.py"


def test_a_stack_without_a_page_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Pulumi.prod.yaml  there is no such file"):
        read_program(project(tmp_path, "name: quakes"), "prod")
