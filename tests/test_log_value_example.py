"""Values that conditions of a filter pattern are met by."""

from __future__ import annotations

import pytest

from components.log_pattern_json import Compared, JsonLogPattern
from components.log_pattern_reader import AllOf, Reader
from components.log_value_example import value_for


def value(*conditions: str) -> object:
    pattern = JsonLogPattern.read(Reader("{ " + " && ".join(f"$.f {condition}" for condition in conditions) + " }"))
    parts = pattern.holds.conditions if isinstance(pattern.holds, AllOf) else (pattern.holds,)
    return value_for([part.comparison for part in parts if isinstance(part, Compared)])


@pytest.mark.parametrize(
    ("conditions", "wanted"),
    [
        (('= "WARNING"',), "WARNING"),
        (("= *",), "example"),
        (('= ""',), ""),
        (('= "*.json"',), ".json"),
        (('= "in/*"',), "in/"),
        (("= 4.5",), 4.5),
        (("!= 5",), 6),
        (("!= example",), "another"),
        (("> 5",), 6),
        (("< 5",), 4),
        ((">= 5",), 5),
        (("> 1", "< 2"), 1.5),
        (("= 12345678901234567891",), "12345678901234567891"),
        (("= %4[0-9]{2}%",), "400"),
        (("!= %ex%",), "another"),
        (("= a*", "!= a"), "aexample"),
        (("= b*", "= c*"), None),
        (("= 1", "= 2"), None),
    ],
    ids=str,
)
def test_a_value_meets_all_conditions_or_there_is_none(conditions: tuple[str, ...], wanted: object) -> None:
    assert value(*conditions) == wanted
