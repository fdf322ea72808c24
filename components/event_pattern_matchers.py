"""What one entry of a pattern's list wants of a value: a value of its own, or what an operator says."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

from components.json_values import Number, Scalar, shown
from components.wildcard import Wildcard


class Matcher(Protocol):
    """A wish. Its text completes the sentence "the field wants ..."."""

    @property
    def operator(self) -> str:
        """The operator as the pattern spells it, a nested one behind a blank; empty for a plain value."""

    def matches(self, given: Scalar) -> bool:
        """Whether a value of the event is such a value."""


@dataclass(frozen=True)
class Exactly:
    """This very value: text with upper and lower case told apart, a number by value, true, false or null."""

    wanted: Scalar
    operator: str = ""

    def matches(self, given: Scalar) -> bool:
        return given == self.wanted

    def __str__(self) -> str:
        return shown(self.wanted)


@dataclass(frozen=True)
class SameAddress:
    """An IP address, however it is spelled: the engine compares plain text that is an address as one."""

    spelled: str
    operator: str = ""

    def matches(self, given: Scalar) -> bool:
        return isinstance(given, str) and address(given) == address(self.spelled)

    def __str__(self) -> str:
        return shown(self.spelled)


@dataclass(frozen=True)
class Affix:
    """Text that begins or ends so."""

    operator: Literal["prefix", "suffix"]
    text: str

    def matches(self, given: Scalar) -> bool:
        if not isinstance(given, str):
            return False
        return given.startswith(self.text) if self.operator == "prefix" else given.endswith(self.text)

    def __str__(self) -> str:
        return f"text that {_AFFIXES[self.operator]} {shown(self.text)}"


@dataclass(frozen=True)
class IgnoringCase:
    """Text that is, begins or ends so, whatever the case of its letters."""

    operator: Literal["equals-ignore-case", "prefix equals-ignore-case", "suffix equals-ignore-case"]
    text: str

    def matches(self, given: Scalar) -> bool:
        return isinstance(given, str) and self._expression.search(given) is not None

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        # The engine takes the lower and the upper form of each character, which is not Unicode's case folding:
        # the Kelvin sign is no k, but one sharp s is two S.
        forms = ("|".join(map(re.escape, sorted({letter.lower(), letter.upper()}))) for letter in self.text)
        body = "".join(f"(?:{form})" for form in forms)
        start = "" if self.operator.startswith("suffix") else r"\A"
        end = "" if self.operator.startswith("prefix") else r"\Z"
        return re.compile(f"{start}{body}{end}")

    def __str__(self) -> str:
        affix = self.operator.removesuffix("equals-ignore-case").strip()
        return f"text that {_AFFIXES.get(affix, 'is')} {shown(self.text)} in any case"


@dataclass(frozen=True)
class Like:
    """Text with stars for what may be anything."""

    text: str
    wildcard: Wildcard
    operator: str = "wildcard"

    def matches(self, given: Scalar) -> bool:
        return isinstance(given, str) and self.wildcard.matches(given)

    def __str__(self) -> str:
        return f"text like {shown(self.text)}"


@dataclass(frozen=True)
class Numeric:
    """A number within bounds. Text that spells a number is none, and neither is a boolean."""

    comparisons: tuple[tuple[Literal["=", "<", "<=", ">", ">="], float], ...]
    operator: str = "numeric"

    def matches(self, given: Scalar) -> bool:
        if not isinstance(given, Number) or given.value is None:
            return False
        return all(_COMPARISONS[sign](given.value, bound) for sign, bound in self.comparisons)

    def __str__(self) -> str:
        return "a number " + " and ".join(f"{sign} {Number(bound)}" for sign, bound in self.comparisons)


@dataclass(frozen=True)
class InNetwork:
    """The text of an IP address of this network."""

    text: str
    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    operator: str = "cidr"

    def matches(self, given: Scalar) -> bool:
        place = address(given) if isinstance(given, str) else None
        return place is not None and place in self.network

    def __str__(self) -> str:
        return f"an address in {self.text}"


@dataclass(frozen=True)
class Present:
    """Any value, null too: the field is there."""

    operator: str = "exists"

    def matches(self, given: Scalar) -> bool:
        return True

    def __str__(self) -> str:
        return "any value"


@dataclass(frozen=True)
class Absent:
    """No value: the field is missing, or holds no leaf."""

    operator: str = "exists"

    def matches(self, given: Scalar) -> bool:
        return False

    def __str__(self) -> str:
        return "no value"


@dataclass(frozen=True)
class AnythingBut:
    """A value, null too, that none of these matches. A missing field has none."""

    unwanted: tuple[Matcher, ...]

    @property
    def operator(self) -> str:
        return f"anything-but {self.unwanted[0].operator}".rstrip()

    def matches(self, given: Scalar) -> bool:
        return not any(matcher.matches(given) for matcher in self.unwanted)

    def __str__(self) -> str:
        return f"anything but {' or '.join(map(str, self.unwanted))}"


def address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address a text spells, leading zeros allowed and an IPv4 address in IPv6 form unwrapped; else None."""
    if _IPV4.fullmatch(text):
        parts = [int(part) for part in text.split(".")]
        return ipaddress.IPv4Address(bytes(parts)) if max(parts) <= 255 else None
    try:
        found = ipaddress.IPv6Address(text) if _IPV6.fullmatch(text) else None
    except ValueError:
        return None
    return found and (found.ipv4_mapped or found)


_IPV4 = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){3}")
_IPV6 = re.compile(r"[0-9A-Fa-f:]{2,45}")

_AFFIXES = {"prefix": "begins with", "suffix": "ends with"}

_COMPARISONS = {
    "=": float.__eq__,
    "<": float.__lt__,
    "<=": float.__le__,
    ">": float.__gt__,
    ">=": float.__ge__,
}
