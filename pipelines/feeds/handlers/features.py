"""The features of a GeoJSON feed, one after another: memory holds one feature, however long the feed is."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import NamedTuple, Protocol

CHUNK_BYTES = 64 * 1024

LARGEST_VALUE_CHARACTERS = 4 * 1024 * 1024
"""A value that is longer is not read on: it would fill the memory, and four messages of SQS could not hold it."""

WHITESPACE = " \t\n\r"


class BrokenFeed(ValueError):
    """The feed is cut off, or is no GeoJSON. The text says where and why; every whole feature before was yielded."""


class Stream(Protocol):
    """What is read: an open file, or the body of an S3 object."""

    def read(self, most_bytes: int, /) -> bytes: ...


class Number(NamedTuple):
    """A number as the feed writes it: no digit is rounded, and none is too many."""

    written: str


class Feature(NamedTuple):
    """One element of a feed's `features`."""

    text: str
    """The feed's own words."""
    value: object
    """What they say: dicts, lists, strings, booleans, None, and numbers as `Number`."""


def read_features(stream: Stream, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Feature]:
    """The elements of the `features` array of a FeatureCollection, in order, whatever they are.

    Args:
        stream: UTF-8 JSON.
        chunk_bytes: how much is read at a time; it makes no difference to what is yielded.

    Raises:
        BrokenFeed: after all whole features before the broken place.
    """
    feed = _Feed(stream, chunk_bytes)
    has_features = False
    for _ in _items(feed, "{", "}"):
        if feed.next() != '"':
            raise feed.broken(f"needs a name in quotes, got {feed.next() or 'its end'}")
        name = feed.value().value
        feed.take(":")
        if name == "features":
            has_features = True
            for _ in _items(feed, "[", "]"):
                yield feed.value()
        else:
            feed.value()
    if feed.next() != "":
        raise feed.broken(f"ends here, but {feed.next()!r} follows")
    if not has_features:
        raise feed.broken("has no features")


def _items(feed: _Feed, opening: str, closing: str) -> Iterator[None]:
    """Stops at each item of an array or object, which whoever asks then reads."""
    feed.take(opening)
    if feed.next() == closing:
        feed.take(closing)
        return
    yield
    while feed.take("," + closing) == ",":
        yield


class _Feed:
    """The text of a feed, read no further than somebody needs it."""

    def __init__(self, stream: Stream, chunk_bytes: int) -> None:
        self._pieces = _decoded(stream, chunk_bytes)
        self._text = ""
        self._at = 0
        self._forgotten = 0

    def next(self) -> str:
        """The next character that is no whitespace, untaken; empty at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in WHITESPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._read_on():
                return ""

    def take(self, allowed: str) -> str:
        """The next character, which must be one of those allowed."""
        found = self.next()
        if found == "" or found not in allowed:
            raise self.broken(f"needs {' or '.join(allowed)}, got {found or 'its end'}")
        self._at += 1
        return found

    def value(self) -> Feature:
        """The next JSON value, whole."""
        self.next()
        while True:
            problem = "a number is cut off"
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                problem = error.msg
            except RecursionError:
                raise self.broken("is nested too deeply") from None
            else:
                if self._is_whole(end):
                    text = self._text[self._at : end]
                    self._at = end
                    return Feature(text, value)
            if len(self._text) - self._at > LARGEST_VALUE_CHARACTERS or not self._read_on():
                raise self.broken(f"holds no whole value from here on: {problem}")

    def broken(self, problem: str) -> BrokenFeed:
        return BrokenFeed(f"character {self._forgotten + self._at}: the feed {problem}")

    def _is_whole(self, end: int) -> bool:
        """Whether a value that seems to end here ends indeed: 12 may be the beginning of 12.5."""
        if self._text[self._at] in '{["':
            return True
        return self._text[end : end + 1] in tuple(WHITESPACE + ",]}")

    def _read_on(self) -> bool:
        piece = next(self._pieces, "")
        self._forgotten += self._at
        self._text = self._text[self._at :] + piece
        self._at = 0
        return piece != ""


def _decoded(stream: Stream, chunk_bytes: int) -> Iterator[str]:
    """The stream's text in pieces, none empty. A character may lie in two chunks."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    while True:
        chunk = stream.read(chunk_bytes)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            if error.start:
                yield error.object[: error.start].decode()
            raise BrokenFeed(f"the feed is no UTF-8: {error.reason}") from None
        if text:
            yield text
        if not chunk:
            return


def _refuse(constant: str) -> None:
    raise BrokenFeed(f"the feed holds {constant}, which is no JSON")


_DECODER = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=_refuse)
