"""What a resource type may be told: its inputs, declared, and what is wrong with the values it was given.

A declared input reads a value and returns it as AWS takes it; everything that is wrong with it is noted on the way, so
that all of it is told at once. An input that is not declared is refused by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from components.problems import shown
from emulator.wire import Archive


@dataclass(frozen=True)
class Wrong:
    """One value that cannot be taken."""

    path: str
    given: Any
    needs: str
    """What it needs to be, and why where that is not plain."""

    def __str__(self) -> str:
        return f"{self.path} {shown(self.given)} needs {self.needs}"


class Missing(Wrong):
    """A value that has to be said and is not."""

    def __str__(self) -> str:
        return f"{self.path} is missing: it needs {self.needs}"


class NotDone(Wrong):
    """A value for an input that nobody declared."""

    def __str__(self) -> str:
        return f"the embedded account does not do `{self.path}` yet"


@dataclass(frozen=True, kw_only=True)
class Input:
    """An input. One that is not said takes its default, where it has one."""

    required: bool = False
    default: Any = None

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        """The value as AWS takes it; what is wrong with it goes to `wrong`."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Text(Input):
    """A text."""

    among: tuple[str, ...] = ()
    """The only texts there are."""
    pattern: str = ""
    """A regular expression for the whole of it."""
    says: str = ""
    """The pattern in words."""
    least: int = 0
    most: int | None = None
    """How many characters."""

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        if not isinstance(value, str):
            wrong.append(Wrong(path, value, "a text"))
        elif self.among and value not in self.among:
            wrong.append(Wrong(path, value, f"one of {', '.join(self.among)}"))
        elif self.pattern and not re.fullmatch(self.pattern, value, re.ASCII | re.DOTALL):
            wrong.append(Wrong(path, value, self.says))
        elif len(value) < self.least or (self.most is not None and len(value) > self.most):
            wrong.append(Wrong(path, value, f"{_range(self.least, self.most)} characters, has {len(value)}"))
        return value


@dataclass(frozen=True, kw_only=True)
class Whole(Input):
    """A whole number."""

    least: int
    most: int
    among: tuple[int, ...] = ()
    """The only numbers there are, where not all between are."""
    unit: str = ""

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        unit = f" {self.unit}" if self.unit else ""
        if not isinstance(value, int) or isinstance(value, bool):
            wrong.append(Wrong(path, value, f"a whole number{f' of{unit}' if unit else ''}"))
        elif not self.least <= value <= self.most:
            wrong.append(Wrong(path, value, f"{_range(self.least, self.most)}{unit}"))
        elif self.among and value not in self.among:
            wrong.append(Wrong(path, value, f"one of {', '.join(map(str, self.among))}{unit}"))
        return value


@dataclass(frozen=True, kw_only=True)
class Flag(Input):
    """True or false."""

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        if not isinstance(value, bool):
            wrong.append(Wrong(path, value, "true or false"))
        return value


@dataclass(frozen=True, kw_only=True)
class Only(Input):
    """An input that is understood, and emulated for one of its values only."""

    value: Any

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        if value != self.value:
            wrong.append(Wrong(path, value, f"{shown(self.value)}: the embedded account does nothing else yet"))
        return value


@dataclass(frozen=True, kw_only=True)
class Items(Input):
    """A list."""

    of: Input
    least: int = 0
    most: int | None = None

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        if not isinstance(value, list):
            wrong.append(Wrong(path, value, "a list"))
            return value
        if len(value) < self.least or (self.most is not None and len(value) > self.most):
            wrong.append(Wrong(path, value, f"{_range(self.least, self.most)} entries, has {len(value)}"))
        return [self.of.read(f"{path}[{index}]", item, wrong) for index, item in enumerate(value)]


@dataclass(frozen=True, kw_only=True)
class Entries(Input):
    """A mapping with keys of one's own choice."""

    of: Input
    key: Text | None = None
    most: int | None = None

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        if not isinstance(value, Mapping):
            wrong.append(Wrong(path, value, "a mapping"))
            return value
        if self.most is not None and len(value) > self.most:
            wrong.append(Wrong(path, value, f"at most {self.most} entries, has {len(value)}"))
        for name in value if self.key else ():
            self.key.read(f"a key of {path},", name, wrong)  # type: ignore[union-attr]
        return {name: self.of.read(f"{path}.{name}", item, wrong) for name, item in value.items()}


@dataclass(frozen=True, kw_only=True)
class Block(Input):
    """A mapping with known keys."""

    of: Mapping[str, Input]

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        if not isinstance(value, Mapping):
            wrong.append(Wrong(path, value, "a mapping"))
            return value
        return read_inputs(self.of, value, wrong, path)


@dataclass(frozen=True, kw_only=True)
class Document(Input):
    """A JSON document, as its text or as the value itself; it is kept as text."""

    problems: Callable[[Any], Iterable[str]] = lambda document: ()
    """What is wrong with the document."""
    most: int | None = None
    """How many bytes."""

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        text = value if isinstance(value, str) else json.dumps(value)
        try:
            document = json.loads(text)
        except ValueError as error:
            wrong.append(Wrong(path, value, f"a JSON document: {error}"))
            return text
        for problem in self.problems(document):
            wrong.append(Wrong(path, value, f"mending: {problem}"))
        if self.most is not None and len(text.encode()) > self.most:
            wrong.append(Wrong(path, value, f"at most {self.most} bytes, has {len(text.encode())}"))
        return text


@dataclass(frozen=True, kw_only=True)
class Arn(Input):
    """The ARN of a thing of one of some services."""

    of: tuple[str, ...]
    """Services: `sqs`, `lambda`."""

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        parts = value.split(":", 5) if isinstance(value, str) else []
        if len(parts) < 6 or parts[0] != "arn" or not parts[5] or parts[2] not in self.of:
            wrong.append(Wrong(path, value, f"the ARN of a thing of {' or '.join(self.of)}"))
        return value


@dataclass(frozen=True, kw_only=True)
class Files(Input):
    """An archive."""

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        if not isinstance(value, Archive):
            wrong.append(Wrong(path, value, "an archive: AssetArchive or FileArchive"))
        return value


def read_inputs(
    declared: Mapping[str, Input], given: Mapping[str, Any], wrong: list[Wrong], path: str = ""
) -> dict[str, Any]:
    """The values of the declared inputs, with defaults; what is wrong, missing or not declared goes to `wrong`."""
    inside = f"{path}." if path else ""
    for name in given:
        if name not in declared and given[name] is not None:
            wrong.append(NotDone(f"{inside}{name}", given[name], ""))
    values: dict[str, Any] = {}
    for name, wanted in declared.items():
        if given.get(name) is not None:
            values[name] = wanted.read(f"{inside}{name}", given[name], wrong)
        elif wanted.required:
            wrong.append(Missing(f"{inside}{name}", None, "a value"))
        elif wanted.default is not None:
            values[name] = wanted.default
    return values


def _range(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {least}"
    return f"{least}" if least == most else f"{least} to {most}"
