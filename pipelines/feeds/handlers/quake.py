"""What a quake is: the facts that a feature must state before it is recorded, and in which form.

The form is the USGS's ("GeoJSON Summary Format", earthquake.usgs.gov/earthquakes/feed/v1.0/geojson.php). The bounds are
wider than anything ever measured: what lies outside is a mistake.
"""

from __future__ import annotations

import json
import reprlib
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Any

from boto3.dynamodb.types import DYNAMODB_CONTEXT

YEAR_10000_MS = 253_402_300_800_000


class InvalidQuake(ValueError):
    """A feature that cannot be recorded; the text says which fact is wrong."""


@dataclass(frozen=True)
class Quake:
    """One version of one quake."""

    quake_id: str
    updated_ms: int
    """When this version was made. The newest version counts."""
    time_ms: int
    magnitude: Decimal
    longitude: Decimal
    latitude: Decimal
    depth_km: Decimal
    place: str | None
    url: str | None
    feature: str
    """The whole feature as it was published, JSON."""


def read_quake(feature: str) -> Quake:
    """The quake that a GeoJSON feature of the USGS describes.

    Raises:
        InvalidQuake: a fact is missing or cannot be true.
    """
    try:
        told = json.loads(feature, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError, DecimalException) as error:
        raise InvalidQuake(f"the message is no JSON: {error}") from None
    told = _object(told, "the feature")
    properties = _object(told.get("properties"), "properties")
    if properties.get("type") != "earthquake":
        raise InvalidQuake(f"properties.type must be earthquake, got {_shown(properties.get('type'))}")
    longitude, latitude, depth = _coordinates(told.get("geometry"))
    return Quake(
        quake_id=_text(told.get("id"), "id", most_bytes=256),
        updated_ms=_milliseconds(properties.get("updated"), "properties.updated"),
        time_ms=_milliseconds(properties.get("time"), "properties.time"),
        magnitude=_number(properties.get("mag"), "properties.mag", -10, 12),
        longitude=_number(longitude, "longitude", -180, 180),
        latitude=_number(latitude, "latitude", -90, 90),
        depth_km=_number(depth, "depth", -100, 1000),
        place=_text_or_none(properties.get("place"), "properties.place", most_bytes=1000),
        url=_text_or_none(properties.get("url"), "properties.url", most_bytes=1000),
        feature=feature,
    )


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _shown(value: object) -> str:
    return reprlib.repr(value)


def _object(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidQuake(f"{what} must be an object, got {_shown(value)}")
    return value


def _coordinates(geometry: object) -> list[object]:
    coordinates = _object(geometry, "geometry").get("coordinates")
    if not isinstance(coordinates, list) or len(coordinates) != 3:
        raise InvalidQuake(f"coordinates must be longitude, latitude and depth, got {_shown(coordinates)}")
    return coordinates


def _text_or_none(value: object, what: str, most_bytes: int) -> str | None:
    return None if value is None or value == "" else _text(value, what, most_bytes)


def _text(value: object, what: str, most_bytes: int) -> str:
    if not isinstance(value, str) or value == "":
        raise InvalidQuake(f"{what} must be a text, got {_shown(value)}")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise InvalidQuake(f"{what} holds half a surrogate pair, which is no character") from None
    if size > most_bytes:
        raise InvalidQuake(f"{what} must fit in {most_bytes} bytes, got {size}")
    return value


def _number(value: object, what: str, least: int, most: int) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InvalidQuake(f"{what} must be a number, got {_shown(value)}")
    if not least <= value <= most:
        raise InvalidQuake(f"{what} must lie between {least} and {most}, got {_shown(value)}")
    try:
        exact: Decimal = DYNAMODB_CONTEXT.create_decimal(value)
    except DecimalException:
        raise InvalidQuake(f"{what} must fit in the 38 digits of a table, got {_shown(value)}") from None
    return exact


def _milliseconds(value: object, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < YEAR_10000_MS:
        raise InvalidQuake(f"{what} must be milliseconds since 1970, an integer, got {_shown(value)}")
    return value
