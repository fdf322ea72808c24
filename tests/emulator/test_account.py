"""The open account as a whole."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from emulator.account import Account, NeverRests
from emulator.clock import START
from emulator.identity import ADMINISTRATOR, Identity


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


def test_time_that_passes_rings_what_falls_into_it_and_leaves_the_rest(account: Account) -> None:
    times = [START, START + timedelta(hours=1), START + timedelta(hours=2), START + timedelta(hours=2, seconds=1)]
    alarm = Alarm(account, *times)
    account.deliveries["alarm"] = alarm

    account.let_pass(7_200)

    assert alarm.rang == times[:3]
    assert account.clock.now == account.time_given == START + timedelta(hours=2)
    assert alarm.next_due() == times[3]


def test_time_passes_where_nothing_happens(account: Account) -> None:
    account.let_pass(0.5)

    assert account.clock.now == START + timedelta(seconds=0.5)


def test_time_that_cannot_pass_is_told(account: Account) -> None:
    account.deliveries["restless"] = Restless(account)

    with pytest.raises(NeverRests, match="after 10 rounds: a function probably wakes itself"):
        account.let_pass(60, most_rounds=10)


def test_rounds_are_counted_at_each_moment_alone(account: Account) -> None:
    account.deliveries["alarm"] = alarm = Alarm(account, *(START + timedelta(minutes=minute) for minute in range(50)))

    account.let_pass(3_600, most_rounds=3)

    assert len(alarm.rang) == 50


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


def session(account: Account, name: str) -> Identity:
    """A session of a new role that may do nothing."""
    role = account.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]
    return account.identities.role_session(role["Arn"], name, name)


def arn_of(account: Account, *identity: Identity) -> str:
    """Whom the account takes for the caller."""
    return str(account.client("sts", *identity).get_caller_identity()["Arn"])


def test_clients_act_as_whoever_acts_now_unless_somebody_else_is_named(account: Account) -> None:
    administrator = arn_of(account)
    deployer, function = session(account, "deploy"), session(account, "split")

    with account.acting(deployer):
        assert arn_of(account) == deployer.arn
        assert (arn_of(account, function), arn_of(account, ADMINISTRATOR)) == (function.arn, administrator)
        with account.acting(function):
            assert arn_of(account) == function.arn
        assert arn_of(account) == deployer.arn

    assert arn_of(account) == administrator


def test_whoever_fails_acts_no_longer(account: Account) -> None:
    administrator = arn_of(account)

    with pytest.raises(TimeoutError), account.acting(session(account, "deploy")):
        raise TimeoutError

    assert arn_of(account) == administrator


def test_whoever_acts_may_do_what_its_role_may(account: Account) -> None:
    with account.acting(session(account, "deploy")), pytest.raises(ClientError, match="AccessDenied"):
        account.client("sqs").create_queue(QueueName="readings")

    account.client("sqs").create_queue(QueueName="readings")
