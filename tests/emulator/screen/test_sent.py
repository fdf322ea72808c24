"""What `send` shows before and after, and the document it writes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from emulator.journal import Outcome
from emulator.journey.result import Finding, Kind, Observed
from emulator.screen.report import Exit
from emulator.screen.sent import SendReport, as_json, closing, opening, verdict
from tests.emulator.made_up import SPLIT_ON_FEED, book, hop, row


def report(*kinds: Kind, **changed: Any) -> SendReport:
    """One event that woke `feeds.split`, with one surprise of each kind."""
    observed = Observed(
        processed={"feeds.split": 1},
        attempts={"feeds.split": 1},
        rows=(row("feeds.feed", "feeds.split", 1, 1),),
        hops=(hop(source="feeds.feed", target="feeds.split", function="split", payload={}, result={"sent": 3}),),
    )
    whole = SendReport(
        "dev",
        "feeds.split-on-feed",
        "111111111111",
        "eu-west-1",
        SPLIT_ON_FEED,
        event={"Records": []},
        names={"feed": "feed-9c1"},
        left_out=("nothing is put",),
        observed=observed,
        findings=tuple(Finding(kind, f"something {kind}") for kind in kinds),
        seconds_to_ready=0.5,
        seconds=1.5,
    )
    return replace(whole, **changed)


def test_the_beginning_tells_the_right_the_event_and_what_is_left_out() -> None:
    lines = opening(report(without=("feeds.split-may-read-feed",)), book(), 100)

    assert lines[:3] == ["ready in 0.50 s: 2 functions, 2 rights", "", "send by feeds.split-on-feed"]
    assert lines[3].split() == ["waker", "woken", "right", "condition", "a", "failed", "event", "lands"]
    assert lines[-6:] == [
        "  event      the trigger's example; --print shows it, --event sends another",
        "  called     feed is feed-9c1 here",
        "  withdrawn  feeds.split-may-read-feed",
        "  left out   nothing is put",
        "  left out   what `python -m emulator run` tells as not emulated",
        "",
    ]
    assert max(map(len, lines)) <= 100


def test_an_event_is_called_by_its_file() -> None:
    assert "  event      event.json" in opening(report(origin="event.json"), book(), 100)


def test_the_end_tells_what_became_of_it() -> None:
    assert closing(report(otherwise="the source itself told Records[].a"), 100) == [
        "",
        "  received   the source itself told Records[].a",
        '  returned   {"sent": 3}',
        "  woke       feeds.split",
        "  attempts   feeds.split 1",
        "  wrote      nothing",
        "  processed  feeds.split 1",
        "  ended      1 processed, 0 dead-lettered, 0 filtered, 0 lost, in 0 s of virtual time (1.50 s here)",
        "",
        "1 event sent = 1 processed + 0 dead-lettered + 0 filtered, none lost",
        "clean: feeds.split was woken by feeds.split-on-feed, and all ended well",
    ]


def test_what_a_failing_function_returned_is_not_told() -> None:
    failed = hop(Outcome.FAILED, target="feeds.split", function="split", payload={}, result=None, error={"a": 1})

    lines = closing(report(observed=replace(report().observed, hops=(failed,))), 100)

    assert not [line for line in lines if "returned" in line]


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ((), Exit.CLEAN),
        ((Kind.DIFFERENT,), Exit.ERROR),
        ((Kind.LOST, Kind.DEAD_LETTERED), Exit.DEAD_LETTERS),
        ((Kind.DEAD_LETTERED, Kind.DENIED), Exit.DENIED),
    ],
)
def test_the_exit_code_is_that_of_the_gravest_finding(kinds: tuple[Kind, ...], code: Exit) -> None:
    assert report(*kinds).exit_code is code


def test_the_verdict_says_what_went_wrong_and_what_to_do() -> None:
    assert verdict(report(Kind.DENIED)) == [
        "1 event sent = 1 processed + 0 dead-lettered + 0 filtered, none lost",
        "not all that feeds.split-on-feed set off ended well (exit 4)",
        "    something denied",
        "  what to do: a right is missing: write the access line or the trigger that is named, or take the call out",
    ]


def test_what_is_missing_is_told_and_is_what_to_do_first() -> None:
    lacking = report(Kind.DENIED, missing=("week.geojson is not in its bucket",))

    assert "  missing    week.geojson is not in its bucket" in opening(lacking, book(), 100)
    assert verdict(lacking)[-1] == (
        "  what to do: see first that what the event tells of is there: --object puts a file into its bucket"
    )
    assert as_json(lacking)["missing"] == ["week.geojson is not in its bucket"]


def test_errors_stand_in_the_way_of_everything() -> None:
    failed = SendReport("dev", "nobody", errors=("a", "b"))

    assert failed.exit_code is Exit.ERROR
    assert closing(failed, 100) == ["a", "b", "nothing was sent: mend first what is told above (exit 1)"]


def test_the_document_holds_the_whole_of_it_as_plain_values() -> None:
    document = json.loads(json.dumps(as_json(report(Kind.LOST, received={"Records": []}))))

    assert document["exit_code"] == 1
    assert document["trigger"] == "feeds.split-on-feed"
    assert document["handshake"]["principal"] == "s3.amazonaws.com"
    assert document["event"] == document["received"] == {"Records": []}
    assert document["called"] == {"feed": "feed-9c1"}
    assert document["problems"] == [{"kind": "lost", "message": "something lost"}]
    assert document["processed"] == {"feeds.split": 1}
    assert document["hops"][0]["details"] == {"function": "split", "result": {"sent": 3}}
    assert document["account"][0]["processed"] == document["total"]["processed"] == 1
    assert {"python", "moto"} <= set(document["versions"])


def test_the_document_of_what_was_not_sent_has_no_handshake() -> None:
    document = as_json(SendReport("dev", "nobody", errors=("a",)))

    assert document["handshake"] is None
    assert document["errors"] == ["a"]
