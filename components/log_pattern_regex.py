"""The regular expressions of CloudWatch Logs' filter patterns: a small dialect, turned into Python's.

Source: CloudWatch Logs user guide, "Supported regular expressions (regex) syntax". What the guide does not list is
refused: a group, a class like `\\b`, a second repeat after a first one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

SYMBOLS = ":_#=@/;,- "
"""What stands for itself beside letters and digits. The guide's examples have the space, its list has not."""

OPERATORS = r"^$?[]{}|\*+."

TOKENS = re.compile(
    r"""(?P<class_>\[\^?(?:\\x[0-9A-Fa-f]{2}|\\.|[^\]\\])+\])
      | (?P<escape>\\x[0-9A-Fa-f]{2}|\\.)
      | (?P<repeat>[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})
      | (?P<operator>[\^$|.])
      | (?P<literal>.)""",
    re.VERBOSE | re.DOTALL,
)
"""What an expression is made of, each part by its kind."""

_MEMBERS = re.compile(r"\\x[0-9A-Fa-f]{2}|\\.|.", re.DOTALL)


class InvalidRegex(ValueError):
    """What CloudWatch Logs does not take between two `%`."""


@dataclass(frozen=True)
class Regex:
    """A regular expression that CloudWatch Logs accepts."""

    text: str
    """What stands between the two `%`."""
    expression: re.Pattern[str]

    @classmethod
    def parse(cls, text: str) -> Regex:
        """Read what stands between two `%`.

        Raises:
            InvalidRegex: the dialect has no such expression.
        """
        try:
            return cls(text, re.compile(_translated(text), re.ASCII))
        except InvalidRegex as invalid:
            raise InvalidRegex(f"%{text}% {invalid}") from None
        except (re.error, OverflowError) as error:
            raise InvalidRegex(f"%{text}% is no regular expression: {error}") from None

    def found_in(self, text: str) -> bool:
        """Whether any part of `text` is like this."""
        return self.expression.search(text) is not None

    def __str__(self) -> str:
        return f"%{self.text}%"


def _translated(text: str) -> str:
    if not text:
        raise InvalidRegex("needs an expression between the two %")
    written, before = [], ""
    for token in TOKENS.finditer(text):
        kind, part = str(token.lastgroup), token.group()
        if kind == "repeat" and before in ("", "repeat", "^", "|"):
            raise InvalidRegex(f"has {part} with nothing before it that could be repeated")
        written.append(_TRANSLATORS[kind](part))
        before = part if kind == "operator" else kind
    return "".join(written)


def _class(part: str) -> str:
    """A class of characters, every one of them written so that it means nothing else to Python."""
    inverse = part.startswith("[^")
    members = _MEMBERS.findall(part[2:-1] if inverse else part[1:-1])
    if "--" in part:
        raise InvalidRegex(f"has {part}, in which one - follows another: write \\x2D for the character")
    written = [
        "-" if member == "-" and 0 < position < len(members) - 1 else _member(member)
        for position, member in enumerate(members)
    ]
    return f"[{'^' if inverse else ''}{''.join(written)}]"


def _member(member: str) -> str:
    if member.startswith("\\"):
        return _escape(member)
    return re.escape(member) if member in OPERATORS else _literal(member)


def _escape(part: str) -> str:
    if len(part) == 4:
        code = int(part[2:], 16)
        if code > 127:
            raise InvalidRegex(f"has {part}, and needs a code of ASCII: 00 to 7F")
        return re.escape(chr(code))
    if part[1] in "dDsSwW":
        return part
    if part[1] in OPERATORS + SYMBOLS:
        return re.escape(part[1])
    raise InvalidRegex(f"has {part}, which stands for nothing: {_HINT}")


def _literal(part: str) -> str:
    if part in OPERATORS:
        raise InvalidRegex(f"has a {part} without its counterpart: write \\{part} for the character")
    if (part.isascii() and part.isalnum()) or part in SYMBOLS:
        return re.escape(part)
    if part in "()":
        raise InvalidRegex(f"has a {part}, and groups are not supported: write \\x{ord(part):02X} for the character")
    if part.isascii():
        raise InvalidRegex(f"has {part!r}, which is not supported: write \\x{ord(part):02X} for it")
    raise InvalidRegex(f"has {part!r}: characters of several bytes are not supported")


_HINT = "what is neither letter, digit, one of : _ # = @ / ; , - nor an operator is written by its code, \\x28"

_TRANSLATORS: Mapping[str, Callable[[str], str]] = {
    "class_": _class,
    "escape": _escape,
    "repeat": str,
    "operator": str,
    "literal": _literal,
}
