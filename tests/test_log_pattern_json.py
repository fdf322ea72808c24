"""Patterns for JSON: the guide's examples on the guide's log events, and what the guide refuses."""

from __future__ import annotations

import json

import pytest

from components.log_pattern import InvalidLogPattern, LogPattern

TRAIL = json.dumps(
    {
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": None,
        "ThisFlag": True,
        "cluster.name": "c",
        "latency": 500.5,
        "errorCode": 400,
        "number": [1000, 0.001],
    }
)
"""CloudWatch Logs user guide, "Using filter patterns to match terms in JSON log events"; the numbers are ours."""

USERS = json.dumps(
    {
        "user": {"id": 1, "email": "John.Stiles@example.com"},
        "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
        "actions": ["GET", "PUT", "DELETE"],
        "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
    }
)
"""Ibid., on compound expressions."""


@pytest.mark.parametrize(
    "pattern",
    [
        '{ $.eventType = "UpdateTrail" }',
        "{$.eventType=UpdateTrail}",
        "{ $.sourceIPAddress != 123.123.* }",
        "{ $.sourceIPAddress = 111.111.* }",
        '{ $.arrayKey[0] = "value" }',
        "{ $.objectList[1].id = 2 }",
        "{ $.eventType = %Trail% }",
        "{ $.arrayKey[*] = %val.{2}% }",
        r"{ $.* = %111\.111\.111\.1[0-9]{1,2}% }",
        "{ $.['cluster.name'] = \"c\" }",
        "{ $.SomeObject IS NULL }",
        "{ $.SomeOtherObject NOT EXISTS }",
        "{ $.ThisFlag IS TRUE }",
        "{ $.latency = * }",
        "{ $.latency >= 500 }",
        "{ $.latency < 10e3 }",
        "{ $.errorCode = 400}",
        "{ $.errorCode = 4* }",
        "{ $.errorCode != 500 }",
        "{ $.number[0] = 1e+3 }",
        "{ $.number[1] = 1e-3 }",
        "{ $.objectList[*].name = b }",
    ],
)
def test_the_guides_log_event_is_wanted(pattern: str) -> None:
    assert LogPattern.parse(pattern).matches(TRAIL)


@pytest.mark.parametrize(
    "pattern",
    [
        '{ $.eventType = "updatetrail" }',
        "{ $.sourceIPAddress != 111.* }",
        '{ $.arrayKey[1] = "value" }',
        '{ $.arrayKey[2] = "value" }',
        '{ $.eventType[0] = "U" }',
        "{ $.ThisFlag IS FALSE }",
        "{ $.ThisFlag IS NULL }",
        "{ $.eventType IS NULL }",
        "{ $.SomeObject NOT EXISTS }",
        "{ $.missing IS NULL }",
        "{ $.latency > 500.5 }",
        "{ $.eventType > 5 }",
        "{ $.errorCode > 400 }",
        # Neither holds of what is an array, an object or no text and no number.
        "{ $.objectList = 1 }",
        "{ $.objectList != 1 }",
        "{ $.SomeObject != a }",
        "{ $.ThisFlag = true }",
        "{ $.missing != a }",
        "{ $.objectList[*].name = c }",
    ],
)
def test_the_guides_log_event_is_not_wanted(pattern: str) -> None:
    assert not LogPattern.parse(pattern).matches(TRAIL)


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', True),
        (
            '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" '
            '&& $.actions[2] = "nonmatch" }',
            True,
        ),
        (
            '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") '
            '&& $.actions[2] = "nonmatch" }',
            False,
        ),
        ('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', False),
        ("{ $.coordinates[1][2] = 6 }", True),
    ],
)
def test_compound_expressions_are_as_the_guide_says(pattern: str, wanted: bool) -> None:
    assert LogPattern.parse(pattern).matches(USERS) is wanted


@pytest.mark.parametrize("message", ["ERROR", "", "[1]", '{"level": ', '{"level": NaN}', '"level"', "[" * 100_000])
def test_what_is_no_json_object_is_not_wanted(message: str) -> None:
    assert not LogPattern.parse("{ $.level = * }").matches(message)
    assert not LogPattern.parse('{ $.level = "ERROR" || $.level = INFO }').matches(message)


def test_a_number_beyond_measure_is_compared_as_it_is_spelled() -> None:
    message = '{"n": 1e99999999999999999999}'

    assert not LogPattern.parse("{ $.n > 1 }").matches(message)
    assert LogPattern.parse("{ $.n = 1e9* }").matches(message)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("{}", "needs a property such as $.level, $.users[0].id or $.['with.dots'], got }"),
        ("{ level = 1 }", "needs a property such as $.level, $.users[0].id or $.['with.dots'], got level = 1 }"),
        ("{ $[0] = 1 }", "needs a property such as $.level, $.users[0].id or $.['with.dots'], got $[0] = 1 }"),
        ("{ $.a }", "needs one of = != < > <= >= after $.a, got }"),
        ("{ $.a. = 1 }", "needs one of = != < > <= >= after $.a, got . = 1 }"),
        ("{ $.a = 1", "needs &&, || or }, and the pattern ends there"),
        ("{ $.a = 1 } x", "needs nothing after the }, got x"),
        ("{ $.a = 1 && }", "needs a property such as $.level, $.users[0].id or $.['with.dots'], got }"),
        ("{ $.a = 1 & $.b = 2 }", "needs &&, || or }, got & $.b = 2 }"),
        ("{ $.a IS NOT NULL }", "$.a IS NOT is not supported: say what it is instead"),
        ("{ $.a EXISTS }", "$.a EXISTS is not supported: $.a = * asks for any value"),
        ("{ $.a IS 5 }", "$.a IS needs NULL, TRUE or FALSE, got none of them"),
        ("{ $.a IS null }", "$.a IS needs NULL, TRUE or FALSE, got null"),
        ("{ $.a NOT NULL }", "NOT after $.a means nothing: needs IS, NOT EXISTS or an operator"),
        ("{ $.a LIKE b }", "LIKE after $.a means nothing: needs IS, NOT EXISTS or an operator"),
        ("{ $.a[*].b[*] = 1 }", "$.a[*].b[*] has 2 wildcards: a selector takes one"),
        (
            "{ $.a[*] = 1 && $.b[*] = 1 && $.* = 1 && $.d[*] = 1 }",
            "needs at most 3 selectors with a wildcard, $.d[*] is one more",
        ),
        ("{ $.a = %x% || $.b = %y% || $.c = %z% }", "needs at most 2 regexes, and %z% is one more"),
    ],
)
def test_what_cloudwatch_logs_refuses_is_refused_in_words(pattern: str, told: str) -> None:
    with pytest.raises(InvalidLogPattern) as refused:
        LogPattern.parse(pattern)

    assert str(refused.value) == told
