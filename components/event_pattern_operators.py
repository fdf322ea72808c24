"""Reads one entry of a pattern's list: a plain value or an operator.

The rules are those of the EventBridge guide ("Comparison operators") and, where the guide is silent, of the engine AWS
runs (github.com/aws/event-ruler, `JsonRuleCompiler`).
"""

from __future__ import annotations

import difflib
import ipaddress
from collections.abc import Callable, Mapping
from typing import Any, Literal, cast

from components.event_pattern_matchers import (
    Absent,
    Affix,
    AnythingBut,
    Exactly,
    IgnoringCase,
    InNetwork,
    Like,
    Matcher,
    Numeric,
    Present,
    SameAddress,
    address,
)
from components.json_values import Number, Scalar, scalar, shown
from components.wildcard import COMPLEXITY_LIMIT, Wildcard


def read_entry(entry: object) -> Matcher:
    """What one entry of a field's list wants: a plain value, or what the one operator of an object says.

    Raises:
        ValueError: no event could be wanted so; the message says what was given and what is needed.
    """
    return _operation(entry) if isinstance(entry, Mapping) else _exactly(entry)


def _exactly(entry: object) -> Matcher:
    try:
        wanted = scalar(entry)
    except TypeError:
        raise ValueError(
            f"a wanted value is text, a number, true, false, null or an operator, got {shown(entry)}"
        ) from None
    if isinstance(wanted, str) and address(wanted):
        return SameAddress(wanted)
    return Exactly(wanted)


def _operation(entry: Mapping[Any, Any]) -> Matcher:
    if len(entry) != 1:
        raise ValueError(f"needs an object with exactly one operator, got {shown(entry)}")
    ((operator, operand),) = entry.items()
    read = OPERATORS.get(operator)
    if read is None:
        meant = difflib.get_close_matches(str(operator).lower(), OPERATORS, n=1)
        hint = f"did you mean {meant[0]}? " if meant else ""
        raise ValueError(f"unknown operator {shown(operator)}: {hint}known are {', '.join(sorted(OPERATORS))}")
    return read(operand)


def _text(operator: str, operand: object) -> str:
    if not isinstance(operand, str):
        raise ValueError(f"{operator} needs text, got {shown(operand)}")
    return operand


def _affix(operator: Literal["prefix", "suffix"]) -> Callable[[object], Matcher]:
    def read(operand: object) -> Matcher:
        if isinstance(operand, Mapping):
            if list(operand) != ["equals-ignore-case"]:
                raise ValueError(
                    f"{operator} needs text or an object with only equals-ignore-case, got {shown(operand)}"
                )
            nested = f"{operator} equals-ignore-case"
            spelled = cast(Literal["prefix equals-ignore-case", "suffix equals-ignore-case"], nested)
            return IgnoringCase(spelled, _text(nested, operand["equals-ignore-case"]))
        return Affix(operator, _text(operator, operand))

    return read


def _ignoring_case(operand: object) -> Matcher:
    return IgnoringCase("equals-ignore-case", _text("equals-ignore-case", operand))


def _wildcard(operand: object) -> Matcher:
    text = _text("wildcard", operand)
    try:
        wildcard = Wildcard.parse(text)
    except ValueError as error:
        raise ValueError(f"wildcard {shown(text)} {error}") from None
    if wildcard.complexity() > COMPLEXITY_LIMIT:
        raise ValueError(
            f"wildcard {shown(text)} is too complex: needs fewer stars, or less that repeats behind a star"
        )
    return Like(text, wildcard)


def _exists(operand: object) -> Matcher:
    if not isinstance(operand, bool):
        raise ValueError(f"exists needs true or false, got {shown(operand)}")
    return Present() if operand else Absent()


def _literally(operand: object) -> Matcher:
    return Exactly(_text("exactly", operand))


def _network(operand: object) -> Matcher:
    text = _text("cidr", operand)
    start, slash, bits = text.partition("/")
    place = address(start)
    if place is None or not slash or not bits.isascii() or not bits.isdigit():
        raise ValueError(f"cidr needs an IP address, a slash and a number of bits, got {shown(text)}")
    if int(bits) >= place.max_prefixlen:
        raise ValueError(f"cidr needs fewer than {place.max_prefixlen} bits for this address, got {shown(text)}")
    return InNetwork(text, ipaddress.ip_network(f"{place}/{int(bits)}", strict=False))


def _numeric(operand: object) -> Matcher:
    if not isinstance(operand, list | tuple) or not operand:
        raise ValueError(f'numeric needs a list such as [">", 0, "<=", 5], got {shown(operand)}')
    signs, bounds = operand[::2], operand[1::2]
    known = all(isinstance(sign, str) for sign in signs) and tuple(signs) in _COMPARISONS
    if not known or len(signs) != len(bounds):
        raise ValueError(
            "numeric needs one comparison (=, <, <=, >, >=) or a range from > or >= to < or <=, "
            f"each with its number, got {shown(operand)}"
        )
    values = [_bound(sign, bound) for sign, bound in zip(signs, bounds, strict=True)]
    if len(values) == 2 and values[0] >= values[1]:
        raise ValueError(f"numeric needs a range whose bottom is less than its top, got {shown(operand)}")
    return Numeric(tuple(zip(signs, values, strict=True)))


def _bound(sign: str, bound: object) -> float:
    number = _number(bound)
    if number is None:
        raise ValueError(f"numeric needs a number after {sign}, got {shown(bound)}")
    return _exact("numeric", number)


def _number(value: object) -> Number | None:
    try:
        found = scalar(value)
    except TypeError:
        return None
    return found if isinstance(found, Number) else None


def _exact(operator: str, number: Number) -> float:
    if number.value is None:
        raise ValueError(f"{operator} needs a number that a double holds without rounding, got {number}")
    return number.value


def _anything_but(operand: object) -> Matcher:
    if isinstance(operand, Mapping):
        return AnythingBut(_unwanted_texts(operand))
    unwanted = operand if isinstance(operand, list | tuple) else [operand]
    texts = [value for value in unwanted if isinstance(value, str)]
    numbers = [number for number in map(_number, unwanted) if number is not None]
    if not unwanted or len(unwanted) not in (len(texts), len(numbers)):
        raise ValueError(
            "anything-but needs text, a number, a list of only texts or only numbers, or an object with one of "
            f"{', '.join(_NESTED)}, got {shown(operand)}"
        )
    for number in numbers:
        _exact("anything-but", number)
    values: tuple[Scalar, ...] = (*texts, *numbers)
    return AnythingBut(tuple(map(Exactly, values)))


def _unwanted_texts(operand: Mapping[Any, Any]) -> tuple[Matcher, ...]:
    operator = next(iter(operand), None)
    if len(operand) != 1 or operator not in _NESTED:
        raise ValueError(f"anything-but needs an object with one of {', '.join(_NESTED)}, got {shown(operand)}")
    nested = operand[operator]
    texts = nested if isinstance(nested, list | tuple) else [nested]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"anything-but {operator} needs text or a list of texts, got {shown(nested)}")
    if operator in ("prefix", "suffix") and "" in texts:
        raise ValueError(f"anything-but {operator} needs text that is not empty: every text has an empty {operator}")
    return tuple(OPERATORS[operator](text) for text in texts)


_NESTED = ("equals-ignore-case", "prefix", "suffix", "wildcard")

_COMPARISONS = frozenset(
    [(sign,) for sign in ("=", "<", "<=", ">", ">=")] + [(low, high) for low in (">", ">=") for high in ("<", "<=")]
)

OPERATORS: dict[str, Callable[[Any], Matcher]] = {
    "anything-but": _anything_but,
    "cidr": _network,
    "equals-ignore-case": _ignoring_case,
    "exactly": _literally,
    "exists": _exists,
    "numeric": _numeric,
    "prefix": _affix("prefix"),
    "suffix": _affix("suffix"),
    "wildcard": _wildcard,
}
