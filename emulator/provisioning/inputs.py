"""What a resource type may be told: its inputs, declared, and what is wrong with the values it was given.

A declared input reads a value and returns it as AWS takes it; everything that is wrong with it is noted on the way, so
that all of it is told at once. An input that is not declared is refused by name. What nobody can tell yet passes
unread. A declared input also knows when two of its values mean the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.json_values import read as read_json
from components.problems import shown
from emulator.provisioning.difference import Change, change_of
from emulator.wire import UNKNOWN, Archive, Asset, unknown_paths


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

    def take(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        """The value as AWS takes it, or `UNKNOWN` as it came; what is wrong with it goes to `wrong`."""
        return value if value is UNKNOWN else self.read(path, value, wrong)

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        """The value as AWS takes it, of one that is known; what is wrong with it goes to `wrong`."""
        raise NotImplementedError

    def changes(self, path: str, old: Any, new: Any) -> Iterator[tuple[str, Change]]:
        """Where two values that were read differ in meaning, by path; None where there is no value."""
        if not self.same(old, new):
            yield path, change_of(old, new)

    def same(self, old: Any, new: Any) -> bool:
        """Whether two values that were read mean the same; what nobody can tell yet is like nothing that is known."""
        return bool(old == new)


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
    any_order: bool = False
    """Whether the same entries in another order are the same list."""

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        if not isinstance(value, list):
            wrong.append(Wrong(path, value, "a list"))
            return value
        if len(value) < self.least or (self.most is not None and len(value) > self.most):
            wrong.append(Wrong(path, value, f"{_range(self.least, self.most)} entries, has {len(value)}"))
        return [self.of.take(f"{path}[{index}]", item, wrong) for index, item in enumerate(value)]

    def changes(self, path: str, old: Any, new: Any) -> Iterator[tuple[str, Change]]:
        if self.any_order or not isinstance(old, list) or not isinstance(new, list):
            yield from super().changes(path, old, new)
            return
        for index in range(max(len(old), len(new))):
            one, other = (items[index] if index < len(items) else None for items in (old, new))
            yield from self.of.changes(f"{path}[{index}]", one, other)

    def same(self, old: Any, new: Any) -> bool:
        if not isinstance(old, list) or not isinstance(new, list):
            return super().same(old, new)
        if self.any_order:
            return _pair_off(self.of.same, old, new)
        return len(old) == len(new) and all(map(self.of.same, old, new))


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
        if self.key is not None:
            for name in value:
                self.key.read(f"a key of {path},", name, wrong)
        return {name: self.of.take(f"{path}.{name}", item, wrong) for name, item in value.items()}

    def changes(self, path: str, old: Any, new: Any) -> Iterator[tuple[str, Change]]:
        if not isinstance(old, Mapping) or not isinstance(new, Mapping):
            yield from super().changes(path, old, new)
            return
        for name in sorted({*old, *new}):
            yield from self.of.changes(_entry(path, name), old.get(name), new.get(name))

    def same(self, old: Any, new: Any) -> bool:
        if not isinstance(old, Mapping) or not isinstance(new, Mapping):
            return super().same(old, new)
        return old.keys() == new.keys() and all(self.of.same(old[name], new[name]) for name in old)


@dataclass(frozen=True, kw_only=True)
class Block(Input):
    """A mapping with known keys."""

    of: Mapping[str, Input]

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        if not isinstance(value, Mapping):
            wrong.append(Wrong(path, value, "a mapping"))
            return value
        return read_inputs(self.of, value, wrong, path)

    def changes(self, path: str, old: Any, new: Any) -> Iterator[tuple[str, Change]]:
        if not isinstance(old, Mapping) or not isinstance(new, Mapping):
            yield from super().changes(path, old, new)
            return
        for name, wanted in self.of.items():
            yield from wanted.changes(f"{path}.{name}", old.get(name), new.get(name))

    def same(self, old: Any, new: Any) -> bool:
        if not isinstance(old, Mapping) or not isinstance(new, Mapping):
            return super().same(old, new)
        return all(wanted.same(old.get(name), new.get(name)) for name, wanted in self.of.items())


@dataclass(frozen=True, kw_only=True)
class Document(Input):
    """A JSON document, as its text or as the value itself; it is kept as text."""

    problems: Callable[[Any], Iterable[str]] = lambda document: ()
    """What is wrong with the document."""
    most: int | None = None
    """How many bytes."""

    def take(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        # The text of a value is unknown where any part of it is.
        return UNKNOWN if list(unknown_paths(value)) else self.read(path, value, wrong)

    def read(self, path: str, value: Any, wrong: list[Wrong]) -> Any:
        try:
            text = value if isinstance(value, str) else json.dumps(value)
            read_json(text)  # It refuses what `json.loads` does not: NaN, and what is nested too deeply.
            document = json.loads(text)
        except (TypeError, ValueError) as error:
            wrong.append(Wrong(path, value, f"a JSON document: {error}"))
            return value
        for problem in self.problems(document):
            wrong.append(Wrong(path, value, f"mending: {problem}"))
        if self.most is not None and len(text.encode()) > self.most:
            wrong.append(Wrong(path, value, f"at most {self.most} bytes, has {len(text.encode())}"))
        return text

    def same(self, old: Any, new: Any) -> bool:
        if not isinstance(old, str) or not isinstance(new, str):
            return super().same(old, new)
        return bool(read_json(old) == read_json(new))


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

    def same(self, old: Any, new: Any) -> bool:
        """By what they hold: where it lay on somebody's machine makes no difference."""
        hashes = [each.hash for each in (old, new) if isinstance(each, Archive | Asset)]
        return hashes[0] == hashes[1] if len(hashes) == 2 and all(hashes) else super().same(old, new)


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
            values[name] = wanted.take(f"{inside}{name}", given[name], wrong)
        elif wanted.required:
            wrong.append(Missing(f"{inside}{name}", None, "a value"))
        elif wanted.default is not None:
            values[name] = wanted.default
    return values


def _pair_off(same: Callable[[Any, Any], bool], old: list[Any], new: list[Any]) -> bool:
    """Whether each entry of one list has one of its own in the other that is the same."""
    left = list(new)
    for one in old:
        index = next((index for index, other in enumerate(left) if same(one, other)), None)
        if index is None:
            return False
        del left[index]
    return not left


def _entry(path: str, key: str) -> str:
    """The path of an entry (Pulumi documentation, "Property Paths")."""
    if re.fullmatch(r"[A-Za-z_$][A-Za-z0-9_$]*", key):
        return f"{path}.{key}"
    quoted = key.replace('"', r"\"")
    return f'{path}["{quoted}"]'


def _range(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {least}"
    return f"{least}" if least == most else f"{least} to {most}"
