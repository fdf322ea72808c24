"""Keeping: an account's whole state in a folder, and an account opened from it again.

    keep(account, folder, {"register": register})

    with Account(account_id, region) as another:
        register = restore(another, folder).get("register")

The state is a pickle, and whoever reads a pickle runs the code in it: the folder has to be the user's own, and the file
is for its owner alone. It can be opened by the versions it was kept by, and by no others. What belongs to the state is
said in `account_state`.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import moto

from emulator.account import Account
from emulator.keeping.account_state import form, put_state, take_state
from emulator.keeping.pickling import NotPickled

FILE = "account.state"
"""The file in the folder: one line of JSON that says what it holds, and the pickle."""


class StateError(Exception):
    """State that cannot be kept or opened again; the text names the file and says why."""


def keep(account: Account, folder: Path, extra: Mapping[str, Any]) -> None:
    """Write the account's state into `folder`, in the place of what was kept there.

    The account stays as it is and works on. It need not be at rest: events on their way are kept with the rest. Only
    code must not be running.

    Args:
        account: an open one.
        folder: made if it is not there.
        extra: more to keep, by name; it may refer to what the account holds.

    Raises:
        StateError: a function or a call is at work, something cannot be kept, or the file cannot be written. What was
            kept there before stays.
        RuntimeError: the account is not open.
    """
    _check_open(account)
    path = folder / FILE
    if account.runtime._deadlines or account.calls.current is not None:
        raise StateError(f"{path} is not written while a function or a call is at work: its state cannot be kept")
    try:
        state = take_state(account, extra)
    except NotPickled as error:
        raise StateError(f"{path} is not written, something cannot be kept: {error}") from error
    head = {**_versions(account), **_place(account), "sha256": hashlib.sha256(state).hexdigest()}
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, json.dumps(head).encode() + b"\n" + state)
    except OSError as error:
        raise StateError(f"{path} cannot be written: {error.strerror}") from error


def restore(account: Account, folder: Path) -> Mapping[str, Any]:
    """Let an account be as the kept one was.

    Args:
        account: freshly opened, with the id and the region of the one that was kept.
        folder: the user's own, where `keep` wrote; code in it is run.

    Returns:
        The `extra` that was kept, empty where nothing is kept.

    Raises:
        StateError: the file is damaged, or was kept by other versions or of another account. The account is as it was.
        RuntimeError: the account is not open.
    """
    _check_open(account)
    path = folder / FILE
    if not path.exists():
        return {}
    head, state = _read(path)
    if differences := _differences(head, _versions(account)):
        raise StateError(f"{path} was kept by {differences}: go back to those, or delete the file and deploy again")
    if differences := _differences(head, _place(account)):
        raise StateError(f"{path} holds {differences}: only an account of that id and region can be opened from it")
    if hashlib.sha256(state).hexdigest() != head["sha256"]:
        raise StateError(f"{path} is damaged: it does not hold what was written; delete it and deploy again")
    try:
        return put_state(account, state)
    except NotPickled as error:
        raise StateError(f"{path} was kept by another version of eventwire: {error}") from error


def _check_open(account: Account) -> None:
    if account.identities._session is None:
        raise RuntimeError("the account is not open: it holds no state, and none can be put into it")


def _versions(account: Account) -> dict[str, str]:
    return {
        "eventwire's format": form(account),
        "moto": moto.__version__,
        "Python": ".".join(platform.python_version_tuple()[:2]),
    }


def _place(account: Account) -> dict[str, str]:
    return {"account": account.account_id, "region": account.region}


def _differences(head: Mapping[str, Any], wanted: Mapping[str, str]) -> str:
    """How what the file says differs from what is needed; empty where it does not."""
    return ", ".join(
        f"{name} {head.get(name)}, and this is {value}" for name, value in wanted.items() if head.get(name) != value
    )


def _write(path: Path, content: bytes) -> None:
    """Write a whole file or none; an interruption leaves the one that was there."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _read(path: Path) -> tuple[dict[str, Any], bytes]:
    """What the file says of itself, and the rest of it."""
    try:
        line, _, state = path.read_bytes().partition(b"\n")
        head = json.loads(line)
    except OSError as error:
        raise StateError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError:
        head = None
    if not isinstance(head, dict) or "sha256" not in head:
        raise StateError(f"{path} is damaged: it does not begin as kept state does; delete it and deploy again")
    return head, state
