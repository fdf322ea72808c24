"""Finds the real Pulumi CLI: the one on PATH, else the pinned one, built once and kept."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import typer

from tools.pulumi_build import BuildFailed, Say, build, pinned_name


class NoPulumi(Exception):
    """There is no `pulumi` here, and no Go to build one with."""


def pulumi_folder(say: Say) -> Path:
    """The folder to put on PATH, so that `pulumi` runs and finds its Python language host.

    Args:
        say: told, a line at a time, how far a build is; silent where nothing is built.

    Raises:
        NoPulumi: neither `pulumi` is on PATH or built already, nor is `go` on PATH to build it.
        BuildFailed: Go is there, and could not build it.
    """
    if found := shutil.which("pulumi"):
        return Path(found).absolute().parent
    kept = cache_folder() / pinned_name()
    if not kept.is_dir():
        go = shutil.which("go")
        if go is None:
            raise NoPulumi("neither pulumi nor go is on PATH: install Pulumi, or Go to build it with")
        build(kept, go, say)
    return kept


def cache_folder() -> Path:
    """Where the user's programs keep what they can make again, by the XDG Base Directory Specification."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".cache") / "eventwire"


def main() -> None:
    """Print the folder to put on PATH for the real Pulumi CLI.

    It is the one where `pulumi` is now, or else one in the user's cache, where Go builds the version that
    tools/pulumi-cli/go.mod pins. That takes some minutes and 3 GB of Go's own caches, once.

    It ends with 1 where there is neither pulumi nor go, or where the build fails.

    Example: `PATH="$(python -m tools.pulumi_cli):$PATH" pulumi version`
    """
    try:
        typer.echo(pulumi_folder(lambda line: typer.echo(line, err=True)))
    except (NoPulumi, BuildFailed) as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
