"""The screen of the server: what to export, and each event as it travels, for people and for programs."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from emulator.journal import Outcome
from emulator.journey.advice import ExplainedDenial, advise
from emulator.screen.live import ForPeople, ForPrograms
from emulator.screen.terminal import THEME, Screen, Wishes
from tests.emulator.made_up import RECORD_MAY_WRITE_QUAKES, book, denial, hop

VARIABLES = {"AWS_ENDPOINT_URL": "http://127.0.0.1:4570", "PULUMI_CONFIG_PASSPHRASE": "nothing secret is kept here"}


def people(wishes: Wishes | None = None) -> tuple[ForPeople, StringIO]:
    """The screen for people, no terminal, and what it shows."""
    shown = StringIO()
    console = Console(file=shown, theme=THEME, width=100, force_terminal=False)
    return ForPeople(Screen(console, wishes or Wishes())), shown


def explained() -> ExplainedDenial:
    return ExplainedDenial(denial(), advise(denial(), book(), str))


def found(monkeypatch: pytest.MonkeyPatch, pulumi: str | None) -> None:
    monkeypatch.setattr(shutil, "which", {"pulumi": pulumi}.get)


def test_people_are_told_what_to_do_in_another_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, "/usr/bin/pulumi")
    screen, shown = people()

    screen.opens("dev", "111111111111", "eu-west-1", VARIABLES)

    assert shown.getvalue().splitlines() == [
        "account 111111111111, eu-west-1: on this machine alone, with the deploy role of dev",
        "",
        "In another terminal, in this folder:",
        "  export AWS_ENDPOINT_URL=http://127.0.0.1:4570",
        "  export PULUMI_CONFIG_PASSPHRASE='nothing secret is kept here'",
        "  pulumi stack select --create dev",
        "  pulumi up",
        "",
        "Events are shown here as they travel. Ctrl-C ends it.",
        "",
    ]


def test_who_has_no_pulumi_is_told_how_to_come_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, None)
    screen, shown = people()

    screen.opens("dev", "111111111111", "eu-west-1", VARIABLES)

    line = f'  export PATH="$({shlex.quote(sys.executable)} -m tools.pulumi_cli):$PATH"'
    assert shown.getvalue().splitlines()[5:7] == [line, "  pulumi stack select --create dev"]


def test_long_lines_stay_whole_for_whoever_copies_them() -> None:
    screen, shown = people()

    screen.opens("dev", "111111111111", "eu-west-1", {"PULUMI_BACKEND_URL": f"file:///{'x' * 200}"})

    assert f"  export PULUMI_BACKEND_URL=file:///{'x' * 200}\n" in shown.getvalue()


def test_people_see_each_hop_and_each_denial() -> None:
    screen, shown = people()

    screen.knows(book(RECORD_MAY_WRITE_QUAKES))
    screen.hears(hop(source="feeds.feed", target="feeds.split"))
    screen.hears(explained())

    lines = shown.getvalue().splitlines()
    assert lines[0] == "a stack stands here now: 2 rights to wake, 1 to touch"
    # As wide as the widest edge of the stack.
    assert lines[1] == "12:00:03v  10 messages                 feeds.feed -> feeds.split       try 1/5  delivered  c=c1"
    assert "DENIED  feeds.record may not dynamodb:PutItem on feeds.quakes" in lines[2]


def test_quiet_people_see_what_is_bad() -> None:
    screen, shown = people(Wishes(hops=False))

    screen.hears(hop())
    screen.hears(hop(Outcome.DEAD, cause="KeyError"))

    assert "delivered" not in shown.getvalue()
    assert "DEAD" in shown.getvalue().splitlines()[0]


def test_a_cause_is_told_once_until_everything_rests() -> None:
    screen, shown = people()

    for _ in range(2):
        screen.hears(hop(Outcome.DEAD, cause="KeyError"))
        screen.hears(hop(Outcome.DEAD, cause="KeyError"))
        screen.rests()

    assert shown.getvalue().count("DEAD") == 4
    assert shown.getvalue().count("cause  KeyError") == 2


@pytest.mark.parametrize(
    ("state", "told"), [(None, "the account is gone"), (Path("here/state"), "the account is kept in here/state")]
)
def test_people_are_told_what_becomes_of_the_account(state: Path | None, told: str) -> None:
    screen, shown = people()

    screen.says("events were still travelling")
    screen.closes(state)

    assert shown.getvalue().splitlines() == ["events were still travelling", told]


def test_programs_read_one_document_on_each_line(capsys: pytest.CaptureFixture[str]) -> None:
    screen = ForPrograms()

    screen.opens("dev", "111111111111", "eu-west-1", VARIABLES)
    screen.knows(book(RECORD_MAY_WRITE_QUAKES))
    screen.hears(hop(payload={"a": 1}, request_id="x"))
    screen.hears(explained())
    screen.rests()
    screen.says("events were still travelling")
    screen.closes(None)
    screen.closes(Path("here/state"))

    first, ledger, moved, denied, *rest = documents(capsys)
    assert first == {"environment": VARIABLES, "stack": "dev", "account_id": "111111111111", "region": "eu-west-1"}
    assert list(ledger) == ["ledger"]
    assert [line["name"] for line in ledger["ledger"]["grants"]] == ["feeds.record-may-write-quakes"]
    assert (moved["hop"]["source"], moved["hop"]["outcome"], moved["hop"]["chain"]) == (
        "feeds.readings",
        "delivered",
        "c1",
    )
    assert moved["hop"]["details"] == {"request_id": "x"}
    assert (denied["denial"]["action"], denied["denial"]["what"]) == ("dynamodb:PutItem", "feeds.quakes")
    assert rest == [{"message": "events were still travelling"}, {"kept_in": None}, {"kept_in": "here/state"}]


def documents(capsys: pytest.CaptureFixture[str]) -> list[Any]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]
