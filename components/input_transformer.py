"""What the target of an EventBridge rule receives instead of the whole event: a constant, a part, or a filled template.

Sources: EventBridge guide, "Input transformation"; API reference, `PutTargets`, `Target` and `InputTransformer`. Where
both are silent the text says so. A result that is not JSON is not delivered, and neither is it here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from components.json_path import JsonPath
from components.json_values import read, shown

INPUT_CHARACTERS = 8192
"""The longest constant, and the longest template."""

VARIABLES_LIMIT = 100

TEXT_VARIABLES = ("aws.events.rule-arn", "aws.events.rule-name", "aws.events.event.ingestion-time")
"""Predefined variables that hold text."""

EVENT_VARIABLES = ("aws.events.event", "aws.events.event.json")
"""Predefined variables that hold the event: without its detail, and whole. AWS fills them in unescaped."""


class NotTransformed(ValueError):
    """The event has no such part, or the filled template is not JSON: EventBridge cannot deliver it."""


@dataclass(frozen=True)
class Input:
    """A constant: nothing of the event reaches the target."""

    text: str
    """JSON text."""

    def check(self) -> list[str]:
        """What AWS would refuse."""
        problems = _too_long("input", self.text)
        if not _is_json(self.text):
            problems.append(f"input needs JSON text, got {shown(self.text)}")
        return problems

    def apply(self, event: Mapping[str, Any], rule_arn: str, rule_name: str, ingestion_time: str) -> str:
        """The JSON text the target receives."""
        return self.text


@dataclass(frozen=True)
class InputPath:
    """One part of the event."""

    path: str
    """A JSON path: `$.detail`."""

    def check(self) -> list[str]:
        """What AWS would refuse, and what it would take and never find."""
        return [f"input_path {problem}" for problem in JsonPath(self.path).check()]

    def apply(self, event: Mapping[str, Any], rule_arn: str, rule_name: str, ingestion_time: str) -> str:
        """The JSON text the target receives.

        Raises:
            NotTransformed: the event has nothing there; AWS does not document what the target would receive.
        """
        found = JsonPath(self.path).find(event)
        if found is None:
            raise NotTransformed(f"the event has nothing at {self.path}")
        return _minified(found[0])


@dataclass(frozen=True)
class InputTransformer:
    """A template, filled with parts of the event."""

    template: str
    """JSON text with `<name>` where a variable stands: as a value, or inside quoted text."""
    paths: Mapping[str, str] = field(default_factory=dict)
    """Variables: a JSON path by name."""

    def check(self) -> list[str]:
        """What AWS would refuse, and what it would take and never deliver."""
        problems = _too_long("template", self.template)
        if len(self.paths) > VARIABLES_LIMIT:
            problems.append(f"paths needs at most {VARIABLES_LIMIT} variables, got {len(self.paths)}")
        for name, path in self.paths.items():
            problems += [f"paths.{name}: {problem}" for problem in (*_name_problems(name), *JsonPath(path).check())]
        return problems + self._template_problems()

    def apply(self, event: Mapping[str, Any], rule_arn: str, rule_name: str, ingestion_time: str) -> str:
        """The JSON text the target receives.

        A variable that stands alone becomes JSON, one inside quotes becomes bare text. A path that finds nothing
        becomes empty text either way (the answer AWS gives; the guide says only that the variable does not appear).

        Args:
            event: the event as it came to the bus.
            rule_arn: the rule that matched it.
            rule_name: that rule's name.
            ingestion_time: when the bus received it, ISO 8601.

        Raises:
            NotTransformed: the filled template is not JSON, as when a quote mark in a value ends the text around it.
        """
        predefined = (rule_arn, rule_name, ingestion_time, _without_detail(event), event)
        values = dict(zip((*TEXT_VARIABLES, *EVENT_VARIABLES), predefined, strict=True))
        for name, path in self.paths.items():
            found = JsonPath(path).find(event)
            values[name] = "" if found is None else found[0]
        is_text = self.template.lstrip().startswith('"')
        filled = _fill(
            self.template,
            alone=lambda name: _minified(values[name]),
            quoted=lambda name: _bare(values[name], inside_text=is_text),
        )
        if not _is_json(filled):
            raise NotTransformed(f"the filled template needs to be JSON, got {shown(filled)}: AWS escapes no value")
        return _without_blanks(filled)

    def _template_problems(self) -> list[str]:
        used: dict[str, None] = {}
        in_quotes: dict[str, None] = {}

        def alone(name: str) -> str:
            used[name] = None
            return "null"

        def quoted(name: str) -> str:
            used[name] = in_quotes[name] = None
            return ""

        example = _fill(self.template, alone=alone, quoted=quoted)
        known = (*self.paths, *TEXT_VARIABLES, *EVENT_VARIABLES)
        problems = [
            f"template uses <{name}>, which paths does not declare: known are {', '.join(known)}"
            for name in used
            if name not in known
        ]
        problems += [
            f"template has <{name}> in quotes: it holds JSON that AWS does not escape, so it can only be a value"
            for name in in_quotes
            if name in EVENT_VARIABLES
        ]
        problems += [
            f"template has <{name}> in a key: AWS fills in values only" for name in _names_in_keys(self.template)
        ]
        if not problems and not _is_json(example):
            problems.append(
                f"template needs to be JSON once its variables are filled in, got {shown(self.template)}: "
                "text stands in quotes"
            )
        return problems


TargetInput = Input | InputPath | InputTransformer

_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
_VARIABLE = re.compile(r"<(?P<name>[A-Za-z0-9_.-]+)>")
_TEXT = r'(?P<text>"(?:[^"\\]|\\.)*")'
_TEXT_OR_VARIABLE = re.compile(f"{_TEXT}|{_VARIABLE.pattern}", re.DOTALL)
_TEXT_OR_BLANK = re.compile(rf"{_TEXT}|\s+", re.DOTALL)


def _fill(template: str, *, alone: Callable[[str], str], quoted: Callable[[str], str]) -> str:
    def replaced(match: re.Match[str]) -> str:
        if match["text"] is None:
            return alone(match["name"])
        return _VARIABLE.sub(lambda variable: quoted(variable["name"]), match["text"])

    return _TEXT_OR_VARIABLE.sub(replaced, template)


def _names_in_keys(template: str) -> list[str]:
    parts = _TEXT_OR_VARIABLE.finditer(template)
    keys = (part[0] for part in parts if template[part.end() :].lstrip().startswith(":"))
    return [name for key in keys for name in _VARIABLE.findall(key)]


def _bare(value: Any, *, inside_text: bool) -> str:
    """A value inside quotes, unescaped. A template that is one text loses the quotes of objects and arrays."""
    if isinstance(value, str):
        return value
    json_text = _minified(value)
    return json_text.replace('"', "") if inside_text else json_text


def _without_detail(event: Mapping[str, Any]) -> dict[str, Any]:
    # AWS spells this one key otherwise in the variable than in the event.
    renamed = {"detail-type": "detailType"}
    return {renamed.get(key, key): value for key, value in event.items() if key != "detail"}


def _minified(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _without_blanks(json_text: str) -> str:
    return _TEXT_OR_BLANK.sub(lambda match: match["text"] or "", json_text)


def _is_json(text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _too_long(what: str, text: str) -> list[str]:
    if 1 <= len(text) <= INPUT_CHARACTERS:
        return []
    return [f"{what} needs 1 to {INPUT_CHARACTERS} characters, got {len(text)}"]


def _name_problems(name: str) -> list[str]:
    if name.lower().startswith("aws."):
        return ["needs another name: names that start with aws. are AWS's own"]
    if not _NAME.fullmatch(name):
        return ["needs a name of 1 to 256 letters, digits, dashes and underscores"]
    return []
