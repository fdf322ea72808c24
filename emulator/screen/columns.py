"""Columns of text that fit a width: long names break where a reader would break them."""

from __future__ import annotations

import re
from collections.abc import Sequence

GAP = "  "
_PIECES = re.compile(r"[^./:,-]*[./:,-]?")


def columns(
    headers: Sequence[str], rows: Sequence[Sequence[str]], width: int, numbers: Sequence[str] = ()
) -> list[str]:
    """Lay out a table.

    Args:
        headers: one for each column.
        rows: one text for each column; a line break in it begins a new line.
        width: the most characters a line may have; a table that cannot be so narrow is as narrow as it can be.
        numbers: headers of the columns that stand to the right.

    Returns:
        A line of headers, a line of hyphens, and the rows; with empty lines between them where a row has several lines.
    """
    cells = [headers, *rows]
    widths = _fit(
        [max(_longest(row[index]) for row in cells) for index in range(len(headers))],
        [max(_shortest(row[index]) for row in cells) for index in range(len(headers))],
        width - len(GAP) * (len(headers) - 1),
    )
    head, *body = [_laid_out(row, widths, [header in numbers for header in headers]) for row in cells]
    between = [""] if any(len(lines) > 1 for lines in body) else []
    lines = [line for row in body for line in [*between, *row]]
    return [*head, GAP.join("-" * each for each in widths), *lines[len(between) :]]


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` characters, broken at spaces, in long names after `.`, `/`, `:`, `,` and `-`, and only
    in a word that has none of them anywhere. A paragraph that begins with spaces stays indented."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        words = paragraph.lstrip(" ")
        indent = " " * min(len(paragraph) - len(words), width // 2)
        lines += [indent + line for line in _paragraph(words, width - len(indent))]
    return lines


def _paragraph(text: str, width: int) -> list[str]:
    lines = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if len(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, width)
        lines += full
    return [*lines, line]


def _broken(word: str, width: int) -> list[str]:
    lines = [""]
    for piece in _PIECES.findall(word):
        if len(lines[-1]) + len(piece) <= width:
            lines[-1] += piece
            continue
        if lines[-1]:
            lines.append("")
        while len(piece) > width:
            lines[-1:] = [piece[:width], ""]
            piece = piece[width:]
        lines[-1] = piece
    return lines


def _longest(text: str) -> int:
    return max(len(line) for line in text.split("\n"))


def _shortest(text: str) -> int:
    """The narrowest column in which no piece of a name is torn apart."""
    return max(len(piece) for word in text.split() or [""] for piece in _PIECES.findall(word))


def _fit(wanted: list[int], least: list[int], width: int) -> list[int]:
    """Take from the widest column, of several the last, until everything fits or nothing can give way any more."""
    widths = list(wanted)
    while sum(widths) > width:
        giving = [index for index in range(len(widths)) if widths[index] > least[index]]
        if not giving:
            break
        widths[max(giving, key=lambda index: (widths[index], index))] -= 1
    return widths


def _laid_out(row: Sequence[str], widths: Sequence[int], to_the_right: Sequence[bool]) -> list[str]:
    cells = [wrapped(text, width) for text, width in zip(row, widths, strict=True)]
    lines = []
    for number in range(max(map(len, cells))):
        parts = [cell[number] if number < len(cell) else "" for cell in cells]
        lines.append(
            GAP.join(
                part.rjust(width) if right else part.ljust(width)
                for part, width, right in zip(parts, widths, to_the_right, strict=True)
            ).rstrip()
        )
    return lines
