"""A trigger is found by its name, and its example is known, with nothing deployed."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.problems import ConfigError
from emulator.waking.stack_triggers import StackTrigger, find_trigger, read_triggers
from tests.emulator import post_office

TRIGGERS = {
    name: StackTrigger(name, "sqs", {})
    for name in ("feeds.record-on-readings", "feeds.sweep-on-schedule", "operations.sweep-on-schedule")
}


def test_triggers_are_those_of_the_pages_each_with_its_example(tmp_path: Path) -> None:
    triggers = read_triggers(post_office.build(tmp_path), "dev")

    assert list(triggers) == ["post.sort-on-inbox", "post.keep-on-letters"]
    assert triggers["post.keep-on-letters"].kind == "sqs"
    assert triggers["post.keep-on-letters"].pipeline == "post"
    [record] = triggers["post.sort-on-inbox"].example["Records"]
    assert record["s3"]["bucket"]["name"] == "inbox"
    assert record["s3"]["object"]["key"] == "incoming/example"


def test_an_example_is_of_the_account_of_its_stack(tmp_path: Path) -> None:
    root = post_office.build(tmp_path, stack=post_office.STACK.replace("111111111111", "222222222222"))

    [record] = read_triggers(root, "dev")["post.keep-on-letters"].example["Records"]

    assert record["eventSourceARN"] == "arn:aws:sqs:eu-west-1:222222222222:letters"


def test_a_stack_without_a_page_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unknown stack 'def': did you mean dev"):
        read_triggers(post_office.build(tmp_path), "def")


def test_wrong_pages_are_told(tmp_path: Path) -> None:
    root = post_office.build(tmp_path, pipeline=post_office.PIPELINE.replace("{write: shelf}", "{write: shelv}"))

    with pytest.raises(ConfigError, match="unknown resource 'shelv': did you mean shelf"):
        read_triggers(root, "dev")


@pytest.mark.parametrize("name", ["record-on-readings", "feeds.record-on-readings"])
def test_a_trigger_is_found_by_its_short_or_its_full_name(name: str) -> None:
    assert find_trigger(TRIGGERS, name).name == "feeds.record-on-readings"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("record-on-reading", "did you mean record-on-readings? "),
        ("feeds.record-on-reading", "did you mean feeds.record-on-readings? "),
        ("xyz", ""),
    ],
)
def test_a_wrong_name_is_told_with_the_nearest_and_all_triggers(name: str, meant: str) -> None:
    with pytest.raises(ConfigError) as refused:
        find_trigger(TRIGGERS, name)

    known = "feeds.record-on-readings, feeds.sweep-on-schedule, operations.sweep-on-schedule"
    assert str(refused.value) == f"--trigger  unknown trigger {name!r}: {meant}known are {known}"


def test_a_short_name_of_several_triggers_is_refused() -> None:
    with pytest.raises(ConfigError) as refused:
        find_trigger(TRIGGERS, "sweep-on-schedule")

    both = "feeds.sweep-on-schedule and operations.sweep-on-schedule"
    assert str(refused.value) == f"--trigger  'sweep-on-schedule' is {both}: say which"
