"""Lines of a program, as people are told them: `components/function.py:210`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def first_line_in(root: Path, lines: Iterable[tuple[str, int]]) -> str | None:
    """The first of some files and line numbers that lies below `root` and is not of an installed package."""
    for file, number in lines:
        path = Path(file)
        if path.is_relative_to(root) and "site-packages" not in path.parts:
            return f"{path.relative_to(root).as_posix()}:{number}"
    return None
