"""Which records of a source reach a polled function: the filter criteria of a Lambda event source mapping.

Sources: Lambda guide, "Control which events Lambda sends to your function", and "Using event filtering with" an Amazon
SQS, a DynamoDB and a Kinesis event source.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.event_pattern import EventPattern, InvalidPattern
from components.event_pattern_matchers import Exactly, Matcher
from components.json_values import Number, read

FILTERS_LIMIT = 5
"""The most filters of one mapping, by default (a raised quota allows 10)."""

FILTER_CHARACTERS = 4096
"""The longest pattern of a filter (Lambda API reference, `Filter`)."""

OPERATORS = frozenset(["", "anything-but", "equals-ignore-case", "exists", "numeric", "prefix", "suffix"])
"""What the Lambda guide lists for filters, plain values and `$or` besides. The rest of EventBridge's is not listed."""


class InvalidFilters(ValueError):
    """What Lambda refuses in filter criteria: every problem, each with its filter and path."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class FilteredSource:
    """How a kind of source shows its records to a filter."""

    name: str
    data_key: str
    """The key of a record that holds what was sent."""
    data: Callable[[Mapping[str, Any]], Any]
    """What stands there: text, decoded where the source encodes it, or what the source gives parsed already."""
    plain_text: bool
    """Whether a filter may want the data to be plain text, not JSON."""
    further_keys: tuple[str, ...] = ()
    """Texts beside the data that filters may look at."""
    number_key: str | None = None
    """The key of a number of the source, which is text in the record. Where there is one, no number can be compared."""

    @property
    def keys(self) -> tuple[str, ...]:
        """All that filters may look at."""
        return (self.data_key, *self.further_keys)


def _body(record: Mapping[str, Any]) -> Any:
    return record["body"]


def _change(record: Mapping[str, Any]) -> Any:
    return record["dynamodb"]


def _decoded(record: Mapping[str, Any]) -> Any:
    return base64.b64decode(record["kinesis"]["data"]).decode(errors="replace")


SQS = FilteredSource("SQS", data_key="body", data=_body, plain_text=True)
# The guide names the key `dynamodb` alone; the examples of the AWS CDK (`FilterCriteria`) look at `eventName` too, and
# results recorded on AWS show that this works.
DYNAMODB = FilteredSource(
    "DynamoDB", "dynamodb", _change, plain_text=False, further_keys=("eventName", "eventSource"), number_key="N"
)
KINESIS = FilteredSource("Kinesis", data_key="data", data=_decoded, plain_text=False)


@dataclass(frozen=True)
class FilterCriteria:
    """The filters of one event source mapping. A record passes when one of them wants it, or when there is none."""

    patterns: tuple[EventPattern, ...]
    source: FilteredSource = SQS

    @classmethod
    def parse(cls, filters: Sequence[str | Mapping[str, Any]], source: FilteredSource = SQS) -> FilterCriteria:
        """Read filters, each a pattern as JSON text or parsed.

        Raises:
            InvalidFilters: Lambda would refuse them, or they could never match; with all that is wrong at once.
        """
        problems: list[str] = []
        if len(filters) > FILTERS_LIMIT:
            problems.append(f"filters needs at most {FILTERS_LIMIT} patterns, got {len(filters)}")
        patterns: list[EventPattern] = []
        for number, pattern in enumerate(filters):
            try:
                patterns.append(EventPattern.parse(pattern, max_characters=FILTER_CHARACTERS))
            except InvalidPattern as invalid:
                found = invalid.problems
            else:
                found = _problems(patterns[-1], source)
            problems += [f"filters[{number}]: {problem}" for problem in found]
        if problems:
            raise InvalidFilters(problems)
        return cls(tuple(patterns), source)

    def wants(self, record: Mapping[str, Any]) -> bool:
        """Whether the function gets this record. Lambda deletes an SQS message that it does not get.

        Data that is JSON passes only filters that go into it, data that is not only filters for plain text; any JSON
        text counts as JSON, a number or quoted text too.
        """
        if not self.patterns:
            return True
        data = self.source.data(record)
        beside = {key: record[key] for key in self.source.further_keys}
        try:
            parsed = read(data) if isinstance(data, str) else data
        except ValueError:
            return self._any_matches(data, beside, plain_text=True)
        return self._any_matches(parsed, beside, plain_text=False)

    def _any_matches(self, data: Any, beside: Mapping[str, Any], *, plain_text: bool) -> bool:
        key = self.source.data_key
        fitting = (pattern for pattern in self.patterns if plain_text in _formats(pattern, key))
        return any(pattern.matches({key: data, **beside}) for pattern in fitting)


def _formats(pattern: EventPattern, data_key: str) -> set[bool]:
    """Whether a pattern wants its data as plain text: a list of values right at the key; or as JSON: keys below it."""
    return {wish.path == data_key for wish in pattern.wishes()}


def _problems(pattern: EventPattern, source: FilteredSource) -> list[str]:
    problems: dict[str, None] = {}
    for wish in pattern.wishes():
        if wish.path.split(".")[0] not in source.keys:
            problems[f"{wish.path}: {source.name} filters look at {' and '.join(source.keys)} only"] = None
        elif wish.path == source.data_key and not source.plain_text:
            problems[f"{wish.path}: needs an object with fields: {source.name} data is filtered as JSON only"] = None
        for matcher in wish.matchers:
            if problem := _misfit(matcher, wish.path, source):
                problems[f"{wish.path}: {problem}"] = None
    return list(problems)


def _misfit(matcher: Matcher, path: str, source: FilteredSource) -> str | None:
    """What keeps a matcher from ever matching there."""
    if matcher.operator not in OPERATORS:
        known = ", ".join(sorted(OPERATORS - {""}))
        return f"Lambda filters have no {matcher.operator}: they know {known}"
    if source.number_key is None:
        return None
    if matcher.operator == "numeric":
        return f"{source.name} filters have no numeric: a number of an item is text in its record"
    plain_number = isinstance(matcher, Exactly) and isinstance(matcher.wanted, Number)
    if plain_number and path.rpartition(".")[2] == source.number_key:
        return f'needs a text, got {matcher}: a number of an item is text in its record, write "{matcher}"'
    return None
