"""A line of the program is told by its place below the project's folder."""

from __future__ import annotations

from pathlib import Path

from emulator.program.source_lines import first_line_in

ROOT = Path("/project")


def test_the_first_line_of_the_program_is_told() -> None:
    lines = [("/lib/sdk.py", 1), ("/project/components/queue.py", 7), ("/project/__main__.py", 3)]

    assert first_line_in(ROOT, lines) == "components/queue.py:7"


def test_packages_that_are_installed_below_the_project_are_not_the_program() -> None:
    lines = [("/project/.venv/lib/python3.11/site-packages/sdk.py", 1), ("/project/__main__.py", 3)]

    assert first_line_in(ROOT, lines) == "__main__.py:3"


def test_where_no_line_is_the_programs_none_is_told() -> None:
    assert first_line_in(ROOT, [("/lib/sdk.py", 1), ("", 0)]) is None
