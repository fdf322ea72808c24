"""What a quake is: only facts that can be true are recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SAMPLES = Path(__file__).parent / "samples"

Handlers = Callable[[str], ModuleType]


def changed(**facts: Any) -> str:
    """A quake with other facts: of the feature itself, or else of its properties."""
    properties = {"mag": 2, "place": "somewhere", "time": 500, "updated": 1000, "type": "earthquake"}
    geometry = {"type": "Point", "coordinates": [-17.4, 66.05, 5]}
    feature: dict[str, Any] = {"type": "Feature", "id": "us1", "properties": properties, "geometry": geometry}
    for name, value in facts.items():
        (feature if name in feature and name != "type" else properties)[name] = value
    return json.dumps(feature)


NO_QUAKES = [
    ("", "no JSON"),
    ("{", "no JSON"),
    ("[" * 200_000, "no JSON"),
    ('{"a": ' + "9" * 5_000 + "}", "no JSON"),
    ('{"a": NaN}', "no JSON: NaN is no number"),
    ("null", "the feature must be an object, got None"),
    ('"text"', "the feature must be an object"),
    (changed(properties=None), "properties must be an object"),
    (changed(type=None), "properties.type must be earthquake, got None"),
    (changed(type="explosion"), "properties.type must be earthquake, got 'explosion'"),
    (changed(id=None), "id must be a text, got None"),
    (changed(id=""), "id must be a text"),
    (changed(id=7), "id must be a text"),
    (changed(id="é" * 129), "id must fit in 256 bytes, got 258"),
    (changed(id="\ud83c"), "id holds half a surrogate pair"),
    (changed(place=5), "place must be a text"),
    (changed(place="x" * 1001), "place must fit in 1000 bytes"),
    (changed(url=["x"]), "url must be a text"),
    (changed(mag=None), "mag must be a number, got None"),
    (changed(mag="5.0"), "mag must be a number, got '5.0'"),
    (changed(mag=True), "mag must be a number, got True"),
    (changed(mag=12.1), "mag must lie between -10 and 12"),
    (changed().replace('"mag": 2', '"mag": 1e400'), "mag must lie between -10 and 12"),
    (changed().replace('"mag": 2', f'"mag": 2.{"1" * 38}'), "mag must fit in the 38 digits"),
    (changed().replace('"mag": 2', '"mag": 1e-200'), "mag must fit in the 38 digits"),
    (changed(updated=None), "updated must be milliseconds since 1970, an integer, got None"),
    (changed(updated="yesterday"), "updated must be milliseconds"),
    (changed(updated=True), "updated must be milliseconds"),
    (changed(updated=1000.0), "updated must be milliseconds"),
    (changed(updated=-1), "updated must be milliseconds"),
    (changed(time=253_402_300_800_000), "time must be milliseconds"),
    (changed(geometry=None), "geometry must be an object"),
    (changed(geometry={}), "coordinates must be longitude, latitude and depth, got None"),
    (changed(geometry={"coordinates": [1, 2]}), "coordinates must be longitude, latitude and depth"),
    (changed(geometry={"coordinates": [181, 2, 3]}), "longitude must lie between -180 and 180"),
    (changed(geometry={"coordinates": [1, "2", 3]}), "latitude must be a number"),
    (changed(geometry={"coordinates": [1, 2, None]}), "depth must be a number"),
]


@pytest.mark.parametrize(("body", "because"), NO_QUAKES, ids=[because for _, because in NO_QUAKES])
def test_what_states_no_quake_is_refused_with_the_reason(handlers: Handlers, body: str, because: str) -> None:
    quake = handlers("quake")

    with pytest.raises(quake.InvalidQuake, match=re.escape(because)):
        quake.read_quake(body)


def test_every_quake_of_the_week_can_be_recorded(handlers: Handlers) -> None:
    with (SAMPLES / "all-week.geojson").open("rb") as feed:
        features = [feature.text for feature in handlers("features").read_features(feed)]

    quakes = [handlers("quake").read_quake(text) for text in features if '"type":"earthquake"' in text]

    assert len({each.quake_id for each in quakes}) == 1679
