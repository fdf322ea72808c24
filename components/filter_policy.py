"""An SNS filter policy as a value: which messages of a topic reach one of its subscriptions.

Sources: SNS developer guide, "Filter policy constraints", "AND/OR logic", "Key matching", "String value matching" and
"Numeric value matching". The engine is EventBridge's (the guide's words and its errors are those of event-ruler), with
fewer operators and limits of its own. What the guide says of `exists` goes beyond the engine, and is not done here: a
property needs a value that is not null or empty to be there, and a message without attributes lacks none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from components.event_pattern import EventPattern, InvalidPattern
from components.event_pattern_reader import OR
from components.json_values import Number, read, shown

Scope = Literal["MessageAttributes", "MessageBody"]
"""What a policy looks at, in the words of `FilterPolicyScope`."""

MOST_KEYS = 5
"""Keys at the top of a policy; those below them do not count."""

MOST_COMBINATIONS = 150
"""The numbers of values of all keys, multiplied; one at depth `n` counts `n` times."""

LARGEST_NUMBER = 1_000_000_000
"""How far from zero numbers may be that are compared with `numeric`: a time in seconds since 1970 is too large."""

LARGEST_POLICY_CHARACTERS = 262_144
"""256 KB."""

OPERATORS = frozenset(
    ["anything-but", "anything-but prefix", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix"]
)
"""What the guide lists, plain values and `$or` besides; SNS was seen to refuse others of EventBridge's."""


class InvalidFilterPolicy(ValueError):
    """What SNS refuses in a filter policy: every problem, each with its path inside the policy."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class FilterPolicy:
    """A filter policy that SNS accepts. Parse it once, look at many messages."""

    pattern: EventPattern | None
    """None: the empty policy, which wants every message."""
    scope: Scope = "MessageAttributes"

    @classmethod
    def parse(cls, policy: str | Mapping[str, Any], scope: Scope = "MessageAttributes") -> FilterPolicy:
        """Read a policy, JSON text or parsed.

        Raises:
            InvalidFilterPolicy: SNS would refuse it; with all that is wrong at once.
        """
        try:
            parsed = read(policy if isinstance(policy, str) else json.dumps(policy, default=str, skipkeys=True))
        except (RecursionError, ValueError) as error:
            raise InvalidFilterPolicy([f"the filter policy needs to be JSON: {error}"]) from None
        if parsed == {}:
            return cls(None, scope)
        problems = list(_nesting(parsed, scope))
        try:
            pattern = EventPattern.parse(policy, max_characters=LARGEST_POLICY_CHARACTERS)
        except InvalidPattern as invalid:
            raise InvalidFilterPolicy([*problems, *invalid.problems]) from None
        problems += [*_limits(parsed), *_operators(parsed), *_numbers(parsed)]
        if problems:
            raise InvalidFilterPolicy(problems)
        return cls(pattern, scope)

    def wants(self, body: str, attributes: Mapping[str, Mapping[str, Any]]) -> bool:
        """Whether a message reaches the subscription.

        Args:
            body: the message; one that is no JSON object reaches no subscription that looks at the body.
            attributes: its attributes, each with its `DataType` and `StringValue` as `Publish` takes them.
        """
        if self.pattern is None:
            return True
        try:
            return self.pattern.matches(self._looked_at(body, attributes))
        except ValueError:
            return False

    def explain(self, body: str, attributes: Mapping[str, Mapping[str, Any]]) -> str:
        """One sentence: why a message does or does not reach the subscription."""
        if self.pattern is None:
            return "matches: there is no filter policy"
        try:
            return self.pattern.explain(self._looked_at(body, attributes))
        except ValueError:
            return "does not match: the filter policy looks at the body, which is no JSON object"

    def _looked_at(self, body: str, attributes: Mapping[str, Mapping[str, Any]]) -> str | dict[str, Any]:
        return body if self.scope == "MessageBody" else dict(_values(attributes))


def _values(attributes: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Attributes as fields of an event. Those of other types, `Binary` for one, are none."""
    for name, attribute in attributes.items():
        kind, text = attribute["DataType"], str(attribute.get("StringValue", ""))
        if kind == "String":
            yield name, text
        elif kind == "Number":
            yield name, _number(text)
        elif kind == "String.Array":
            yield name, _array(text)


def _number(text: str) -> Number | str:
    try:
        return Number.spelled(text.strip())
    except ValueError:
        return text


def _array(text: str) -> Any:
    """The elements of an array; text that is no array stands for itself, which no source settles."""
    try:
        found = read(text)
    except ValueError:
        return text
    return found if isinstance(found, list) else text


def _nesting(policy: Any, scope: Scope) -> Iterator[str]:
    """Attributes have no attributes."""
    if scope == "MessageAttributes" and isinstance(policy, Mapping):
        for name, value in _nested(policy):
            if value and value.keys() <= OPERATORS:
                yield f"{name}: needs a list of wanted values, got {shown(value)}: write {shown([value])}"
            else:
                yield f"{name}: needs a list of wanted values: attributes hold no objects, only a message's body does"


def _nested(policy: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, value in policy.items():
        if name == OR and isinstance(value, list):
            for choice in value:
                yield from _nested(choice) if isinstance(choice, Mapping) else ()
        elif isinstance(value, Mapping):
            yield name, value


def _limits(policy: Mapping[str, Any]) -> Iterator[str]:
    if len(policy) > MOST_KEYS:
        yield f"the filter policy needs at most {MOST_KEYS} keys, got {len(policy)}"
    combinations = _combinations(policy, depth=1)
    if combinations > MOST_COMBINATIONS:
        yield f"the filter policy needs at most {MOST_COMBINATIONS} combinations of values, got {combinations}"


def _combinations(policy: Mapping[str, Any], depth: int) -> int:
    found = 1
    for name, value in policy.items():
        if name == OR:
            found *= sum(_combinations(choice, depth) for choice in value)
        elif isinstance(value, Mapping):
            found *= _combinations(value, depth + 1)
        else:
            found *= len(value) * depth
    return found


def _operators(policy: Mapping[str, Any]) -> Iterator[str]:
    known = ", ".join(sorted(OPERATORS))
    for name, entry in _operations(policy, ""):
        ((operator, operand),) = entry.items()
        nested = next(iter(operand), "") if isinstance(operand, Mapping) else ""
        if f"{operator} {nested}".rstrip() not in OPERATORS:
            yield f"{name}: SNS filter policies have no {operator} {nested}".rstrip() + f": they know {known}"
        elif nested and not isinstance(operand[nested], str):
            yield f"{name}: {operator} {nested} needs one text: SNS takes no list there"


def _numbers(policy: Mapping[str, Any]) -> Iterator[str]:
    for name, entry in _operations(policy, ""):
        for bound in entry.get("numeric", ()):
            if isinstance(bound, Number) and bound.value is not None and abs(bound.value) > LARGEST_NUMBER:
                yield f"{name}: numeric needs numbers from -{LARGEST_NUMBER} to {LARGEST_NUMBER}, got {bound}"


def _operations(policy: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every operator with its operand, by the path of its key."""
    for name, value in policy.items():
        below = f"{path}.{name}" if path else name
        if name == OR:
            for choice in value:
                yield from _operations(choice, path)
        elif isinstance(value, Mapping):
            yield from _operations(value, below)
        else:
            yield from ((below, entry) for entry in value if isinstance(entry, Mapping))
