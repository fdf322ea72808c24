"""Deploys a project into an embedded AWS account, as `make local` does: `python -m bench.in_process FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.projects import STACK, account_and_region
from emulator.account import Account
from emulator.engine import deploy


def main(folder: Path) -> None:
    with Account(*account_and_region()) as account:
        deploy(account, folder, STACK)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
