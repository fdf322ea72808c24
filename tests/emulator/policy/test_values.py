"""Numbers, dates, booleans, bytes and addresses, as policies and requests spell them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from emulator.policy.values import address, binary, boolean, network, number, seconds

JUNE_2024 = Decimal(1_717_200_000)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("300", "300"),
        ("300.0", "300"),
        ("300.", "300"),
        (".5", "0.5"),
        ("-5", "-5"),
        ("+5", "5"),
        ("007", "7"),
        ("1e3", "1000"),
        ("1E-2", "0.01"),
        ("9007199254740993", "9007199254740993"),
    ],
)
def test_integers_and_decimals_are_numbers(text: str, value: str) -> None:
    assert number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", " 5", "5 ", "1_000", "1,5", "0x10", "NaN", "Infinity", "five", "٥", "--5", "1e"])
def test_anything_else_is_no_number(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2024-06-01T00:00:00Z",
        "2024-06-01T00:00Z",
        "2024-06-01T00:00:00.000Z",
        "2024-06-01T02:00:00+02:00",
        "2024-05-31T18:30:00-05:30",
        "2024-06-01T02:00:00+0200",
        "2024-06-01T00:00:00",
        "2024-06-01",
        "2024-06",
        "1717200000",
        "1717200000.0",
    ],
)
def test_one_moment_has_many_spellings(text: str) -> None:
    assert seconds(text) == JUNE_2024


def test_fractions_of_a_second_count() -> None:
    assert seconds("2024-06-01T00:00:00.000000001Z") == JUNE_2024 + Decimal("0.000000001")
    assert seconds("1717200000.25") == JUNE_2024 + Decimal("0.25")


def test_four_digits_are_a_year_and_more_are_seconds() -> None:
    assert seconds("2024") == Decimal(1_704_067_200)
    assert seconds("20240601") == Decimal(20_240_601)


def test_a_date_before_1970_is_negative() -> None:
    assert seconds("1969-12-31T23:59:59Z") == Decimal(-1)
    assert seconds("-1") == Decimal(-1)


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "2024-13-01", "2024-02-30", "2024-6-1", "01/06/2024", "2024-06-01 00:00:00", "2024-06-01Z"),
        *("2024-06-01T24:00:00Z", "2024-06-01T00:00:00+24:00", "2024-06-01T", "0000-01-01", "2024-06-01T00Z"),
    ],
)
def test_anything_else_is_no_date(text: str) -> None:
    assert seconds(text) is None


@pytest.mark.parametrize(("text", "value"), [("true", True), ("TRUE", True), ("False", False), ("1", None), ("", None)])
def test_true_and_false_are_booleans_in_any_letter_case(text: str, value: bool | None) -> None:
    assert boolean(text) is value


@pytest.mark.parametrize(("text", "value"), [("YQ==", b"a"), ("", b""), ("YQ", None), ("Y Q==", None), ("*", None)])
def test_base64_is_read_strictly(text: str, value: bytes | None) -> None:
    assert binary(text) == value


@pytest.mark.parametrize(
    ("block", "inside", "expected"),
    [
        ("10.0.0.0/24", "10.0.0.255", True),
        ("10.0.0.0/24", "10.0.1.0", False),
        ("10.0.0.9/24", "10.0.0.1", True),
        ("203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.8", False),
        ("0.0.0.0/0", "255.255.255.255", True),
        ("0.0.0.0/0", "2001:db8::1", False),
        ("::/0", "10.0.0.1", False),
        ("2001:DB8::/32", "2001:0db8:0:0:0:0:0:1", True),
        ("2001:db8::1", "2001:db8::2", False),
    ],
)
def test_an_address_lies_in_a_block_of_its_own_family(block: str, inside: str, expected: bool) -> None:
    addresses, one = network(block), address(inside)

    assert addresses is not None
    assert one is not None
    assert (one in addresses) is expected


@pytest.mark.parametrize(
    "text", ["", "10.0.0", "10.0.0.0/33", "10.0.0.256", "10.0.0.0/255.255.255.0", "fe80::1%eth0", "10.0.0.0/", "any"]
)
def test_anything_else_is_no_block_of_addresses(text: str) -> None:
    assert network(text) is None


@pytest.mark.parametrize("text", ["", "10.0.0.0/24", "010.0.0.1", " 10.0.0.1"])
def test_anything_else_is_no_address(text: str) -> None:
    assert address(text) is None
