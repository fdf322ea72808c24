"""The exit code and the verdict say the gravest thing that happened; the document holds everything."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from components.ledger import Ledger
from emulator.journal import Outcome
from emulator.journey.advice import explain_all
from emulator.journey.result import Finding, JourneyResult, Kind
from emulator.screen.fidelity import NOTES
from emulator.screen.report import Exit, RunReport, as_json, summed, total, verdict
from tests.emulator.made_up import SPLIT_ON_FEED, book, clean_result, denial, hop, row


def surprising(*kinds: Kind) -> JourneyResult:
    """The clean journey with one surprise of each kind."""
    return replace(clean_result(), findings=tuple(Finding(kind, f"something {kind}") for kind in kinds))


def report(*results: JourneyResult) -> RunReport:
    return RunReport("dev", "111111111111", "eu-west-1", Ledger((SPLIT_ON_FEED,), ()), results)


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ((), 0),
        ((Kind.DIFFERENT,), 1),
        ((Kind.LOST,), 1),
        ((Kind.DIFFERENT, Kind.DEAD_LETTERED), 3),
        ((Kind.DEAD_LETTERED, Kind.DENIED, Kind.LOST), 4),
    ],
)
def test_the_exit_code_is_that_of_the_gravest_finding(kinds: tuple[Kind, ...], code: int) -> None:
    assert report(clean_result(), surprising(*kinds)).exit_code == code


def test_an_error_that_stands_in_the_way_ends_with_one() -> None:
    assert RunReport("dev", errors=("a page is wrong",)).exit_code is Exit.ERROR


def test_a_run_without_a_journey_proves_nothing() -> None:
    assert report().exit_code is Exit.ERROR
    assert verdict(report()) == ["there is no journey to send: write pipelines/<name>/journeys.yaml (exit 1)"]


def test_a_clean_run_says_so_in_its_last_line() -> None:
    assert verdict(report(clean_result(), clean_result())) == [
        "26 events sent = 26 processed + 0 dead-lettered + 0 filtered, none lost",
        "clean: 2 journeys ended as they say",
    ]


def test_the_verdict_says_what_went_wrong_where_and_what_to_do() -> None:
    assert verdict(report(clean_result(), surprising(Kind.DEAD_LETTERED, Kind.DIFFERENT))) == [
        "26 events sent = 26 processed + 0 dead-lettered + 0 filtered, none lost",
        "1 of 2 journeys did not end as said (exit 3)",
        "  feeds.the-week",
        "    something dead-lettered",
        "    something different",
        "  what to do: events failed for good: mend the cause, or say on the page that they may rest there",
    ]


def test_errors_stand_in_the_way_of_everything() -> None:
    assert verdict(RunReport("dev", errors=("a", "b"))) == [
        "no journey was sent: mend first what is told above (exit 1)"
    ]


def test_edges_of_several_journeys_are_added_up() -> None:
    rows = [row("b", "c", 5, 2, 2, 1), row("a", "b", 1, 1), row("b", "c", 1, 0)]

    assert summed(rows) == [row("a", "b", 1, 1), row("b", "c", 6, 2, 2, 1)]
    assert total(rows).sent == 7
    assert total(rows).lost == 1


def test_the_document_holds_the_whole_run_as_plain_values() -> None:
    clean = clean_result()
    hops = (
        hop(Outcome.FAILED, cause="KeyError: 'id'", function="record", payload={"secret": 1}, result=None),
        hop(function="record", payload={"secret": 1}, result={"stored": 3}),
    )
    observed = replace(clean.observed, hops=hops, denials=explain_all([denial(), denial()], book(), str))

    document = json.loads(json.dumps(as_json(report(replace(clean, observed=observed)))))

    assert document["exit_code"] == 0
    assert document["ledger"]["handshakes"][0]["name"] == "feeds.split-on-feed"
    assert document["total"] == {
        "source": "all",
        "target": "all",
        "sent": 13,
        "processed": 13,
        "dead_lettered": 0,
        "filtered": 0,
        "lost": 0,
    }
    assert {"python", "pulumi", "moto"} <= set(document["versions"])
    assert len(document["fidelity"]) == len(NOTES)
    [journey] = document["journeys"]
    assert journey["attempts"] == {"feeds.split": 1, "feeds.record": 2}
    assert journey["hops"][1] == {
        "at": "2030-01-01T12:00:03+00:00",
        "chain": "c1",
        "what": "10 messages",
        "source": "feeds.readings",
        "target": "feeds.record",
        "outcome": "delivered",
        "attempt": 1,
        "attempts_allowed": 5,
        "size": 10,
        "cause": None,
        "fix": None,
        "details": {"function": "record", "result": {"stored": 3}},
    }
    [met] = journey["denials"]
    assert met["times"] == 2
    assert met["action"] == "dynamodb:PutItem"
    assert met["fix"].startswith("pipelines/feeds/pipeline.yaml: functions.record.access needs {write: quakes}")
