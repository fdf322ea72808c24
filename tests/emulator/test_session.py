"""A run reads every page first, sends what was asked for, and ends with the right code."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from components.problems import ConfigError
from emulator.screen.report import Exit, RunReport
from emulator.screen.terminal import THEME, Screen, Wishes
from emulator.session import chosen, run_stack
from tests.emulator import post_office
from tests.emulator.made_up import journey


def run(root: Path, *names: str, stack: str = "dev") -> tuple[RunReport, str]:
    """A run in plain text, and what it showed."""
    shown = StringIO()
    screen = Screen(Console(file=shown, theme=THEME, width=100, force_terminal=False), Wishes(hops=False))
    return run_stack(root, stack, names, screen), shown.getvalue()


def test_a_clean_run_ends_with_zero_and_its_account(tmp_path: Path) -> None:
    report, shown = run(post_office.build(tmp_path))

    assert report.exit_code is Exit.CLEAN
    assert [result.journey.name for result in report.journeys] == ["three-letters", "one-letter"]
    assert shown.splitlines()[-2:] == [
        "5 events sent = 4 processed + 1 dead-lettered + 0 filtered, none lost",
        "clean: 2 journeys ended as they say",
    ]


def test_one_journey_alone_is_sent_by_its_name(tmp_path: Path) -> None:
    report, _ = run(post_office.build(tmp_path), "post.one-letter")

    assert [result.journey.name for result in report.journeys] == ["one-letter"]


def test_a_dead_letter_that_nobody_expected_ends_with_three(tmp_path: Path) -> None:
    torn = "torn: {story: x, send: [{send: letters, text: torn}], expect: {}}"

    report, shown = run(post_office.build(tmp_path, torn))

    assert report.exit_code is Exit.DEAD_LETTERS
    assert "DEAD" in shown
    assert "what to do: events failed for good" in shown


def test_a_missing_right_ends_with_four(tmp_path: Path) -> None:
    root = post_office.build(tmp_path, pipeline=post_office.PIPELINE.replace("{send: letters}", "{receive: letters}"))

    report, shown = run(root)

    assert report.exit_code is Exit.DENIED
    assert "functions.sort.access needs {send: letters} (sqs:SendMessage)" in " ".join(shown.split())


def test_an_access_line_that_was_deleted_is_asked_for(tmp_path: Path) -> None:
    root = post_office.build(tmp_path, pipeline=post_office.PIPELINE.replace("- {send: letters}", ""))

    report, shown = run(root)

    assert report.exit_code is Exit.DEAD_LETTERS
    assert "page   pipelines/post/pipeline.yaml: functions.sort.access needs a line on letters" in shown


def test_the_problems_of_all_pages_are_told_at_once(tmp_path: Path) -> None:
    root = post_office.build(
        tmp_path,
        journeys="a: {story: x, send: [], expect: {}}",
        pipeline=post_office.PIPELINE.replace("{kind: queue}", "{kind: queu}"),
        stack=post_office.STACK.replace("eu-west-1", "Ireland"),
    )

    report, _ = run(root)

    assert [error.partition(":")[0] for error in report.errors[1:]] == [
        "Pulumi.dev.yaml",
        "pipelines/post/pipeline.yaml",
        "pipelines/post/journeys.yaml",
    ]


def test_names_in_a_journey_are_checked_against_the_deployed_stack(tmp_path: Path) -> None:
    root = post_office.build(tmp_path, "a: {story: x, send: [{put: inboks, key: k, text: t}], expect: {}}")

    report, _ = run(root)

    assert report.errors == (
        "pipelines/post/journeys.yaml:1  a.send[0].put: unknown bucket 'inboks': did you mean inbox? known are inbox",
    )


def test_a_wrong_page_ends_with_one_and_no_traceback(tmp_path: Path) -> None:
    root = post_office.build(tmp_path, pipeline=post_office.PIPELINE.replace("{write: shelf}", "{write: shelv}"))

    report, shown = run(root)

    assert report.exit_code is Exit.ERROR
    assert "unknown resource 'shelv': did you mean shelf?" in " ".join(shown.split())
    assert "Traceback" not in shown


def test_a_stack_without_a_page_is_refused_with_the_nearest(tmp_path: Path) -> None:
    report, _ = run(post_office.build(tmp_path), stack="def")

    assert report.errors == ("Pulumi.def.yaml  unknown stack 'def': did you mean dev? known are dev",)


def test_a_journey_that_nobody_wrote_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"unknown journey 'the-weak': did you mean the-week\?"):
        chosen([journey()], ["the-weak"])


@pytest.mark.parametrize("name", ["the-week", "feeds.the-week"])
def test_a_journey_is_chosen_by_its_short_or_its_full_name(name: str) -> None:
    assert chosen([journey()], [name]) == [journey()]
