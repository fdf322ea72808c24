"""Keeping an account in a folder, and opening one from it: the sample platform, and what may be wrong with the file."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import moto
import pytest
from moto.sqs.models import SQSBackend

from emulator.account import Account
from emulator.journal import Entry, Hop
from emulator.journey.pages import Journey, read_all_journeys
from emulator.journey.run import DeployedStack, deployed_again, run_journey, stand
from emulator.journey.sending import send_all
from emulator.journey.stock import Stock, take_stock
from emulator.keeping.state_file import FILE, StateError, keep, restore
from tests.conftest import ROOT
from tests.emulator.functions import Functions

ACCOUNT_ID, REGION = "111111111111", "eu-west-1"
JOURNEYS = {journey.full_name: journey for journey in read_all_journeys(ROOT)}
SHORT = [journey for name, journey in JOURNEYS.items() if name != "feeds.the-week-as-published"]


@contextmanager
def opened(folder: Path, region: str = REGION, account_id: str = ACCOUNT_ID) -> Iterator[Account]:
    """An account as it was kept."""
    with Account(account_id, region) as account:
        restore(account, folder)
        yield account


def kept(folder: Path) -> None:
    """Keep an account with one bucket."""
    with Account(ACCOUNT_ID, REGION) as account:
        make_bucket(account, "feed")
        keep(account, folder, {})


def make_bucket(account: Account, name: str) -> None:
    account.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": account.region})


def buckets(account: Account) -> list[str]:
    return sorted(bucket["Name"] for bucket in account.client("s3").list_buckets()["Buckets"])


# The sample platform.


@pytest.fixture(scope="module")
def stack() -> DeployedStack:
    return stand(ROOT, "dev")


@pytest.fixture(scope="module")
def deployed(stack: DeployedStack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the account that the sample was deployed into."""
    folder = tmp_path_factory.mktemp("deployed")
    with deployed_again(stack) as account:
        keep(account, folder, {})
    return folder


@pytest.mark.parametrize("journey", SHORT, ids=lambda journey: journey.full_name)
def test_a_journey_ends_in_a_kept_account_as_in_a_deployed_one(
    stack: DeployedStack, deployed: Path, journey: Journey
) -> None:
    expected = run_journey(stack, journey)

    assert run_journey(stack, journey, opened=lambda: opened(deployed)).observed == expected.observed


ROUNDS = (0, 1, 2, 3, 8)
"""Of deliveries, before the account is kept: with events on their way from S3, in Lambda's own queue, in SQS and on the
bus, and with messages that failed twice."""


def test_an_account_that_is_kept_half_way_ends_as_one_that_went_on(stack: DeployedStack, tmp_path: Path) -> None:
    half_way: dict[int, tuple[int, Counter[Any]]] = {}
    with deployed_again(stack) as account:
        send_all(account, stack.book, JOURNEYS["feeds.a-hostile-feed"])
        for rounds in range(max(ROUNDS) + 1):
            if rounds in ROUNDS:
                keep(account, tmp_path / str(rounds), {})
                half_way[rounds] = (len(account.journal.entries), counted(account))
            advance(account)
        finish(account)
        told, in_all, things, stock = account.journal.entries, counted(account), held(account), take(account, stack)

    assert stock.dead["feeds.readings.dead-letters"] == 6
    for rounds, (entries, counts) in half_way.items():
        with opened(tmp_path / str(rounds)) as account:
            finish(account)
            assert outlines(account.journal.entries) == outlines(told[entries:])
            assert counted(account) == in_all - counts
            assert held(account) == things
            assert take(account, stack) == stock


def advance(account: Account) -> bool:
    """One round of deliveries, or on to the time of the next; False where there is none."""
    did = [delivery.deliver() for delivery in account.deliveries.values()]
    waiting = [due for delivery in account.deliveries.values() if (due := delivery.next_due()) is not None]
    if not any(did) and waiting:
        account.clock.advance_to(min(waiting))
    return any(did) or bool(waiting)


def finish(account: Account) -> None:
    """On to the end by the same rounds, so that what comes at one moment comes in the same order."""
    while advance(account):
        pass


def outlines(entries: list[Entry]) -> list[Entry]:
    """Entries without log lines, also where they are what travels: those tell of each environment when it started, and
    a kept one starts once more, with a log stream of its own."""
    return [_without_log_lines(each) if isinstance(each, Hop) else each for each in entries]


def _without_log_lines(hop: Hop) -> Hop:
    left_out = {"log_lines", "messages", "payload"} if hop.source.endswith(".logs") else {"log_lines"}
    return replace(hop, details={key: value for key, value in hop.details.items() if key not in left_out})


def counted(account: Account) -> Counter[Any]:
    """How many events ended, by edge and ending."""
    return Counter(
        {
            (row.edge, ending): getattr(row, ending)
            for row in account.tally.rows()
            for ending in ("processed", "dead_lettered", "filtered")
        }
    )


def take(account: Account, stack: DeployedStack) -> Stock:
    return take_stock(account, stack.book)


def held(account: Account) -> Mapping[str, Any]:
    """What lies in the account's queues, tables and buckets."""
    sqs, tables, s3 = (account.storage.backend(service) for service in ("sqs", "dynamodb", "s3"))
    return {
        "messages": {
            name: [
                (
                    message.id,
                    message.body,
                    message.approximate_receive_count,
                    message.visible_at,
                    message.receipt_handle,
                )
                for message in queue._messages
            ]
            for name, queue in sqs.queues.items()
        },
        "items": {name: [item.to_json() for item in table.all_items()] for name, table in tables.tables.items()},
        "objects": {
            name: [(key.name, key.value, key.version_id, key.last_modified) for key in bucket.keys.values()]
            for name, bucket in s3.buckets.items()
        },
    }


# One kept state, several accounts.


def test_two_accounts_opened_from_one_state_know_nothing_of_each_other(tmp_path: Path) -> None:
    kept(tmp_path)
    with opened(tmp_path) as first:
        make_bucket(first, "catalog")
        first.client("s3").put_object(Bucket="feed", Key="incoming/a", Body=b"")
        first.clock.advance(60)
        began = first.clock.now

    with opened(tmp_path) as second:
        assert buckets(second) == ["feed"]
        assert second.client("s3").list_objects_v2(Bucket="feed")["KeyCount"] == 0
        assert (began - second.clock.now).total_seconds() == 60


def test_keeping_twice_keeps_the_later_state(tmp_path: Path) -> None:
    with Account(ACCOUNT_ID, REGION) as account:
        make_bucket(account, "feed")
        keep(account, tmp_path, {"version": 1})
        make_bucket(account, "catalog")
        keep(account, tmp_path, {"version": 2})

    with Account(ACCOUNT_ID, REGION) as another:
        assert restore(another, tmp_path) == {"version": 2}
        assert buckets(another) == ["catalog", "feed"]


def test_an_opened_account_can_be_kept_again(tmp_path: Path) -> None:
    kept(tmp_path)
    with opened(tmp_path) as account:
        make_bucket(account, "catalog")
        keep(account, tmp_path, {})

    with opened(tmp_path) as another:
        assert buckets(another) == ["catalog", "feed"]


def test_where_nothing_is_kept_the_account_stays_as_it_is(tmp_path: Path) -> None:
    with Account(ACCOUNT_ID, REGION) as account:
        make_bucket(account, "feed")

        assert restore(account, tmp_path / "not-there") == {}
        assert buckets(account) == ["feed"]
    assert list(tmp_path.iterdir()) == []


# The file.


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        kept(tmp_path / "state")
    finally:
        os.umask(before)

    assert [path.name for path in (tmp_path / "state").iterdir()] == [FILE]
    assert (tmp_path / "state" / FILE).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


def refused(folder: Path, account_id: str = ACCOUNT_ID, region: str = REGION) -> str:
    """Why an account cannot be opened from the folder; it is left as it was."""
    with Account(account_id, region) as account:
        make_bucket(account, "own")
        with pytest.raises(StateError) as told:
            restore(account, folder)
        assert buckets(account) == ["own"]
    text = str(told.value)
    assert text.startswith(str(folder / FILE))
    return text.removeprefix(f"{folder / FILE} ")


def edit_head(folder: Path, **changes: str) -> None:
    line, _, state = (folder / FILE).read_bytes().partition(b"\n")
    (folder / FILE).write_bytes(json.dumps({**json.loads(line), **changes}).encode() + b"\n" + state)


@pytest.mark.parametrize("content", [b"", b"\x80\x05", b"null\n", b'{"moto": "5.2.5"}\n'])
def test_a_file_that_does_not_begin_as_one_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)

    assert refused(tmp_path) == ("is damaged: it does not begin as kept state does; delete it and deploy again")


@pytest.mark.parametrize("damage", [lambda content: content[:-1], lambda content: content[:-9] + b"\0" + content[-8:]])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: Any) -> None:
    kept(tmp_path)
    (tmp_path / FILE).write_bytes(damage((tmp_path / FILE).read_bytes()))

    assert refused(tmp_path) == "is damaged: it does not hold what was written; delete it and deploy again"


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()

    assert refused(tmp_path) == "cannot be read: Is a directory"


def test_state_kept_by_other_versions_is_refused_with_each_of_them(tmp_path: Path) -> None:
    kept(tmp_path)
    edit_head(tmp_path, moto="5.0.0", Python="3.99")

    assert refused(tmp_path) == (
        f"was kept by moto 5.0.0, and this is {moto.__version__}, "
        f"Python 3.99, and this is {sys.version_info.major}.{sys.version_info.minor}: "
        "go back to those, or delete the file and deploy again"
    )


def test_state_of_another_account_is_refused(tmp_path: Path) -> None:
    kept(tmp_path)

    assert refused(tmp_path, "222222222222", "eu-central-1") == (
        "holds account 111111111111, and this is 222222222222, region eu-west-1, and this is eu-central-1: "
        "only an account of that id and region can be opened from it"
    )


def test_state_of_classes_that_are_no_longer_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path)
    monkeypatch.delattr("moto.s3.models.FakeBucket")

    told = r"was kept by another version of eventwire: AttributeError: .*FakeBucket"
    with Account(ACCOUNT_ID, REGION) as account, pytest.raises(StateError, match=told):
        restore(account, tmp_path)


# What is not kept.


def test_what_cannot_be_kept_is_named_and_leaves_what_was_kept_before(tmp_path: Path) -> None:
    kept(tmp_path)

    with Account(ACCOUNT_ID, REGION) as account, pytest.raises(StateError) as told:
        keep(account, tmp_path, {"register": {}, "log": (line for line in ())})

    assert str(told.value) == (
        f"{tmp_path / FILE} is not written, something cannot be kept: extra 'log': cannot pickle 'generator' object"
    )
    with opened(tmp_path) as another:
        assert buckets(another) == ["feed"]


def test_what_is_interrupted_while_it_is_written_leaves_what_was_kept_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(tmp_path)

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    with Account(ACCOUNT_ID, REGION) as account, monkeypatch.context() as patches:
        patches.setattr(os, "fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            keep(account, tmp_path, {})

    with opened(tmp_path) as another:
        assert buckets(another) == ["feed"]
        keep(another, tmp_path, {})


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    told = r"file/state/account\.state cannot be written: Not a directory"
    with Account(ACCOUNT_ID, REGION) as account, pytest.raises(StateError, match=told):
        keep(account, tmp_path / "file" / "state", {})


def test_nothing_is_kept_while_a_function_is_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Account(ACCOUNT_ID, REGION) as account:
        functions = Functions(account, tmp_path / "code")
        waits = "import time\ndef handle(event, context):\n    time.sleep(1)\n"
        told: list[str] = []

        def meanwhile(_: float) -> None:
            with pytest.raises(StateError) as error:
                keep(account, tmp_path, {})
            told.append(str(error.value))

        monkeypatch.setattr(account.clock, "advance", meanwhile)
        assert functions.run(waits).ok

    assert told == [f"{tmp_path / FILE} is not written while a function or a call is at work: its state cannot be kept"]


def test_nothing_is_kept_while_a_call_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Account(ACCOUNT_ID, REGION) as account:
        monkeypatch.setattr(SQSBackend, "list_queues", lambda *_: keep(account, tmp_path, {}))
        with pytest.raises(StateError, match="while a function or a call is at work"):
            account.client("sqs").list_queues()


def test_an_account_that_is_not_open_is_neither_kept_nor_restored(tmp_path: Path) -> None:
    account = Account(ACCOUNT_ID, REGION)

    with pytest.raises(RuntimeError, match="the account is not open"):
        keep(account, tmp_path, {})
    with pytest.raises(RuntimeError, match="the account is not open"):
        restore(account, tmp_path)
