"""A filter pattern of CloudWatch Logs as a value: which log events a metric filter or a subscription filter wants.

Source: CloudWatch Logs user guide, "Filter pattern syntax for metric filters, subscription filters, filter log events,
and Live Tail". Upper and lower case are told apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from components.log_pattern_fields import FieldsLogPattern
from components.log_pattern_json import JsonLogPattern
from components.log_pattern_reader import InvalidLogPattern, Reader
from components.log_pattern_terms import TermsLogPattern

__all__ = ["MOST_CHARACTERS", "InvalidLogPattern", "LogPattern"]

MOST_CHARACTERS = 1024
"""The longest pattern (CloudWatch Logs API reference, `PutSubscriptionFilter`)."""


@dataclass(frozen=True)
class LogPattern:
    """A pattern that CloudWatch Logs accepts. Parse it once, match many events."""

    text: str
    wanted: JsonLogPattern | FieldsLogPattern | TermsLogPattern
    doubts: tuple[str, ...] = ()
    """What CloudWatch Logs takes, and probably does not read as it was meant; each is a sentence."""

    @classmethod
    def parse(cls, text: str) -> LogPattern:
        """Read a pattern: for JSON where it begins with `{`, for fields where it begins with `[`, else terms.

        Raises:
            InvalidLogPattern: CloudWatch Logs would refuse it.
        """
        if len(text) > MOST_CHARACTERS:
            raise InvalidLogPattern(f"needs at most {MOST_CHARACTERS} characters, has {len(text)}")
        reader = Reader(text)
        wanted: JsonLogPattern | FieldsLogPattern | TermsLogPattern
        if reader.sees("{"):
            wanted = JsonLogPattern.read(reader)
        elif reader.sees("["):
            wanted = FieldsLogPattern.read(reader)
        else:
            wanted = TermsLogPattern.read(reader)
        return cls(text, wanted, tuple(reader.doubts))

    def matches(self, message: str) -> bool:
        """Whether a filter with this pattern wants a log event of this text."""
        return self.wanted.matches(message)

    @property
    def terms(self) -> tuple[str, ...]:
        """Terms that a log event of plain text needs to be wanted: all that have to be there, or one of several."""
        if not isinstance(self.wanted, TermsLogPattern):
            return ()
        return self.wanted.included or self.wanted.optional[:1]
