"""The part of JSONPath that EventBridge evaluates: names, array positions and stars."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PATH_CHARACTERS = 256
"""The longest path (EventBridge API reference, `TargetInputPath`)."""

_STEP = re.compile(r"\.(?P<name>[A-Za-z0-9_/-]+)|\[(?P<position>[0-9]{1,9})\]|\.\*|\[\*\]")


@dataclass(frozen=True)
class JsonPath:
    """A path: `$.detail.instance-id`, `$.resources[0]`, `$.detail.stations[*].name`.

    (EventBridge guide, "Input transformation": dot notation, dashes, underscores, letters and digits, array indices,
    stars, slashes. API reference, `InputTransformer`: names not in brackets.)
    """

    text: str

    def check(self) -> list[str]:
        """Why EventBridge would not evaluate it; AWS itself finds out only when an event comes."""
        if len(self.text) > PATH_CHARACTERS:
            return [f"needs at most {PATH_CHARACTERS} characters, got {len(self.text)}"]
        if self._steps() is None:
            return [f"needs a path such as $.detail.name, $.resources[0] or $.detail.*, got {self.text!r}"]
        return []

    def find(self, value: Any) -> tuple[Any] | None:
        """What stands there, in a tuple, for null is a value too; None where nothing does.

        A star gives the list of all that it leads to.

        Raises:
            ValueError: the path does not pass `check`.
        """
        steps = self._steps()
        if steps is None:
            raise ValueError("; ".join(self.check()))
        found, is_list = [value], False
        for step in steps:
            if step["name"] is None and step["position"] is None:
                is_list = True
            found = [below for above in found for below in _below(above, step)]
            if not found and not is_list:
                return None
        return (found if is_list else found[0],)

    def _steps(self) -> list[re.Match[str]] | None:
        steps, end = [], 1
        while step := _STEP.match(self.text, end):
            steps.append(step)
            end = step.end()
        return steps if self.text.startswith("$") and end == len(self.text) else None


def _below(value: Any, step: re.Match[str]) -> list[Any]:
    if isinstance(value, Mapping):
        if step["name"] is not None:
            return [value[step["name"]]] if step["name"] in value else []
        return list(value.values()) if step["position"] is None else []
    if isinstance(value, list | tuple) and step["name"] is None:
        if step["position"] is None:
            return list(value)
        position = int(step["position"])
        return [value[position]] if position < len(value) else []
    return []
