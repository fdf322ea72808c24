"""Whether both programs ask for the same: every resource of AWS, by type and name, with the same inputs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.projects import ROOT


class NotTheSame(Exception):
    """Two programs register different things; the text is one line for each."""


def check_same(one: Path, other: Path) -> int:
    """Compare what two projects' programs register under mocks; components and providers aside.

    Returns:
        How many resources each registers.

    Raises:
        NotTheSame: with every difference.
    """
    first, second = _registered(one), _registered(other)
    problems = [f"only {one.name} registers {kind} {name}" for kind, name in sorted(first.keys() - second.keys())]
    problems += [f"only {other.name} registers {kind} {name}" for kind, name in sorted(second.keys() - first.keys())]
    for kind, name in sorted(first.keys() & second.keys()):
        ours, theirs = first[kind, name], second[kind, name]
        if ours != theirs:
            problems.append(f"{kind} {name}: {one.name} gives {ours}, {other.name} gives {theirs}")
    if problems:
        raise NotTheSame("\n".join(problems))
    return len(first)


def _registered(project: Path) -> dict[tuple[str, str], Any]:
    command = [sys.executable, "-m", "bench.under_mocks", str(project), "--tell"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    resources = json.loads(done.stdout)
    registered = {(kind, name): inputs for kind, name, inputs in resources}
    if len(registered) != len(resources):
        raise NotTheSame(f"{project.name} registers something twice")
    return registered
