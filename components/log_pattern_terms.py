"""Filter patterns for log events that are plain text: `ERROR -ignored`, `?timeout ?refused`, `"INTERNAL ERROR"`.

Source: CloudWatch Logs user guide, "Using filter patterns to match terms in unstructured log events", and "... with a
regular expression (regex)". A term is found wherever it stands, also inside a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.log_pattern_reader import Reader
from components.log_pattern_regex import Regex

_TERM = re.compile(r"[A-Za-z0-9_]+(?=\s|$)")


@dataclass(frozen=True)
class TermsLogPattern:
    """Terms, by what a log event has to do with them; without any, every event is wanted."""

    regex: Regex | None = None
    """Stands alone."""
    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    """One of them has to be there; they are ignored where others are there too."""

    @classmethod
    def read(cls, reader: Reader) -> TermsLogPattern:
        """Read a pattern to its end.

        Raises:
            InvalidLogPattern: CloudWatch Logs would refuse it.
        """
        if reader.sees("%"):
            regex = reader.regex()
            if not reader.ended():
                reader.refuse("nothing beside a regex that stands alone")
            return cls(regex)
        included, excluded, optional = list[str](), list[str](), list[str]()
        while not reader.ended():
            among = optional if reader.take("?") else excluded if reader.take("-") else included
            among.append(_term(reader))
        if optional and (included or excluded):
            beside = " and ".join([*included, *(f"-{term}" for term in excluded)])
            reader.doubts.append(
                f"{' and '.join(f'?{term}' for term in optional)} would be ignored beside {beside}: "
                "terms with a question mark count only where all have one"
            )
        return cls(None, tuple(included), tuple(excluded), tuple(optional))

    def matches(self, message: str) -> bool:
        """Whether the pattern wants this log event."""
        if self.regex is not None:
            return self.regex.found_in(message)
        if self.included or self.excluded:
            return all(_has(message, term) for term in self.included) and not any(
                _has(message, term) for term in self.excluded
            )
        return not self.optional or any(_has(message, term) for term in self.optional)


def _term(reader: Reader) -> str:
    if reader.sees('"'):
        return reader.quoted()
    term = reader.match(_TERM)
    if term is None:
        reader.refuse("a term of A-Z a-z 0-9 _, or any text in double quotes")
    return term


def _has(message: str, term: str) -> bool:
    # The guide's pattern for everything is a space in quotes.
    return not term.strip() or term in message
