"""A program's modules are its own, and new, for the time of one run."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import emulator.program.own_modules
from emulator.program.own_modules import imported_anew


def write(folder: Path, name: str, text: str) -> None:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    importlib.invalidate_caches()


def test_a_module_is_imported_anew_and_forgotten(tmp_path: Path) -> None:
    write(tmp_path, "quakes_one.py", "counted = []")

    seen = []
    for _ in range(2):
        with imported_anew(tmp_path):
            module = importlib.import_module("quakes_one")
            module.counted.append(1)
            seen.append(list(module.counted))

    assert seen == [[1], [1]]
    assert "quakes_one" not in sys.modules


def test_what_was_imported_before_comes_back_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, "quakes_two/__init__.py", "")
    write(tmp_path, "quakes_two/magnitude.py", "")
    with imported_anew(tmp_path):
        before = importlib.import_module("quakes_two.magnitude")
    sys.modules["quakes_two.magnitude"] = before

    with imported_anew(tmp_path):
        inside = importlib.import_module("quakes_two.magnitude")

    assert inside is not before
    assert sys.modules.pop("quakes_two.magnitude") is before


def test_modules_of_others_stay(tmp_path: Path) -> None:
    write(tmp_path, "site-packages/quakes_three.py", "")
    sys.path.insert(0, str(tmp_path / "site-packages"))
    installed = importlib.import_module("quakes_three")

    with imported_anew(tmp_path):
        assert sys.modules["quakes_three"] is installed

    sys.path.remove(str(tmp_path / "site-packages"))
    del sys.modules["quakes_three"]


def test_this_package_is_never_doubled() -> None:
    with imported_anew(Path(emulator.program.own_modules.__file__).parents[1]):
        assert importlib.import_module("emulator.program.own_modules") is emulator.program.own_modules


def test_modules_are_found_in_the_folder_only_inside(tmp_path: Path) -> None:
    path = list(sys.path)

    with imported_anew(tmp_path):
        assert sys.path[0] == str(tmp_path)
    assert sys.path == path
