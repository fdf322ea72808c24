"""The regular expressions of filter patterns: the guide's examples, and what the guide refuses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.log_pattern_regex import OPERATORS, SYMBOLS, InvalidRegex, Regex


@pytest.mark.parametrize(
    ("text", "found", "not_found"),
    [
        # CloudWatch Logs user guide, "Supported regular expressions (regex) syntax".
        ("AUTHORIZED", ["[ERROR 401] UNAUTHORIZED REQUEST", "[SUCCESS 200] AUTHORIZED REQUEST"], ["authorized"]),
        ("^[hc]at", ["hat", "cat"], ["a hat", "bat"]),
        ("[hc]at$", ["a hat", "cat"], ["cats"]),
        ("colou?r", ["color", "colour"], ["colr"]),
        ("[abc]", ["xb"], ["xyz"]),
        ("[a-z]", ["q"], ["Q"]),
        ("[abcx-z]", ["a", "y"], ["d"]),
        ("^a{3,5}$", ["aaa", "aaaaa"], ["aa", "aaaaaa"]),
        ("^a{2,}$", ["aa", "aaaaaaaa"], ["a"]),
        ("^a{,2}$", ["a", "aa"], ["aaa"]),
        ("^a{2}$", ["aa"], ["a", "aaa"]),
        ("gra|ey", ["gray", "grey"], ["gr"]),
        (
            "^starting|^initializing|^shutting down",
            ["starting ...", "initializing ...", "shutting down"],
            ["skipping initializing ..."],
        ),
        ("abcc|ab[^c]$", ["abcc ...", "aba"], ["aac ..."]),
        (r"\[.\]", ["[a]", "[7]", "[@]", "[]]", "[ ]"], ["[]", "ab"]),
        (r"10\.10\.0\.1", ["from 10.10.0.1"], ["10010,051"]),
        ("10.10.0.1", ["10010,051"], ["10100"]),
        ("ab*c", ["ac", "abc", "abbbc"], ["adc"]),
        ("ab[0-9]*", ["ab", "ab0", "ab129"], ["a1"]),
        ("ab+c", ["abc", "abbbc"], ["ac"]),
        (".at", ["hat", "4at", "#at", " at"], ["at"]),
        (r"^\d\D$", ["1a"], ["11", "aa"]),
        (r"^\S\s\S$", ["a b", "a\tb"], ["abc"]),
        (r"^\w\W$", ["_-", "a "], ["--"]),
        (r"\x3A", [":"], ["3A"]),
        (r"\x28", ["("], ["x28"]),
        (r"[\]-]", ["]", "-"], ["a"]),
        ("[.*+]", [".", "*", "+"], ["a"]),
        (":_#=@/;,-", ["x:_#=@/;,-x"], [":_#=@/;,"]),
    ],
)
def test_it_finds_what_the_guide_says(text: str, found: list[str], not_found: list[str]) -> None:
    regex = Regex.parse(text)

    assert [each for each in found if not regex.found_in(each)] == []
    assert [each for each in not_found if regex.found_in(each)] == []
    assert str(regex) == f"%{text}%"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("something!", r"%something!% has '!', which is not supported: write \x21 for it"),
        ("(a|b)", r"%(a|b)% has a (, and groups are not supported: write \x28 for the character"),
        ("größe", "%größe% has 'ö': characters of several bytes are not supported"),
        ("[ö]", "%[ö]% has 'ö': characters of several bytes are not supported"),
        ("", "%% needs an expression between the two %"),
        ("*a", "%*a% has * with nothing before it that could be repeated"),
        ("a|+", "%a|+% has + with nothing before it that could be repeated"),
        ("a*?", "%a*?% has ? with nothing before it that could be repeated"),
        ("[a", r"%[a% has a [ without its counterpart: write \[ for the character"),
        ("a{x}", r"%a{x}% has a { without its counterpart: write \{ for the character"),
        (r"\b", r"%\b% has \b, which stands for nothing: "),
        (r"\(", r"%\(% has \(, which stands for nothing: "),
        (r"\xFF", r"%\xFF% has \xFF, and needs a code of ASCII: 00 to 7F"),
        ("[a--b]", r"%[a--b]% has [a--b], in which one - follows another: write \x2D for the character"),
        ("[z-a]", "%[z-a]% is no regular expression: bad character range z-a"),
        ("a{3,1}", "%a{3,1}% is no regular expression: min repeat greater than max repeat"),
        ("a{99999999999}", "%a{99999999999}% is no regular expression: "),
    ],
)
def test_what_the_dialect_has_not_is_refused_in_words(text: str, told: str) -> None:
    with pytest.raises(InvalidRegex) as refused:
        Regex.parse(text)

    assert str(refused.value).startswith(told)


@given(st.text(st.characters(max_codepoint=127)))
def test_whatever_is_written_by_codes_finds_itself_and_nothing_else(text: str) -> None:
    coded = "".join(f"\\x{ord(character):02X}" for character in text)

    if text:
        assert Regex.parse(f"^{coded}$").found_in(text)
        assert not Regex.parse(f"^{coded}$").found_in(f"{text}x")


@given(st.text(alphabet=f"{OPERATORS}{SYMBOLS}ab1dx"))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        regex = Regex.parse(text)
    except InvalidRegex as refused:
        assert str(refused).startswith(f"%{text}% ")  # noqa: PT017  (most texts are refused)
    else:
        assert isinstance(regex.expression, re.Pattern)
