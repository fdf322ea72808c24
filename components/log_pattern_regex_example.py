"""A text in which a regular expression of a filter pattern finds what it looks for."""

from __future__ import annotations

import string

from components.log_pattern_regex import TOKENS, InvalidRegex, Regex

MOST_REPEATS = 100
"""How often a part is written at most; nobody reads a longer example."""

_CHARACTERS = string.ascii_letters + string.digits + string.punctuation + " \t\n"


def wanted_text(regex: Regex) -> str | None:
    """The text of its first alternative that is easily made: every repeat as short as it may be. None where none is."""
    parts: list[str] = []
    for token in TOKENS.finditer(regex.text):
        kind, part = str(token.lastgroup), token.group()
        if part == "|":
            break
        if kind == "repeat" and _fewest(part) > MOST_REPEATS:
            return None
        if kind == "repeat":
            parts.append(parts.pop() * _fewest(part))
        else:
            parts.append("" if part in ("^", "$") else _character(part))
    text = "".join(parts)
    return text if regex.found_in(text) else None


def _fewest(repeat: str) -> int:
    if repeat.startswith("{"):
        return int(repeat[1:-1].partition(",")[0] or 0)
    return 1 if repeat == "+" else 0


def _character(part: str) -> str:
    """The first character that is like this part of an expression."""
    try:
        alone = Regex.parse(part)
    except InvalidRegex:
        return ""
    return next((each for each in _CHARACTERS if alone.expression.fullmatch(each)), "")
