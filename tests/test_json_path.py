"""The part of JSONPath that EventBridge evaluates."""

from typing import Any

import pytest

from components.json_path import JsonPath

EVENT: dict[str, Any] = {
    "detail-type": "Parcel Update",
    "resources": ["arn:a", "arn:b"],
    "detail": {"a_b": {"c/d": None}, "stations": [{"name": "N"}, {"code": 3}, {"name": "S"}], "none": []},
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", EVENT),
        ("$.detail-type", "Parcel Update"),
        ("$.resources[1]", "arn:b"),
        ("$.detail.a_b.c/d", None),
        ("$.detail.stations[0].name", "N"),
        ("$.detail.stations[*].name", ["N", "S"]),
        ("$.detail.stations.*", EVENT["detail"]["stations"]),
        ("$.detail.a_b.*", [None]),
        ("$.detail.none[*]", []),
        ("$.detail.stations[*].missing", []),
    ],
)
def test_a_path_finds_what_stands_there_and_a_star_gives_a_list(path: str, found: Any) -> None:
    assert JsonPath(path).find(EVENT) == (found,)


@pytest.mark.parametrize(
    "path", ["$.missing", "$.resources[2]", "$.resources.name", "$.detail[0]", "$.missing[*].a", "$.detail-type.x"]
)
def test_a_path_to_nothing_finds_nothing_which_is_not_null(path: str) -> None:
    assert JsonPath(path).find(EVENT) is None


@pytest.mark.parametrize(
    "path", ["", "detail", "$detail", "$.", "$..a", "$['a']", "$.a[-1]", "$.a[?(@.b)]", "$.a b", "$.a[1:2]"]
)
def test_what_eventbridge_does_not_evaluate_is_refused(path: str) -> None:
    assert JsonPath(path).check() == [f"needs a path such as $.detail.name, $.resources[0] or $.detail.*, got {path!r}"]
    with pytest.raises(ValueError, match=r"^needs a path such as"):
        JsonPath(path).find(EVENT)


def test_a_path_has_at_most_256_characters() -> None:
    assert JsonPath("$." + "a" * 254).check() == []
    assert JsonPath("$." + "a" * 255).check() == ["needs at most 256 characters, got 257"]
