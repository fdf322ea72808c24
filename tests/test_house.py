"""The house's own rules: who may import whom, what belongs to each file, and what stands nowhere."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from components import reference, schema
from tests.conftest import ROOT

FLOORS: tuple[tuple[str, ...], ...] = (
    (
        *("config", "iam", "problems", "ledger", "archive", "json_text", "json_values", "schedule_input"),
        *("circles", "log_batch", "log_pattern_regex", "example_numbers"),
    ),
    (
        "page",
        "example",
        "environment",
        "dead_letters",
        "closed_bucket",
        "cron",
        "event_fields",
        "json_path",
        "log_pattern_values",
        "log_pattern_regex_example",
        "wildcard",
    ),
    (
        "validation",
        "schedule_expression",
        "event_pattern_matchers",
        "failed_records",
        "service_events",
        "object_pattern",
        "log_pattern_reader",
        "log_value_example",
    ),
    (
        *("deploy_role", "event_pattern_operators", "log_pattern_fields", "log_pattern_json", "log_pattern_terms"),
        "example_values",
    ),
    ("event_pattern_reader", "log_pattern"),
    ("event_pattern", "log_pattern_example"),
    ("event_filter", "filter_policy", "input_transformer", "event_pattern_example"),
    ("subscription", "event_filter_example", "filter_policy_example"),
    ("resource",),
    ("function",),
    ("access", "trigger"),
    ("resources", "polled_trigger", "rule"),
    ("stream_trigger",),
    ("triggers",),
    ("pages", "entries"),
    ("edges", "schema"),
    ("settings",),
    ("platform", "reference"),
)
"""`components/` from the ground up: a file imports from lower floors only."""

OPEN_TO_THE_EMULATOR = {
    "config",
    "deploy_role",
    "environment",
    "event_filter",
    "event_pattern",
    "example",
    "filter_policy",
    "input_transformer",
    "json_values",
    "ledger",
    "log_batch",
    "log_pattern",
    "page",
    "problems",
    "schedule_expression",
    "schedule_input",
    "settings",
    "validation",
}
"""What the embedded account may take from `components/`: values and their rules, nothing that makes a resource."""


API_RIGHTS = {path.stem for path in (ROOT / "emulator/enforcement/api_rights").glob("*.py")}

TOLD_ELSEWHERE = {
    "test_config.py",  # the base of all models: test_validation
    "test_problems.py",  # test_validation
    "test_pages.py",  # test_settings
    "test_edges.py",  # test_settings
    "test_entries.py",  # test_settings
    "test_resource.py",  # test_trigger, and the test of each kind
    "test_example.py",  # the example events of test_s3 and its siblings
    "test_reference.py",  # below
    "provisioning/test_resource_type.py",  # a contract, kept by every type in provider/
    *(f"enforcement/api_rights/test_{name}.py" for name in API_RIGHTS),  # one table for all services: test_rules
}
"""Modules whose test stands under another name."""


def modules(folder: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        yield path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__"), path


def imports(path: Path) -> set[str]:
    """Full names of the project's own modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in ("components", "emulator", "pipelines")}


def floor_of(name: str) -> int:
    """The floor of a module of `components`, by its full name or one of a thing inside it."""
    parts = name.split(".")
    for number, rooms in enumerate(FLOORS):
        if len(parts) > 1 and parts[1] in rooms:
            return number
    raise AssertionError(f"{name} stands on no floor: enter it in FLOORS")


def test_imports_go_downstairs_only() -> None:
    steps_up = [
        f"{name} (floor {floor_of(name)}) imports {imported} (floor {floor_of(imported)})"
        for name, path in modules("components")
        if name != "components"
        for imported in imports(path)
        if not imported.startswith(name)
        and (not imported.startswith("components.") or floor_of(imported) > floor_of(name))
    ]

    assert steps_up == []


@pytest.mark.parametrize("room", ["resources", "triggers"])
def test_no_file_imports_its_sibling(room: str) -> None:
    for name, path in modules(f"components/{room}"):
        siblings = {imported for imported in imports(path) if imported.startswith(f"components.{room}.")}
        assert not siblings, f"{name} imports {siblings}"


def test_the_emulator_takes_values_only() -> None:
    taken = {
        f"{name} imports {imported}"
        for name, path in modules("emulator")
        for imported in imports(path)
        if imported.startswith("components") and imported.split(".")[1] not in OPEN_TO_THE_EMULATOR
    }

    assert taken == set()


def test_journeys_know_nothing_of_the_screen() -> None:
    for name, path in modules("emulator/journey"):
        assert not [imported for imported in imports(path) if imported.startswith("emulator.screen")], name


def test_handlers_import_nothing_of_the_platform() -> None:
    for path in (ROOT / "pipelines").glob("*/handlers/**/*.py"):
        assert imports(path) == set(), path


@pytest.mark.parametrize("room", ["resources", "triggers"])
def test_every_kind_has_its_test_and_its_page(room: str) -> None:
    kinds = [path.stem for _, path in modules(f"components/{room}") if path.stem != "__init__"]

    assert [kind for kind in kinds if not (ROOT / f"tests/{room}/test_{kind}.py").is_file()] == []
    assert [kind for kind in kinds if not (ROOT / f"docs/{room}/{kind}.md").is_file()] == []


@pytest.mark.parametrize("folder", ["components", "emulator", "tools"])
def test_every_module_has_its_test_and_every_test_its_module(folder: str) -> None:
    inside = "" if folder == "components" else f"{folder}/"
    tests = {
        path.relative_to(ROOT / "tests" / inside).as_posix()
        for path in (ROOT / "tests" / inside).rglob("test_*.py")
        if inside or not OTHER_ROOMS & set(path.relative_to(ROOT).parts)
    }
    expected = {
        path.relative_to(ROOT / folder).with_name(f"test_{path.stem}.py").as_posix()
        for _, path in modules(folder)
        if path.stem not in ("__init__", "__main__")
    }
    own = {"test_house.py", "test_main.py"} if not inside else {"test_main.py", "test_sample.py"}

    assert sorted(tests - expected - own) == []
    assert sorted(expected - tests - TOLD_ELSEWHERE) == []


OTHER_ROOMS = {"bench", "emulator", "engine", "tools"}
"""Folders of `tests/` that are not about `components/`."""


def test_every_module_opens_with_a_sentence() -> None:
    for folder in ("components", "emulator", "tools"):
        for name, path in modules(folder):
            text = path.read_text(encoding="utf-8")
            if text.strip():
                first = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0]
                assert first.endswith((".", ":")), f"{name} opens with {first!r}"


def test_no_arn_is_spelled_out() -> None:
    for folder in ("components", "emulator"):
        for name, path in modules(folder):
            assert "arn:aws" not in path.read_text(encoding="utf-8"), name


def tracked() -> list[Path]:
    """The files git knows; all files where this is no checkout."""
    try:
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def test_no_file_names_a_package_registry_or_a_place_on_somebodys_machine() -> None:
    registries = ("pypi" + ".org", "python" + "hosted", "registry.npm" + "js", "proxy." + "golang")
    places = ("/ho" + "me/", "/Us" + "ers/", "/ro" + "ot/")
    for path in tracked():
        if path.parent == ROOT / "tests/data":
            continue  # made-up keys, some of which look like paths
        text = path.read_bytes().decode("utf-8", errors="ignore")
        assert not [word for word in (*registries, *places) if word in text], path


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_with_hashes_and_name_no_index(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    packages = [index for index, line in enumerate(lines) if line and not line.startswith((" ", "#"))]

    assert packages
    for index in packages:
        assert "==" in lines[index], lines[index]
        assert "--hash=sha256:" in lines[index + 1], lines[index]
    assert not [line for line in lines if "index-url" in line or "://" in line]


@pytest.mark.parametrize(
    ("name", "made"),
    [("pipeline.schema.json", schema.pipeline_schema), ("stack.schema.json", schema.stack_schema)],
)
def test_schemas_say_what_the_models_say(name: str, made: object) -> None:
    assert callable(made)
    written = (ROOT / "schemas" / name).read_text(encoding="utf-8")

    assert written == schema.written(made()), "run `make schema`"


def test_the_tables_in_the_docs_say_what_the_models_say() -> None:
    pages = reference.pages(ROOT / "docs")

    assert len(pages) >= 9
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text == reference.filled(text), f"{page.relative_to(ROOT)}: run `make schema`"
