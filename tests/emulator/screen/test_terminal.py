"""The screen shows every hop, or only the bad ones; colour and progress stay out of what is no terminal."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from emulator.journal import Outcome
from emulator.journey.advice import ExplainedDenial, advise
from emulator.screen.report import RunReport
from emulator.screen.terminal import THEME, Screen, Wishes, console, screen_for
from tests.emulator.made_up import at, book, clean_result, denial, hop, journey


def plain(wishes: Wishes | None = None) -> tuple[Screen, StringIO]:
    """A screen that is no terminal, and what it shows."""
    shown = StringIO()
    return Screen(Console(file=shown, theme=THEME, width=100, force_terminal=False), wishes or Wishes()), shown


def explained() -> ExplainedDenial:
    return ExplainedDenial(denial(), advise(denial(), book(), str))


def test_every_hop_is_one_line() -> None:
    screen, shown = plain()

    screen.hears(hop())
    screen.hears(hop(Outcome.FILTERED))

    assert [line.split("  ")[-2].strip() for line in shown.getvalue().splitlines()] == ["delivered", "filtered"]


@pytest.mark.parametrize("outcome", [Outcome.DELIVERED, Outcome.FAILED, Outcome.FILTERED])
def test_quiet_leaves_out_what_is_not_final(outcome: Outcome) -> None:
    screen, shown = plain(Wishes(hops=False))

    screen.hears(hop(outcome, cause="x"))

    assert shown.getvalue() == ""


@pytest.mark.parametrize("outcome", [Outcome.DENIED, Outcome.DEAD, Outcome.LOST])
def test_quiet_never_leaves_out_what_was_denied_dead_or_lost(outcome: Outcome) -> None:
    screen, shown = plain(Wishes(hops=False))

    screen.hears(hop(outcome, cause="KeyError", fix="mend it"))

    assert outcome.value.upper() in shown.getvalue()
    assert "cause  KeyError" in shown.getvalue()
    assert "fix    mend it" in shown.getvalue()


def test_a_denial_is_shown_even_when_quiet_and_once_in_each_journey() -> None:
    screen, shown = plain(Wishes(hops=False))

    screen.hears(explained())
    screen.hears(replace(explained(), denial=replace(denial(), at=at(60))))
    screen.begins(journey(), 2, 2)
    screen.hears(explained())

    assert shown.getvalue().count("DENIED  feeds.record may not dynamodb:PutItem on feeds.quakes") == 2


def test_a_cause_that_repeats_is_told_once_and_its_hops_each() -> None:
    screen, shown = plain()

    screen.hears(hop(Outcome.DEAD, cause="KeyError"))
    screen.hears(hop(Outcome.DEAD, cause="KeyError"))

    assert shown.getvalue().count("DEAD") == 2
    assert shown.getvalue().count("cause  KeyError") == 1


def test_function_output_is_shown_only_on_request() -> None:
    silent, nothing = plain()
    telling, shown = plain(Wishes(logs=True))

    silent.hears(hop(log_lines=["hello"]))
    telling.hears(hop(log_lines=["hello"]))

    assert "hello" not in nothing.getvalue()
    assert "c1 | hello" in shown.getvalue()


def test_a_whole_run_in_plain_text_has_no_control_codes_and_ends_with_the_verdict() -> None:
    screen, shown = plain()
    result = clean_result()

    screen.opens("dev", "111111111111", "eu-west-1")
    screen.ready(0.5, book())
    screen.begins(result.journey, 1, 1)
    screen.hears(hop())
    screen.ended(result, book())
    screen.closes(RunReport("dev", "111111111111", "eu-west-1", book().ledger, (result,)))

    text = shown.getvalue()
    assert "\x1b" not in text
    headings = ["stack dev", "ready in", "not emulated", "Who may wake whom", "Who may touch what", "journey ", "edge "]
    assert [text.index(heading) for heading in headings] == sorted(text.index(heading) for heading in headings)
    assert text.splitlines()[-1] == "clean: 1 journey ended as it says"


def test_a_terminal_shows_progress_and_colour() -> None:
    shown = StringIO()
    screen = Screen(Console(file=shown, theme=THEME, width=100, force_terminal=True, color_system="standard"), Wishes())

    screen.begins(journey(), 1, 3)
    screen.hears(hop(Outcome.DEAD))
    screen.stops()

    assert "1/3 feeds.the-week" in shown.getvalue()
    assert "\x1b[1;31mDEAD\x1b[0m" in shown.getvalue()


def test_a_document_has_stdout_to_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with screen_for(Wishes(), document=True) as screen:
        screen.opens("dev", "111111111111", "eu-west-1")
        screen.begins(journey(), 1, 1)
        screen.hears(hop(Outcome.DEAD))
        screen.closes(RunReport("dev"))

    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("columns", "width"), [("", 100), ("132", 132), ("wide", 100)])
def test_what_is_no_terminal_has_a_fixed_width(
    columns: str, width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert console().width == width
    assert not console().is_terminal
