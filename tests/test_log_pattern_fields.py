"""Patterns for fields with spaces between: the guide's examples, and what the guide refuses."""

from __future__ import annotations

import pytest

from components.log_pattern import InvalidLogPattern, LogPattern
from components.log_pattern_fields import fields_of

NOT_FOUND = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
"""CloudWatch Logs user guide, "Using filter patterns to match terms in space-delimited log events"."""

LINES = (
    "INFO 09/25/2014 12:00:00 GET /service/resource/67 1200",
    "INFO 09/25/2014 12:00:01 POST /service/resource/67/part/111 1310",
    "WARNING 09/25/2014 12:00:02 Invalid user request",
    "ERROR 09/25/2014 12:00:02 Failed to process request",
)
"""Ibid."""

REPORT = (
    "REPORT RequestId: 6234bffe-149a-b642-81ff-2e8e376d8aff\tDuration: 46.84 ms\tBilled Duration: 47 ms \t"
    "Memory Size: 192 MB\tMax Memory Used: 72 MB\t\n"
)
"""Lambda developer guide, "Using Lambda with CloudWatch Logs"."""


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        (r"[ip=%127\.0\.0\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]", True),
        (r"[ip=%128\.0\.0\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]", False),
        ("[..., request =*.html*, status_code = 4*, bytes]", True),
        ("[..., request =*.html*, status_code = 5*, bytes]", False),
        (
            "[ip, user, username, timestamp, request =*.html*, status_code = 404 || status_code = 410, bytes]",
            True,
        ),
        ("[ip, user, username, timestamp, request, status_code = 4* && bytes > 1000]", None),
        ("[ip, user, username, timestamp, request, status_code = 4* && status_code != 403, bytes]", True),
        ("[ip, user, username, timestamp, request, status_code = 4* && status_code != 404, bytes]", False),
        ("[ip, user, username, timestamp, request, status_code, bytes > 1000]", True),
        ("[ip, user, username, timestamp, request, status_code, bytes > 1534]", False),
        ("[ip, user, username, timestamp, request, bytes > 1000]", False),
        ("[ip, user, ..., status_code = 404, bytes]", True),
        ("[ip, user = Prod, ...]", True),
        ("[..., request=*.html*, status_code=4*,]", True),
        ("[a, b, c, d, e, f, g, h]", False),
        ("[a, b, c, d, e, f, ..., g, h]", False),
        ("[...]", True),
        ("[ip, user, username, timestamp = 10*, ...]", True),
        ('[ip, user, username, timestamp, request = "GET /index.html HTTP/1.0", ...]', True),
    ],
)
def test_the_guides_log_event(pattern: str, wanted: bool | None) -> None:
    if wanted is None:
        # An example of the older edition, which the newer one has no more: one condition on two fields.
        with pytest.raises(InvalidLogPattern, match="a field takes conditions on itself only"):
            LogPattern.parse(pattern)
        return
    assert LogPattern.parse(pattern).matches(NOT_FOUND) is wanted


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("[w1=ERROR, w2]", [3]),
        ("[w1=ERROR || w1=WARNING, w2]", [2, 3]),
        ("[(w1=ERROR || w1=WARNING) && w1!=ERROR, w2]", [2]),
        ("[w1!=ERROR && w1!=WARNING, w2]", [0, 1]),
        ("[logLevel, date, time, method, url=%/service/resource/[0-9]+$%, response_time]", [0]),
        ("[logLevel, date, time, method, url=%/service/resource/[0-9]+/part/[0-9]+$%, response_time]", [1]),
        # A last field with a condition is the last field.
        ("[w1=ERROR]", []),
        ("[..., milliseconds > 1200]", [1]),
    ],
)
def test_the_guides_log_lines(pattern: str, wanted: list[int]) -> None:
    parsed = LogPattern.parse(pattern)

    assert [index for index, line in enumerate(LINES) if parsed.matches(line)] == wanted


def test_lambdas_own_report_is_fields_too() -> None:
    pattern = '[label = "REPORT", id_label = "RequestId:", id, duration_label = "Duration:", duration > 40, ...]'

    assert LogPattern.parse(pattern).matches(REPORT)
    assert not LogPattern.parse(pattern).matches(REPORT.replace("46.84", "39"))


def test_brackets_and_quotes_make_one_field() -> None:
    assert [value.text for value in fields_of(NOT_FOUND)] == [
        "127.0.0.1",
        "Prod",
        "frank",
        "10/Oct/2000:13:25:15 -0700",
        "GET /index.html HTTP/1.0",
        "404",
        "1534",
    ]
    assert [value.text for value in fields_of('"" [] "open [half')] == ["", "", '"open', "[half"]
    assert fields_of(" \n") == []


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("[]", "needs the name of a field, or ..., got ]"),
        ("[a, b", "needs a comma, && or || with a condition on the same field, or ], and the pattern ends there"),
        ("[a b]", "needs a comma, && or || with a condition on the same field, or ], got b]"),
        ("[a, b] c", "needs nothing after the ], got c"),
        ("[..., a, ...]", "needs one ... at most: with two nobody can tell which field is which"),
        ("[a = 1 && b = 2, c]", "has a condition on a and b, and a field takes conditions on itself only"),
        ("[a = 1 && , c]", "needs the name of a field, got , c]"),
        ("[a = %x%, b = %y%, c = %z%]", "needs at most 2 regexes, and %z% is one more"),
    ],
)
def test_what_cloudwatch_logs_refuses_is_refused_in_words(pattern: str, told: str) -> None:
    with pytest.raises(InvalidLogPattern) as refused:
        LogPattern.parse(pattern)

    assert str(refused.value) == told
