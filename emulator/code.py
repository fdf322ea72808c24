"""A function's code: the files of its archive, and where each of them came from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Self


@dataclass(frozen=True)
class CodeFile:
    """One file of an archive."""

    content: bytes
    origin: Path | None
    """The file on this machine it was read from, where breakpoints are set. None: it has no file of its own."""


@dataclass(frozen=True)
class Code:
    """The files of an archive by their path in it, `package/module.py`.

    Raises:
        ValueError: a path leads out of the archive.
    """

    files: Mapping[str, CodeFile]

    def __post_init__(self) -> None:
        for name in self.files:
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts:
                raise ValueError(
                    f"file {name!r} needs a path inside of its archive: Lambda unpacks it below one folder"
                )

    @classmethod
    def from_zip(cls, content: bytes) -> Self:
        """The files of a zip archive; they have no file of their own on this machine."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return cls({name: CodeFile(archive.read(name), None) for name in archive.namelist() if name[-1] != "/"})
