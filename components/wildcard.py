"""Text with `*` for any run of characters, as EventBridge writes it, and how much work it makes to look for it."""

from __future__ import annotations

from dataclasses import dataclass

COMPLEXITY_LIMIT = 10
"""The most beginnings of one wildcard text that a value may match at once.

The EventBridge guide refuses what is "too complex" and names no number. The README of AWS's engine,
github.com/aws/event-ruler, limits a rule to 10 in its example, and answers known from AWS agree: a path with one star
before five times `/dir`, which counts 7, is taken, and `*:*:*:*:*:event-bus/*`, which counts 11, is refused.
"""

_STAR = ""
"""A star among the steps of a text, where a literal star is `*`."""


@dataclass(frozen=True)
class Wildcard:
    """A wildcard text, cut at its stars."""

    pieces: tuple[str, ...]
    """The literal text before, between and after the stars: `a*b` is `("a", "b")`. A star matches nothing too."""

    @classmethod
    def parse(cls, text: str) -> Wildcard:
        r"""Read a wildcard text, in which `\*` is a star and `\\` a backslash.

        Raises:
            ValueError: two stars in a row, or a backslash before anything else (EventBridge guide, "Wildcard matching";
                github.com/aws/event-ruler, "Wildcard matching").
        """
        pieces = [""]
        rest = iter(text)
        for character in rest:
            if character == "*":
                if len(pieces) > 1 and not pieces[-1]:
                    raise ValueError("has two stars in a row, where one already matches everything")
                pieces.append("")
                continue
            literal = next(rest, "") if character == "\\" else character
            if character == "\\" and literal not in ("*", "\\"):
                raise ValueError("has a backslash that escapes neither a star nor a backslash")
            pieces[-1] += literal
        return cls(tuple(pieces))

    def matches(self, text: str) -> bool:
        """Whether the whole of `text` is such a text, upper and lower case told apart."""
        first, *middle = self.pieces
        if not middle:
            return text == first
        last = middle.pop()
        position, end = len(first), len(text) - len(last)
        if position > end or not text.startswith(first) or not text.endswith(last):
            return False
        for piece in middle:
            found = text.find(piece, position, end)
            if found < 0:
                return False
            position = found + len(piece)
        return True

    def complexity(self) -> int:
        """How many beginnings of this text the worst value matches at once; counted no further than above the limit."""
        steps = self._steps()
        start = frozenset(_with_star(steps, 0))
        seen, waiting, most = {start}, [start], 0
        while waiting and most <= COMPLEXITY_LIMIT:
            behind = waiting.pop()
            most = max(most, sum(count > 0 for count in behind))
            for character in {steps[count] for count in behind if count < len(steps)} - {_STAR}:
                following = _after(steps, behind, character)
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
        return most

    def _steps(self) -> tuple[str, ...]:
        first, *others = self.pieces
        return (*first, *(step for piece in others for step in (_STAR, *piece)))


def _after(steps: tuple[str, ...], behind: frozenset[int], character: str) -> frozenset[int]:
    """Where one more character of a value leads: `behind` counts the steps that are behind us, for each beginning."""
    following: set[int] = set()
    for count in behind:
        if count > 0 and steps[count - 1] == _STAR:
            following.add(count)
        if count < len(steps) and steps[count] == character:
            following.update(_with_star(steps, count + 1))
    return frozenset(following)


def _with_star(steps: tuple[str, ...], count: int) -> tuple[int, ...]:
    """The place, and the one behind a star that follows it, for a star may match nothing."""
    return (count, count + 1) if count < len(steps) and steps[count] == _STAR else (count,)
