"""A page of YAML: its values, and on which line each of them stands.

Scalars are read as YAML 1.2 reads them, so `on`, `no`, `012` and `12:30` stay the words they are. A key that stands
twice is an error: plain YAML would silently keep the last one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import yaml

from components.problems import ConfigError, Problem

Path = tuple[str | int, ...]
"""The way to a value: keys and list positions from the top of the page."""


@dataclass(frozen=True)
class Place:
    """A line of a file, as people are told it."""

    file: str
    line: int


@dataclass(frozen=True)
class Page:
    """Values with their places. A merged page holds values from several files."""

    file: str
    value: Any
    places: Mapping[Path, Place]

    def place_of(self, path: Path) -> Place:
        """Where the value at `path` stands, or the nearest thing around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return Place(self.file, 1)

    def line_of(self, path: Path) -> int:
        return self.place_of(path).line

    def part(self, *path: str | int) -> Page:
        """The page below `path`; its value is None where nothing stands there."""
        value: Any = self.value
        for step in path:
            value = _inside(value, step)
        places = {known[len(path) :]: place for known, place in self.places.items() if known[: len(path)] == path}
        return Page(self.file, value, {(): self.place_of(path)} | places)

    def with_part(self, path: Path, part: Page) -> Page:
        """This page with another part at `path`, whose way there exists."""
        value = part.value
        for depth in range(len(path) - 1, -1, -1):
            value = {**self.part(*path[:depth]).value, path[depth]: value}
        kept = {known: place for known, place in self.places.items() if known[: len(path)] != path}
        return Page(self.file, value, kept | {(*path, *known): place for known, place in part.places.items()})

    def overlaid(self, over: Page) -> Page:
        """This page with another laid over it: mappings are merged key by key, anything else is replaced whole."""
        if not (isinstance(self.value, dict) and isinstance(over.value, dict)):
            return over
        value: dict[str, Any] = {}
        places: dict[Path, Place] = {(): self.place_of(())}
        for key in [*self.value, *(key for key in over.value if key not in self.value)]:
            if key not in over.value:
                merged = self.part(key)
            elif key not in self.value:
                merged = over.part(key)
            else:
                merged = self.part(key).overlaid(over.part(key))
            value[key] = merged.value
            places |= {(key, *path): place for path, place in merged.places.items()}
        return Page(self.file, value, places)


def _inside(value: Any, step: str | int) -> Any:
    if isinstance(value, list):
        return value[step] if isinstance(step, int) and step < len(value) else None
    return value.get(step) if isinstance(value, Mapping) else None


def read_page(path: FilePath, shown_as: str | None = None) -> Page:
    """Read one file.

    Args:
        path: the file.
        shown_as: how messages call it; its path as given otherwise.

    Raises:
        ConfigError: the file is missing, is no YAML, or has keys twice; every such key is named.
    """
    file = shown_as or str(path)
    try:
        node = _composed(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError([Problem(file, None, "", "there is no such file")]) from None
    except UnicodeDecodeError as error:
        raise ConfigError([Problem(file, None, "", f"is not UTF-8 text: {error.reason}")]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise ConfigError([Problem(file, line, "", f"is not YAML: {error.problem or error.context}")]) from None
    reader = _Reader(file)
    value = reader.read(node, ()) if node is not None else None
    if reader.problems:
        raise ConfigError(reader.problems)
    return Page(file, {} if value is None else value, reader.places)


def _composed(text: str) -> yaml.Node | None:
    """The text's nodes, read by libyaml where PyYAML was built with it, which is many times faster."""
    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        # PyYAML's own parser says better what is wrong, and says the same on every machine.
        return yaml.compose(text, Loader=yaml.SafeLoader)


_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?")
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[Path, Place] = {}
        self.problems: list[Problem] = []

    def read(self, node: yaml.Node, path: Path) -> Any:
        self.places.setdefault(path, Place(self.file, node.start_mark.line + 1))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, index)) for index, item in enumerate(node.value)]
        quoted = isinstance(node, yaml.ScalarNode) and bool(node.style)
        return str(node.value) if quoted else _scalar(str(node.value))

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        first_line: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse(line, path, "a key must be a word")
                continue
            key = str(key_node.value)
            if key == "<<":
                self._refuse(line, path, "merge keys (<<) are not read: say the values where they count")
                continue
            if key in values:
                self._refuse(line, (*path, key), f"stands twice, first on line {first_line[key]}")
                continue
            first_line[key] = line
            self.places[(*path, key)] = Place(self.file, line)
            values[key] = self.read(value_node, (*path, key))
        return values

    def _refuse(self, line: int, path: Path, message: str) -> None:
        self.problems.append(Problem(self.file, line, ".".join(map(str, path)), message))


def _scalar(text: str) -> Any:
    if text.lower() in _CONSTANTS and (text == text.lower() or text == text.title() or text == text.upper()):
        return _CONSTANTS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and not re.fullmatch(r"[-+]?0[0-9]+", text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text
