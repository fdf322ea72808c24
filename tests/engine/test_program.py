"""What a person sees of the program's own mistakes, and of a page's, under the real engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator import post_office
from tests.engine.real_stack import RealStack, new_stack
from tests.test_main import TOLD, WRONG
from tools.pulumi_project import PulumiFailed


@pytest.fixture
def stack(cli: Path, tmp_path: Path) -> Iterator[RealStack]:
    root = post_office.build(tmp_path / "post-office")
    (root / "components").symlink_to(post_office.ROOT / "components")
    with new_stack(cli, tmp_path, "dev", root) as stack:
        yield stack


def refused(stack: RealStack) -> list[str]:
    with pytest.raises(PulumiFailed) as failed:
        stack.run("preview")
    return [line.strip() for line in str(failed.value).splitlines()]


def test_every_wrong_page_is_told_at_once_and_without_a_traceback(stack: RealStack) -> None:
    (stack.project.folder / "pipelines/post/pipeline.yaml").write_text(WRONG, encoding="utf-8")

    said = refused(stack)

    start = said.index(f"error: {TOLD[0]}")
    assert said[start + 1 : start + len(TOLD)] == TOLD[1:]
    assert not [line for line in said if "Traceback" in line or "pages.py" in line]


def test_a_mistake_in_the_program_shows_its_line(stack: RealStack) -> None:
    stack.rewrite("__main__.py", "Platform(settings).export()", "Platform(settings).exprot()")

    said = refused(stack)

    assert "AttributeError: 'Platform' object has no attribute 'exprot'" in said
    program = stack.project.folder / "__main__.py"
    assert [line.partition(", line")[0] for line in said if line.startswith("File ")] == [f'File "{program}"']
