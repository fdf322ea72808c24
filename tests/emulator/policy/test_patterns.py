"""Text in a policy: wildcards that stand for any characters, and variables that the request fills in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.policy.patterns import Context, arn_matches, as_written, matches, template

TOPIC = "arn:aws:sns:eu-west-1:111122223333:events"


def resolved(
    text: str, context: Context | None = None, *, wildcards: bool = True, variables: bool = True
) -> str | None:
    pattern = template(text, wildcards=wildcards, variables=variables).resolve(context or {})
    return None if pattern is None else as_written(pattern)


def covers(pattern: str, text: str, context: Context | None = None) -> bool:
    wanted = template(pattern, wildcards=True, variables=True).resolve(context or {})
    return wanted is not None and matches(wanted, text)


def covers_arn(pattern: str, arn: str) -> bool:
    wanted = template(pattern, wildcards=True, variables=True).resolve({})
    return wanted is not None and arn_matches(wanted, arn)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*", "", True),
        ("*", "a\nb:c/d", True),
        ("", "", True),
        ("", "a", False),
        ("orders", "orders", True),
        ("orders", "Orders", False),
        ("order?", "orders", True),
        ("order?", "order", False),
        ("order?", "orders2", False),
        ("??", "é😀", True),
        ("a*c", "ac", True),
        ("a*c", "abcabc", True),
        ("a*c", "abcab", False),
        ("*ab*ab*", "abab", True),
        ("*ab*ab*", "abxb", False),
        ("a**b?", "abb", True),
        ("in/a+(1)[x].csv", "in/a+(1)[x].csv", True),
        ("in/[ab].csv", "in/a.csv", False),
        ("*.csv", "a.csv\n", False),
    ],
)
def test_a_star_stands_for_any_characters_and_a_question_mark_for_one(pattern: str, text: str, expected: bool) -> None:
    assert covers(pattern, text) is expected


def test_a_star_crosses_colons_and_slashes_of_an_arn() -> None:
    assert covers("arn:aws:sns:*", TOPIC)
    assert covers("arn:aws:sns:*:events", TOPIC)
    assert covers("arn:aws:s3:::bucket/*.csv", "arn:aws:s3:::bucket/in/12:30.csv")


def test_many_stars_are_matched_without_trying_everything() -> None:
    assert not covers("*a" * 30 + "b", "a" * 2000)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (TOPIC, True),
        ("arn:aws:sns:*:111122223333:*", True),
        ("arn:*:s?s:*:*:ev*", True),
        ("arn:aws:sns:*:events", False),
        ("arn:aws:sns:eu-west-1:*:vents", False),
        ("arn:aws:sns:eu-west-1:111122223333:EVENTS", False),
        ("arn:aws:sns:eu-west-1:111122223333", False),
        ("*", False),
        ("*:*:*:*:*:*", True),
    ],
)
def test_an_arn_is_compared_component_by_component(pattern: str, expected: bool) -> None:
    assert covers_arn(pattern, TOPIC) is expected


def test_the_last_component_of_an_arn_may_hold_colons() -> None:
    assert covers_arn("arn:aws:logs:*:*:log-group:/app:*", "arn:aws:logs:eu-west-1:1:log-group:/app:stream:x")
    assert not covers_arn("arn:aws:logs:*:*:log-group:/app", "arn:aws:logs:eu-west-1:1:log-group:/app:stream")


def test_what_is_no_arn_is_like_no_arn_pattern() -> None:
    assert not covers_arn("*:*:*:*:*:*", "events")
    assert not covers_arn("arn:aws:sns", "arn:aws:sns")


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("home/${aws:username}/*", {"aws:username": "alice"}, "home/alice/*"),
        ("${AWS:UserName}", {"aws:username": "alice"}, "alice"),
        ("${ aws:username }", {"aws:username": "alice"}, "alice"),
        ("${aws:PrincipalTag/my team}", {"aws:principaltag/my team": "red"}, "red"),
        ("${aws:username}${aws:username}", {"aws:username": "a"}, "aa"),
        ("x${aws:username}y", {"aws:username": ""}, "xy"),
        ("${aws:username, 'nobody'}", {}, "nobody"),
        ("${aws:username,'nobody'}", {}, "nobody"),
        ("${ aws:username , 'no, body' }", {}, "no, body"),
        ("${aws:username, ''}", {}, ""),
        ("${aws:username, 'nobody'}", {"aws:username": "alice"}, "alice"),
        ("${aws:username}", {}, None),
        ("${aws:TagKeys}", {"aws:tagkeys": ("team",)}, None),
        ("${aws:TagKeys, 'none'}", {"aws:tagkeys": ("team", "env")}, "none"),
        ("a$b{c}${", {}, "a$b{c}${"),
    ],
)
def test_a_variable_is_filled_in_from_the_request(text: str, context: Context, expected: str | None) -> None:
    assert resolved(text, context) == expected


@pytest.mark.parametrize("text", ["${}", "${ }", "${aws:username, nobody}", "${, 'x'}", "${a, 'b', 'c'}"])
def test_a_variable_that_aws_would_not_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no policy variable: it needs a condition key"):
        template(text, wildcards=True, variables=True)


def test_a_text_without_variables_keeps_its_dollar_signs() -> None:
    assert resolved("${aws:username}/${*}", {"aws:username": "alice"}, variables=False) == "${aws:username}/${*}"


@pytest.mark.parametrize(("written", "character"), [("${*}", "*"), ("${?}", "?"), ("${$}", "$")])
def test_an_escaped_wildcard_is_only_itself(written: str, character: str) -> None:
    assert covers(f"a{written}b", f"a{character}b")
    assert not covers(f"a{written}b", "axb")


@pytest.mark.parametrize("value", ["*", "b*", "?lue"])
def test_wildcards_that_a_variable_brings_in_are_plain_characters(value: str) -> None:
    context = {"aws:principaltag/team": value}

    assert covers("${aws:PrincipalTag/team}/*", f"{value}/x", context)
    assert not covers("${aws:PrincipalTag/team}/*", "blue/x", context)
    assert not covers(f"${{aws:none, '{value}'}}", "blue")


def test_where_wildcards_have_no_meaning_they_are_plain_characters() -> None:
    pattern = template("a*", wildcards=False, variables=True).resolve({})

    assert pattern == "a*"
    assert not matches(pattern, "ab")


def reference(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return reference(pattern[1:], text) or bool(text and reference(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and reference(pattern[1:], text[1:])


@settings(derandomize=True, max_examples=500)
@given(pattern=st.text(alphabet="ab:*?.", max_size=8), text=st.text(alphabet="ab:.\n", max_size=8))
def test_matching_agrees_with_the_plain_definition_of_wildcards(pattern: str, text: str) -> None:
    assert covers(pattern, text) is reference(pattern, text)
