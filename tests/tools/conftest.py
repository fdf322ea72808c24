"""`programs`: a PATH of its own, with nothing on it but what a test puts there."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Programs:
    """The only folder on PATH."""

    folder: Path

    def put(self, name: str, source: str) -> Path:
        """Put a program there, in Python."""
        program = self.folder / name
        program.write_text(f"#!{sys.executable}\n{source}", encoding="utf-8")
        program.chmod(0o755)
        return program


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path / "someone"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    return Programs(folder)
