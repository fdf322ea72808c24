"""Two projects with the same N pipelines: one of eventwire, one of plain pulumi_aws."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
PIPELINE = Path(__file__).parent / "pipeline"
STACK = "dev"


def write_eventwire(folder: Path, pipelines: int) -> Path:
    """This project, with `pipelines` copies of the bench's own in place of the sample's."""
    folder.mkdir(parents=True)
    for name in ("Pulumi.yaml", f"Pulumi.{STACK}.yaml", "__main__.py"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "components", folder / "components", ignore=shutil.ignore_patterns("__pycache__"))
    _write_pipelines(folder, pipelines, shutil.ignore_patterns("__pycache__"))
    return folder


def write_raw(folder: Path, pipelines: int) -> Path:
    """The same pipelines in plain pulumi_aws: handlers in the same places, everything else in one program."""
    folder.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: raw\nruntime: python\n", encoding="utf-8")
    environment = _environment()
    config = {
        "aws:region": environment["region"],
        "aws:allowedAccountIds": [environment["account_id"]],
        "aws:defaultTags": {"tags": environment["tags"]},
        "raw:accountId": environment["account_id"],
    }
    (folder / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump({"config": config}), encoding="utf-8")
    shutil.copy(Path(__file__).parent / "raw_program.py", folder / "__main__.py")
    _write_pipelines(folder, pipelines, shutil.ignore_patterns("__pycache__", "pipeline.yaml"))
    return folder


def account_and_region() -> tuple[str, str]:
    """Where both projects live."""
    environment = _environment()
    return environment["account_id"], environment["region"]


def _environment() -> dict[str, Any]:
    page = yaml.safe_load((ROOT / f"Pulumi.{STACK}.yaml").read_text(encoding="utf-8"))
    environment: dict[str, Any] = page["config"]["eventwire:environment"]
    return environment


def _write_pipelines(folder: Path, pipelines: int, ignore: Callable[[str, list[str]], set[str]]) -> None:
    for number in range(pipelines):
        shutil.copytree(PIPELINE, folder / "pipelines" / f"p{number:03}", ignore=ignore)
