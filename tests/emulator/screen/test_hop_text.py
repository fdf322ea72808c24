"""Each hop is one line, and whatever goes wrong is explained in a few."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from emulator.journal import Outcome
from emulator.journey.advice import advise
from emulator.screen import hop_text
from tests.emulator.made_up import at, book, denial, hop


def test_a_hop_is_one_line() -> None:
    assert hop_text.hop_line(hop(), 30) == (
        "12:00:03v  10 messages                 feeds.readings -> feeds.record  try 1/5  delivered  c=c1"
    )


def test_a_failed_hop_bears_its_cause() -> None:
    line = hop_text.hop_line(hop(Outcome.FAILED, cause="KeyError: 'id'"), 30)

    assert line.endswith("try 1/5  FAILED     KeyError: 'id'  c=c1")


def test_a_long_event_and_a_long_chain_are_shortened() -> None:
    long = replace(hop(), what="ObjectCreated:Put incoming/all-week.geojson", chain="c1+c2+c3+c4+c5")

    assert hop_text.hop_line(long, 30) == (
        "12:00:03v  ObjectCreated:Put incomi..  feeds.readings -> feeds.record  try 1/5  delivered  c=c1+4 more"
    )


def test_a_dead_letter_tells_its_cause_and_its_fix() -> None:
    dead = hop(Outcome.DEAD, cause="KeyError: 'id'", fix="mend the handler")

    assert "DEAD" in hop_text.hop_line(dead, 30)
    assert "KeyError" not in hop_text.hop_line(dead, 30)
    assert hop_text.hop_story(dead) == ["           cause  KeyError: 'id'", "           fix    mend the handler"]


def test_a_file_is_named_as_it_is_opened_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    dead = hop(Outcome.DEAD, fix=f"look at {tmp_path}/pipelines/feeds/handlers/split.py:42")

    assert hop_text.hop_story(dead) == ["           fix    look at pipelines/feeds/handlers/split.py:42"]


def test_function_output_bears_its_chain() -> None:
    assert hop_text.log_lines(hop(log_lines=["START\n", "hello"])) == ["           c1 | START", "           c1 | hello"]


@pytest.mark.parametrize(("seconds", "shown"), [(0, "12:00:00v"), (185, "12:03:05v"), (86_400 * 2, "+2d 12:00:00v")])
def test_virtual_time_bears_a_v(seconds: int, shown: str) -> None:
    assert hop_text.clock_text(at(seconds)) == shown


def test_a_denial_tells_who_what_why_and_the_fix() -> None:
    advice = advise(denial(), book(), str)

    assert [hop_text.denial_line(denial(), advice), *hop_text.denial_story(denial(), advice)] == [
        "12:00:01v  DENIED  feeds.record may not dynamodb:PutItem on feeds.quakes  c=c1",
        "           principal  arn:aws:sts::111111111111:assumed-role/feeds-record-role-1/feeds.record",
        "           resource   arn:aws:dynamodb:eu-west-1:111111111111:table/quakes-4f2",
        "           cause      identity: no identity-based policy allows it",
        "           fix        pipelines/feeds/pipeline.yaml: functions.record.access needs {write: quakes} "
        "(dynamodb:PutItem)",
    ]
