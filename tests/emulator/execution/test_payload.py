"""Payloads on their way through JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from emulator.execution.function_error import Fault
from emulator.execution.payload import RESPONSE_BYTES, ResponseTooLarge, as_json, returned

JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
    max_leaves=10,
)


@given(JSON)
def test_json_comes_through_as_it_is(value: Any) -> None:
    assert returned(value, limited=True) == value


@pytest.mark.parametrize(
    ("value", "received"),
    [
        ((1, 2), [1, 2]),
        ({1: "a"}, {"1": "a"}),
        (Decimal("4.5"), 4.5),
        (Decimal("7"), 7),
        ({"magnitude": Decimal("1E+2")}, {"magnitude": 100.0}),
        (b'{"ready": true}', {"ready": True}),
        (b"no json", "no json"),
    ],
)
def test_a_caller_receives_what_json_makes_of_a_result(value: Any, received: Any) -> None:
    assert returned(value, limited=True) == received


def test_a_decimal_that_is_no_number_is_none_in_json_either() -> None:
    assert str(returned(Decimal("NaN"), limited=True)) == "nan"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({1, 2}, "Unable to marshal response: Object of type set is not JSON serializable"),
        (object(), "Unable to marshal response: Object of type object is not JSON serializable"),
        ({(1, 2): 3}, "Unable to marshal response: keys must be str, int, float, bool or None, not tuple"),
    ],
)
def test_what_json_cannot_hold_is_a_marshal_error(value: Any, message: str) -> None:
    with pytest.raises(Fault) as raised:
        returned(value, limited=True)

    assert (raised.value.error_type, str(raised.value)) == ("Runtime.MarshalError", message)


def test_a_response_has_a_limit_only_if_somebody_waits_for_it() -> None:
    fits = "x" * (RESPONSE_BYTES - 2)

    assert returned(fits, limited=True) == fits
    assert returned(f"{fits}x", limited=False) == f"{fits}x"
    with pytest.raises(
        ResponseTooLarge, match=r"^Response payload size exceeded maximum allowed payload size \(6291556 bytes\)\.$"
    ):
        returned(f"{fits}x", limited=True)


def test_a_payload_is_written_without_spaces() -> None:
    assert as_json({"a": [1, 2]}) == '{"a":[1,2]}'
