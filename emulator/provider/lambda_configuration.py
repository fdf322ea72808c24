"""A function's configuration: what Pulumi calls it, and what Lambda's API does."""

from __future__ import annotations

from typing import Any

from emulator.provisioning.resource_type import Values

_API_WORDS = {
    "description": "Description",
    "handler": "Handler",
    "memorySize": "MemorySize",
    "role": "Role",
    "runtime": "Runtime",
    "timeout": "Timeout",
}
_COMPLETED = {
    "ephemeralStorage": "EphemeralStorage",
    "loggingConfig": "LoggingConfig",
    "tracingConfig": "TracingConfig",
}
_ALWAYS_IN_THEIR_BLOCK = {"logFormat", "mode", "size"}
"""What a block that is said at all always says."""


def completed(inputs: Values) -> dict[str, dict[str, Any]]:
    """The blocks that Lambda itself completes, with what it takes where nothing is said (Lambda API reference,
    `EphemeralStorage`, `LoggingConfig`, `TracingConfig`). Levels are those of JSON: lines of text have none."""
    logging = {"logFormat": "Text", "logGroup": f"/aws/lambda/{inputs['name']}", **inputs.get("loggingConfig", {})}
    levels = {"applicationLogLevel": "INFO", "systemLogLevel": "INFO"} if logging["logFormat"] == "JSON" else {}
    return {
        "ephemeralStorage": {"size": 512, **inputs.get("ephemeralStorage", {})},
        "loggingConfig": {**levels, **logging},
        "tracingConfig": {"mode": "PassThrough", **inputs.get("tracingConfig", {})},
    }


def in_api_words(inputs: Values) -> dict[str, Any]:
    """What `CreateFunction` and `UpdateFunctionConfiguration` both take; what is not said is at Lambda's default."""
    blocks = completed(inputs)
    return {
        **{api_word: inputs[word] for word, api_word in _API_WORDS.items() if word in inputs},
        **{
            api_word: {f"{inner[0].upper()}{inner[1:]}": value for inner, value in blocks[word].items()}
            for word, api_word in _COMPLETED.items()
        },
        # An empty text takes the target away.
        "DeadLetterConfig": {"TargetArn": inputs.get("deadLetterConfig", {}).get("targetArn", "")},
        "Environment": {"Variables": inputs.get("environment", {}).get("variables", {})},
    }


def told_blocks(told: Values) -> dict[str, dict[str, Any]]:
    """The blocks that Lambda completes, as it tells them of a function."""
    given = {
        word: {f"{inner[0].lower()}{inner[1:]}": value for inner, value in told[api_word].items()}
        for word, api_word in _COMPLETED.items()
        if api_word in told
    }
    return completed({"name": told["FunctionName"], **given})


def in_pulumi_words(told: Values, known: Values) -> dict[str, Any]:
    """The inputs that a function as Lambda tells it was made of.

    Args:
        told: a `FunctionConfiguration` of the Lambda API.
        known: the inputs when they were last looked at: what was said then is said now, also where it is the default.
    """
    words = {**_API_WORDS, "architectures": "Architectures", "name": "FunctionName", "packageType": "PackageType"}
    inputs = {word: told[api_word] for word, api_word in words.items() if told.get(api_word) is not None}
    inputs.update(_said_blocks(told, known))
    variables = told.get("Environment", {}).get("Variables", {})
    known_environment = known.get("environment", {})
    if variables:
        inputs["environment"] = {"variables": variables}
    elif "environment" in known and not known_environment.get("variables"):
        inputs["environment"] = known_environment
    if target := told.get("DeadLetterConfig", {}).get("TargetArn"):
        inputs["deadLetterConfig"] = {"targetArn": target}
    return inputs


def _said_blocks(told: Values, known: Values) -> dict[str, dict[str, Any]]:
    blocks = told_blocks(told)
    untouched = completed({"name": told["FunctionName"]})
    log_format = blocks["loggingConfig"]["logFormat"]
    unsaid = completed({"name": told["FunctionName"], "loggingConfig": {"logFormat": log_format}})
    return {
        word: {
            inner: value
            for inner, value in block.items()
            if inner in _ALWAYS_IN_THEIR_BLOCK or inner in known.get(word, {}) or value != unsaid[word].get(inner)
        }
        for word, block in blocks.items()
        if word in known or block != untouched[word]
    }
