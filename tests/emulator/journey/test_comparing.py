"""What a journey says is held against what happened, and every difference is one sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from components.ledger import Thing
from emulator.journal import Outcome
from emulator.journey.address_book import AddressBook
from emulator.journey.advice import explain_all
from emulator.journey.comparing import findings, in_full, name_problems
from emulator.journey.pages import Expect, Notify, Publish, Put, Record, Replay, Send
from emulator.journey.result import Kind, Observed
from tests.emulator.made_up import RECORD_MAY_WRITE_QUAKES, THINGS, book, denial, hop, journey, row


def told(expect: Expect, observed: Observed) -> list[tuple[Kind, str]]:
    return [(finding.kind, finding.sentence) for finding in findings(expect, observed, book())]


def test_a_journey_that_goes_as_said_has_no_findings() -> None:
    observed = Observed(
        processed={"feeds.record": 12},
        attempts={"feeds.record": 2},
        returned={"feeds.record": {"stored": 12}},
        wrote={"feeds.quakes": 12},
        dead_lettered={"feeds.readings.dead-letters": 1},
        filtered={"feeds.readings": 3},
        rows=(row("feeds.readings", "feeds.record", 16, 12, 1, 3),),
    )
    expect = Expect(
        processed={"feeds.record": 12},
        attempts={"feeds.record": 2},
        returned={"feeds.record": {"stored": 12}},
        wrote={"feeds.quakes": 12},
        dead_lettered={"feeds.readings.dead-letters": 1},
        filtered={"feeds.readings": 3},
    )

    assert told(expect, observed) == []


@pytest.mark.parametrize(
    ("expect", "observed", "sentence"),
    [
        (
            {"processed": {"feeds.record": 12}},
            {"processed": {"feeds.record": 11}},
            "feeds.record processed 11 events, expected 12",
        ),
        ({}, {"processed": {"feeds.record": 11}}, "feeds.record processed 11 events, expected 0"),
        ({"processed": {"feeds.record": 1}}, {}, "feeds.record processed 0 events, expected 1"),
        ({}, {"filtered": {"feeds.readings": 2}}, "feeds.readings filtered 2 events, expected 0"),
        (
            {"attempts": {"feeds.record": 3}},
            {"attempts": {"feeds.record": 1}},
            "feeds.record was invoked 1 times, expected 3",
        ),
        (
            {"wrote": {"feeds.quakes": 3}},
            {"wrote": {"feeds.quakes": 4}},
            "feeds.quakes holds 4 new items, expected 3",
        ),
        (
            {"dead_lettered": {"feeds.split.failures": 2}},
            {
                "dead_lettered": {"feeds.split.failures": 1},
                "rows": (row("feeds.feed", "feeds.split", 1, 0, 1),),
            },
            "feeds.split.failures holds 1 dead letters, expected 2",
        ),
        (
            {"returned": {"feeds.record": {"stored": 2}}},
            {"returned": {"feeds.record": {"stored": 1}}, "hops": (hop(function="f"),)},
            "feeds.record returned stored 1 in all, expected 2",
        ),
        (
            {"returned": {"feeds.record": {"stored": 2}}},
            {"hops": (hop(function="f"),)},
            "feeds.record was to return stored 2 in all, and it returned no such number",
        ),
        (
            {"returned": {"feeds.record": {"stored": 2}}},
            {},
            "feeds.record was to return stored 2 in all, and it never ran",
        ),
        (
            {"denied": ("feeds.record-may-write-quakes",)},
            {},
            "the lack of feeds.record-may-write-quakes was expected to be met, and nobody met it",
        ),
        (
            {},
            {"rows": (row("feeds.feed", "feeds.split", 2, 1, 1),)},
            "deliveries tell of 1 dead letters and 0 rest in the queues: one of them is wrong",
        ),
    ],
)
def test_each_difference_is_a_sentence(expect: dict[str, Any], observed: dict[str, Any], sentence: str) -> None:
    assert told(Expect(**expect), Observed(**observed)) == [(Kind.DIFFERENT, sentence)]


def test_what_may_be_left_unsaid_is_not_checked() -> None:
    observed = Observed(attempts={"feeds.record": 9}, wrote={"feeds.quakes": 4}, returned={"feeds.record": {"x": 1}})

    assert told(Expect(), observed) == []


def test_dead_letters_beyond_those_expected_carry_their_cause() -> None:
    observed = Observed(
        dead_lettered={"feeds.readings.dead-letters": 3},
        rows=(row("feeds.readings", "feeds.record", 3, 0, 3),),
        hops=(
            hop(Outcome.DEAD, target="feeds.other.dead-letters", cause="another"),
            *[hop(Outcome.DEAD, target="feeds.readings.dead-letters", cause="KeyError: 'id'")] * 2,
            hop(Outcome.DEAD, target="feeds.readings.dead-letters", cause="ValueError"),
        ),
    )

    assert told(Expect(dead_lettered={"feeds.readings.dead-letters": 1}), observed) == [
        (
            Kind.DEAD_LETTERED,
            "2 more events rest in feeds.readings.dead-letters than expected (3 instead of 1): "
            "KeyError: 'id' (and 1 more)",
        )
    ]


def test_a_function_that_lacks_a_variable_is_told_which_access_line_brings_it() -> None:
    observed = Observed(
        dead_lettered={"feeds.split.failures": 1},
        rows=(row("feeds.feed", "feeds.split", 1, 0, 1),),
        hops=(hop(Outcome.DEAD, "feeds.split", "feeds.split.failures", cause="KeyError: 'READINGS_QUEUE_URL'"),),
    )

    assert told(Expect(), observed) == [
        (
            Kind.DEAD_LETTERED,
            "1 more event rests in feeds.split.failures than expected (1 instead of 0): KeyError: "
            "'READINGS_QUEUE_URL': pipelines/feeds/pipeline.yaml: functions.split.access needs a line on readings, "
            "which brings READINGS_QUEUE_URL",
        )
    ]


def test_the_gravest_findings_come_first() -> None:
    observed = Observed(
        dead_lettered={"feeds.split.failures": 1},
        rows=(row("feeds.feed", "feeds.split", 2, 0, 1),),
        denials=explain_all([denial()], book(), str),
    )
    expect = Expect(dead_lettered={"feeds.readings.dead-letters": 1})

    assert [kind for kind, _ in told(expect, observed)] == [
        Kind.DENIED,
        Kind.DEAD_LETTERED,
        Kind.LOST,
        Kind.DIFFERENT,
    ]


@pytest.mark.parametrize("outcome", [Outcome.LOST, Outcome.DENIED])
def test_a_lost_event_is_found_on_its_edge(outcome: Outcome) -> None:
    observed = Observed(
        rows=(row("feeds.feed", "feeds.split", 2, 1),),
        hops=(
            hop(Outcome.LOST, "feeds.other", "feeds.split", cause="another"),
            hop(outcome, "feeds.feed", "feeds.split", cause="no failure destination"),
        ),
    )

    assert told(Expect(), observed) == [
        (Kind.LOST, "1 event of feeds.feed -> feeds.split never ended: no failure destination")
    ]


def test_events_that_nobody_fetched_are_found_where_they_wait() -> None:
    observed = Observed(rows=(row("feeds.readings", "feeds.record", 5, 0),), waiting={"feeds.readings": 5})

    assert told(Expect(), observed) == [
        (Kind.LOST, "5 events of feeds.readings -> feeds.record never ended: 5 still wait in feeds.readings")
    ]


def test_a_denial_that_was_expected_is_none_to_report() -> None:
    names = book(RECORD_MAY_WRITE_QUAKES)
    met = explain_all([denial()], names, str, ["feeds.record-may-write-quakes"])

    assert told(Expect(denied=("feeds.record-may-write-quakes",)), Observed(denials=met)) == []


def test_a_denial_nobody_expected_comes_with_its_fix() -> None:
    met = explain_all([denial(), denial()], book(), str)

    assert told(Expect(denied=()), Observed(denials=met)) == [
        (
            Kind.DENIED,
            "feeds.record was denied dynamodb:PutItem on feeds.quakes (2 times): "
            "pipelines/feeds/pipeline.yaml: functions.record.access needs {write: quakes} (dynamodb:PutItem)",
        )
    ]


def test_names_that_the_stack_does_not_have_are_told_with_the_nearest() -> None:
    strange = replace(
        journey(
            Expect(
                processed={"splits": 1},
                attempts={"record": 1},
                returned={"recrod": {}},
                wrote={"quake": 1},
                dead_lettered={"split.failure": 1},
                filtered={"fead": 1},
                denied=("record-on-reading",),
            )
        ),
        send=(
            Put(put="fed", key="k", text=""),
            Send(send="feed", text=""),
            Publish(publish="alerts.announcement", source="s", detail_type="t"),
            Notify(notify="feed", text=""),
            Record(record="feed", key="k", text=""),
        ),
        without=("record-may-write-quake",),
    )

    found = [
        f"{problem.path}: {problem.message.partition('? ')[0]}"
        for problem in name_problems(strange, book(RECORD_MAY_WRITE_QUAKES))
    ]

    assert found == [
        "the-week.send[0].put: unknown bucket 'fed': did you mean feed",
        "the-week.send[1].send: unknown queue 'feed': known are readings",
        "the-week.send[2].publish: unknown event bus 'alerts.announcement': did you mean alerts.announcements",
        "the-week.send[3].notify: unknown topic 'feed': known are none",
        "the-week.send[4].record: unknown stream 'feed': known are none",
        "the-week.without[0]: unknown right 'record-may-write-quake': did you mean record-may-write-quakes",
        "the-week.expect.denied[0]: unknown right 'record-on-reading': did you mean record-on-readings",
        "the-week.expect.processed.splits: unknown function 'splits': did you mean split",
        "the-week.expect.returned.recrod: unknown function 'recrod': did you mean record",
        "the-week.expect.wrote.quake: unknown table or bucket 'quake': did you mean quakes",
        "the-week.expect.dead_lettered.split.failure: unknown place for failed events 'split.failure': "
        "did you mean split.failures",
        "the-week.expect.filtered.fead: unknown source 'fead': did you mean feed",
    ]


def test_only_a_bus_with_an_archive_is_replayed_and_only_to_rules() -> None:
    rule = Thing("event_rule", "arn:aws:events:eu-west-1:111111111111:rule/a/b")
    archive = Thing("archive", "arn:aws:events:eu-west-1:111111111111:archive/a")
    things = {**THINGS, "feeds.news.archive": archive, "feeds.assess-on-news": rule}
    steps = (
        Replay(replay="alerts.announcements", minutes=1),
        Replay(replay="news", minutes=1, to=("assess-on-news", "split-on-feed")),
    )

    found = name_problems(replace(journey(), send=steps), AddressBook(book().ledger, things))

    assert [f"{problem.path}: {problem.message}" for problem in found] == [
        "the-week.send[0].replay: unknown event bus with an archive 'alerts.announcements': known are news",
        "the-week.send[1].to[1]: unknown trigger with a rule 'split-on-feed': known are assess-on-news",
    ]


def test_expectations_are_compared_by_full_names() -> None:
    expect = Expect(
        processed={"split": 1, "feeds.record": 2},
        returned={"split": {"sent": 1}},
        wrote={"quakes": 1},
        dead_lettered={"readings.dead-letters": 1},
        filtered={"alerts.announcements": 1},
        denied=("record-may-write-quakes",),
    )

    full = in_full(journey(expect), book(RECORD_MAY_WRITE_QUAKES))

    assert full.processed == {"feeds.split": 1, "feeds.record": 2}
    assert full.returned == {"feeds.split": {"sent": 1}}
    assert full.wrote == {"feeds.quakes": 1}
    assert full.dead_lettered == {"feeds.readings.dead-letters": 1}
    assert full.filtered == {"alerts.announcements": 1}
    assert full.denied == ("feeds.record-may-write-quakes",)
