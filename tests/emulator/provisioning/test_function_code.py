"""A function's code is read as the program gives it, and packed the same every time."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from emulator.code import Code, CodeFile
from emulator.provisioning.function_code import packed, read_code
from emulator.provisioning.resource_type import Refused
from emulator.wire import Archive, Asset


def test_files_keep_where_they_came_from(tmp_path: Path) -> None:
    (tmp_path / "split.py").write_text("def handle(event, context): ...")

    code = read_code(Archive(assets={"split.py": Asset(path=str(tmp_path / "split.py")), "note.txt": Asset(text="hi")}))

    assert code.files == {
        "note.txt": CodeFile(b"hi", None),
        "split.py": CodeFile(b"def handle(event, context): ...", tmp_path / "split.py"),
    }


def test_a_folder_gives_all_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "split.py").write_text("")

    assert list(read_code(Archive(path=str(tmp_path))).files) == ["package/split.py"]


def test_an_archive_inside_of_another_lies_below_its_name(tmp_path: Path) -> None:
    (tmp_path / "split.py").write_text("")

    assert list(read_code(Archive(assets={"lib": Archive(path=str(tmp_path))})).files) == ["lib/split.py"]


def test_a_zip_gives_its_files(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as archive:
        archive.writestr("split.py", "x = 1")

    assert read_code(Archive(path=str(tmp_path / "code.zip"))).files == {"split.py": CodeFile(b"x = 1", None)}


def test_the_same_files_give_the_same_bytes() -> None:
    one = Code({"a.py": CodeFile(b"1", None), "b.py": CodeFile(b"2", None)})
    other = Code({"b.py": CodeFile(b"2", Path("/elsewhere/b.py")), "a.py": CodeFile(b"1", None)})

    assert packed(one) == packed(other)
    assert Code.from_zip(packed(one)) == one


@pytest.mark.parametrize(
    ("archive", "told"),
    [
        (
            Archive(assets={"a.py": Asset(path="no/such.py")}),
            "code names no/such.py, which cannot be read: No such file",
        ),
        (Archive(assets={}), "code holds no file"),
        (Archive(path="no/such.zip"), "code names such.zip, which is neither a folder nor a ZIP archive"),
        (Archive(assets={"../a.py": Asset(text="")}), "code: file '../a.py' needs a path inside of its archive"),
    ],
)
def test_code_that_cannot_be_read_is_refused(archive: Archive, told: str) -> None:
    with pytest.raises(Refused) as refused:
        read_code(archive)

    assert str(refused.value).startswith(told)


def test_code_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.provisioning.function_code.LARGEST_UNPACKED_BYTES", 3)

    with pytest.raises(Refused, match="code holds 4 bytes, Lambda takes at most 3 unpacked"):
        read_code(Archive(assets={"a.py": Asset(text="1234")}))
