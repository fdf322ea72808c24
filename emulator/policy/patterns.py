"""Text in a policy: wildcards that stand for any characters, and variables that the request fills in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

Context = Mapping[str, str | tuple[str, ...]]
"""The condition keys of a request, in lower case: AWS does not tell `aws:SourceIp` from `AWS:sourceip`."""

# Wildcards are swapped for two code points that Unicode never assigns to a character, so that a `*` which a
# variable brings in, or which is written `${*}`, stays an asterisk.
MANY = "\ufdd0"
ONE = "\ufdd1"
_MARKS = str.maketrans({"*": MANY, "?": ONE})
_ASTERISKS = str.maketrans({MANY: "*", ONE: "?"})

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_KEY_AND_DEFAULT = re.compile(r"\s*([^,]*[^,\s])\s*(?:,\s*'([^']*)'\s*)?")


@dataclass(frozen=True)
class Variable:
    """`${key, 'default'}`: the value of a condition key, or the default where the request has none."""

    key: str
    default: str | None

    def value(self, context: Context) -> str | None:
        """The text to put in; a key of several values has none, for AWS takes single-valued keys only."""
        value = context.get(self.key)
        return value if isinstance(value, str) else self.default


@dataclass(frozen=True)
class Template:
    """A text as a policy writes it: wildcards marked, variables still open."""

    parts: tuple[str | Variable, ...]

    @cached_property
    def fixed(self) -> str | None:
        """The whole text, where no variable is in it."""
        texts = [part for part in self.parts if isinstance(part, str)]
        return "".join(texts) if len(texts) == len(self.parts) else None

    def resolve(self, context: Context) -> str | None:
        """The text for one request; None where a variable has neither a value nor a default.

        AWS says only that a variable it cannot resolve may make the statement invalid. Here such a text is like
        nothing at all: it matches no resource and no value, so a negated operator holds.
        """
        if self.fixed is not None:
            return self.fixed
        texts = [part if isinstance(part, str) else part.value(context) for part in self.parts]
        return "".join(text for text in texts if text is not None) if None not in texts else None


def template(text: str, *, wildcards: bool, variables: bool) -> Template:
    """Reads a text of a policy (IAM user guide, "IAM policy elements: Variables and tags").

    Args:
        text: as the policy has it.
        wildcards: whether `*` and `?` stand for other characters where this text is used.
        variables: whether `${...}` is a variable there; before version 2012-10-17 of the language it is plain text.

    Raises:
        ValueError: a variable is not written as AWS reads it.
    """
    if not variables:
        return Template((text.translate(_MARKS) if wildcards else text,))
    parts: list[str | Variable] = []
    for index, piece in enumerate(_VARIABLE.split(text)):
        if index % 2:
            parts.append(_variable(piece))
        else:
            parts.append(piece.translate(_MARKS) if wildcards else piece)
    return Template(tuple(part for part in parts if part != ""))


def as_written(pattern: str) -> str:
    """A pattern with its wildcards as people write them."""
    return pattern.translate(_ASTERISKS)


def matches(pattern: str, text: str) -> bool:
    """Whether a resolved pattern covers the whole text, letter case included.

    A `*` also crosses `:` and `/`. AWS documents that for a `*` at the end of an ARN's segment; elsewhere it is
    undocumented, and treated alike.
    """
    if pattern == MANY:
        return True
    if MANY in pattern or ONE in pattern:
        return _compiled(pattern).fullmatch(text) is not None
    return pattern == text


def arn_matches(pattern: str, arn: str) -> bool:
    """Whether an ARN pattern covers an ARN, each of the six components for itself (`ArnLike`, `ArnEquals`).

    A pattern or a text of fewer than six components is no ARN and matches nothing, `*` included.
    """
    wanted, given = pattern.split(":", 5), arn.split(":", 5)
    return len(wanted) == len(given) == 6 and all(map(matches, wanted, given))


def _variable(inside: str) -> str | Variable:
    if inside in ("*", "?", "$"):
        return inside
    found = _KEY_AND_DEFAULT.fullmatch(inside)
    if not found:
        raise ValueError(
            f"${{{inside}}} is no policy variable: it needs a condition key, with a default as ${{key, 'default'}}"
        )
    return Variable(found[1].lower(), found[2])


@lru_cache(maxsize=8192)
def _compiled(pattern: str) -> re.Pattern[str]:
    first, *rest = (".".join(map(re.escape, part.split(ONE))) for part in pattern.split(MANY))
    if rest:
        # Atomic groups: the first place where a part fits is as good as any later one, so nothing is tried twice.
        first += "".join(f"(?>.*?{part})" for part in rest[:-1]) + ".*" + rest[-1]
    return re.compile(first, re.DOTALL)
