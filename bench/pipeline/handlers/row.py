"""A row: what one line of a file says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    row_id: str
    value: float

    @property
    def odd(self) -> bool:
        return not 0 <= self.value <= 100

    def as_item(self) -> dict[str, dict[str, str]]:
        return {"row_id": {"S": self.row_id}, "value": {"N": str(self.value)}}


def read_row(text: str) -> Row:
    """Read one row.

    Raises:
        ValueError: the text is none.
    """
    said: Any = json.loads(text)
    if not isinstance(said, dict) or not isinstance(said.get("row_id"), str):
        raise ValueError("a row needs a row_id")
    return Row(said["row_id"], float(said["value"]))
