"""Modules come from the archive, and only from there."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from emulator.code import Code, CodeFile
from emulator.execution.importer import Importer


def importer_of(files: Mapping[str, str], folder: Path) -> Importer:
    """An importer of files that have an origin: `ORIGIN/` and their path in the archive."""
    folder.mkdir(exist_ok=True)
    return Importer(
        Code({name: CodeFile(text.encode(), Path("/origin") / name) for name, text in files.items()}), folder
    )


def imported(files: Mapping[str, str], folder: Path, name: str = "app") -> ModuleType:
    with importer_of(files, folder).at_work():
        return importlib.import_module(name)


def test_a_module_imports_another_of_its_archive(tmp_path: Path) -> None:
    app = imported({"app.py": "import other\nVALUE = other.VALUE", "other.py": "VALUE = 7"}, tmp_path)

    assert app.VALUE == 7


def test_a_module_that_lies_beside_the_handler_and_not_in_the_archive_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "left_out.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("left_out")

    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'left_out'$"):
        imported({"app.py": "import left_out"}, tmp_path / "task")


def test_what_is_installed_on_this_machine_alone_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'pydantic'$"):
        imported({"app.py": "from pydantic import BaseModel"}, tmp_path)


def test_the_standard_library_and_the_sdk_are_the_process_s_own(tmp_path: Path) -> None:
    app = imported({"app.py": "import json, boto3, urllib3, botocore.config, xml.dom"}, tmp_path)

    assert app.json is json
    assert app.boto3 is sys.modules["boto3"]


def test_an_sdk_in_the_archive_is_not_used_because_rights_would_not_be_enforced_in_it(tmp_path: Path) -> None:
    app = imported({"app.py": "import boto3", "boto3/__init__.py": "NOT_USED = True"}, tmp_path)

    assert app.boto3 is sys.modules["boto3"]


def test_packages_nest_and_import_relatively(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/inner/__init__.py": "from . import module",
        "pkg/inner/module.py": "from ..other import VALUE",
        "pkg/other.py": "VALUE = 3",
    }

    assert imported(files, tmp_path, "pkg.inner").module.VALUE == 3


def test_a_folder_without_an_init_file_is_a_package_too(tmp_path: Path) -> None:
    assert imported({"pkg/deep/module.py": "VALUE = 4"}, tmp_path, "pkg.deep.module").VALUE == 4


def test_a_package_that_lacks_a_module_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'pkg.missing'$"):
        imported({"app.py": "import pkg.missing", "pkg/__init__.py": ""}, tmp_path)


def test_a_compiled_module_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ImportError, match="fast is a compiled module of the archive"):
        imported({"app.py": "import fast", "fast.abi3.so": ""}, tmp_path)


def test_breakpoints_hit_the_original_file(tmp_path: Path) -> None:
    app = imported({"app.py": "def handle(): pass"}, tmp_path)

    assert app.handle.__code__.co_filename == "/origin/app.py"


def test_files_beside_a_module_are_those_of_its_archive(tmp_path: Path) -> None:
    source = "from pathlib import Path\nTEXT = (Path(__file__).parent / 'table.csv').read_text()"

    assert imported({"app.py": source, "table.csv": "1,2"}, tmp_path).TEXT == "1,2"


def test_afterwards_no_module_of_the_archive_is_the_process_s(tmp_path: Path) -> None:
    before = list(sys.meta_path)

    imported({"app.py": "import only_here", "only_here.py": ""}, tmp_path)

    assert "only_here" not in sys.modules
    assert sys.meta_path == before


def test_modules_with_the_same_name_do_not_meet(tmp_path: Path) -> None:
    one = importer_of({"same.py": "VALUE = 1"}, tmp_path / "one")
    other = importer_of({"same.py": "VALUE = 2"}, tmp_path / "other")

    values = []
    for importer in (one, other, one):
        with importer.at_work():
            module = importlib.import_module("same")
            values.append((module.VALUE, id(module)))

    assert [value for value, _ in values] == [1, 2, 1]
    assert values[0] == values[2]


def test_a_module_of_the_process_with_the_same_name_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = ModuleType("same")
    monkeypatch.setitem(sys.modules, "same", own)

    assert imported({"same.py": "VALUE = 1"}, tmp_path, "same") is not own

    assert sys.modules["same"] is own


def test_afterwards_is_the_same_when_an_import_fails(tmp_path: Path) -> None:
    before = set(sys.modules), list(sys.meta_path)

    with pytest.raises(ZeroDivisionError):
        imported({"app.py": "import half_done\n1 / 0", "half_done.py": ""}, tmp_path)

    assert (set(sys.modules), sys.meta_path) == before


def test_a_file_is_known_by_the_name_a_traceback_gives_it(tmp_path: Path) -> None:
    importer = importer_of({"pkg/app.py": "one\n  two\n"}, tmp_path)

    assert importer.inside("/origin/pkg/app.py") == "pkg/app.py"
    assert importer.on_lambda("/origin/pkg/app.py") == "/var/task/pkg/app.py"
    assert importer.inside("/origin/other.py") is None
    assert importer.source_line("pkg/app.py", 2) == "two"
    assert importer.source_line("pkg/app.py", 3) is None
