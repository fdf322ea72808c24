"""Journeys: what a pipeline's `journeys.yaml` sends through the account, and how it says that everything ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, JsonValue, model_validator

from components.config import Config, JsonObject, Name
from components.page import Page, read_page
from components.problems import ConfigError, Problem, dotted, nearest, shown
from components.validation import validate

Address = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*){0,2}$", max_length=200)]
"""A name of the ledger: full (`feeds.readings.dead-letters`), or short inside its pipeline (`readings`)."""

Count = Annotated[int, Field(ge=0)]
Counts = dict[Address, Count]


class _WithContent(Config):
    """What carries a text: given on the page, or in a file."""

    file: str | None = None
    """A file, relative to the pipeline's folder."""
    text: str | None = None
    """The content itself."""

    @model_validator(mode="after")
    def content_is_given_once(self) -> Self:
        if (self.file is None) == (self.text is None):
            raise ValueError("needs one of file and text")
        return self

    def content(self, folder: Path) -> bytes:
        """What is sent, as bytes."""
        return (folder / self.file).read_bytes() if self.file is not None else (self.text or "").encode()


class Put(_WithContent):
    """An object that somebody puts into a bucket."""

    put: Address
    """The bucket."""
    key: Annotated[str, Field(min_length=1, max_length=1024)]
    """The object's key."""


class Send(_WithContent):
    """A message that somebody sends to a queue."""

    send: Address
    """The queue."""
    attributes: dict[str, str | int | float] = Field(default_factory=dict)
    """Message attributes; numbers travel as numbers."""
    group: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    """The message group of a FIFO queue."""


class Publish(Config):
    """An event that somebody publishes on an event bus."""

    publish: Address
    """The event bus."""
    source: Annotated[str, Field(min_length=1, max_length=256)]
    detail_type: Annotated[str, Field(min_length=1, max_length=128)]
    detail: JsonObject = Field(default_factory=dict)


class Announce(Config):
    """An event that an AWS service announces on the default event bus, as only the service itself can."""

    announce: Annotated[str, Field(pattern=r"^aws\.[a-z0-9.-]+$", max_length=256)]
    """The service, as its events name their source: `aws.ec2`."""
    detail_type: Annotated[str, Field(min_length=1, max_length=128)]
    detail: JsonObject = Field(default_factory=dict)
    resources: tuple[Annotated[str, Field(min_length=1, max_length=2048)], ...] = ()
    """What the event is about, mostly ARNs."""


class Replay(Config):
    """Events of a bus's archive that somebody lets happen once more."""

    replay: Address
    """The event bus."""
    minutes: Annotated[int, Field(ge=1, le=5_256_000)]
    """Those of the last so many minutes."""
    to: tuple[Address, ...] = ()
    """Only for the rules of these triggers. Empty: for all rules of the bus."""


class Notify(_WithContent):
    """A message that somebody publishes to a topic."""

    notify: Address
    """The topic."""
    subject: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """What it is about."""
    attributes: dict[str, str | int | float] = Field(default_factory=dict)
    """Message attributes; numbers travel as numbers."""
    group: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    """The message group of a FIFO topic."""


class Record(_WithContent):
    """A record that somebody puts into a stream."""

    record: Address
    """The stream."""
    key: Annotated[str, Field(min_length=1, max_length=256)]
    """The partition key: records of one key keep their order."""


class Wait(Config):
    """Time that passes before the next step, with all that falls into it."""

    wait: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,5} (second|minute|hour|day)s?$")]
    """How much: `90 minutes`, `1 day`."""

    @property
    def seconds(self) -> int:
        number, unit = self.wait.split()
        return int(number) * _SECONDS[unit.removesuffix("s")]


_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}

Step = Put | Send | Publish | Announce | Replay | Notify | Record | Wait
_STEPS: dict[str, type[Step]] = {
    "put": Put,
    "send": Send,
    "publish": Publish,
    "announce": Announce,
    "replay": Replay,
    "notify": Notify,
    "record": Record,
    "wait": Wait,
}


class Expect(Config):
    """How a journey ends. What `processed`, `dead_lettered` and `filtered` do not name must be zero."""

    processed: Counts = Field(default_factory=dict)
    """Events that ended well, by function."""
    attempts: Counts = Field(default_factory=dict)
    """Invocations of a function; a batch counts one."""
    returned: dict[Address, dict[str, int | float]] = Field(default_factory=dict)
    """Sums of numeric fields in what a function returned."""
    wrote: Counts = Field(default_factory=dict)
    """Items new in a table, objects new in a bucket, beside those the journey itself sent."""
    dead_lettered: Counts = Field(default_factory=dict)
    """Messages that rest where failed events land."""
    filtered: Counts = Field(default_factory=dict)
    """Events that no rule or filter wanted, by source."""
    denied: tuple[Address, ...] = ()
    """Rights whose lack was met: triggers and grants by name."""


class JourneyPage(Config):
    """One journey as it stands on the page; its steps are read one by one, each as what it is."""

    story: Annotated[str, Field(min_length=1, max_length=300)]
    send: Annotated[tuple[JsonValue, ...], Field(min_length=1)]
    without: tuple[Address, ...] = ()
    expect: Expect


@dataclass(frozen=True)
class Journey:
    """An event's whole way: what is sent, and how it ends."""

    name: str
    pipeline: str
    folder: Path
    """The pipeline's folder, where its files are found."""
    story: str
    """One sentence for people."""
    send: tuple[Step, ...]
    """What is sent, in order and at once."""
    expect: Expect
    without: tuple[str, ...] = ()
    """Rights that are withdrawn after deployment, for the time of this journey."""
    page: Page = field(default=Page("", {}, {}), repr=False, compare=False)
    """Where it was read, for messages."""

    @property
    def full_name(self) -> str:
        return f"{self.pipeline}.{self.name}"


def read_all_journeys(root: Path) -> list[Journey]:
    """The journeys of every pipeline below `root`, by pipeline and in the order of their pages.

    Raises:
        ConfigError: every problem of every page.
    """
    journeys: list[Journey] = []
    problems: list[Problem] = []
    for path in sorted(root.glob("pipelines/*/journeys.yaml")):
        try:
            journeys += read_journeys(path, root)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return journeys


def read_journeys(path: Path, root: Path) -> list[Journey]:
    """The journeys of one page.

    Args:
        path: the `journeys.yaml` of a pipeline's folder.
        root: the project's folder; messages call the page relative to it.

    Raises:
        ConfigError: every problem of the page.
    """
    page = read_page(path, path.relative_to(root).as_posix())
    if not isinstance(page.value, dict):
        raise ConfigError([Problem(page.file, 1, "", f"needs journeys by name, got {shown(page.value)}")])
    problems: list[Problem] = []
    journeys: list[Journey] = []
    for name in page.value:
        journey, mistakes = _read_journey(page, name, path.parent)
        problems += mistakes
        if journey is not None:
            journeys.append(journey)
    if problems:
        raise ConfigError(problems)
    return journeys


def _read_journey(page: Page, name: str, folder: Path) -> tuple[Journey | None, list[Problem]]:
    _, problems = validate(Name, Page(page.file, name, {(): page.place_of((name,))}))
    read, mistakes = validate(JourneyPage, page, (name,))
    problems += mistakes
    steps = []
    sent = page.part(name, "send").value
    for index in range(len(sent) if isinstance(sent, list) else 0):
        step, mistakes = _read_step(page, (name, "send", index), folder)
        problems += mistakes
        steps.append(step)
    if problems:
        return None, problems
    whole = Journey(name, folder.name, folder, read.story, tuple(steps), read.expect, read.without, page.part(name))
    return whole, []


def _read_step(page: Page, path: tuple[str | int, ...], folder: Path) -> tuple[Any, list[Problem]]:
    value = page.part(*path).value
    kinds = [kind for kind in _STEPS if isinstance(value, dict) and kind in value]
    if len(kinds) != 1:
        return None, [_refused(page, path, f"needs exactly one of {', '.join(_STEPS)}, got {shown(value)}")]
    step, problems = validate(_STEPS[kinds[0]], page, path)
    if not problems and isinstance(step, _WithContent) and step.file is not None:
        problems = _check_file(step.file, folder, page, (*path, "file"))
    return step, problems


def _check_file(file: str, folder: Path, page: Page, path: tuple[str | int, ...]) -> list[Problem]:
    found = (folder / file).resolve()
    if not found.is_relative_to(folder.resolve()):
        return [_refused(page, path, f"{file!r} leads out of the pipeline's folder")]
    if found.is_file():
        return []
    meant = nearest(file, [each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()])
    hint = f": did you mean {meant}?" if meant else ""
    return [_refused(page, path, f"there is no file {file!r} in the pipeline's folder{hint}")]


def _refused(page: Page, path: tuple[str | int, ...], message: str) -> Problem:
    return Problem(page.file, page.line_of(path), dotted(path), message)
