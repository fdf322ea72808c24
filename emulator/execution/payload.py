"""Payloads are JSON: what a handler receives and returns has gone through it, and has a size limit."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from emulator.execution.function_error import Fault

SYNCHRONOUS_BYTES = 6_291_456
ASYNCHRONOUS_BYTES = 1_048_576
"""The largest request payloads (Lambda Developer Guide, "Lambda quotas": 6 MB and 1 MB)."""
RESPONSE_BYTES = 6_291_556
"""The largest response: the quota and 100 bytes more, as Lambda's own error message counts."""


class ResponseTooLarge(Exception):
    """What a handler returned is over the limit."""


def as_json(payload: Any) -> str:
    """A payload as the bytes that travel, before they are encoded.

    Raises:
        TypeError, ValueError: JSON cannot hold it.
    """
    return json.dumps(payload, separators=(",", ":"))


def returned(value: Any, *, limited: bool) -> Any:
    """What a caller receives of what a handler returned.

    Lambda's runtime writes `Decimal` as a number and takes bytes as JSON that is ready; all else is as `json` has it.

    Args:
        value: what the handler returned.
        limited: whether somebody waits for the response; an asynchronous one has no limit.

    Raises:
        Fault: JSON cannot hold it (`Runtime.MarshalError`).
        ResponseTooLarge: it is over the limit.
    """
    try:
        text = value.decode() if isinstance(value, bytes) else json.dumps(value, default=_number)
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error
    if limited and len(text.encode()) > RESPONSE_BYTES:
        raise ResponseTooLarge(f"Response payload size exceeded maximum allowed payload size ({RESPONSE_BYTES} bytes).")
    return _parsed(text)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text  # Bytes that are no JSON reach a caller as they are.


def _number(value: object) -> object:
    if isinstance(value, Decimal):
        return float("nan") if value.is_nan() else json.loads(str(value))
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
