"""Builds the pinned Pulumi CLI and its Python language host from source, with Go.

What is built is said by `tools/pulumi-cli/`: a Go module for the CLI, and one for the language host, which today's SDK
no longer holds: it comes from the last version that did. Where Go takes sources from is Go's own setting.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CLI_MODULE = Path(__file__).parent / "pulumi-cli"
HOST_MODULE = CLI_MODULE / "language-python"
CLI = "github.com/pulumi/pulumi/pkg/v3"
SDK = "github.com/pulumi/pulumi/sdk/v3"
EXECUTOR = "python/cmd/pulumi-language-python-exec"
"""The script that runs a program for the language host. It lies in the SDK, and is of the CLI's own version."""
PROGRESS_SECONDS = 10
LAST_WORDS = 20
"""How many lines of a failed build are told."""

Say = Callable[[str], None]


class BuildFailed(Exception):
    """Go could not build the pinned CLI; the text ends with what Go said."""


def pinned_name() -> str:
    """What is built, with both versions: `pulumi-v3.259.0-python-v3.78.1`."""
    return f"pulumi-{_required(CLI_MODULE, CLI)}-python-{_required(HOST_MODULE, SDK)}"


def build(kept: Path, go: str, say: Say) -> None:
    """Make a folder that holds `pulumi`, `pulumi-language-python` and `pulumi-language-python-exec`.

    The folder is there whole or not at all. Where several processes want it, one builds and the others wait.

    Args:
        kept: the folder; nothing happens where it exists.
        go: the program, Go 1.25 or later.
        say: told, a line at a time, how far it is.

    Raises:
        BuildFailed: Go failed; nothing is left of the folder.
    """
    kept.parent.mkdir(parents=True, exist_ok=True)
    with _alone(kept, say):
        if kept.is_dir():
            return
        partial = kept.with_name(f"{kept.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        say(f"building {kept.name} from source: some minutes, once")
        tools = _Go(go, say)
        version = f"-X {SDK}/go/common/version.Version={_required(CLI_MODULE, CLI)}"
        tools.build(CLI_MODULE, partial, f"-s -w {version}")
        tools.build(HOST_MODULE, partial, "-s -w")
        executor = tools.sources(CLI_MODULE, SDK) / EXECUTOR
        shutil.copyfile(executor, partial / executor.name)
        partial.rename(kept)


def _required(module: Path, dependency: str) -> str:
    """The version of a dependency that a go.mod asks for."""
    text = (module / "go.mod").read_text(encoding="utf-8")
    [version] = re.findall(rf"^(?:require)?\s+{re.escape(dependency)} (v\S+)", text, re.MULTILINE)
    return str(version)


@contextmanager
def _alone(kept: Path, say: Say) -> Iterator[None]:
    """Only one process at a time is inside. The system takes the lock back when its process ends, however that is."""
    with kept.with_name(f"{kept.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another process that builds {kept.name}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True)
class _Go:
    """The `go` command, and whom to tell how far it is."""

    program: str
    say: Say

    def build(self, module: Path, into: Path, linker_flags: str) -> None:
        """Build the program that a go.mod names as its tool."""
        listed = self._lines(module, "modules fetched", "list", "-deps", "tool")
        packages = len([line for line in listed if not _is_message(line)])
        flags = ("-v", "-trimpath", "-ldflags", linker_flags, "-o", f"{into}/")
        self._lines(module, f"of {packages} packages compiled", "build", *flags, "tool")

    def sources(self, module: Path, dependency: str) -> Path:
        """Where the sources lie that the module was built with."""
        return Path(self._lines(module, "lines", "list", "-m", "-f", "{{.Dir}}", dependency)[-1])

    def _lines(self, module: Path, counted: str, *arguments: str) -> list[str]:
        """Run `go` in a module's folder to its end, telling how many lines it wrote, and return them."""
        command = [self.program, *arguments]
        lines: list[str] = []
        started = told = time.monotonic()
        with subprocess.Popen(  # noqa: S603  (the user's own Go, with arguments from this file)
            command,
            cwd=module,
            env={**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            for line in process.stdout or ():
                lines.append(line.rstrip())
                if (now := time.monotonic()) - told >= PROGRESS_SECONDS:
                    told = now
                    self.say(f"{module.name}: {len(lines)} {counted}, {now - started:.0f} s")
        if process.returncode != 0:
            words = [line for line in lines if _is_message(line)]
            raise BuildFailed("\n".join([f"{' '.join(command)} failed in {module}:", *words[-LAST_WORDS:]]))
        return lines


def _is_message(line: str) -> bool:
    """Whether Go says something here; other lines are the names of packages it lists or compiles."""
    return " " in line
