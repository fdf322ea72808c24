"""The files of an archive."""

from __future__ import annotations

import pytest

from emulator.code import Code, CodeFile
from tests.emulator.functions import zipped


def test_a_zip_archive_is_read_without_its_folders() -> None:
    code = Code.from_zip(zipped({"app.py": "A = 1\n", "package/": "", "package/module.py": "B = 2\n"}))

    assert code == Code({"app.py": CodeFile(b"A = 1\n", None), "package/module.py": CodeFile(b"B = 2\n", None)})


@pytest.mark.parametrize("name", ["../app.py", "/app.py", "package/../../app.py"])
def test_no_path_leads_out_of_the_archive(name: str) -> None:
    with pytest.raises(ValueError, match="needs a path inside of its archive"):
        Code({name: CodeFile(b"", None)})
