"""The reader of feeds: it reads in pieces, and nobody can tell in which."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

SAMPLES = Path(__file__).parent / "samples"
MIB = 1_048_576

# The same examples every time, on a slow machine too.
steady = settings(derandomize=True, deadline=None)


@pytest.fixture(scope="module")
def features(handlers: Callable[[str], ModuleType]) -> ModuleType:
    return handlers("features")


def read_until_broken(features: ModuleType, content: bytes, chunk_bytes: int = 64) -> tuple[list[str], str | None]:
    """The texts that are yielded, and what the feed is broken by."""
    texts: list[str] = []
    try:
        for feature in features.read_features(io.BytesIO(content), chunk_bytes):
            texts.append(feature.text)
    except features.BrokenFeed as error:
        return texts, str(error)
    return texts, None


class Endless:
    """A stream that never ends."""

    def __init__(self, first: bytes, again: bytes) -> None:
        self.bytes_read = 0
        self._ahead = first
        self._again = again

    def read(self, most_bytes: int, /) -> bytes:
        while len(self._ahead) < most_bytes:
            self._ahead += self._again
        piece, self._ahead = self._ahead[:most_bytes], self._ahead[most_bytes:]
        self.bytes_read += len(piece)
        return piece


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
objects = st.dictionaries(st.text(), values, max_size=3)
layouts = st.tuples(st.booleans(), st.none() | st.integers(0, 2))
spaces = st.text(" \t\r\n", max_size=3)


def written(value: object, layout: tuple[bool, int | None]) -> str:
    """JSON, one way or another."""
    ascii_only, indent = layout
    return json.dumps(value, ensure_ascii=ascii_only, indent=indent)


@steady
@given(texts=st.lists(st.builds(written, values, layouts)), space=spaces, chunk_bytes=st.integers(1, 50))
def test_any_chunk_size_gives_the_same_features(
    features: ModuleType, texts: list[str], space: str, chunk_bytes: int
) -> None:
    elements = f"{space},{space}".join(texts)
    content = f'{space}{{"metadata": [{elements}],{space}"features":{space}[{elements}], "bbox": [1, 2.5e-3]}}{space}'

    yielded, broken = read_until_broken(features, content.encode(), chunk_bytes)

    assert yielded == texts
    assert broken is None


@steady
@given(texts=st.lists(st.builds(written, objects, layouts), max_size=4), chunk_bytes=st.integers(1, 50), data=st.data())
def test_a_feed_cut_off_at_any_byte_gives_the_whole_features_before_and_then_the_error(
    features: ModuleType, texts: list[str], chunk_bytes: int, data: st.DataObject
) -> None:
    before = '{"é": [1], "features": ['
    content = f'{before}{",".join(texts)}], "b": "é"}}'.encode()
    ends = [len((before + ",".join(texts[: count + 1])).encode()) for count in range(len(texts))]
    cut = data.draw(st.integers(0, len(content) - 1), label="cut")

    yielded, broken = read_until_broken(features, content[:cut], chunk_bytes)

    assert yielded == texts[: sum(end <= cut for end in ends)]
    assert broken is not None


def test_the_truncated_sample_gives_its_whole_features_wherever_it_is_cut(features: ModuleType) -> None:
    content = (SAMPLES / "truncated.geojson").read_bytes()
    lines = [line.removesuffix(b",") for line in content.split(b"\n")[2:-1]]
    ends = [content.index(line) + len(line) for line in lines]

    outcomes = [read_until_broken(features, content[:cut]) for cut in range(len(content) + 1)]

    assert len(lines) == 5
    for cut, (texts, broken) in enumerate(outcomes):
        assert texts == [line.decode() for line, end in zip(lines, ends, strict=True) if end <= cut]
        assert broken is not None


@pytest.mark.parametrize("chunk_bytes", range(1, 30))
def test_a_number_is_never_taken_for_its_beginning(features: ModuleType, chunk_bytes: int) -> None:
    content = b'{"features": [12, 12.5, -1e+10, 0.0, true, null]}'

    texts, broken = read_until_broken(features, content, chunk_bytes)

    assert texts == ["12", "12.5", "-1e+10", "0.0", "true", "null"]
    assert broken is None


BROKEN = [
    (b"", 0, "character 0: the feed needs {, got its end"),
    (b"[]", 0, "needs {, got ["),
    (b"{}", 0, "has no features"),
    (b'{"features": {}}', 0, "needs [, got {"),
    (b'{"features": [{}, {}', 2, "needs , or ], got its end"),
    (b'{"features": [{}, {}]', 2, "needs , or }, got its end"),
    (b'{"features": [{}, {}]}}', 2, "ends here, but '}' follows"),
    (b'{"features": [{} {}]}', 1, "needs , or ], got {"),
    (b'{"features": [{}, ]}', 1, "no whole value from here on: Expecting value"),
    (b'{"features": [{}, {"a": NaN}]}', 1, "NaN, which is no JSON"),
    (b'{"features": [{}, -Infinity]}', 1, "-Infinity, which is no JSON"),
    (b'{"features": [{}, 1.]}', 1, "no whole value from here on: a number is cut off"),
    (b'{"features": [{}, {"a": "\x01"}]}', 1, "Invalid control character"),
    (b'{"features": [{}, "\xff"]}', 1, "no UTF-8: invalid start byte"),
    (b'{"features": [{}], "a": "\xc3', 1, "no UTF-8: unexpected end of data"),
    (b'{"features": [{}], 1: 2}', 1, "needs a name in quotes"),
    (b'{"features": [{}, ' + b"[" * 200_000, 1, "nested too deeply"),
]


@pytest.mark.parametrize("chunk_bytes", [1, 7, 1000])
@pytest.mark.parametrize(("content", "whole", "because"), BROKEN, ids=[because for _, _, because in BROKEN])
def test_a_broken_feed_says_where_and_why(
    features: ModuleType, content: bytes, whole: int, because: str, chunk_bytes: int
) -> None:
    texts, broken = read_until_broken(features, content, max(chunk_bytes, len(content) // 100))

    assert texts == ["{}"] * whole
    assert broken is not None
    assert because in broken


def test_numbers_are_kept_as_they_are_written(features: ModuleType) -> None:
    digits = "9" * 5_000

    (feature,) = features.read_features(io.BytesIO(f'{{"features": [{{"a": {digits}, "b": 1e400}}]}}'.encode()))

    assert feature.value == {"a": features.Number(digits), "b": features.Number("1e400")}


def test_no_more_is_read_than_somebody_asks_for(features: ModuleType) -> None:
    feature = b'{"a": "' + b"x" * 1000 + b'"}, '
    endless = Endless(b'{"features": [', feature)

    reading = features.read_features(endless, 4096)
    for _ in range(10_000):
        next(reading)

    assert endless.bytes_read < 10_000 * len(feature) + 2 * 4096


def test_a_value_without_an_end_is_given_up_before_it_fills_the_memory(features: ModuleType) -> None:
    endless = Endless(b'{"features": ["', b"x" * 4096)

    with pytest.raises(features.BrokenFeed, match="Unterminated string"):
        next(features.read_features(endless))

    assert endless.bytes_read < 5 * MIB
