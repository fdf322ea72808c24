"""The Condition of a statement: operators that compare a key of the request with the policy's values.

The rules are those of the IAM user guide, "IAM JSON policy elements: Condition operators" and "Single-valued vs.
multivalued context keys". Where AWS documents nothing, the following is chosen:

- a key of several values without `ForAllValues:` or `ForAnyValue:` matches when one of its values does, and a negated
  operator holds when none does;
- `ForAnyValue:...IfExists` holds when the request does not have the key;
- a key with an empty list of values is there, but has no value: `...IfExists` asks for one;
- for `Null` a key is also absent when it has no value but empty texts, as it is for the set operators;
- operators are written exactly as AWS writes them, letter case included.
"""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from emulator.policy import values as iam_values
from emulator.policy.patterns import Context, Template, arn_matches, matches, template

Test = Callable[[str, Context], bool]
"""Whether one value of the request matches one value of the policy."""
TestMaker = Callable[[Template], Test]


@dataclass(frozen=True)
class Condition:
    """One operator on one key: `{"StringEquals": {"aws:SourceAccount": ["111122223333"]}}`."""

    operator: str
    key: str
    wanted: tuple[str, ...]
    """The policy's values as written."""
    templates: tuple[Template, ...]
    tests: tuple[Test, ...]
    quantifier: Literal["ForAllValues", "ForAnyValue"] | None
    negated: bool
    if_exists: bool

    def given(self, context: Context) -> tuple[str, ...]:
        """The request's values of the key; none where it does not have the key."""
        value = context.get(self.key.lower(), ())
        return (value,) if isinstance(value, str) else value

    def holds(self, context: Context) -> bool:
        """Whether the request meets the condition."""
        given = self.given(context)
        if self.operator == "Null":
            absent = "false" if any(given) else "true"
            return any(test(absent, context) for test in self.tests)
        if self.if_exists and self.key.lower() not in context:
            return True
        if self.quantifier == "ForAllValues":
            # AWS: also true without the key, or when its values come to nothing, such as an empty text.
            return not any(given) or all(self._accepts(value, context) for value in given)
        if self.quantifier == "ForAnyValue":
            return any(given) and any(self._accepts(value, context) for value in given)
        return any(test(value, context) for value in given for test in self.tests) != self.negated

    def _accepts(self, value: str, context: Context) -> bool:
        return any(test(value, context) for test in self.tests) != self.negated


def condition(name: str, key: str, values: tuple[str, ...], *, variables: bool) -> Condition:
    """Reads one operator on one key.

    Args:
        name: the operator as written, `ForAllValues:StringLikeIfExists`.
        key: the condition key as written.
        values: the policy's values.
        variables: whether the policy's version knows variables.

    Raises:
        ValueError: the operator is unknown, or it cannot read one of the values.
    """
    found = _NAME.fullmatch(name)
    base = _NEGATIONS.get(found["base"], found["base"]) if found else None
    if found is None or base not in _TESTS or (base == "Null" and name != "Null"):
        raise ValueError(f"unknown condition operator {name!r}{_nearest(name)}")
    maker, takes_wildcards, takes_variables = _TESTS[base]
    templates = tuple(
        template(value, wildcards=takes_wildcards, variables=variables and takes_variables) for value in values
    )
    tests: list[Test] = []
    unreadable: list[str] = []
    for value, text in zip(values, templates, strict=True):
        try:
            tests.append(maker(text))
        except ValueError as problem:
            unreadable.append(f"{name} on {key}: {value!r} {problem}")
    if unreadable:
        raise ValueError("; ".join(unreadable))
    quantifier = found["quantifier"]
    return Condition(
        operator=name,
        key=key,
        wanted=values,
        templates=templates,
        tests=tuple(tests),
        quantifier="ForAllValues" if quantifier == "ForAllValues" else "ForAnyValue" if quantifier else None,
        negated=found["base"] in _NEGATIONS,
        if_exists=found["if_exists"] is not None,
    )


def _equals(wanted: Template) -> Test:
    return lambda given, context: wanted.resolve(context) == given


def _equals_ignoring_case(wanted: Template) -> Test:
    def test(given: str, context: Context) -> bool:
        text = wanted.resolve(context)
        return text is not None and text.lower() == given.lower()

    return test


def _pattern(covers: Callable[[str, str], bool]) -> TestMaker:
    def maker(wanted: Template) -> Test:
        def test(given: str, context: Context) -> bool:
            pattern = wanted.resolve(context)
            return pattern is not None and covers(pattern, given)

        return test

    return maker


def _compared(
    read: Callable[[str], Decimal | None], compare: Callable[[Decimal, Decimal], bool], what: str
) -> TestMaker:
    def maker(wanted: Template) -> Test:
        limit = read(wanted.fixed or "")
        if limit is None:
            raise ValueError(f"is not {what}")

        def test(given: str, _: Context) -> bool:
            value = read(given)
            return value is not None and compare(value, limit)

        return test

    return maker


def _boolean(wanted: Template) -> Test:
    if wanted.fixed is not None and iam_values.boolean(wanted.fixed) is None:
        raise ValueError("is neither true nor false")

    def test(given: str, context: Context) -> bool:
        value = iam_values.boolean(wanted.resolve(context) or "")
        return value is not None and value == iam_values.boolean(given)

    return test


def _binary(wanted: Template) -> Test:
    content = iam_values.binary(wanted.fixed or "")
    if content is None:
        raise ValueError("is not base64")
    return lambda given, _: iam_values.binary(given) == content


def _address(wanted: Template) -> Test:
    network = iam_values.network(wanted.fixed or "")
    if network is None:
        raise ValueError("is no IPv4 or IPv6 address or CIDR block")

    def test(given: str, _: Context) -> bool:
        address = iam_values.address(given)
        return address is not None and address in network

    return test


def _nearest(name: str) -> str:
    known = sorted([*_TESTS, *_NEGATIONS])
    base = name.rpartition(":")[2].removesuffix("IfExists")
    by_lower_case = {known_name.lower(): known_name for known_name in known}
    near = difflib.get_close_matches(base.lower(), by_lower_case, n=1)
    return f", did you mean {by_lower_case[near[0]]!r}" if near and by_lower_case[near[0]] != base else ""


_NAME = re.compile(r"(?:(?P<quantifier>ForAllValues|ForAnyValue):)?(?P<base>\w+?)(?P<if_exists>IfExists)?")

_COMPARISONS = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}

_TESTS: dict[str, tuple[TestMaker, bool, bool]] = {
    # operator: (test, takes wildcards, takes variables)
    "StringEquals": (_equals, False, True),
    "StringEqualsIgnoreCase": (_equals_ignoring_case, False, True),
    "StringLike": (_pattern(matches), True, True),
    "ArnEquals": (_pattern(arn_matches), True, True),
    "ArnLike": (_pattern(arn_matches), True, True),
    "Bool": (_boolean, False, True),
    "BinaryEquals": (_binary, False, False),
    "IpAddress": (_address, False, False),
    "Null": (_boolean, False, False),
    **{
        f"Numeric{name}": (_compared(iam_values.number, compare, "a number"), False, False)
        for name, compare in _COMPARISONS.items()
    },
    **{
        f"Date{name}": (
            _compared(iam_values.seconds, compare, "a date (ISO 8601, or epoch seconds)"),
            False,
            False,
        )
        for name, compare in _COMPARISONS.items()
    },
}

_NEGATIONS = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
