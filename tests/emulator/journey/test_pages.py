"""A page of journeys is read whole, and every mistake on it is told at once, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.problems import ConfigError
from emulator.journey.pages import (
    Announce,
    Journey,
    Notify,
    Publish,
    Put,
    Record,
    Replay,
    Send,
    Wait,
    read_all_journeys,
    read_journeys,
)


def page(root: Path, text: str, pipeline: str = "feeds") -> Path:
    """A pipeline's folder with one page of journeys and one sample."""
    folder = root / "pipelines" / pipeline
    (folder / "samples").mkdir(parents=True)
    (folder / "samples" / "week.geojson").write_bytes(b'{"features": []}')
    (folder / "journeys.yaml").write_text(text)
    return folder / "journeys.yaml"


def read(root: Path, text: str) -> list[Journey]:
    return read_journeys(page(root, text), root)


def problems(root: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        read(root, text)
    return [str(problem) for problem in refused.value.problems]


def test_every_kind_of_step_is_read(tmp_path: Path) -> None:
    [journey] = read(
        tmp_path,
        """
the-week:
  story: one week
  send:
    - {put: feed, key: incoming/week.geojson, file: samples/week.geojson}
    - {send: readings, text: hello, attributes: {station: nz, depth: 4.5}, group: a}
    - {publish: alerts.announcements, source: seismic.feeds, detail_type: Strong Quake, detail: {magnitude: 5}}
    - {notify: alerts.news, text: hello, subject: Greeting, attributes: {kind: strong}, group: a}
    - {record: tremors, key: nz, text: hello}
  without: [record-on-readings]
  expect:
    processed: {split: 1, alerts.assess: 85}
    returned: {split: {sent: 1679}}
    dead_lettered: {readings.dead-letters: 2}
    denied: [record-on-readings]
""",
    )

    assert journey.full_name == "feeds.the-week"
    assert journey.send == (
        Put(put="feed", key="incoming/week.geojson", file="samples/week.geojson"),
        Send(send="readings", text="hello", attributes={"station": "nz", "depth": 4.5}, group="a"),
        Publish(
            publish="alerts.announcements", source="seismic.feeds", detail_type="Strong Quake", detail={"magnitude": 5}
        ),
        Notify(notify="alerts.news", text="hello", subject="Greeting", attributes={"kind": "strong"}, group="a"),
        Record(record="tremors", key="nz", text="hello"),
    )
    assert journey.without == ("record-on-readings",)
    assert journey.expect.processed == {"split": 1, "alerts.assess": 85}
    assert journey.expect.returned == {"split": {"sent": 1679}}
    assert journey.expect.dead_lettered == {"readings.dead-letters": 2}
    assert journey.expect.denied == ("record-on-readings",)


def test_content_is_the_file_byte_by_byte_or_the_text(tmp_path: Path) -> None:
    folder = page(tmp_path, "{}").parent

    assert Put(put="feed", key="k", file="samples/week.geojson").content(folder) == b'{"features": []}'
    assert Send(send="readings", text="Kōtuku").content(folder) == "Kōtuku".encode()


def test_all_mistakes_of_a_page_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """\
the-week:
  story: ""
  send:
    - {put: feed, key: a, file: samples/weak.geojson}
    - {send: readings, txt: hi}
    - {putt: feed}
    - {put: feed, send: readings, text: x}
    - {send: readings, text: 7}
    - {put: feed, key: a, text: x, file: samples/week.geojson}
  expect: {procesed: {}, attempts: {split: -1}}
The_Other:
  story: x
  send: []
  expect: {}
""",
    )

    file = "pipelines/feeds/journeys.yaml"
    assert found == [
        f"{file}:2  the-week.story: needs at least 1 characters, got ''",
        f"{file}:4  the-week.send[0].file: there is no file 'samples/weak.geojson' in the pipeline's folder: "
        "did you mean samples/week.geojson?",
        f"{file}:5  the-week.send[1].txt: unknown key 'txt': did you mean text? known are attributes, file, group, "
        "send, text",
        f"{file}:6  the-week.send[2]: needs exactly one of put, send, publish, announce, replay, notify, record, wait, "
        "got {'putt': 'feed'}",
        f"{file}:7  the-week.send[3]: needs exactly one of put, send, publish, announce, replay, notify, record, wait, "
        "got {'put': 'feed', 'send': 'readings', 'text': 'x'}",
        f'{file}:8  the-week.send[4].text: needs text, got 7 (write it in quotes: "7")',
        f"{file}:9  the-week.send[5]: needs one of file and text",
        f"{file}:10  the-week.expect.attempts.split: needs at least 0, got -1",
        f"{file}:10  the-week.expect.procesed: unknown key 'procesed': did you mean processed? known are attempts, "
        "dead_lettered, denied, filtered, processed, returned, wrote",
        f"{file}:11  'The_Other' does not match ^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        f"{file}:13  The_Other.send: needs at least 1 of them, got []",
    ]


def test_a_file_outside_of_the_pipeline_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")

    found = problems(tmp_path, "a: {story: x, send: [{put: feed, key: k, file: ../../secret}], expect: {}}")

    assert found == [
        "pipelines/feeds/journeys.yaml:1  a.send[0].file: '../../secret' leads out of the pipeline's folder"
    ]


def test_a_page_that_is_a_list_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, "- a") == ["pipelines/feeds/journeys.yaml:1  needs journeys by name, got ['a']"]


def test_journeys_of_all_pipelines_come_in_the_order_of_their_pages(tmp_path: Path) -> None:
    step = "{story: x, send: [{send: q, text: t}], expect: {}}"
    page(tmp_path, f"b: {step}\na: {step}", "feeds")
    page(tmp_path, f"c: {step}", "alerts")

    assert [journey.full_name for journey in read_all_journeys(tmp_path)] == ["alerts.c", "feeds.b", "feeds.a"]


def test_the_mistakes_of_all_pages_are_told_together(tmp_path: Path) -> None:
    page(tmp_path, "a: 1", "feeds")
    page(tmp_path, "a: 1", "alerts")

    with pytest.raises(ConfigError) as refused:
        read_all_journeys(tmp_path)

    assert [problem.file for problem in refused.value.problems] == [
        "pipelines/alerts/journeys.yaml",
        "pipelines/feeds/journeys.yaml",
    ]


@pytest.mark.parametrize(
    ("text", "seconds"), [("1 second", 1), ("90 minutes", 5_400), ("2 hours", 7_200), ("1 day", 86_400)]
)
def test_a_step_may_wait(tmp_path: Path, text: str, seconds: int) -> None:
    [journey] = read(tmp_path, f"a: {{story: x, send: [{{wait: {text}}}], expect: {{}}}}")

    assert journey.send == (Wait(wait=text),)
    assert journey.send[0].seconds == seconds  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["0 days", "1 week", "day", "1.5 hours", "-1 day", "1  day", "1234567 days"])
def test_a_wait_of_no_known_length_is_refused(tmp_path: Path, text: str) -> None:
    [problem] = problems(tmp_path, f"a: {{story: x, send: [{{wait: '{text}'}}], expect: {{}}}}")

    assert problem.startswith(f"pipelines/feeds/journeys.yaml:1  a.send[0].wait: '{text}' does not match ")


def test_a_service_may_announce_and_a_bus_be_replayed(tmp_path: Path) -> None:
    [journey] = read(
        tmp_path,
        """\
a:
  story: x
  send:
    - {announce: aws.ec2, detail_type: t, detail: {state: stopped}, resources: ["arn:aws:ec2:r:1:instance/i"]}
    - {replay: news, minutes: 60, to: [assess-on-news]}
  expect: {}
""",
    )

    assert journey.send == (
        Announce(
            announce="aws.ec2", detail_type="t", detail={"state": "stopped"}, resources=("arn:aws:ec2:r:1:instance/i",)
        ),
        Replay(replay="news", minutes=60, to=("assess-on-news",)),
    )


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("{announce: seismic.feeds, detail_type: t}", "announce: 'seismic.feeds' does not match "),
        ("{announce: aws.ec2}", "detail_type: is missing"),
        ("{replay: news, minutes: 0}", "minutes: needs at least 1, got 0"),
        ("{replay: news}", "minutes: is missing"),
    ],
)
def test_what_no_service_announces_and_no_archive_holds_is_refused(tmp_path: Path, step: str, problem: str) -> None:
    [found] = problems(tmp_path, f"a: {{story: x, send: [{step}], expect: {{}}}}")

    assert found.startswith(f"pipelines/feeds/journeys.yaml:1  a.send[0].{problem}")
