"""A replay brings events of an archive to their bus once more: which, to whom, and how each is accounted for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from components.event_pattern import EventPattern
from emulator.account import Account
from emulator.clock import START
from emulator.journal import Outcome
from tests.emulator.functions import WRITES_LOGS, allow
from tests.emulator.shapes import differences
from tests.emulator.stage import FAILING, QUIET, Stage, queue_arn

BUS_ARN = "arn:aws:events:eu-west-1:111111111111:event-bus/announcements"
RULE_ARN = "arn:aws:events:eu-west-1:111111111111:rule/announcements/strong"
ARCHIVE_ARN = "arn:aws:events:eu-west-1:111111111111:archive/kept"
REPLAY_ARN = "arn:aws:events:eu-west-1:111111111111:replay/again"
EDGE = ("alerts.announcements", "feeds.assess")
NOWHERE = ("alerts.announcements", "no rule")


@pytest.fixture
def kept(account: Account, stage: Stage) -> Stage:
    """A function that is woken by each event, and an archive of them all."""
    stage.woken_function()
    account.client("events").create_archive(ArchiveName="kept", EventSourceArn=BUS_ARN, RetentionDays=14)
    return stage


def replay(account: Account, start: datetime, end: datetime, *rules: str, name: str = "again") -> Any:
    return account.client("events").start_replay(
        ReplayName=name,
        EventSourceArn=ARCHIVE_ARN,
        EventStartTime=start,
        EventEndTime=end,
        Destination={"Arn": BUS_ARN, **({"FilterArns": list(rules)} if rules else {})},
    )


def described(account: Account, name: str = "again") -> Any:
    return account.client("events").describe_replay(ReplayName=name)


def places(stage: Stage) -> list[str]:
    return [payload["detail"]["place"] for payload in stage.payloads()]


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def publish_each_minute(account: Account, stage: Stage, *names: str) -> None:
    for name in names:
        stage.publish({"place": name})
        account.settle()
        account.clock.advance(60)


def test_the_events_of_a_time_come_again_both_ends_among_them(account: Account, kept: Stage) -> None:
    publish_each_minute(account, kept, "Fiji", "Tonga", "Samoa", "Niue")

    replay(account, at(1), at(2))
    account.settle()

    assert places(kept) == ["Fiji", "Tonga", "Samoa", "Niue", "Tonga", "Samoa"]


def test_a_replayed_event_is_the_old_one_with_the_replays_name_and_an_id_of_its_own(
    account: Account, kept: Stage
) -> None:
    kept.publish({"place": "Fiji"}, Resources=["arn:aws:s3:::feed"])
    account.settle()
    account.clock.advance(3_600)

    replay(account, START, at(60))
    account.settle()

    first, second = kept.payloads()
    assert second == {**first, "id": second["id"], "replay-name": "again"}
    assert second["id"] != first["id"]
    assert second["time"] == "2030-01-01T12:00:00Z"
    assert differences({**second, "resources": []}, "eventbridge_custom.json", free="detail") == []


def test_time_is_the_one_that_the_event_names(account: Account, kept: Stage) -> None:
    kept.publish({"place": "Fiji"}, Time=at(-600))
    account.settle()

    replay(account, at(-601), at(-599))
    account.settle()

    assert places(kept) == ["Fiji", "Fiji"]


def test_what_comes_from_a_replay_is_not_archived_again(account: Account, kept: Stage) -> None:
    publish_each_minute(account, kept, "Fiji")

    for name in ("one", "two"):
        replay(account, START, at(10), name=name)
        account.settle()

    assert places(kept) == ["Fiji"] * 3
    assert account.client("events").describe_archive(ArchiveName="kept")["EventCount"] == 1


def test_a_replayed_event_is_sent_anew_at_the_head_of_its_own_chain(account: Account, kept: Stage) -> None:
    with account.chains.within(account.chains.begin()):
        kept.publish({"place": "Fiji"}, {"place": "Tonga"})
    account.settle()

    with account.chains.within(account.chains.begin()):
        replay(account, START, at(1))
    account.settle()

    assert [hop.chain for hop in kept.invocations()] == ["c1", "c1", "c3", "c4"]
    assert kept.counts(*EDGE) == (4, 4, 0, 0)


def test_only_the_rules_that_are_named_hear_a_replay(account: Account, kept: Stage) -> None:
    other = kept.rule({"source": ["seismic.feeds"]}, name="again")
    arn = kept.functions.make(QUIET, name="keep")
    kept.let("events.amazonaws.com", arn, other)
    kept.target(arn, rule="again")
    publish_each_minute(account, kept, "Fiji")

    replay(account, START, at(10), RULE_ARN)
    account.settle()

    assert kept.counts(*EDGE) == (2, 2, 0, 0)
    assert kept.counts("alerts.announcements", "feeds.keep") == (1, 1, 0, 0)


def test_what_the_named_rules_do_not_want_is_filtered(account: Account, kept: Stage) -> None:
    kept.publish({}, Source="seismic.other")
    account.settle()

    replay(account, START, at(1), RULE_ARN)
    account.settle()

    assert [hop.cause for hop in kept.hops(Outcome.FILTERED)] == [
        "no rule wants it",
        "no rule that the replay is for wants it",
    ]
    assert kept.counts(*NOWHERE) == (2, 0, 0, 2)


def test_a_rule_can_turn_replays_away(account: Account, kept: Stage) -> None:
    pattern = {"source": ["seismic.feeds"], "replay-name": [{"exists": False}]}
    kept.rule(pattern)
    publish_each_minute(account, kept, "Fiji")

    replay(account, START, at(10))
    account.settle()

    assert places(kept) == ["Fiji"]
    assert EventPattern.parse(pattern).matches(kept.payloads()[0])
    assert kept.counts(*NOWHERE) == (1, 0, 0, 1)


def test_nothing_is_replayed_before_it_is_let(account: Account, kept: Stage) -> None:
    publish_each_minute(account, kept, "Fiji")

    answer = replay(account, START, at(10))

    assert (answer["ReplayArn"], answer["State"]) == (REPLAY_ARN, "STARTING")
    assert described(account)["State"] == "STARTING"
    assert places(kept) == ["Fiji"]


def test_a_replay_tells_when_it_is_done_and_what_came_last(account: Account, kept: Stage) -> None:
    publish_each_minute(account, kept, "Fiji", "Tonga")

    replay(account, START, at(10))
    account.settle()

    told = described(account)
    assert (told["State"], told["ReplayArn"], told["EventSourceArn"]) == ("COMPLETED", REPLAY_ARN, ARCHIVE_ARN)
    assert (told["EventStartTime"], told["EventEndTime"]) == (START, at(10))
    assert told["EventLastReplayedTime"] == at(1)
    assert told["ReplayStartTime"] == told["ReplayEndTime"] == at(2)
    listed = account.client("events").list_replays(State="COMPLETED")["Replays"]
    assert [entry["ReplayName"] for entry in listed] == ["again"]


def test_a_replay_that_is_cancelled_in_time_brings_nothing(account: Account, kept: Stage) -> None:
    publish_each_minute(account, kept, "Fiji")
    replay(account, START, at(10))

    answer = account.client("events").cancel_replay(ReplayName="again")
    account.settle()

    assert (answer["ReplayArn"], answer["State"]) == (REPLAY_ARN, "CANCELLING")
    assert described(account)["State"] == "CANCELLED"
    assert places(kept) == ["Fiji"]


def test_a_replay_that_is_done_cannot_be_cancelled(account: Account, kept: Stage) -> None:
    replay(account, START, at(10))
    account.settle()

    with pytest.raises(account.client("events").exceptions.IllegalStatusException):
        account.client("events").cancel_replay(ReplayName="again")


def test_what_has_expired_is_not_replayed(account: Account, kept: Stage) -> None:
    publish_each_minute(account, kept, "Fiji")
    account.clock.advance(14 * 86_400)

    replay(account, START, at(10))
    account.settle()

    assert places(kept) == ["Fiji"]
    assert described(account)["State"] == "COMPLETED"


@pytest.mark.parametrize(("gone", "reason"), [("archive", "the archive is gone"), ("bus", "the event bus is gone")])
def test_a_replay_fails_where_its_ends_are_gone(account: Account, stage: Stage, gone: str, reason: str) -> None:
    stage.bus()
    events = account.client("events")
    events.create_archive(ArchiveName="kept", EventSourceArn=BUS_ARN)
    replay(account, START, at(10))

    if gone == "bus":
        events.delete_event_bus(Name="announcements")
    else:
        events.delete_archive(ArchiveName="kept")
    account.settle()

    assert (described(account)["State"], described(account)["StateReason"]) == ("FAILED", reason)


def test_a_replayed_event_that_nobody_takes_lands_like_any_other(account: Account, kept: Stage) -> None:
    kept.queue("dead")
    kept.queue_policy(
        "dead",
        {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue_arn("dead"),
            "Condition": {"ArnEquals": {"aws:SourceArn": RULE_ARN}},
        },
    )
    arn = "arn:aws:lambda:eu-west-1:111111111111:function:assess"
    kept.target(
        arn,
        RetryPolicy={"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3_600},
        DeadLetterConfig={"Arn": queue_arn("dead")},
    )
    publish_each_minute(account, kept, "Fiji")
    account.deliveries["events"].refuse(arn, "THROTTLING", 99)  # type: ignore[attr-defined]

    replay(account, START, at(10))
    account.settle()

    (body,) = kept.bodies("dead")
    assert '"replay-name":"again"' in body
    assert len(kept.hops(Outcome.FAILED)) == 3
    # It waited about one second before the second try, and about two before the third.
    assert timedelta(seconds=1.5) <= account.clock.now - at(1) <= timedelta(seconds=3)
    assert kept.counts(*EDGE) == (2, 1, 1, 0)


def test_a_replayed_event_that_the_function_fails_on_is_tried_three_times(account: Account, stage: Stage) -> None:
    stage.woken_function(FAILING)
    account.client("events").create_archive(ArchiveName="kept", EventSourceArn=BUS_ARN)
    stage.publish({})
    account.settle()
    began = account.clock.now

    replay(account, START, at(1))
    account.settle()

    assert len(stage.invocations()) == 6
    assert account.clock.now - began == timedelta(minutes=3)


REPLAYS = f"""
    import boto3
    from datetime import datetime, timedelta, timezone

    def handle(event, context):
        start = datetime(2030, 1, 1, 12, tzinfo=timezone.utc)
        boto3.client("events").start_replay(
            ReplayName="again",
            EventSourceArn="{ARCHIVE_ARN}",
            EventStartTime=start,
            EventEndTime=start + timedelta(hours=1),
            Destination={{"Arn": "{BUS_ARN}"}},
        )
    """
ALL = (ARCHIVE_ARN, BUS_ARN, REPLAY_ARN)


@pytest.mark.parametrize("things", [ALL, *(tuple(arn for arn in ALL if arn != missing) for missing in ALL)])
def test_who_replays_needs_the_right_on_archive_bus_and_replay(
    account: Account, kept: Stage, things: tuple[str, ...]
) -> None:
    rights = [allow("events:StartReplay", arn) for arn in things]
    arn = kept.functions.make(REPLAYS, *rights, WRITES_LOGS, name="mend", logs=False)

    account.runtime.invoke(arn, {})

    missing = [thing for thing in ALL if thing not in things]
    assert [denial.resource for denial in account.journal.denials] == missing
    assert {denial.action for denial in account.journal.denials} == ({"events:StartReplay"} if missing else set())
    assert ("again" in account.storage.backend("events").replays) is (missing == [])
