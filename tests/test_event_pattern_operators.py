"""What one entry of a pattern's list may say."""

import datetime
from typing import Any

import pytest

from components.event_pattern_matchers import Affix, AnythingBut, Exactly, IgnoringCase, Matcher, Numeric, SameAddress
from components.event_pattern_operators import read_entry
from components.json_values import Number

NESTED = "equals-ignore-case, prefix, suffix, wildcard"
KNOWN = "anything-but, cidr, equals-ignore-case, exactly, exists, numeric, prefix, suffix, wildcard"
COMPARISON = "numeric needs one comparison (=, <, <=, >, >=) or a range from > or >= to < or <=, each with its number"
ANYTHING_BUT = (
    "anything-but needs text, a number, a list of only texts or only numbers, or an object with one of " + NESTED
)
VALUE = "a wanted value is text, a number, true, false, null or an operator"


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (["x"], f'{VALUE}, got ["x"]'),
        (datetime.date(2031, 4, 5), f'{VALUE}, got "2031-04-05"'),
        ({}, "needs an object with exactly one operator, got {}"),
        (
            {"prefix": "a", "suffix": "b"},
            'needs an object with exactly one operator, got {"prefix": "a", "suffix": "b"}',
        ),
        ({"PREFIX": "a"}, f'unknown operator "PREFIX": did you mean prefix? known are {KNOWN}'),
        ({"zzz": "a"}, f'unknown operator "zzz": known are {KNOWN}'),
        ({"prefix": 5}, "prefix needs text, got 5"),
        ({"prefix": ["a"]}, 'prefix needs text, got ["a"]'),
        (
            {"prefix": {"suffix": "a"}},
            'prefix needs text or an object with only equals-ignore-case, got {"suffix": "a"}',
        ),
        ({"suffix": {"equals-ignore-case": 5}}, "suffix equals-ignore-case needs text, got 5"),
        ({"suffix": None}, "suffix needs text, got null"),
        ({"exactly": 5}, "exactly needs text, got 5"),
        ({"equals-ignore-case": {"prefix": "a"}}, 'equals-ignore-case needs text, got {"prefix": "a"}'),
        ({"wildcard": 5}, "wildcard needs text, got 5"),
        ({"wildcard": "a**"}, 'wildcard "a**" has two stars in a row, where one already matches everything'),
        (
            {"wildcard": "*:*:*:*:*:event-bus/*"},
            'wildcard "*:*:*:*:*:event-bus/*" is too complex: needs fewer stars, or less that repeats behind a star',
        ),
        ({"exists": "true"}, 'exists needs true or false, got "true"'),
        ({"cidr": 10}, "cidr needs text, got 10"),
        ({"cidr": "10.0.0.0"}, 'cidr needs an IP address, a slash and a number of bits, got "10.0.0.0"'),
        ({"cidr": "10.0.0.256/8"}, 'cidr needs an IP address, a slash and a number of bits, got "10.0.0.256/8"'),
        ({"cidr": "10.0.0.0/x"}, 'cidr needs an IP address, a slash and a number of bits, got "10.0.0.0/x"'),
        ({"cidr": "10.0.0.0/-1"}, 'cidr needs an IP address, a slash and a number of bits, got "10.0.0.0/-1"'),
        ({"cidr": "10.0.0.0/32"}, 'cidr needs fewer than 32 bits for this address, got "10.0.0.0/32"'),
        ({"cidr": "fd00::/128"}, 'cidr needs fewer than 128 bits for this address, got "fd00::/128"'),
        ({"numeric": 5}, 'numeric needs a list such as [">", 0, "<=", 5], got 5'),
        ({"numeric": []}, 'numeric needs a list such as [">", 0, "<=", 5], got []'),
        ({"numeric": [">"]}, f'{COMPARISON}, got [">"]'),
        ({"numeric": ["==", 1]}, f'{COMPARISON}, got ["==", 1]'),
        ({"numeric": ["<", 1, ">", 0]}, f'{COMPARISON}, got ["<", 1, ">", 0]'),
        ({"numeric": [{}, 1]}, f"{COMPARISON}, got [{{}}, 1]"),
        ({"numeric": [">", 0, "<", 1, "=", 1]}, f'{COMPARISON}, got [">", 0, "<", 1, "=", 1]'),
        ({"numeric": [">=", "4.5"]}, 'numeric needs a number after >=, got "4.5"'),
        ({"numeric": ["=", True]}, "numeric needs a number after =, got true"),
        (
            {"numeric": ["=", Number.spelled("1E309")]},
            "numeric needs a number that a double holds without rounding, got 1E309",
        ),
        (
            {"numeric": [">", 30, "<", 1]},
            'numeric needs a range whose bottom is less than its top, got [">", 30, "<", 1]',
        ),
        (
            {"numeric": [">=", 5, "<=", 5]},
            'numeric needs a range whose bottom is less than its top, got [">=", 5, "<=", 5]',
        ),
        ({"anything-but": None}, f"{ANYTHING_BUT}, got null"),
        ({"anything-but": True}, f"{ANYTHING_BUT}, got true"),
        ({"anything-but": []}, f"{ANYTHING_BUT}, got []"),
        ({"anything-but": ["a", 1]}, f'{ANYTHING_BUT}, got ["a", 1]'),
        ({"anything-but": [{"prefix": "a"}]}, f'{ANYTHING_BUT}, got [{{"prefix": "a"}}]'),
        (
            {"anything-but": 10**400},
            f"anything-but needs a number that a double holds without rounding, got {10**400}",
        ),
        (
            {"anything-but": {"cidr": "10.0.0.0/8"}},
            f'anything-but needs an object with one of {NESTED}, got {{"cidr": "10.0.0.0/8"}}',
        ),
        ({"anything-but": {"prefix": []}}, "anything-but prefix needs text or a list of texts, got []"),
        ({"anything-but": {"wildcard": ["a", 1]}}, 'anything-but wildcard needs text or a list of texts, got ["a", 1]'),
        (
            {"anything-but": {"suffix": ["a", ""]}},
            "anything-but suffix needs text that is not empty: every text has an empty suffix",
        ),
        (
            {"anything-but": {"prefix": {"equals-ignore-case": "a"}}},
            'anything-but prefix needs text or a list of texts, got {"equals-ignore-case": "a"}',
        ),
    ],
)
def test_what_no_event_can_be_wanted_by_is_refused(entry: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read_entry(entry)

    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("entry", "matcher"),
    [
        ({"exactly": "a"}, Exactly("a")),
        ({"prefix": ""}, Affix("prefix", "")),
        ({"prefix": {"equals-ignore-case": "a"}}, IgnoringCase("prefix equals-ignore-case", "a")),
        ("10.0.0.1", SameAddress("10.0.0.1")),
        ({"numeric": [">", 0, "<=", 5]}, Numeric(((">", 0.0), ("<=", 5.0)))),
        ({"anything-but": "10.0.0.1"}, AnythingBut((Exactly("10.0.0.1"),))),
        ({"anything-but": {"prefix": ["a", "b"]}}, AnythingBut((Affix("prefix", "a"), Affix("prefix", "b")))),
    ],
)
def test_an_entry_becomes_its_matcher(entry: Any, matcher: Matcher) -> None:
    assert read_entry(entry) == matcher
