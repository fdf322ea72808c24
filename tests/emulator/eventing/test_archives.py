"""Archives keep what comes to their bus for as long as they are told, and what AWS refuses of them is refused."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import moto.events.models
import pytest
from moto.events.models import Archive, EventsBackend, Replay

from emulator.account import Account
from emulator.clock import START
from tests.emulator.contracts import parameters
from tests.emulator.stage import Stage

BUS_ARN = "arn:aws:events:eu-west-1:111111111111:event-bus/announcements"
ARCHIVE_ARN = "arn:aws:events:eu-west-1:111111111111:archive/kept"
HOUR = {"EventStartTime": START - timedelta(hours=1), "EventEndTime": START}


def archive(account: Account, **more: Any) -> Any:
    given = {"ArchiveName": "kept", "EventSourceArn": BUS_ARN, **more}
    return account.client("events").create_archive(**given)


def described(account: Account) -> Any:
    return account.client("events").describe_archive(ArchiveName="kept")


def replay(account: Account, name: str = "again", **more: Any) -> Any:
    given = {"ReplayName": name, "EventSourceArn": ARCHIVE_ARN, "Destination": {"Arn": BUS_ARN}, **HOUR, **more}
    return account.client("events").start_replay(**given)


def refused(account: Account, call: Any) -> tuple[str, str]:
    with pytest.raises(account.client("events").exceptions.ClientError) as raised:
        call()
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.parametrize(
    ("function", "taken"),
    [
        (EventsBackend.create_archive, "self name source_arn description event_pattern retention"),
        (EventsBackend.update_archive, "self name description event_pattern retention"),
        (EventsBackend.start_replay, "self name description source_arn start_time end_time destination"),
        (EventsBackend.cancel_replay, "self name"),
        (Archive.__init__, "self account_id region_name name source_arn description event_pattern retention"),
        (Replay.__init__, "self account_id region_name name description source_arn start_time end_time destination"),
        (Replay.replay_events, "self archive"),
    ],
)
def test_moto_still_takes_what_we_take(function: Any, taken: str) -> None:
    assert parameters(function) == taken.split()


def test_moto_has_its_own_back_when_the_account_is_closed() -> None:
    before = (moto.events.models.Replay, EventsBackend.create_archive, EventsBackend.start_replay)

    with Account("111111111111", "eu-west-1"):
        assert moto.events.models.Replay is not before[0]

    assert (moto.events.models.Replay, EventsBackend.create_archive, EventsBackend.start_replay) == before


def test_an_archive_is_described_with_what_it_keeps(account: Account, stage: Stage) -> None:
    stage.bus()
    made = archive(account, Description="quakes", EventPattern='{"source": ["seismic.feeds"]}', RetentionDays=14)
    stage.publish({"place": "Fiji"}, {"place": "Tonga"})
    stage.publish({}, Source="seismic.other")

    told = described(account)

    [(_, first), (_, second)] = account.storage.backend("events").archives["kept"].kept
    size = sum(len(json.dumps(event, separators=(",", ":")).encode()) for event in (first, second))
    assert made["ArchiveArn"] == told["ArchiveArn"] == ARCHIVE_ARN
    assert (told["EventSourceArn"], told["State"], told["Description"]) == (BUS_ARN, "ENABLED", "quakes")
    assert (told["RetentionDays"], told["EventPattern"]) == (14, '{"source": ["seismic.feeds"]}')
    assert (told["EventCount"], told["SizeBytes"]) == (2, size)


def test_an_archive_without_a_pattern_keeps_what_no_rule_wants(account: Account, stage: Stage) -> None:
    stage.bus()
    archive(account)

    stage.publish({}, Source="nobody.wants.it")

    assert described(account)["EventCount"] == 1


def test_an_archive_keeps_nothing_of_another_bus(account: Account, stage: Stage) -> None:
    stage.bus()
    stage.bus("others")
    archive(account)

    stage.publish({}, bus="others")
    stage.publish({}, bus=None)

    assert described(account)["EventCount"] == 0


def test_an_event_is_forgotten_when_its_retention_is_over(account: Account, stage: Stage) -> None:
    stage.bus()
    archive(account, RetentionDays=2)
    stage.publish({})
    account.clock.advance(86_400)
    stage.publish({})

    account.clock.advance(86_399)
    assert described(account)["EventCount"] == 2
    account.clock.advance(1)
    assert described(account)["EventCount"] == 1
    account.clock.advance(86_400)
    assert described(account)["EventCount"] == 0


@pytest.mark.parametrize("retention", [{}, {"RetentionDays": 0}])
def test_without_a_retention_events_are_kept_for_ever(
    account: Account, stage: Stage, retention: dict[str, int]
) -> None:
    stage.bus()
    archive(account, **retention)
    stage.publish({})

    account.clock.advance(10 * 365 * 86_400)

    assert (described(account)["EventCount"], described(account)["RetentionDays"]) == (1, 0)


def test_an_update_changes_what_it_names_and_nothing_else(account: Account, stage: Stage) -> None:
    stage.bus()
    archive(account, Description="quakes", EventPattern='{"source": ["a"]}', RetentionDays=14)
    update = account.client("events").update_archive

    update(ArchiveName="kept", RetentionDays=30)
    told = described(account)
    assert (told["Description"], told["EventPattern"], told["RetentionDays"]) == ("quakes", '{"source": ["a"]}', 30)

    update(ArchiveName="kept", Description="", EventPattern='{"source": ["b"]}', RetentionDays=0)
    told = described(account)
    assert (told["Description"], told["EventPattern"], told["RetentionDays"]) == ("", '{"source": ["b"]}', 0)


def test_what_no_archive_can_be_is_refused(account: Account, stage: Stage) -> None:
    stage.bus()
    nowhere = {"EventSourceArn": BUS_ARN.replace("announcements", "nowhere")}

    assert refused(account, lambda: archive(account, ArchiveName="a" * 49))[0] == "ValidationException"
    assert refused(account, lambda: archive(account, EventPattern='{"source": "a"}'))[0] == (
        "InvalidEventPatternException"
    )
    assert refused(account, lambda: archive(account, **nowhere))[0] == "ResourceNotFoundException"
    archive(account)
    assert refused(account, lambda: archive(account))[0] == "ResourceAlreadyExistsException"
    update = account.client("events").update_archive
    assert refused(account, lambda: update(ArchiveName="kept", EventPattern="{}"))[0] == "InvalidEventPatternException"


def test_an_archive_that_is_deleted_is_gone(account: Account, stage: Stage) -> None:
    stage.bus()
    archive(account)

    account.client("events").delete_archive(ArchiveName="kept")

    assert account.client("events").list_archives(EventSourceArn=BUS_ARN)["Archives"] == []
    assert account.client("events").list_rules(EventBusName="announcements")["Rules"] == []


def test_what_no_replay_can_be_is_refused(account: Account, stage: Stage) -> None:
    stage.bus()
    stage.bus("others")
    archive(account)
    elsewhere = stage.rule({"source": ["a"]}, bus="others", name="theirs")

    to_others = {"Destination": {"Arn": BUS_ARN.replace("announcements", "others")}}
    to_their_rule = {"Destination": {"Arn": BUS_ARN, "FilterArns": [elsewhere]}}
    backwards = {"EventStartTime": START, "EventEndTime": START - timedelta(minutes=1)}
    no_archive = {"EventSourceArn": ARCHIVE_ARN.replace("kept", "nothing")}

    assert "Cross event bus replay is not permitted" in refused(account, lambda: replay(account, **to_others))[1]
    assert refused(account, lambda: replay(account, **to_their_rule)) == (
        "ValidationException",
        f"Parameter Destination.FilterArns is not valid. Reason: {elsewhere} is no rule of event bus announcements.",
    )
    assert "must be before EventEndTime" in refused(account, lambda: replay(account, **backwards))[1]
    assert "Archive nothing does not exist" in refused(account, lambda: replay(account, **no_archive))[1]
    replay(account)
    assert refused(account, lambda: replay(account))[0] == "ResourceAlreadyExistsException"


def test_no_more_than_ten_replays_are_at_work(account: Account, stage: Stage) -> None:
    stage.bus()
    archive(account)
    for number in range(10):
        replay(account, f"again-{number}")

    assert refused(account, lambda: replay(account))[0] == "LimitExceededException"
    account.settle()
    replay(account)
