"""What goes into a function's archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.archive import HandlerError, handler_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    handlers = tmp_path / "handlers"
    files = {
        "split.py": "import json\nimport features\n\ndef handle(event, context): ...\n",
        "features.py": "def later():\n    from shapes import quake\n",
        "record.py": "def handle(event, context): ...\n",
        "shapes/__init__.py": "",
        "shapes/quake.py": "from . import units\n",
        "shapes/units.py": "",
        "test_split.py": "import split\n",
    }
    for name, text in files.items():
        (handlers / name).parent.mkdir(parents=True, exist_ok=True)
        (handlers / name).write_text(text)
    return handlers


def test_an_archive_holds_the_handler_and_what_it_imports(folder: Path) -> None:
    assert list(handler_files(folder, "split.handle")) == [
        "features.py",
        "shapes/__init__.py",
        "shapes/quake.py",
        "shapes/units.py",
        "split.py",
    ]


def test_an_archive_holds_nothing_else(folder: Path) -> None:
    assert list(handler_files(folder, "record.handle")) == ["record.py"]


def test_a_handler_in_a_package_brings_the_package(folder: Path) -> None:
    (folder / "shapes/quake.py").write_text("def handle(event, context): ...\n")

    assert list(handler_files(folder, "shapes.quake.handle")) == ["shapes/__init__.py", "shapes/quake.py"]


@pytest.mark.parametrize(
    "source",
    [
        "if True:\n    pass\nelse:\n    import units\n",
        "try:\n    pass\nexcept ImportError:\n    import units\n",
        "try:\n    pass\nfinally:\n    from units import metre\n",
        "match 1:\n    case 1:\n        import units\n",
        "class Later:\n    def now(self):\n        with self:\n            import units\n",
    ],
    ids=["else", "except", "finally", "case", "method"],
)
def test_an_import_is_found_wherever_it_stands(folder: Path, source: str) -> None:
    (folder / "units.py").write_text("metre = 1\n")
    (folder / "record.py").write_text(f"{source}def handle(event, context): ...\n")

    assert list(handler_files(folder, "record.handle")) == ["record.py", "units.py"]


def test_a_missing_module_is_told_what_is_there(folder: Path) -> None:
    with pytest.raises(HandlerError, match=r"needs splitt\.py in handlers/: it holds features, record, split"):
        handler_files(folder, "splitt.handle")


def test_a_missing_function_is_told(folder: Path) -> None:
    with pytest.raises(HandlerError, match=r"needs handel in split\.py: it defines no such name"):
        handler_files(folder, "split.handel")


def test_a_handler_that_is_no_python_is_told_its_line(folder: Path) -> None:
    (folder / "record.py").write_text("def handle(:\n")

    with pytest.raises(HandlerError, match=r"record\.py:1 is not Python"):
        handler_files(folder, "record.handle")


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("def handle(event, context): ...\n")
    (folder / "sly.py").symlink_to(tmp_path / "outside.py")

    with pytest.raises(HandlerError, match=r"sly\.py leads out of handlers/"):
        handler_files(folder, "sly.handle")
