"""What one entry of a pattern's list wants of a value."""

import ipaddress
from typing import Any

import pytest

from components.event_pattern_matchers import (
    Absent,
    Affix,
    AnythingBut,
    Exactly,
    IgnoringCase,
    InNetwork,
    Like,
    Matcher,
    Numeric,
    Present,
    SameAddress,
    address,
)
from components.json_values import Number
from components.wildcard import Wildcard

NETWORK = ipaddress.ip_network("10.0.0.0/24")
WORDS: dict[Matcher, str] = {
    Exactly("a"): '"a"',
    Exactly(Number(300.0)): "300",
    Exactly(None): "null",
    SameAddress("::1"): '"::1"',
    Affix("prefix", "us-"): 'text that begins with "us-"',
    Affix("suffix", ".png"): 'text that ends with ".png"',
    IgnoringCase("equals-ignore-case", "a"): 'text that is "a" in any case',
    IgnoringCase("prefix equals-ignore-case", "a"): 'text that begins with "a" in any case',
    IgnoringCase("suffix equals-ignore-case", "a"): 'text that ends with "a" in any case',
    Like("a*", Wildcard.parse("a*")): 'text like "a*"',
    Numeric(((">", 0.0), ("<=", 4.5))): "a number > 0 and <= 4.5",
    InNetwork("10.0.0.0/24", NETWORK): "an address in 10.0.0.0/24",
    Present(): "any value",
    Absent(): "no value",
    AnythingBut((Exactly("a"), Exactly("b"))): 'anything but "a" or "b"',
}


@pytest.mark.parametrize(("matcher", "words"), WORDS.items(), ids=lambda part: str(part))
def test_a_wish_says_itself_in_words(matcher: Matcher, words: str) -> None:
    assert str(matcher) == words


def test_only_text_has_a_beginning_an_end_a_case_stars_or_an_address() -> None:
    text_only = [matcher for matcher in WORDS if "text" in str(matcher) or "address" in str(matcher)]

    assert len(text_only) == 7
    for given in (None, True, Number(10.0)):
        assert [matcher for matcher in text_only if matcher.matches(given)] == []


@pytest.mark.parametrize(
    ("pattern", "given", "matches"),
    [
        ("k", "K", True),
        ("k", "\N{KELVIN SIGN}", False),
        ("ß", "ß", True),
        ("ß", "SS", True),
        ("ß", "ss", False),
        ("É", "é", True),
        ("a.c", "abc", False),
        ("", "", True),
        ("", "a", False),
    ],
)
def test_ignoring_case_takes_both_forms_of_each_character(pattern: Any, given: Any, matches: bool) -> None:
    assert IgnoringCase("equals-ignore-case", pattern).matches(given) is matches


def test_ignoring_case_looks_at_one_end_only_where_it_is_told_so() -> None:
    assert IgnoringCase("prefix equals-ignore-case", "Ab").matches("aBc\n")
    assert not IgnoringCase("prefix equals-ignore-case", "Ab").matches("xab")
    assert IgnoringCase("suffix equals-ignore-case", "bC").matches("\naBc")
    assert not IgnoringCase("suffix equals-ignore-case", "bC").matches("abc\n")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("10.0.0.1", "010.000.0.1"),
        ("::1", "0:0:0:0:0:0:0:1"),
        ("2001:DB8::", "2001:db8:0::0"),
        ("::ffff:102:304", "1.2.3.4"),
    ],
)
def test_an_address_is_the_same_however_it_is_spelled(text: str, same: str) -> None:
    assert SameAddress(text).matches(same)
    assert SameAddress(same).matches(text)


@pytest.mark.parametrize(
    "text", ["", "10.0.0", "10.0.0.256", "1.2.3.4.5", "fe80::1%eth0", "12:30", "::g", ":", "a" * 99]
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert address(text) is None


def test_an_address_of_the_other_family_is_not_in_the_network() -> None:
    assert not InNetwork("10.0.0.0/24", NETWORK).matches("::a00:1")
    assert InNetwork("10.0.0.0/24", NETWORK).matches("::ffff:a00:1")


def test_a_number_that_a_double_would_round_is_in_no_range_but_is_anything_but_another() -> None:
    number = Number.spelled("12345678901234567891")

    assert not Numeric(((">", 0.0),)).matches(number)
    assert AnythingBut((Exactly(Number(1.0)),)).matches(number)
    assert Exactly(number).matches(Number.spelled("12345678901234567891"))
