"""Reads what an EventBridge pattern says, and finds everything that EventBridge would refuse in it.

The rules are those of the EventBridge guide ("Comparison operators", "Content filtering") and, where the guide is
silent, of the engine AWS runs (github.com/aws/event-ruler, `JsonRuleCompiler`).
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

Wishes = tuple[Matcher, ...]
Alternative = dict[str, Wishes]
"""Fields that must all match, by their dotted path."""

COMBINATIONS_LIMIT = 1000
"""The most alternatives that `$or` may make here: two of them side by side multiply. AWS documents no number."""

OR = "$or"


class PatternReader:
    """Reads one pattern; `problems` fills while it reads."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def alternatives(self, pattern: object) -> list[Alternative]:
        """What the pattern says, `$or` resolved: an event matches when it matches one of them."""
        if not isinstance(pattern, Mapping):
            self.problems.append(f"the pattern needs to be a JSON object, got {shown(pattern)}")
            return []
        found = self._fields(pattern, "", "", [{}], inside_or=False)
        if len(found) > COMBINATIONS_LIMIT:
            self.problems.append(f"the pattern needs at most {COMBINATIONS_LIMIT} combinations of its $or, got more")
        return found

    def _fields(
        self, fields: Mapping[Any, Any], path: str, place: str, so_far: list[Alternative], *, inside_or: bool
    ) -> list[Alternative]:
        """Add every field below `path` to each of the alternatives `so_far`; a path said again replaces the first.

        `place` is where people find it, `$or[1].detail.f`, while `path` has no `$or`: it names the event's field.
        """
        if not fields:
            self._refuse(place, "needs at least one field, got {}")
        for key, value in fields.items():
            here = f"{place}.{key}" if place else str(key)
            if not isinstance(key, str):
                self._refuse(here, f"needs a name in quotes, got {shown(key)}")
            elif key == OR:
                so_far = self._either(value, path, here, so_far)
            elif inside_or and key in RESERVED_INSIDE_OR:
                self._refuse(here, f"needs another name: inside $or {key} is kept for operators")
            elif isinstance(value, Mapping):
                below = f"{path}.{key}" if path else key
                so_far = self._fields(value, below, here, so_far, inside_or=inside_or)
            else:
                wishes = self._wishes(value, here)
                so_far = [{**known, f"{path}.{key}" if path else key: wishes} for known in so_far]
        return so_far

    def _either(self, choices: object, path: str, place: str, so_far: list[Alternative]) -> list[Alternative]:
        if not isinstance(choices, list | tuple) or len(choices) < 2:
            self._refuse(place, f"needs a list of at least 2 objects, got {shown(choices)}")
            return so_far
        found: list[Alternative] = []
        for number, choice in enumerate(choices):
            here = f"{place}[{number}]"
            if isinstance(choice, Mapping):
                # Past the limit the pattern is refused anyway, and the product may be astronomically large.
                enough = so_far if len(found) <= COMBINATIONS_LIMIT else so_far[:1]
                found += self._fields(choice, path, here, enough, inside_or=True)
            else:
                self._refuse(here, f"needs an object with fields, got {shown(choice)}")
        return found

    def _wishes(self, value: object, place: str) -> Wishes:
        if not isinstance(value, list | tuple):
            self._refuse(place, f"needs a list of wanted values, got {shown(value)}: write {shown([value])}")
            return ()
        if not value:
            self._refuse(place, "needs at least one wanted value, got []")
        wishes = [self._wish(entry, place) for entry in value]
        return tuple(wish for wish in wishes if wish is not None)

    def _wish(self, entry: object, place: str) -> Matcher | None:
        try:
            return _operation(entry) if isinstance(entry, Mapping) else _exactly(entry)
        except ValueError as error:
            self._refuse(place, str(error))
            return None

    def _refuse(self, place: str, sentence: str) -> None:
        self.problems.append(f"{place}: {sentence}" if place else f"the pattern {sentence}")


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
    read = _OPERATORS.get(operator)
    if read is None:
        meant = difflib.get_close_matches(str(operator).lower(), _OPERATORS, n=1)
        hint = f"did you mean {meant[0]}? " if meant else ""
        raise ValueError(f"unknown operator {shown(operator)}: {hint}known are {', '.join(sorted(_OPERATORS))}")
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


def _unwanted_texts(operand: Mapping[Any, Any]) -> Wishes:
    operator = next(iter(operand), None)
    if len(operand) != 1 or operator not in _NESTED:
        raise ValueError(f"anything-but needs an object with one of {', '.join(_NESTED)}, got {shown(operand)}")
    nested = operand[operator]
    texts = nested if isinstance(nested, list | tuple) else [nested]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"anything-but {operator} needs text or a list of texts, got {shown(nested)}")
    if operator in ("prefix", "suffix") and "" in texts:
        raise ValueError(f"anything-but {operator} needs text that is not empty: every text has an empty {operator}")
    return tuple(_OPERATORS[operator](text) for text in texts)


_NESTED = ("equals-ignore-case", "prefix", "suffix", "wildcard")

_COMPARISONS = frozenset(
    [(sign,) for sign in ("=", "<", "<=", ">", ">=")] + [(low, high) for low in (">", ">=") for high in ("<", "<=")]
)

_OPERATORS: dict[str, Callable[[Any], Matcher]] = {
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

RESERVED_INSIDE_OR = frozenset(
    [
        *_OPERATORS,
        *("=", "<", "<=", ">", ">="),
        *("regex", "not-wildcard", "not-equals-ignore-case", "in-date-range"),
        *("date-after", "date-on-or-after", "date-before", "date-on-or-before"),
        *("ip-address-in-range", "ip-address-not-in-range"),
    ]
)
"""Field names that the engine keeps for operators, today's and later ones (event-ruler README, "The $or Primitive")."""
