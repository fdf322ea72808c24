"""What patterns have in common: values, comparisons, `&&`, `||`, brackets, and words for what stands wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.log_pattern_reader import InvalidLogPattern, Reader
from components.log_pattern_regex import Regex
from components.log_pattern_values import Comparison, Value, WantedNumber, WantedRegex, WantedText, number


def comparison(text: str) -> Comparison:
    return Reader(text).comparison("it")


@pytest.mark.parametrize(
    ("text", "operator", "wanted"),
    [
        ('= "two words"', "=", WantedText("two words")),
        (r'= "a \"quoted\" \\ \n"', "=", WantedText(r'a "quoted" \ \n')),
        ("!=word", "!=", WantedText("word")),
        ("= 123.123.*", "=", WantedText("123.123.*")),
        ("=*.html*", "=", WantedText("*.html*")),
        (">= 10e-3", ">=", WantedNumber("10e-3", number("10e-3"))),  # type: ignore[arg-type]
        ("< -5", "<", WantedNumber("-5", number("-5"))),  # type: ignore[arg-type]
        ("= %a b%", "=", WantedRegex(Regex.parse("a b"))),
    ],
)
def test_an_operator_and_a_value_are_read(text: str, operator: str, wanted: object) -> None:
    assert comparison(text) == Comparison(operator, wanted)  # type: ignore[arg-type]


VALUE = "a value: a number, %a regex%, or a text, in double quotes where it has anything but A-Z a-z 0-9 _ . *"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("is 5", "needs one of = != < > <= >= after it, got is 5"),
        ("", "needs one of = != < > <= >= after it, and the pattern ends there"),
        ("= ", f"needs {VALUE}, and the pattern ends there"),
        ("= foo-bar", f"needs {VALUE}, got foo-bar"),
        ("= a/b", f"needs {VALUE}, got a/b"),
        ('= "open', 'needs a second double quote, got "open'),
        ("= %open", "needs a second %, got %open"),
        ("= %a!%", "%a!% has '!', which is not supported: write \\x21 for it"),
        ('> "5"', 'needs a number after >, got "5"'),
        ("<= 4*", "needs a number after <=, got 4*"),
        (f"= {'-' * 50}", f"needs {VALUE}, got {'-' * 37}..."),
    ],
)
def test_what_stands_wrong_is_told_with_what_is_needed(text: str, told: str) -> None:
    with pytest.raises(InvalidLogPattern) as refused:
        comparison(text)

    assert str(refused.value) == told


def letters(reader: Reader) -> Callable[[], Callable[[str], bool]]:
    """Conditions that hold of a text that has their letter."""

    def condition() -> Callable[[str], bool]:
        wanted = reader.comparison("it").wanted
        assert isinstance(wanted, WantedText)
        return lambda subject: wanted.text in subject

    return condition


@pytest.mark.parametrize(
    ("text", "holding"),
    [
        ("= a", ["a", "ab", "ac", "abc"]),
        ("= a || = b", ["a", "b", "ab", "ac", "bc", "abc"]),
        ("= a && = b", ["ab", "abc"]),
        ("= a || = b && = c", ["a", "ab", "ac", "bc", "abc"]),
        ("(= a || = b) && = c", ["ac", "bc", "abc"]),
        ("= c && (= a && (= b))", ["abc"]),
    ],
)
def test_brackets_come_before_and_and_and_before_or(text: str, holding: list[str]) -> None:
    reader = Reader(text)
    holds = reader.expression(letters(reader))

    assert [each for each in ("", "a", "b", "c", "ab", "ac", "bc", "abc") if holds(each)] == holding
    assert reader.ended()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("(= a", "needs &&, || or ), and the pattern ends there"),
        ("(" * 51 + "= a" + ")" * 51, "needs at most 50 brackets inside one another, got = a"),
    ],
)
def test_brackets_have_to_close_and_do_not_go_on_for_ever(text: str, told: str) -> None:
    reader = Reader(text)

    with pytest.raises(InvalidLogPattern) as refused:
        reader.expression(letters(reader))

    assert str(refused.value).startswith(told)


def test_a_third_regex_is_refused() -> None:
    reader = Reader("= %a% = %b% = %c%")
    reader.comparison("it")
    reader.comparison("it")

    with pytest.raises(InvalidLogPattern, match=r"^needs at most 2 regexes, and %c% is one more$"):
        reader.comparison("it")


def test_a_star_inside_a_text_is_doubted() -> None:
    reader = Reader('= "Ev*ent"')
    reader.comparison("it")

    assert reader.doubts == ["'Ev*ent' has a star inside, which stands for a star: only one at an end is a wildcard"]


@given(st.text(alphabet=st.characters(exclude_characters="*", exclude_categories=["Cs"])))
def test_any_text_can_be_quoted(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')

    assert comparison(f'= "{escaped}"').holds(Value(text))
