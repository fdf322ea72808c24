"""Runs `pulumi` on a project: state on a file backend, providers attached, nothing of the caller's own Pulumi."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST_SECONDS = 600


class PulumiFailed(Exception):
    """`pulumi` ended with another code than 0; the text is the command and all it said.

    Attributes:
        exit_code: what it ended with.
    """

    def __init__(self, command: str, exit_code: int, said: str) -> None:
        super().__init__(f"{command} ended with {exit_code}:\n{said}")
        self.exit_code = exit_code


@dataclass(frozen=True)
class PulumiProject:
    """A project's folder, and the environment its commands run in."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str) -> str:
        """Run one command, such as `run("up", "--yes", "--stack", "dev")`, and return what it wrote to stdout.

        Raises:
            PulumiFailed: it did not end with 0.
            TimeoutExpired: it did not end within `LONGEST_SECONDS`.
        """
        done = self._done(*arguments)
        if done.returncode != 0:
            raise PulumiFailed(" ".join(["pulumi", *arguments]), done.returncode, done.stdout + done.stderr)
        return done.stdout

    def _done(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  (the real CLI, with the caller's own arguments)
            ["pulumi", *arguments, "--non-interactive", "--color=never"],  # noqa: S607  (the one on this PATH)
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
        )

    def steps(self, operation: str, *arguments: str) -> dict[str, set[str]]:
        """Run `preview`, or one of `up`, `refresh` and `destroy`, and return what it did, or would do, to what.

        Args:
            operation: the command.
            arguments: all but a preview need `--yes` and `--skip-preview`, or the preview's steps are told as well.

        Returns:
            For each kind of step the logical names, such as `{"update": {"readings"}}`. What stays the same is left
            out. A replacement is three steps: `create-replacement`, `replace` and `delete-replaced`.

        Raises:
            PulumiFailed: it did not end with 0; the text is its errors, or what it did against `--expect-no-changes`.
        """
        done = self._done(operation, *arguments, "--json")
        events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        found = defaultdict(set)
        for event in events:
            step = event.get("resOutputsEvent", {}).get("metadata")
            if step is not None and step["op"] != "same":
                found[step["op"]].add(step["urn"].split("::", 3)[3])
        if done.returncode != 0:
            # Nobody would find them among all that is told of each step.
            said = _errors(events) or _in_words(found) or done.stdout
            raise PulumiFailed(" ".join(["pulumi", operation, *arguments]), done.returncode, said + done.stderr)
        return dict(found)


def _errors(events: Iterable[Mapping[str, Any]]) -> str:
    told = [event["diagnosticEvent"] for event in events if "diagnosticEvent" in event]
    return "".join(each["message"] for each in told if each["severity"] == "error")


def _in_words(steps: Mapping[str, Iterable[str]]) -> str:
    return "".join(f"{kind}: {', '.join(sorted(names))}\n" for kind, names in sorted(steps.items()))


def environment(cli: Path, state: Path, ports: Mapping[str, int]) -> dict[str, str]:
    """What `pulumi` runs in, so that it touches no network and nothing of the caller's.

    Args:
        cli: the folder with `pulumi`, as `pulumi_folder` gives it.
        state: a folder for Pulumi's own files and its stacks.
        ports: for each package, such as `aws`, the local port where its provider listens. The engine downloads none.
    """
    # The caller's own backend, account and credentials stay out of it.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "AWS_"))}
    path = os.pathsep.join([str(cli), os.environ.get("PATH", "")])
    own = {"PATH": path, "PULUMI_HOME": str(state / "home"), "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
    return {**kept, **own, **settings(state, ports)}


def settings(state: Path, ports: Mapping[str, int]) -> dict[str, str]:
    """The variables by which `pulumi` keeps its stacks in a folder and finds providers on this machine.

    Args:
        state: the folder, made where it is not there.
        ports: as for `environment`.
    """
    backend = state / "backend"
    backend.mkdir(parents=True, exist_ok=True)
    return {
        "PULUMI_BACKEND_URL": backend.absolute().as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "nothing secret is kept here",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DEBUG_PROVIDERS": ",".join(f"{package}:{port}" for package, port in ports.items()),
        # The built language host knows no `virtualenv` in Pulumi.yaml; this one has the SDK.
        "PULUMI_PYTHON_CMD": sys.executable,
    }
