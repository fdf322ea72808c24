"""The programs that are measured against each other ask for the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.projects import write_eventwire, write_raw
from bench.sameness import NotTheSame, check_same


def test_both_programs_register_the_same_resources_with_the_same_inputs(tmp_path: Path) -> None:
    assert check_same(write_eventwire(tmp_path / "eventwire", 2), write_raw(tmp_path / "raw", 2)) == 102


def test_what_differs_is_named(tmp_path: Path) -> None:
    raw = write_raw(tmp_path / "raw", 1)
    other = write_raw(tmp_path / "other", 1)
    program = other / "__main__.py"
    text = program.read_text(encoding="utf-8")
    text = text.replace("maximum_retry_attempts=2", "maximum_retry_attempts=1").replace("-versioning", "-versions")
    program.write_text(text, encoding="utf-8")

    with pytest.raises(NotTheSame) as raised:
        check_same(raw, other)

    told = str(raised.value).splitlines()
    assert told[:2] == [
        "only raw registers aws:s3/bucketVersioning:BucketVersioning p000-inbox-versioning",
        "only other registers aws:s3/bucketVersioning:BucketVersioning p000-inbox-versions",
    ]
    assert [line.partition(":FunctionEventInvokeConfig ")[2].partition(":")[0] for line in told[2:]] == [
        "p000-split-asynchronous",
        "p000-tell-asynchronous",
    ]
