"""A function's configuration means the same in Pulumi's words and in those of Lambda's API."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.provider.lambda_configuration import completed, in_api_words, in_pulumi_words, told_blocks

SAID = {
    "description": "splits",
    "handler": "work.handle",
    "memorySize": 128,
    "name": "split",
    "role": "arn:aws:iam::111111111111:role/one",
    "runtime": "python3.13",
    "timeout": 3,
}
TOLD = {
    "Description": "splits",
    "FunctionName": "split",
    "Handler": "work.handle",
    "MemorySize": 128,
    "Role": "arn:aws:iam::111111111111:role/one",
    "Runtime": "python3.13",
    "Timeout": 3,
}
UNTOUCHED: dict[str, Any] = {
    "DeadLetterConfig": {"TargetArn": ""},
    "Environment": {"Variables": {}},
    "EphemeralStorage": {"Size": 512},
    "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/split"},
    "TracingConfig": {"Mode": "PassThrough"},
}


def test_what_is_not_said_is_sent_as_lambda_s_default() -> None:
    sent = in_api_words(SAID)

    assert sent == {**{word: value for word, value in TOLD.items() if word != "FunctionName"}, **UNTOUCHED}


def test_each_block_is_sent_in_the_words_of_the_api() -> None:
    blocks = {
        "deadLetterConfig": {"targetArn": "arn:aws:sqs:eu-west-1:111111111111:failures"},
        "environment": {"variables": {"mode": "fast"}},
        "ephemeralStorage": {"size": 600},
        "loggingConfig": {"logFormat": "JSON", "applicationLogLevel": "WARN"},
        "tracingConfig": {"mode": "Active"},
    }

    sent = in_api_words({**SAID, **blocks})

    assert {word: sent[word] for word in UNTOUCHED} == {
        "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:eu-west-1:111111111111:failures"},
        "Environment": {"Variables": {"mode": "fast"}},
        "EphemeralStorage": {"Size": 600},
        "LoggingConfig": {
            "ApplicationLogLevel": "WARN",
            "LogFormat": "JSON",
            "LogGroup": "/aws/lambda/split",
            "SystemLogLevel": "INFO",
        },
        "TracingConfig": {"Mode": "Active"},
    }


@pytest.mark.parametrize("told", [TOLD, {**TOLD, **UNTOUCHED}])
def test_a_function_at_lambda_s_defaults_says_nothing_of_them(told: dict[str, Any]) -> None:
    assert in_pulumi_words(told, {}) == SAID
    assert told_blocks(told) == completed({"name": "split"})


@pytest.mark.parametrize(
    ("told", "known", "said"),
    [
        ({"Environment": {"Variables": {"AB": "1"}}}, {}, {"environment": {"variables": {"AB": "1"}}}),
        ({}, {"environment": {"variables": {"AB": "1"}}}, {}),
        ({}, {"environment": {"variables": {}}}, {"environment": {"variables": {}}}),
        ({}, {"environment": {}}, {"environment": {}}),
        ({"EphemeralStorage": {"Size": 600}}, {}, {"ephemeralStorage": {"size": 600}}),
        ({}, {"ephemeralStorage": {"size": 600}}, {"ephemeralStorage": {"size": 512}}),
        ({"TracingConfig": {"Mode": "Active"}}, {}, {"tracingConfig": {"mode": "Active"}}),
        ({}, {"deadLetterConfig": {"targetArn": "arn"}}, {}),
        ({"DeadLetterConfig": {"TargetArn": "arn"}}, {}, {"deadLetterConfig": {"targetArn": "arn"}}),
        (
            {"LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/x", "SystemLogLevel": "INFO"}},
            {},
            {"loggingConfig": {"logFormat": "JSON", "logGroup": "/x"}},
        ),
        (
            {"LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "WARN"}},
            {"loggingConfig": {"logFormat": "JSON", "systemLogLevel": "INFO"}},
            {"loggingConfig": {"logFormat": "JSON", "applicationLogLevel": "WARN", "systemLogLevel": "INFO"}},
        ),
        (
            {},
            {"loggingConfig": {"logFormat": "JSON", "applicationLogLevel": "WARN", "logGroup": "/x"}},
            {"loggingConfig": {"logFormat": "Text", "logGroup": "/aws/lambda/split"}},
        ),
    ],
)
def test_what_was_said_or_differs_from_the_default_is_read(
    told: dict[str, Any], known: dict[str, Any], said: dict[str, Any]
) -> None:
    assert in_pulumi_words({**TOLD, **told}, known) == {**SAID, **said}
