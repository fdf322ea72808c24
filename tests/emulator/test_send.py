"""One event is handed over by hand: with each kind of trigger it ends well, without its right that right is named."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import emulator.send
from components.trigger import TriggerConfig
from emulator.clock import START
from emulator.journal import Outcome
from emulator.journey.run import DeployedStack, stand
from emulator.screen.report import Exit
from emulator.screen.sent import SendReport
from emulator.screen.terminal import THEME, Screen, Wishes
from emulator.send import Wanted, send
from emulator.waking.stack_triggers import read_triggers
from tests.conftest import ROOT
from tests.emulator import exchange, post_office

Send = Callable[..., SendReport]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exchange.build(tmp_path_factory.mktemp("exchange"))


@pytest.fixture(scope="module")
def stack(root: Path) -> DeployedStack:
    return stand(root, "dev")


@pytest.fixture
def shown() -> StringIO:
    return StringIO()


@pytest.fixture
def by_hand(root: Path, stack: DeployedStack, shown: StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Send:
    """Sends by a trigger of the exchange, which was deployed once for all tests."""
    monkeypatch.setattr(emulator.send, "stand", lambda *_: stack)

    def sending(trigger: str, event: Any = None, *without: str) -> SendReport:
        file = None
        if event is not None:
            file = tmp_path / "event.json"
            file.write_text(event if isinstance(event, str) else json.dumps(event))
        return send(Wanted(root, "dev", trigger, file, without), screen(shown))

    return sending


@pytest.fixture(scope="module")
def sample() -> DeployedStack:
    return stand(ROOT, "dev")


def screen(shown: StringIO) -> Screen:
    return Screen(Console(file=shown, theme=THEME, width=100, force_terminal=False), Wishes())


def example(root: Path, kind: str) -> Any:
    return copy.deepcopy(read_triggers(root, "dev")[exchange.TRIGGERS[kind]].example)


@pytest.mark.parametrize("kind", exchange.TRIGGERS)
def test_the_example_of_every_kind_of_trigger_ends_processed(by_hand: Send, shown: StringIO, kind: str) -> None:
    report = by_hand(exchange.TRIGGERS[kind])

    assert report.errors == ()
    assert report.findings == ()
    assert report.exit_code is Exit.CLEAN
    assert report.line is not None
    assert dict(report.observed.processed) == {report.line.woken: 1}
    assert dict(report.observed.attempts) == {report.line.woken: 1}
    assert dict(report.observed.returned) == {report.line.woken: {"heard": 1}}
    assert [row for row in report.observed.rows if row.lost] == []
    assert shown.getvalue().splitlines()[-2:] == [
        "1 event sent = 1 processed + 0 dead-lettered + 0 filtered, none lost",
        f"clean: {report.line.woken} was woken by {report.trigger}, and all ended well",
    ]


@pytest.mark.parametrize("trigger", sorted(read_triggers(ROOT, "dev")))
def test_no_trigger_of_the_sample_filters_its_own_example(
    sample: DeployedStack, shown: StringIO, monkeypatch: pytest.MonkeyPatch, trigger: str
) -> None:
    monkeypatch.setattr(emulator.send, "stand", lambda *_: sample)

    report = send(Wanted(ROOT, "dev", trigger), screen(shown))

    # A handler may fail on what is made up, and what it does besides may be filtered elsewhere.
    assert report.errors == ()
    assert report.line is not None
    assert [str(finding) for finding in report.findings if "not woken" in str(finding)] == []
    assert report.line.waker not in report.observed.filtered
    assert report.observed.attempts[report.line.woken] >= 1


def test_every_kind_of_trigger_there_is_was_tried() -> None:
    assert sorted(TriggerConfig.kinds) == sorted(exchange.TRIGGERS)


@pytest.mark.parametrize(
    ("kind", "action", "dead_letters"),
    [
        ("s3", "lambda:InvokeFunction", {}),
        ("sqs", "sqs:GetQueueAttributes", {}),
        ("sns", "lambda:InvokeFunction", {"post.tell-on-news.dead-letters": 1}),
        ("event_rule", "lambda:InvokeFunction", {"post.assess-on-wire.dead-letters": 1}),
        ("dynamodb_stream", "dynamodb:DescribeStream", {}),
        ("kinesis", "kinesis:ListShards", {}),
        ("schedule", "lambda:InvokeFunction", {"post.sweep-on-schedule.dead-letters": 1}),
        ("log_subscription", "lambda:InvokeFunction", {}),
    ],
)
def test_without_its_right_every_kind_of_trigger_tells_what_is_lacking(
    by_hand: Send, shown: StringIO, kind: str, action: str, dead_letters: dict[str, int]
) -> None:
    trigger = exchange.TRIGGERS[kind]

    report = by_hand(trigger, None, trigger)

    assert report.exit_code is Exit.DENIED
    met = report.observed.denials[0]
    assert (met.advice.right, met.denial.action) == (trigger, action)
    assert met.advice.fix == f"{trigger} was withdrawn from the account for this run: nothing is wrong on the page"
    assert report.observed.attempts == {}
    assert report.observed.dead_lettered == dead_letters
    assert f"may not {action} on " in shown.getvalue()
    assert "(exit 4)" in shown.getvalue()


def test_the_handler_receives_what_things_are_called_in_the_account(by_hand: Send, stack: DeployedStack) -> None:
    report = by_hand("sort-on-inbox")

    [record] = report.received["Records"]
    bucket = stack.book.own_name("post.inbox")
    assert record["s3"]["bucket"]["name"] == bucket
    assert record["s3"]["bucket"]["arn"] == f"arn:aws:s3:::{bucket}"
    assert report.names == {"inbox": bucket, "arn:aws:s3:::inbox": f"arn:aws:s3:::{bucket}"}
    assert report.otherwise is None


def test_the_schedule_of_the_example_is_the_one_in_the_account(by_hand: Send, stack: DeployedStack) -> None:
    report = by_hand("sweep-on-schedule")

    assert report.received["resources"] == [stack.book.things["post.sweep-on-schedule"].arn]


def test_an_event_of_ones_own_is_sent_and_what_the_queue_told_itself_is_told(
    by_hand: Send, root: Path, shown: StringIO
) -> None:
    event = example(root, "sqs")
    event["Records"][0]["body"] = "hello"

    report = by_hand("keep-on-letters", event)

    assert report.received["Records"][0]["body"] == "hello"
    assert report.otherwise is not None
    assert "Records[].receiptHandle" in report.otherwise
    assert "Records[].body" not in report.otherwise
    assert "  received   the source itself told " in shown.getvalue()
    assert "event.json" in shown.getvalue()


def test_an_event_that_the_pattern_does_not_want_is_filtered_and_wakes_nobody(
    by_hand: Send, root: Path, shown: StringIO
) -> None:
    report = by_hand("assess-on-wire", {**example(root, "event_rule"), "source": "elsewhere"})

    told = 'the rule\'s pattern does not match: source wants "seismic.feeds", the event has "elsewhere"'
    assert report.exit_code is Exit.ERROR
    assert [str(finding) for finding in report.findings] == [f"post.assess was not woken: filtered, {told}"]
    assert report.observed.filtered == {"post.wire": 1}
    assert report.observed.attempts == {}
    assert "filtered" in shown.getvalue()


def test_a_handler_that_fails_is_tried_again_and_its_event_lands(by_hand: Send, root: Path) -> None:
    report = by_hand("assess-on-wire", {**example(root, "event_rule"), "detail": {"torn": True}})

    assert report.exit_code is Exit.DEAD_LETTERS
    assert report.observed.attempts == {"post.assess": 3}
    assert report.observed.dead_lettered == {"post.assess.failures": 1}
    assert report.virtual_seconds == 180
    assert report.observed.hops[0].at == START
    assert [hop.outcome for hop in report.observed.hops] == [*[Outcome.FAILED] * 3, Outcome.DEAD]


def test_the_same_event_ends_the_same_again(by_hand: Send) -> None:
    first, second = by_hand("listen-on-calls"), by_hand("listen-on-calls")

    assert first.observed == second.observed
    assert first.received == second.received


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("{", "needs JSON, got '{'"),
        ({"records": []}, "has records and lacks Records: post.keep-on-letters hands over nothing without"),
        ({"Records": [{"body": "a"}]}, "Records[0]: has body and lacks messageId, "),
    ],
)
def test_an_event_that_is_none_is_refused_before_anything_is_deployed(
    by_hand: Send, monkeypatch: pytest.MonkeyPatch, shown: StringIO, event: Any, said: str
) -> None:
    def never(*_: object) -> DeployedStack:
        raise AssertionError("something was deployed")

    monkeypatch.setattr(emulator.send, "stand", never)

    report = by_hand("keep-on-letters", event)

    assert report.exit_code is Exit.ERROR
    assert said in report.errors[0]
    assert report.errors[0].partition("  ")[0].partition(":")[0].endswith("event.json")
    assert shown.getvalue().splitlines()[-1] == "nothing was sent: mend first what is told above (exit 1)"


def test_a_wrong_name_and_a_wrong_event_are_told_at_once(by_hand: Send) -> None:
    report = by_hand("keep-on-letter", "[")

    assert [error.partition(": ")[0].rpartition("/")[2] for error in report.errors] == [
        "--trigger  unknown trigger 'keep-on-letter'",
        "event.json:1  needs JSON, got '['",
    ]


def test_what_the_way_cannot_do_without_is_refused_with_its_path(by_hand: Send, root: Path) -> None:
    event = example(root, "kinesis")
    event["Records"][0]["kinesis"]["data"] = "not base64"

    [error] = by_hand("listen-on-calls", event).errors

    assert error.endswith("event.json  Records[0].kinesis.data: needs base64, got 'not base64': bytes travel so")


def test_a_right_that_nobody_has_is_refused_with_the_nearest(by_hand: Send) -> None:
    [error] = by_hand("keep-on-letters", None, "keep-on-leters").errors

    assert error.startswith("--without  unknown right 'keep-on-leters': did you mean ")


def test_wrong_pages_are_told_and_nothing_is_sent(tmp_path: Path, shown: StringIO) -> None:
    root = post_office.build(tmp_path, pipeline=post_office.PIPELINE.replace("{write: shelf}", "{write: shelv}"))

    report = send(Wanted(root, "dev", "keep-on-letters"), screen(shown))

    assert report.exit_code is Exit.ERROR
    assert "unknown resource 'shelv': did you mean shelf?" in report.errors[0]
    assert "Traceback" not in shown.getvalue()


def test_a_stack_is_deployed_and_what_follows_from_the_event_is_shown(tmp_path: Path, shown: StringIO) -> None:
    root = post_office.build(tmp_path)

    report = send(Wanted(root, "dev", "sort-on-inbox"), screen(shown))

    # Who may not list a bucket is not even told that an object is not there.
    assert report.exit_code is Exit.DENIED
    assert report.missing == ("incoming/example, which the event tells of, is not in its bucket",)
    [met] = report.observed.denials
    assert met.advice.fix == (
        "incoming/example is not in post.inbox, and S3 tells that only to whoever may list it: put the object there, "
        "or read another key"
    )
    text = shown.getvalue()
    headings = ["stack dev", "ready in", "send by post.sort-on-inbox", "left out", "FAILED", "ended", "what to do"]
    assert [text.index(heading) for heading in headings] == sorted(text.index(heading) for heading in headings)
    assert report.observed.dead_lettered == {"post.sort.failures": 1}


def test_a_file_can_be_the_object_that_the_event_tells_of(tmp_path: Path, shown: StringIO) -> None:
    root = post_office.build(tmp_path / "project")
    (tmp_path / "monday").write_text("one two")

    report = send(Wanted(root, "dev", "sort-on-inbox", object=tmp_path / "monday"), screen(shown))

    assert report.findings == ()
    assert report.left_out == ("nobody else is told by post.inbox",)
    assert report.missing == ()
    assert report.observed.attempts == {"post.sort": 1, "post.keep": 1}
    assert report.observed.returned == {"post.sort": {"sent": 2}}
    assert report.observed.wrote == {"post.inbox": 0, "post.shelf": 2}


def test_an_event_that_tells_of_no_object_takes_no_file(tmp_path: Path, shown: StringIO) -> None:
    root = post_office.build(tmp_path)

    report = send(Wanted(root, "dev", "keep-on-letters", object=root / "Pulumi.yaml"), screen(shown))

    told = "needs an event that tells of an object that was created: this one tells of none"
    assert report.errors == (f"--object  {told}",)
