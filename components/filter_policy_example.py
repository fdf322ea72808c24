"""A message of a topic that a subscription's filter policy wants: its body, and its attributes."""

from __future__ import annotations

import json

from components.event_pattern import EventPattern
from components.event_pattern_example import anything, wanted_event
from components.example_values import Value, values_for
from components.filter_policy import FilterPolicy

Attributes = dict[str, dict[str, str]]
"""As `Publish` takes them: `{"kind": {"DataType": "String", "StringValue": "strong"}}`."""


def wanted_message(policy: FilterPolicy, body: str) -> tuple[str, Attributes] | None:
    """A message that reaches the subscription; None where none is found.

    Args:
        body: what it says where the policy does not look at that.
    """
    if policy.wants(body, {}):
        return body, {}
    if policy.pattern is None:
        return None
    if policy.scope == "MessageAttributes":
        found = _attributes(policy, policy.pattern, body)
        return (body, found) if found is not None else None
    said = wanted_event(policy.pattern, {}, anything)
    return (json.dumps(said), {}) if said is not None else None


def _attributes(policy: FilterPolicy, pattern: EventPattern, body: str) -> Attributes | None:
    for wishes in pattern.alternatives:
        asked = [wish for wish in wishes if not wish.may_be_absent]
        values = {wish.path: list(values_for(wish.matchers)) for wish in asked}
        if all(values.values()):
            found = {name: _attribute(fitting[0]) for name, fitting in values.items()}
            if policy.wants(body, found):
                return found
    return None


def _attribute(value: Value) -> dict[str, str]:
    """A value by its type. SNS takes no empty text, and `true`, `false` and `null` in arrays only (SNS developer
    guide, "Message attribute data types and validation")."""
    if isinstance(value, str) and value:
        return {"DataType": "String", "StringValue": value}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"DataType": "Number", "StringValue": json.dumps(value)}
    return {"DataType": "String.Array", "StringValue": json.dumps([value])}
