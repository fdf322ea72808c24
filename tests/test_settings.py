"""A stack's pages, read and checked as one."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from components.page import read_page
from components.problems import ConfigError
from components.resources.bucket import BucketAccess
from components.settings import Settings, read_settings
from tests.given import handlers

STACK = """
config:
  eventwire:environment:
    account_id: "111111111111"
    region: eu-west-1
    deploy_role: {name: eventwire-deploy}
"""

FEEDS = """
resources:
  feed: {kind: bucket}
  readings: {kind: queue}
  quakes: {kind: table, hash_key: quake_id}
functions:
  split:
    handler: split.handle
    triggers:
      - {kind: s3, bucket: feed, prefix: incoming/}
    access:
      - {read: feed, prefix: incoming/}
      - {send: readings}
  record:
    handler: record.handle
    timeout_seconds: 20
    triggers:
      - {kind: sqs, queue: readings, batch_size: 20, batch_window_seconds: 5}
    access:
      - {write: quakes}
"""


class Project:
    """A project folder that a test writes pages into."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.stack(STACK)

    def stack(self, text: str) -> None:
        (self.root / "Pulumi.dev.yaml").write_text(textwrap.dedent(text))

    def pipeline(self, name: str, text: str, *modules: str) -> None:
        folder = self.root / "pipelines" / name
        folder.mkdir(parents=True, exist_ok=True)
        handlers(folder, *modules)
        (folder / "pipeline.yaml").write_text(textwrap.dedent(text))

    def read(self) -> Settings:
        page = read_page(self.root / "Pulumi.dev.yaml")
        return read_settings(self.root, "dev", page.value["config"]["eventwire:environment"])

    def problems(self) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            self.read()
        return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.pipeline("feeds", FEEDS, "split", "record")
    return project


def changed(project: Project, change: Callable[[str], str]) -> list[str]:
    project.pipeline("feeds", change(FEEDS))
    return project.problems()


def test_everything_is_found_by_its_full_address(project: Project) -> None:
    settings = project.read()

    assert list(settings.resources) == ["feeds.feed", "feeds.readings", "feeds.quakes"]
    assert list(settings.functions) == ["feeds.split", "feeds.record"]
    assert [(edge.address, edge.function, edge.source) for edge in settings.triggers] == [
        ("feeds.split-on-feed", "feeds.split", "feeds.feed"),
        ("feeds.record-on-readings", "feeds.record", "feeds.readings"),
    ]
    assert [(edge.function, edge.verb, edge.resource) for edge in settings.access] == [
        ("feeds.split", "read", "feeds.feed"),
        ("feeds.split", "send", "feeds.readings"),
        ("feeds.record", "write", "feeds.quakes"),
    ]
    assert settings.access[0].options == BucketAccess(prefix="incoming/")


def test_a_queue_that_says_nothing_hides_messages_as_long_as_its_poller_needs(project: Project) -> None:
    readings: Any = project.read().resources["feeds.readings"]

    assert readings.visibility_timeout_seconds == 6 * 20 + 5


def test_a_visibility_that_is_too_short_is_refused_with_the_numbers(project: Project) -> None:
    problems = changed(project, lambda text: text.replace("queue}", "queue, visibility_timeout_seconds: 62}", 1))

    assert problems == [
        "pipelines/feeds/pipeline.yaml:4  resources.readings.visibility_timeout_seconds: 62 must be at least 125 for "
        "feeds.record-on-readings: 6 x timeout_seconds 20 + batch_window_seconds 5, else a message is handed out again "
        "while it is still worked on"
    ]


def test_another_pipelines_resource_is_named_in_full(project: Project) -> None:
    project.pipeline(
        "alerts",
        """
        functions:
          look:
            handler: look.handle
            access: [{read: feeds.quakes}]
        """,
        "look",
    )

    assert project.read().access[-1].resource == "feeds.quakes"


@pytest.mark.parametrize(
    ("wrong", "right", "problem"),
    [
        (
            "bucket: feed, prefix",
            "bucket: fed, prefix",
            "pipelines/feeds/pipeline.yaml:10  functions.split.triggers[0].bucket: unknown resource 'fed': "
            "did you mean feed? known are feed, quakes, readings",
        ),
        (
            "bucket: feed, prefix",
            "bucket: readings, prefix",
            "pipelines/feeds/pipeline.yaml:10  functions.split.triggers[0].bucket: 'readings' is a queue: "
            "s3 needs a bucket",
        ),
        (
            "{send: readings}",
            "{sent: readings}",
            "pipelines/feeds/pipeline.yaml:13  functions.split.access[1].sent: unknown verb 'sent': did you mean send? "
            "known are delete, list, publish, read, receive, scan, send, write",
        ),
        (
            "{send: readings}",
            "{publish: readings}",
            "pipelines/feeds/pipeline.yaml:13  functions.split.access[1].publish: feeds.readings is a queue, "
            "which knows no 'publish': known are send, receive",
        ),
        (
            "{send: readings}",
            "{send: readings, read: feed}",
            "pipelines/feeds/pipeline.yaml:13  functions.split.access[1]: needs exactly one verb, got send and read: "
            "known are delete, list, publish, read, receive, scan, send, write",
        ),
        (
            "{send: readings}",
            "{send: readings, prefix: x}",
            "pipelines/feeds/pipeline.yaml:13  functions.split.access[1].prefix: unknown key 'prefix': known are none",
        ),
        (
            "{send: readings}",
            "{send: 7}",
            "pipelines/feeds/pipeline.yaml:13  functions.split.access[1].send: needs the name of a resource, got 7",
        ),
        (
            "timeout_seconds: 20",
            "timeout: 20",
            "pipelines/feeds/pipeline.yaml:16  functions.record.timeout: unknown key 'timeout': "
            "did you mean timeout_seconds?",
        ),
        (
            "handler: record.handle",
            "handler: recrd.handle",
            "pipelines/feeds/pipeline.yaml:15  functions.record.handler: handler 'recrd.handle' needs recrd.py in "
            "handlers/: it holds record, split",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_right_word(
    project: Project, wrong: str, right: str, problem: str
) -> None:
    [told] = changed(project, lambda text: text.replace(wrong, right, 1))

    assert told.startswith(problem)


def test_every_mistake_of_every_page_is_told_at_once(project: Project) -> None:
    project.stack(STACK.replace('"111111111111"', "111111111111"))
    project.pipeline("alerts", "resources: {x: {kind: quue}}\nfunctions: {f: {handler: 1}}\n")

    problems = changed(project, lambda text: text.replace("batch_size: 20", "batch_size: 0"))

    assert [problem.split("  ")[1].split(":")[0] for problem in problems] == [
        "account_id",
        "resources.x",
        "functions.f.handler",
        "functions.record.triggers[0].batch_size",
    ]


def test_one_mistake_does_not_hide_another_in_the_same_function(project: Project) -> None:
    problems = changed(
        project,
        lambda text: (
            text.replace("timeout_seconds: 20", "timeout: 20")
            .replace("queue: readings, batch_size: 20", "queue: readngs, batch_size: 20")
            .replace("{write: quakes}", "{wirte: quakes}")
            .replace("{kind: bucket}", "{kind: bucket, versions: 3}")
            .replace("{read: feed,", "{raed: feed,")
        ),
    )

    assert [problem.split("  ")[1].split(":")[0] for problem in problems] == [
        "resources.feed.versions",
        "functions.split.access[0].raed",
        "functions.record.timeout",
        "functions.record.triggers[0].queue",
        "functions.record.access[0].wirte",
    ]


def test_what_is_declared_wrongly_is_not_called_unknown(project: Project) -> None:
    [problem] = changed(project, lambda text: text.replace("{kind: queue}", "{kind: queue, fifoo: true}"))

    assert "resources.readings.fifoo: unknown key 'fifoo': did you mean fifo?" in problem


def test_numbers_that_do_not_fit_are_told_beside_a_misspelt_word(project: Project) -> None:
    problems = changed(
        project,
        lambda text: text.replace("queue}", "queue, visibility_timeout_seconds: 62}", 1).replace(
            "handler: split", "handlr: split"
        ),
    )

    assert [problem.split("  ")[1].split(":")[0] for problem in problems] == [
        "resources.readings.visibility_timeout_seconds",
        "functions.split.handler",
        "functions.split.handlr",
    ]


def test_two_functions_on_one_bucket_whose_keys_meet_are_refused(project: Project) -> None:
    [problem] = changed(
        project,
        lambda text: text.replace(
            "      - {kind: sqs, queue: readings, batch_size: 20, batch_window_seconds: 5}",
            "      - {kind: s3, bucket: feed, prefix: incoming/daily/}",
        ),
    )

    assert problem.startswith("pipelines/feeds/pipeline.yaml:18  functions.record.triggers[0]: ")
    assert "feeds.split-on-feed" in problem


def test_two_pollers_of_one_queue_are_refused(project: Project) -> None:
    project.pipeline(
        "rivals",
        """
        functions:
          thief:
            handler: thief.handle
            timeout_seconds: 10
            triggers: [{kind: sqs, queue: feeds.readings}]
        """,
        "thief",
    )

    [problem] = project.problems()

    assert "rivals/pipeline.yaml:6  functions.thief.triggers[0]: the queue is polled by" in problem


def test_defaults_fill_what_a_page_leaves_unsaid(project: Project) -> None:
    project.stack(STACK + "    defaults: {function: {memory_mb: 512, timeout_seconds: 7}, table: {protect: false}}\n")

    settings = project.read()

    assert [function.memory_mb for function in settings.functions.values()] == [512, 512]
    assert [function.timeout_seconds for function in settings.functions.values()] == [7, 20]
    quakes: Any = settings.resources["feeds.quakes"]
    assert quakes.protect is False


def test_overrides_win_over_the_page(project: Project) -> None:
    project.stack(
        STACK + "    overrides: {feeds: {functions: {record: {timeout_seconds: 9, reserved_concurrency: 50}}}}\n"
    )

    record = project.read().functions["feeds.record"]

    assert (record.timeout_seconds, record.reserved_concurrency, record.handler) == (9, 50, "record.handle")


def test_a_wrong_override_is_told_where_it_was_written(project: Project) -> None:
    project.stack(
        STACK + "    overrides:\n      feeds:\n        functions:\n          record: {timeout_seconds: 901}\n"
    )

    assert project.problems() == ["Pulumi.dev.yaml:10  functions.record.timeout_seconds: needs at most 900, got 901"]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("overrides: {feds: {}}", "overrides.feds: unknown pipeline 'feds': did you mean feeds? known are feeds"),
        (
            "overrides: {feeds: {functions: {recrd: {timeout_seconds: 9}}}}",
            "overrides.feeds.functions.recrd: unknown function 'recrd': did you mean record? known are record, split",
        ),
        (
            "defaults: {functoin: {memory_mb: 512}}",
            "defaults.functoin: unknown kind 'functoin': did you mean function? "
            "known are bucket, event_bus, function, queue, stream, table, topic",
        ),
    ],
)
def test_what_is_laid_over_nothing_is_refused(project: Project, lines: str, problem: str) -> None:
    project.stack(STACK + f"    {lines}\n")

    assert project.problems() == [f"Pulumi.dev.yaml:7  {problem}"]


def test_names_that_become_the_same_are_refused(project: Project) -> None:
    [problem] = changed(
        project, lambda text: text.replace("  quakes: {kind", "  split: {kind").replace("write: quakes", "write: split")
    )

    assert "feeds.split has the same name as feeds.split at resources.split" in problem


def test_a_name_that_aws_has_no_room_for_is_refused(project: Project) -> None:
    [problem] = changed(project, lambda text: text.replace("quakes", "q" * 40))

    assert "has 46 characters: the names AWS gives room for leave 41" in problem


def test_two_resources_told_under_one_variable_are_refused(project: Project) -> None:
    project.pipeline("other", "resources: {quakes: {kind: table, hash_key: a}}\n")

    [problem] = changed(
        project, lambda text: text.replace("{write: quakes}", "{write: quakes}\n      - {read: other.quakes}")
    )

    assert "other.quakes and feeds.quakes would both be told as QUAKES_TABLE_NAME" in problem


def test_a_project_without_pipelines_is_told(tmp_path: Path) -> None:
    assert Project(tmp_path).problems() == ["pipelines/  holds no pipeline: needs <name>/pipeline.yaml"]


def test_a_page_with_a_key_twice_is_told(project: Project) -> None:
    [problem] = changed(project, lambda text: text.replace("  readings:", "  feed:", 1))

    assert problem == "pipelines/feeds/pipeline.yaml:4  resources.feed: stands twice, first on line 3"


ALERTS = """
resources:
  news: {kind: topic}
  letters: {kind: queue, subscriptions: [{topic: news, filter_policy: {kind: [strong]}}]}
functions:
  assess:
    handler: assess.handle
    triggers:
      - {kind: sns, topic: news}
"""


def alerts(project: Project, change: Callable[[str], str] = str) -> None:
    project.pipeline("alerts", change(ALERTS), "assess")


def test_a_topic_wakes_functions_and_fills_queues(project: Project) -> None:
    alerts(project)

    settings = project.read()

    assert "alerts.assess-on-news" in [edge.address for edge in settings.triggers]
    [edge] = settings.subscriptions
    assert (edge.address, edge.subscriber, edge.topic) == ("alerts.letters-on-news", "alerts.letters", "alerts.news")
    assert edge.config.filter_policy == {"kind": ["strong"]}


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (
            "[{topic: news, filter",
            "[{topic: letters, filter",
            "4  resources.letters.subscriptions[0].topic: 'letters' is a queue: a subscription needs a topic",
        ),
        (
            "[{topic: news, filter",
            "[{topic: newz, filter",
            "4  resources.letters.subscriptions[0].topic: unknown resource 'newz': did you mean news? "
            "known are feeds.feed, feeds.quakes, feeds.readings, letters, news",
        ),
        (
            "{kind: queue, subs",
            "{kind: queue, fifo: true, subs",
            "4  resources.letters.subscriptions[0].topic: 'news' is a standard topic: "
            "SNS delivers only FIFO topics to a FIFO queue",
        ),
        (
            "[{topic: news, ",
            "[{topic: news, name: first}, {topic: alerts.news, ",
            "4  resources.letters.subscriptions[1]: alerts.letters hears alerts.news by alerts.first already: "
            "SNS keeps one subscription of a queue",
        ),
        (
            "[{topic: news, ",
            f"[{{topic: news, name: {'n' * 39}-{'n'}, ",
            "4  resources.letters.subscriptions[0].name: ",
        ),
        (
            "{kind: [strong]}",
            "{kind: strong}",
            '4  resources.letters.subscriptions[0]: filter_policy: kind: needs a list of wanted values, got "strong": '
            'write ["strong"]',
        ),
        (
            "{kind: topic}",
            "{kind: topic, fifo: true}",
            "9  functions.assess.triggers[0].topic: 'news' is a FIFO topic, which SNS delivers to queues only",
        ),
        (
            "{kind: sns, topic: news}",
            "{kind: sns, topic: news}\n      - {kind: sns, topic: alerts.news, name: again}",
            "10  functions.assess.triggers[1]: alerts.assess is woken by alerts.news through alerts.assess-on-news "
            "already: AWS takes one such trigger",
        ),
    ],
)
def test_what_sns_would_not_subscribe_is_refused_with_its_line(
    project: Project, before: str, after: str, problem: str
) -> None:
    alerts(project, lambda text: text.replace(before, after))

    [found] = project.problems()

    assert found.startswith(f"pipelines/alerts/pipeline.yaml:{problem}")


def test_a_bus_has_room_for_its_archive_where_it_has_one(project: Project) -> None:
    bus = f"  {'b' * 27}: {{kind: event_bus}}\n  quakes: {{kind"

    [problem] = changed(project, lambda text: text.replace("  quakes: {kind", bus))
    assert "has 33 characters: the names AWS gives room for leave 32" in problem

    without = bus.replace("event_bus}", "event_bus, archive: {keep: nothing}}")
    project.pipeline("feeds", FEEDS.replace("  quakes: {kind", without))
    assert f"feeds.{'b' * 27}" in project.read().resources


def test_a_subscription_has_room_for_the_queue_of_its_dead_letters(project: Project) -> None:
    alerts(project, lambda text: text.replace("news", "n" * 33))

    assert project.problems() == [
        f"pipelines/alerts/pipeline.yaml:4  resources.letters.subscriptions[0]: alerts.letters-on-{'n' * 33} has 51 "
        "characters: the names AWS gives room for leave 48"
    ]


STATIONS = """
resources:
  tremors: {kind: stream}
functions:
  watch:
    handler: watch.handle
    triggers:
      - {kind: kinesis, stream: tremors, name: shaken, starting_position: at_timestamp, starting_timestamp: %s}
%s"""


def test_a_moment_on_a_page_is_read_with_its_time_zone(project: Project) -> None:
    project.pipeline("stations", STATIONS % ("2020-01-01T13:00:00+01:00", ""), "watch")

    (edge,) = [edge for edge in project.read().triggers if edge.pipeline == "stations"]

    config: Any = edge.config
    assert config.starting_timestamp == datetime(2020, 1, 1, 12, tzinfo=UTC)


def test_a_moment_without_its_time_zone_is_refused(project: Project) -> None:
    project.pipeline("stations", STATIONS % ("2020-01-01T13:00:00", ""), "watch")

    (problem,) = project.problems()

    assert problem.startswith("pipelines/stations/pipeline.yaml:8  functions.watch.triggers[0].starting_timestamp: ")
    assert "timezone" in problem


def test_a_function_reads_a_stream_through_one_trigger(project: Project) -> None:
    again = "      - {kind: kinesis, stream: tremors, name: again, fan_out: true}"
    project.pipeline("stations", STATIONS % ("2020-01-01T00:00:00Z", again), "watch")

    assert project.problems() == [
        "pipelines/stations/pipeline.yaml:9  functions.watch.triggers[1]: stations.watch is woken by stations.tremors "
        "through stations.shaken already: AWS takes one such trigger"
    ]


def test_two_triggers_on_a_bucket_may_wake_one_function(project: Project) -> None:
    first = "      - {kind: s3, bucket: feed, prefix: incoming/}\n"
    second = "      - {kind: s3, bucket: feed, prefix: late/, name: late}\n"
    project.pipeline("feeds", FEEDS.replace(first, first + second))

    assert [edge.address for edge in project.read().triggers if edge.function == "feeds.split"] == [
        "feeds.split-on-feed",
        "feeds.late",
    ]


WATCH = """
functions:
  split:
    handler: split.handle
  warn:
    handler: warn.handle
    triggers:
      - {kind: log_subscription, logs_of: split, pattern: ERROR}
"""


def watch(project: Project, page: str = WATCH) -> None:
    project.pipeline("watch", page, "split", "warn")


def test_a_function_may_hang_on_another_ones_log(project: Project) -> None:
    watch(project, WATCH.replace("logs_of: split,", "logs_of: feeds.record,"))

    edge = project.read().triggers[-1]

    assert (edge.address, edge.function, edge.source) == ("watch.warn-on-record", "watch.warn", "feeds.record")


def test_a_log_that_no_page_declares_hangs_on_nothing(project: Project) -> None:
    arn = "arn:aws:logs:eu-west-1:111111111111:log-group:/aws/rds/instance/quakes/error"
    watch(project, WATCH.replace("logs_of: split,", f'log_group_arn: "{arn}",'))

    edge = project.read().triggers[-1]

    assert (edge.address, edge.source) == ("watch.warn-on-log-group", None)


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (
            "logs_of: split,",
            "logs_of: spilt,",
            "8  functions.warn.triggers[0].logs_of: unknown function 'spilt': did you mean split? "
            "known are feeds.record, feeds.split, split, warn",
        ),
        (
            "logs_of: split,",
            "logs_of: feeds.readings,",
            "8  functions.warn.triggers[0].logs_of: unknown function 'feeds.readings': ",
        ),
        (
            "logs_of: split,",
            "logs_of: warn,",
            "8  functions.warn.triggers[0].logs_of: watch.warn hears watch.warn: "
            "each run would set off the next, for ever",
        ),
        (
            "handler: split.handle",
            "handler: split.handle\n    triggers: [{kind: log_subscription, logs_of: warn, pattern: ERROR}]",
            "9  functions.warn.triggers[0].logs_of: watch.warn hears watch.split, watch.split hears watch.warn: "
            "each run would set off the next, for ever",
        ),
        (
            "pattern: ERROR}",
            "pattern: ERROR}"
            + "".join(
                f"\n      - {{kind: log_subscription, logs_of: watch.split, name: {name}, pattern: ERROR}}"
                for name in ("second", "third")
            ),
            "10  functions.warn.triggers[2]: watch.warn-on-split and watch.second hear the log of watch.split already: "
            "CloudWatch Logs takes 2 subscription filters on one log group",
        ),
        (
            "pattern: ERROR}",
            "pattern: foo-bar}",
            "8  functions.warn.triggers[0].pattern: needs a term of A-Z a-z 0-9 _, or any text in double quotes, "
            "got foo-bar",
        ),
        (
            "logs_of: split,",
            'log_group_arn: "arn:aws:logs:eu-west-2:111111111111:log-group:a",',
            "8  functions.warn.triggers[0].log_group_arn: a is in eu-west-2 of account 111111111111, and this stack in "
            "eu-west-1 of 111111111111: a subscription filter wakes functions of its own account and region only",
        ),
        (
            "logs_of: split, ",
            "",
            "8  functions.warn.triggers[0]: needs one of logs_of and log_group_arn: ",
        ),
    ],
)
def test_what_cannot_be_heard_of_a_log_is_refused_with_its_line(
    project: Project, before: str, after: str, problem: str
) -> None:
    watch(project, WATCH.replace(before, after))

    [found] = project.problems()

    assert found.startswith(f"pipelines/watch/pipeline.yaml:{problem}")


def test_a_wrong_function_hides_nothing_of_who_hears_it(project: Project) -> None:
    watch(project, WATCH.replace("handler: split.handle", "handler: split.handle\n    timeout_seconds: 0"))

    [found] = project.problems()

    assert found.startswith("pipelines/watch/pipeline.yaml:5  functions.split.timeout_seconds: ")
