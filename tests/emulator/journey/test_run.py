"""One journey goes through a fresh account, and every surprise on its way is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.problems import ConfigError
from emulator.journal import Hop, Outcome
from emulator.journey import run
from emulator.journey.advice import ExplainedDenial
from emulator.journey.pages import Journey, read_all_journeys
from emulator.journey.result import Kind
from emulator.journey.run import DeployedStack, run_journey, stand
from emulator.tally import Edge, Row
from tests.emulator import news_room, night_watch, post_office


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return post_office.build(tmp_path)


def journey(root: Path, name: str = "three-letters") -> Journey:
    return next(each for each in read_all_journeys(root) if each.name == name)


def test_a_journey_ends_as_it_says_and_every_event_is_accounted_for(root: Path) -> None:
    result = run_journey(stand(root, "dev"), journey(root))

    assert result.problems == []
    assert result.ended_as_said
    assert result.rows == (
        Row(Edge("post.inbox", "post.sort"), sent=1, processed=1, dead_lettered=0, filtered=0),
        Row(Edge("post.letters", "post.keep"), sent=3, processed=2, dead_lettered=1, filtered=0),
    )
    assert result.dead_letters == {"post.letters.dead-letters": 1}
    assert result.observed.attempts == {"post.sort": 1, "post.keep": 5}
    assert result.observed.returned == {"post.sort": {"sent": 3}}
    assert result.observed.wrote["post.shelf"] == 2
    assert result.observed.wrote["post.inbox"] == 0


def test_a_journey_ends_the_same_a_second_time(root: Path) -> None:
    first = run_journey(stand(root, "dev"), journey(root))
    second = run_journey(stand(root, "dev"), journey(root))

    assert second.observed == first.observed


def test_what_happens_is_heard_while_it_happens(root: Path) -> None:
    heard: list[Hop | ExplainedDenial] = []

    run_journey(stand(root, "dev"), journey(root), audience=heard.append)

    assert [hop.outcome for hop in heard if isinstance(hop, Hop)] == [
        Outcome.DELIVERED,
        Outcome.DELIVERED,
        *[Outcome.FAILED] * 5,
        Outcome.DEAD,
    ]


@pytest.mark.parametrize(
    ("right", "action"),
    [
        ("post.keep-may-write-shelf", "dynamodb:PutItem"),
        ("post.sort-may-read-inbox-incoming", "s3:GetObject"),
        ("post.sort-may-send-letters", "sqs:SendMessage"),
        ("post.sort-on-inbox", "lambda:InvokeFunction"),
        ("post.keep-on-letters", "sqs:GetQueueAttributes"),
    ],
)
def test_a_right_that_is_withdrawn_is_met_by_name(root: Path, right: str, action: str) -> None:
    result = run_journey(stand(root, "dev"), journey(root), withdrawn=[right])

    [met] = result.observed.denials
    assert (met.advice.right, met.denial.action) == (right, action)
    assert met.advice.fix == f"{right} was withdrawn from the account for this run: nothing is wrong on the page"
    assert result.findings[0].kind is Kind.DENIED


def test_a_journey_may_expect_to_miss_a_right(tmp_path: Path) -> None:
    root = post_office.build(
        tmp_path,
        """
no-shelf:
  story: letters that may not be kept
  send: [{send: letters, text: one}]
  without: [keep-may-write-shelf]
  expect:
    dead_lettered: {letters.dead-letters: 1}
    denied: [keep-may-write-shelf]
""",
    )

    assert run_journey(stand(root, "dev"), journey(root, "no-shelf")).problems == []


def test_an_access_line_that_is_missing_is_named_with_its_page(tmp_path: Path) -> None:
    root = post_office.build(tmp_path, pipeline=post_office.PIPELINE.replace("{write: shelf}", "{read: shelf}"))

    result = run_journey(stand(root, "dev"), journey(root))

    assert result.problems[0] == (
        "post.keep was denied dynamodb:PutItem on post.shelf (5 times): pipelines/post/pipeline.yaml: "
        "functions.keep.access needs {write: shelf} (dynamodb:PutItem)"
    )


def test_names_the_stack_does_not_have_are_refused_before_anything_is_sent(tmp_path: Path) -> None:
    root = post_office.build(tmp_path, "a: {story: x, send: [{put: inboks, key: k, text: t}], expect: {}}")

    with pytest.raises(ConfigError, match=r"unknown bucket 'inboks': did you mean inbox\?"):
        run_journey(stand(root, "dev"), journey(root, "a"))


def test_what_aws_would_not_take_is_a_finding(tmp_path: Path) -> None:
    root = post_office.build(
        tmp_path,
        "a: {story: x, send: [{publish: bus, source: aws.s3, detail_type: t}], expect: {}}",
        pipeline=post_office.PIPELINE.replace("resources:", "resources:\n  bus: {kind: event_bus}"),
    )

    [problem] = run_journey(stand(root, "dev"), journey(root, "a")).problems

    assert problem.startswith("could not be sent: ")
    assert "NotAuthorizedForSourceException" in problem


def test_a_function_that_wakes_itself_is_stopped_and_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MOST_ROUNDS", 20)
    root = post_office.build(tmp_path, pipeline=post_office.PIPELINE.replace("{write: shelf}", "{send: letters}"))
    (root / "pipelines" / "post" / "handlers" / "keep.py").write_text(
        "import os, boto3\n"
        "def handle(event, context):\n"
        "    boto3.client('sqs').send_message(QueueUrl=os.environ['LETTERS_QUEUE_URL'], MessageBody='again')\n"
    )

    result = run_journey(stand(root, "dev"), journey(root, "one-letter"))

    assert not result.ended_as_said
    assert "events were still travelling after 20 rounds: a function probably wakes itself" in result.problems


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DeployedStack]:
    """The project that time sets off, and its stack."""
    root = night_watch.build(tmp_path_factory.mktemp("night"))
    return root, stand(root, "dev")


@pytest.mark.parametrize("name", ["a-quiet-night", "an-hour-that-fails", "without-the-right", "no-time-at-all"])
def test_time_that_a_journey_lets_pass_sets_schedules_off(night: tuple[Path, DeployedStack], name: str) -> None:
    root, stack = night

    result = run_journey(stack, journey(root, name))

    assert result.problems == []
    assert sum(row.lost for row in result.rows) == 0


def test_a_schedule_is_told_by_the_name_of_its_trigger(night: tuple[Path, DeployedStack]) -> None:
    root, stack = night

    result = run_journey(stack, journey(root, "an-hour-that-fails"))

    assert result.rows == (
        Row(Edge("post.sweep-on-schedule", "post.sweep"), sent=5, processed=4, dead_lettered=1, filtered=0),
    )
    # Five and a half hours were asked for, and what failed in the second was through long before.
    assert result.virtual_seconds == 5.5 * 3_600


def test_time_that_cannot_pass_is_a_surprise(
    night: tuple[Path, DeployedStack], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, stack = night
    monkeypatch.setattr(run, "MOST_ROUNDS", 1)

    result = run_journey(stack, journey(root, "a-quiet-night"))

    assert result.findings[0].kind is Kind.DIFFERENT
    assert result.problems[0] == "events still travelled after 1 rounds: a function probably wakes itself"


@pytest.mark.parametrize("name", ["the-morning-post", "a-late-letter", "nobody-lets-the-topic-in", "nobody-may-tell"])
def test_news_of_a_topic_reaches_functions_and_queues_or_lands(tmp_path: Path, name: str) -> None:
    root = news_room.build(tmp_path)

    result = run_journey(stand(root, "dev"), journey(root, name))

    assert result.problems == []
    assert sum(row.lost for row in result.rows) == 0


def test_every_message_of_a_topic_is_counted_for_each_who_hears_it(tmp_path: Path) -> None:
    root = news_room.build(tmp_path)

    result = run_journey(stand(root, "dev"), journey(root, "the-morning-post"))

    assert [row for row in result.rows if row.edge.source in ("post.news", "post.letters")] == [
        Row(Edge("post.letters", "post.keep"), sent=1, processed=1, dead_lettered=0, filtered=0),
        Row(Edge("post.news", "post.assess"), sent=4, processed=2, dead_lettered=1, filtered=1),
        Row(Edge("post.news", "post.letters"), sent=4, processed=1, dead_lettered=0, filtered=3),
    ]
    # What failed was tried again after one minute, and after two more.
    assert result.virtual_seconds == 180
