"""Reading a page of YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.page import Page, Place, read_page
from components.problems import ConfigError


def page_of(tmp_path: Path, text: str) -> Page:
    (tmp_path / "page.yaml").write_text(text, encoding="utf-8")
    return read_page(tmp_path / "page.yaml", "page.yaml")


def problems_of(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        page_of(tmp_path, text)
    return [str(problem) for problem in caught.value.problems]


def test_each_value_knows_its_line(tmp_path: Path) -> None:
    page = page_of(tmp_path, "a:\n  b: 1\n  c:\n    - x\n    - {d: 2}\n")

    assert page.line_of(("a", "b")) == 2
    assert page.line_of(("a", "c", 1, "d")) == 5


def test_a_path_that_does_not_exist_is_told_by_what_is_around_it(tmp_path: Path) -> None:
    page = page_of(tmp_path, "a:\n  b: 1\n")

    assert page.line_of(("a", "missing", "deeper")) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("012", "012"),
        ("12:30:45", "12:30:45"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e400", "1e400"),
        ("2030-01-01", "2030-01-01"),
        ('"7"', "7"),
        ("7", 7),
        ("-7", -7),
        ("4.5", 4.5),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_a_scalar_is_what_it_looks_like(tmp_path: Path, text: str, value: object) -> None:
    read = page_of(tmp_path, f"key: {text}\n").value["key"]

    assert read == value
    assert type(read) is type(value)


def test_a_key_that_stands_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 2\n") == [
        "page.yaml:5  b.c: stands twice, first on line 3",
        "page.yaml:6  a: stands twice, first on line 1",
    ]


def test_broken_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "a: [1, 2\nb: 3\n") == ["page.yaml:2  is not YAML: expected ',' or ']', but got ':'"]


def test_merge_keys_are_refused(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, "a: &x {b: 1}\nc:\n  <<: *x\n")

    assert problem.startswith("page.yaml:3  c: merge keys (<<) are not read")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        read_page(tmp_path / "nothing.yaml")


def test_text_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.yaml").write_bytes(b"a: \xff\n")

    with pytest.raises(ConfigError, match="is not UTF-8"):
        read_page(tmp_path / "page.yaml")


def test_a_page_laid_over_another_wins_key_by_key() -> None:
    below = Page("a", {"x": {"one": 1, "two": 2}, "list": [1, 2], "only": 1}, {("x", "two"): Place("a", 3)})
    over = Page("b", {"x": {"two": 3}, "list": [4], "new": None}, {("x", "two"): Place("b", 9)})

    merged = below.overlaid(over)

    assert merged.value == {"x": {"one": 1, "two": 3}, "list": [4], "only": 1, "new": None}


def test_a_merged_value_is_told_where_it_was_written() -> None:
    below = Page("a", {"x": {"one": 1, "two": 2}}, {("x", "one"): Place("a", 2), ("x", "two"): Place("a", 3)})
    over = Page("b", {"x": {"two": 3}}, {("x", "two"): Place("b", 9)})

    merged = below.overlaid(over)

    assert merged.place_of(("x", "one")) == Place("a", 2)
    assert merged.place_of(("x", "two")) == Place("b", 9)


def test_a_part_is_put_back_where_it_was() -> None:
    page = Page("a", {"x": {"y": {"z": 1}, "w": 2}}, {("x", "y", "z"): Place("a", 3), ("x", "w"): Place("a", 4)})

    changed = page.with_part(("x", "y"), Page("b", {"z": 5}, {("z",): Place("b", 7)}))

    assert changed.value == {"x": {"y": {"z": 5}, "w": 2}}
    assert changed.place_of(("x", "y", "z")) == Place("b", 7)
    assert changed.place_of(("x", "w")) == Place("a", 4)
