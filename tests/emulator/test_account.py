"""The open account as a whole."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from emulator.account import Account, NeverRests
from emulator.clock import START


class Alarm:
    """A delivery that has something to do at each of its times."""

    def __init__(self, account: Account, *times: datetime) -> None:
        self.account = account
        self.times = list(times)
        self.rang: list[datetime] = []

    def open(self) -> None: ...

    def close(self) -> None: ...

    def deliver(self) -> bool:
        due = [moment for moment in self.times if moment <= self.account.clock.now]
        self.times = [moment for moment in self.times if moment not in due]
        self.rang += [self.account.clock.now for _ in due]
        return bool(due)

    def next_due(self) -> datetime | None:
        return min(self.times, default=None)


class Restless(Alarm):
    """A delivery that never comes to an end."""

    def deliver(self) -> bool:
        return True


def test_settling_jumps_to_what_is_due_next_and_rests_when_nothing_is(account: Account) -> None:
    times = [START + timedelta(hours=2), START + timedelta(minutes=1)]
    alarm = Alarm(account, *times)
    account.deliveries["alarm"] = alarm

    account.settle()

    assert alarm.rang == sorted(times)
    assert account.clock.now == max(times)


def test_events_that_go_round_and_round_are_told(account: Account) -> None:
    account.deliveries["restless"] = Restless(account)

    with pytest.raises(NeverRests, match="after 10 rounds: a function probably wakes itself"):
        account.settle(most_rounds=10)


def test_the_administrator_is_never_refused(account: Account) -> None:
    account.client("s3").create_bucket(
        Bucket="anything", CreateBucketConfiguration={"LocationConstraint": account.region}
    )

    assert [bucket["Name"] for bucket in account.client("s3").list_buckets()["Buckets"]] == ["anything"]


def test_two_accounts_one_after_the_other_know_nothing_of_each_other() -> None:
    with Account("111111111111", "eu-west-1") as first:
        first.client("sqs").create_queue(QueueName="mine")
    with Account("111111111111", "eu-west-1") as second:
        assert "QueueUrls" not in second.client("sqs").list_queues()


def test_an_account_closes_behind_itself_when_it_cannot_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account("111111111111", "eu-west-1")

    def broken() -> None:
        raise RuntimeError("cannot open")

    monkeypatch.setattr(account.deliveries["sqs"], "open", broken)
    with pytest.raises(RuntimeError, match="cannot open"):
        account.__enter__()

    assert datetime.now(START.tzinfo) != START
