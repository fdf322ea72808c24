"""One journey goes through a fresh account, and every surprise on its way is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from components.problems import ConfigError
from emulator.account import Account
from emulator.delivery.events import Delivery as EventsDelivery
from emulator.enforcement import policies
from emulator.iam import evaluate
from emulator.journal import Hop, Outcome
from emulator.journey import run
from emulator.journey.advice import ExplainedDenial
from emulator.journey.pages import Expect, Journey, read_all_journeys
from emulator.journey.result import Kind
from emulator.journey.run import DeployedStack, deployed_again, run_journey, stand
from emulator.tally import Edge, Row
from tests.emulator import lookout, news_room, night_watch, notice_board, post_office


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


@pytest.mark.parametrize(
    "name",
    [
        *("the-morning-post", "a-late-letter", "by-wire"),
        *("nobody-lets-the-topic-in", "nobody-lets-the-wire-in", "nobody-may-tell"),
    ],
)
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


def test_a_torn_strip_holds_up_its_group_until_it_steps_aside(tmp_path: Path) -> None:
    root = news_room.build(tmp_path)

    result = run_journey(stand(root, "dev"), journey(root, "by-wire"))

    assert [row for row in result.rows if row.sent] == [
        Row(Edge("post.strips", "post.read"), sent=3, processed=2, dead_lettered=1, filtered=0),
        Row(Edge("post.wire", "post.strips"), sent=4, processed=3, dead_lettered=0, filtered=1),
    ]
    # It was hidden after each of its five receives for 6 timeouts of 30 seconds.
    assert result.virtual_seconds == 5 * 180


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DeployedStack]:
    """The project around EventBridge, and its stack."""
    root = notice_board.build(tmp_path_factory.mktemp("board"))
    return root, stand(root, "dev")


@pytest.mark.parametrize(
    ("name", "virtual_seconds"),
    [
        ("a-file", 180),
        ("a-file-of-no-concern", 0),
        ("a-machine-stops", 0),
        ("nobody-lets-the-rules-in", 0),
        ("once-more", 4_800 + 180),
        ("once-more-in-vain", 0),
    ],
)
def test_events_of_buses_arrive_land_and_come_again(
    board: tuple[Path, DeployedStack], name: str, virtual_seconds: int
) -> None:
    root, stack = board

    result = run_journey(stack, journey(root, name))

    assert result.problems == []
    assert sum(row.lost for row in result.rows) == 0
    assert result.virtual_seconds == virtual_seconds


def test_what_a_bucket_tells_goes_by_the_default_bus(board: tuple[Path, DeployedStack]) -> None:
    root, stack = board

    result = run_journey(stack, journey(root, "a-file"))

    assert result.rows == (
        Row(Edge("default event bus", "post.sort"), sent=1, processed=1, dead_lettered=0, filtered=0),
        Row(Edge("post.news", "post.assess"), sent=3, processed=2, dead_lettered=1, filtered=0),
    )


def test_an_event_that_lambda_is_too_busy_for_is_tried_and_lands_where_the_ledger_says(
    board: tuple[Path, DeployedStack],
) -> None:
    root, stack = board
    expect = Expect(dead_lettered={"sort-on-inbox.dead-letters": 1})

    @contextmanager
    def overloaded() -> Iterator[Account]:
        with deployed_again(stack) as account:
            events = cast(EventsDelivery, account.deliveries["events"])
            events.refuse(stack.book.things["post.sort"].arn, "THROTTLING", 99)
            yield account

    result = run_journey(stack, replace(journey(root, "a-file"), expect=expect), opened=overloaded)

    assert result.problems == []
    [landing] = [
        landing
        for line in stack.book.ledger.handshakes
        for landing in line.landings
        if (line.name, landing.when) == ("post.sort-on-inbox", "Lambda cannot be reached")
    ]
    assert (landing.after, landing.where) == ("3 retries or 86400 seconds", "post.sort-on-inbox.dead-letters")
    assert [hop.outcome for hop in result.observed.hops] == [Outcome.FAILED] * 4 + [Outcome.DEAD]
    # One, two and four seconds, each up to half as much shorter.
    assert 3.5 <= result.virtual_seconds <= 7
    assert result.rows == (
        Row(Edge("default event bus", "post.sort"), sent=1, processed=0, dead_lettered=1, filtered=0),
    )


def test_a_replay_is_accounted_for_as_events_of_its_own(board: tuple[Path, DeployedStack]) -> None:
    root, stack = board

    result = run_journey(stack, journey(root, "once-more"))

    assert result.rows == (
        Row(Edge("post.news", "no rule"), sent=3, processed=0, dead_lettered=0, filtered=3),
        Row(Edge("post.news", "post.assess"), sent=7, processed=4, dead_lettered=3, filtered=0),
    )


@pytest.mark.parametrize(
    ("account_id", "organization", "source", "allowed"),
    [
        ("222222222222", None, "post.outside", True),
        ("222222222222", None, "post.sort", False),
        ("333333333333", "o-a1b2c3d4e5", "post.sort", True),
        ("333333333333", "o-ffffffffff", "post.sort", False),
        ("333333333333", None, "post.outside", False),
    ],
)
def test_the_deployed_bus_lets_its_publishers_in_and_no_other_account(
    board: tuple[Path, DeployedStack], account_id: str, organization: str | None, source: str, allowed: bool
) -> None:
    _, stack = board
    bus = stack.book.things["post.news"].arn
    with deployed_again(stack) as account:
        policy = policies.of_thing(account.storage, bus)

    decision = evaluate(
        principal=f"arn:aws:sts::{account_id}:assumed-role/producer/producer",
        principal_account=account_id,
        resource_account="111111111111",
        action="events:PutEvents",
        resource=bus,
        context={
            "aws:PrincipalAccount": account_id,
            "events:source": [source],
            "events:detail-type": ["Line"],
            **({"aws:PrincipalOrgID": organization} if organization else {}),
        },
        identity_policies=[
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "events:PutEvents", "Resource": bus}],
            }
        ],
        resource_policy=policy,
    )

    assert decision.allowed is allowed
    assert {line.name: line.right for line in stack.book.ledger.grants if line.verb == "publish"} == {
        "post.account-222222222222-may-publish-news": "post-news-policy",
        "post.organization-o-a1b2c3d4e5-may-publish-news": "post-news-policy",
        "post.sort-may-publish-news": "post-sort-may-publish-news",
    }


def test_the_ledger_names_the_archive_and_no_more_rights_than_there_are(board: tuple[Path, DeployedStack]) -> None:
    _, stack = board

    assert stack.book.archived == ["post.news"]
    assert stack.book.things["default event bus"].arn == "arn:aws:events:eu-west-1:111111111111:event-bus/default"
    assert stack.book.things["post.news.archive"].arn.startswith(
        "arn:aws:events:eu-west-1:111111111111:archive/post-news-archive-"
    )
    assert {line.name: line.principal for line in stack.book.ledger.handshakes} == {
        "post.assess-on-news": "events.amazonaws.com",
        "post.sort-on-inbox": "events.amazonaws.com",
        "post.watch-on-default": "events.amazonaws.com",
    }


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DeployedStack]:
    """The project in which a function hears the log of another, and its stack."""
    root = lookout.build(tmp_path_factory.mktemp("lookout"))
    return root, stand(root, "dev")


@pytest.mark.parametrize("name", ["two-torn-letters", "all-is-well", "a-complaint-that-nobody-can-take"])
def test_what_a_function_logs_reaches_who_hears_it_or_lands(listening: tuple[Path, DeployedStack], name: str) -> None:
    root, stack = listening

    result = run_journey(stack, journey(root, name))

    assert result.problems == []
    assert sum(row.lost for row in result.rows) == 0


def test_a_log_is_told_by_the_name_of_its_function(listening: tuple[Path, DeployedStack]) -> None:
    root, stack = listening

    result = run_journey(stack, journey(root, "a-complaint-that-nobody-can-take"))

    assert [row for row in result.rows if row.edge.target == "post.warn"] == [
        Row(Edge("post.sort.logs", "post.warn"), sent=2, processed=1, dead_lettered=1, filtered=0)
    ]
    # What failed was tried again after one minute, and after two more.
    assert result.virtual_seconds == 180


def test_a_log_that_may_no_longer_wake_anybody_is_told_with_what_was_lost(
    listening: tuple[Path, DeployedStack],
) -> None:
    root, stack = listening

    result = run_journey(stack, journey(root, "two-torn-letters"), withdrawn=["post.warn-on-sort"])

    [met] = result.observed.denials
    assert (met.advice.right, met.denial.principal) == ("post.warn-on-sort", "logs.amazonaws.com")
    [lost] = [finding for finding in result.findings if finding.kind is Kind.LOST]
    assert lost.sentence.startswith("1 event of post.sort.logs -> post.warn never ended: logs.amazonaws.com may not ")
    assert lost.sentence.endswith("CloudWatch Logs does not try again, and the log lines are lost")
