"""Numbers, dates, booleans, bytes and addresses, as policies and requests spell them."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_EPOCH = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?)?)?",
    re.ASCII,
)
_PREFIX = re.compile(r"/\d{1,3}", re.ASCII)
_EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=1024)
def number(text: str) -> Decimal | None:
    """An integer or decimal, `1e3` and `+5` included; None for anything else, a blank before it included."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


@lru_cache(maxsize=1024)
def seconds(text: str) -> Decimal | None:
    """The seconds since 1970 of a date in one of the W3C forms of ISO 8601, or of epoch seconds; None for neither.

    Four digits are a year. A time without a zone is taken for UTC, which AWS does not document.
    """
    if _EPOCH.fullmatch(text) and not _YEAR.fullmatch(text):
        return Decimal(text)
    found = _DATE.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        moment = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC
        )
    except ValueError:
        return None
    elapsed = moment - _EPOCH_START - _offset(zone)
    return Decimal(elapsed.days * 86_400 + elapsed.seconds) + Decimal(f"0.{fraction or 0}")


def boolean(text: str) -> bool | None:
    """`true` or `false`; AWS does not document whether letter case counts, here it does not. None for neither."""
    return {"true": True, "false": False}.get(text.lower())


@lru_cache(maxsize=1024)
def binary(text: str) -> bytes | None:
    """The bytes of a base64 text; None where it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


@lru_cache(maxsize=1024)
def network(text: str) -> Network | None:
    """The addresses of a CIDR block, IPv4 or IPv6; one address is a block of its own. None for anything else."""
    address, slash, _ = text.partition("/")
    if "%" in address or (slash and not _PREFIX.fullmatch(text[len(address) :])):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def address(text: str) -> Address | None:
    """One IPv4 or IPv6 address; None for anything else."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone == "Z":
        return timedelta()
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return -offset if zone[0] == "-" else offset
