"""What a run shows in plain text, line by line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.ledger import Ledger
from emulator.journey.advice import explain_all
from emulator.journey.pages import Announce, Notify, Record, Replay, Wait
from emulator.journey.result import Finding, Kind
from emulator.screen import text
from emulator.screen.fidelity import NOTES
from emulator.screen.report import RunReport
from tests.emulator.made_up import (
    RECORD_MAY_WRITE_QUAKES,
    RECORD_ON_READINGS,
    SPLIT_MAY_READ_FEED,
    SPLIT_ON_FEED,
    book,
    clean_result,
    denial,
    row,
)

LEDGER = Ledger((SPLIT_ON_FEED, RECORD_ON_READINGS), (SPLIT_MAY_READ_FEED, RECORD_MAY_WRITE_QUAKES))


def test_the_start_says_what_wakes_what() -> None:
    assert text.wakes(LEDGER) == [
        "feeds.feed     -> feeds.split   push by s3.amazonaws.com",
        "feeds.readings -> feeds.record  poll by feeds.record",
    ]
    assert text.ready(0.8231, book()) == "ready in 0.82 s: 2 functions, 2 rights"


def test_the_handshakes_are_a_table_of_a_hundred_columns() -> None:
    assert text.handshake_table(LEDGER, 100) == [
        "waker           woken         right                   condition               a failed event lands",
        "--------------  ------------  ----------------------  ----------------------  ----------------------",
        "feeds.readings  feeds.record  poll by feeds.record    -                       feeds.readings.dead-",
        "                              sqs:ReceiveMessage                              letters",
        "                              sqs:DeleteMessage                                 if the function",
        "                              sqs:GetQueueAttributes                            fails, 5 receives",
        "",
        "feeds.feed      feeds.split   push by                 aws:SourceArn ArnLike   feeds.split.failures",
        "                              s3.amazonaws.com        feeds.feed                if the function",
        "                              lambda:InvokeFunction   aws:SourceAccount         fails, 3 attempts or",
        "                                                      StringEquals              21600 seconds",
        "                                                      111111111111",
    ]


def test_the_grants_are_a_table() -> None:
    assert text.grant_table(LEDGER, 100) == [
        "grant                          actions              on            condition",
        "-----------------------------  -------------------  ------------  ---------",
        "feeds.record-may-write-quakes  dynamodb:PutItem     feeds.quakes  -",
        "                               dynamodb:UpdateItem",
        "",
        "feeds.split-may-read-feed      s3:GetObject         feeds.feed    -",
        "                                                    incoming/*",
    ]


@pytest.mark.parametrize("width", [80, 100, 120])
def test_no_line_of_the_ledger_is_wider_than_asked(width: int) -> None:
    lines = [*text.handshake_table(LEDGER, width), *text.grant_table(LEDGER, width), *text.fidelity(NOTES, width)]

    assert max(map(len, lines)) <= width


def test_a_landing_that_was_switched_off_is_shown_as_loss() -> None:
    [landing] = SPLIT_ON_FEED.landings
    unsafe = replace(SPLIT_ON_FEED, landings=(replace(landing, where=None),))

    assert any("LOST (nothing catches it)" in line for line in text.handshake_table(Ledger((unsafe,), ()), 120))


def test_a_clean_journey_is_summed_up() -> None:
    result = clean_result()

    assert [*text.journey_title(result.journey), *text.journey_summary(result, book(), 100)] == [
        "journey feeds.the-week",
        "  one week of the real feed",
        "  sent       put incoming/week.geojson into feeds.feed",
        "  woke       feeds.split, feeds.record",
        "  attempts   feeds.split 1, feeds.record 2",
        "  wrote      feeds.quakes 12",
        "  processed  feeds.record 12, feeds.split 1",
        "  ended      13 processed, 0 dead-lettered, 0 filtered, 0 lost, in 0 s of virtual time (0.50 s here)",
        "  as it says",
    ]


def test_a_record_is_told_with_its_key() -> None:
    result = clean_result()
    recording = replace(result, journey=replace(result.journey, send=(Record(record="tremors", key="nz", text="a"),)))

    assert "  sent       record of nz into tremors" in text.journey_summary(recording, book(), 100)


def test_a_journey_that_waits_says_how_long() -> None:
    result = clean_result()
    waiting = replace(result, journey=replace(result.journey, send=(Wait(wait="1 day"),)))

    assert "  sent       wait 1 day" in text.journey_summary(waiting, book(), 100)


def test_a_journey_that_notifies_says_which_topic() -> None:
    result = clean_result()
    notifying = replace(result, journey=replace(result.journey, send=(Notify(notify="news", text="hello"),)))

    assert "  sent       publish a message to news" in text.journey_summary(notifying, book(), 100)


def test_a_journey_says_which_service_announces_and_what_is_replayed_to_whom() -> None:
    result = clean_result()
    steps = (
        Announce(announce="aws.ec2", detail_type="EC2 Instance State-change Notification"),
        Replay(replay="alerts.announcements", minutes=60),
        Replay(replay="alerts.announcements", minutes=5, to=("assess-on-announcements", "record")),
    )

    told = text.journey_summary(replace(result, journey=replace(result.journey, send=steps)), book(), 300)

    assert told[0] == (
        "  sent       aws.ec2 announces EC2 Instance State-change Notification; "
        "replay the last 60 minutes of alerts.announcements; "
        "replay the last 5 minutes of alerts.announcements to assess-on-announcements, feeds.record"
    )


def test_a_journey_that_did_not_end_as_it_says_lists_why() -> None:
    result = clean_result()
    observed = replace(result.observed, denials=explain_all([denial()] * 3, book(), str))
    surprised = replace(result, observed=observed, findings=(Finding(Kind.DENIED, "a right is missing"),))

    lines = text.journey_summary(surprised, book(), 100)

    assert "  denied     feeds.record dynamodb:PutItem on feeds.quakes, 3x" in lines
    assert lines[-2:] == ["  NOT AS IT SAYS", "    - a right is missing"]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 s"), (59.6, "1 min 0 s"), (185, "3 min 5 s"), (7_260, "2 h 1 min"), (90_000, "1 d 1 h")],
)
def test_a_span_of_time_is_told_in_two_units(seconds: float, shown: str) -> None:
    result = replace(clean_result(), virtual_seconds=seconds)

    assert f"in {shown} of virtual time" in " ".join(text.journey_summary(result, book(), 200))


def test_the_account_of_every_event_ends_with_the_total() -> None:
    result = clean_result()
    lost = replace(result, observed=replace(result.observed, rows=(row("feeds.feed", "feeds.split", 3, 1, 1),)))

    assert text.account_table(RunReport("dev", journeys=(result, lost)), 100) == [
        "edge                            sent  processed  dead-lettered  filtered  lost",
        "------------------------------  ----  ---------  -------------  --------  ----",
        "feeds.feed -> feeds.split          4          2              1         0     1",
        "feeds.readings -> feeds.record    12         12              0         0     0",
        "total                             16         14              1         0     1",
    ]


def test_the_last_words_fit_the_width_and_stay_indented() -> None:
    failed = replace(clean_result(), findings=(Finding(Kind.LOST, "word " * 30),))

    lines = text.closing(RunReport("dev", journeys=(failed,)), 80)

    assert max(map(len, lines)) <= 80
    assert [line for line in lines if line.startswith("    word")]
