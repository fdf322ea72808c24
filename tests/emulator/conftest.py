"""Fixtures of the account's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.account import Account
from tests.emulator.functions import Functions
from tests.emulator.log_groups import LogGroups
from tests.emulator.schedules import Schedules
from tests.emulator.stage import Stage
from tests.emulator.streams import Streams, out_of_order


@pytest.fixture
def account() -> Iterator[Account]:
    """An open and empty account."""
    with Account("111111111111", "eu-west-1") as account:
        yield account


@pytest.fixture
def functions(account: Account, tmp_path: Path) -> Functions:
    """Makes functions in `account`."""
    return Functions(account, tmp_path)


@pytest.fixture
def stage(account: Account, functions: Functions) -> Stage:
    """Makes queues, buckets and buses in `account`."""
    return Stage(account, functions)


@pytest.fixture
def schedules(account: Account, functions: Functions) -> Schedules:
    """Makes schedules in `account`."""
    return Schedules(account, functions)


@pytest.fixture
def streams(account: Account, functions: Functions) -> Iterator[Streams]:
    """Makes tables and data streams in `account`, and functions that are fed from them; the order of every key must
    have been kept in the end."""
    yield Streams(account, functions)
    assert out_of_order(account.journal.hops) == []


@pytest.fixture
def log_groups(account: Account, functions: Functions) -> LogGroups:
    """Makes log groups in `account`, and functions that hear them."""
    return LogGroups(account, functions)
