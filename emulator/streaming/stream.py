"""A stream as Lambda's poller sees it: shards, and in each of them records in the order in which they came."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Protocol

from moto.awslambda.models import EventSourceMapping

from components.event_filter import FilteredSource
from emulator.identity import Identity


@dataclass(frozen=True)
class StreamRecord:
    """One record, as it was read."""

    event_id: str
    """Of this record alone, whatever stream it is in."""
    sequence_number: str
    partition_key: str
    """Records of one key are never worked on at the same time."""
    arrived: datetime
    event: Mapping[str, Any]
    """How a function receives it: one of the `Records` of its event."""

    @cached_property
    def size_bytes(self) -> int:
        """What it weighs in an invocation."""
        return len(json.dumps(self.event))


@dataclass(frozen=True)
class Unread:
    """A record that nobody has read: all that is known of it without a right."""

    event_id: str
    sequence_number: str
    arrived: datetime


@dataclass(frozen=True)
class Shard:
    """A part of a stream that keeps an order of its own."""

    shard_id: str
    last: str | None
    """The sequence number of its newest record; None while it has none."""
    parents: tuple[str, ...] = ()
    """The shards whose keys it took over. What is in them comes before what is in it."""


@dataclass(frozen=True)
class StreamKind:
    """What sets the streams of one service apart for a poller."""

    service: str
    """As ARNs name it."""
    filtered: FilteredSource
    batch_info: str
    """The part of an on-failure record that tells of the batch."""
    milliseconds: bool
    """Whether moments in that part have them."""


class Stream(Protocol):
    """A stream of the account."""

    @property
    def retention(self) -> timedelta:
        """How long it keeps a record."""

    def shards(self) -> Sequence[Shard]:
        """Its shards, the oldest first."""

    def start(self, shard_id: str, mapping: EventSourceMapping) -> str | None:
        """The last sequence number that comes before the mapping's starting position, as the shard is now.

        None: the mapping starts with the first record.
        """

    def unread(self, shard_id: str, after: str | None) -> Sequence[Unread]:
        """What lies behind a sequence number, seen without a right."""

    def read(self, identity: Identity, shard_id: str, after: str | None) -> list[StreamRecord]:
        """Read what lies behind a sequence number, as somebody.

        Raises:
            ClientError: they may not, or the stream is gone.
        """


class Streams(Protocol):
    """All streams of one service."""

    kind: StreamKind

    def listen(self, listener: StreamListener) -> None:
        """From now on `listener` hears of records that come in."""

    def find(self, event_source_arn: str) -> Stream | None:
        """The stream that a mapping names."""

    def named_by(self, event_source_arn: str) -> str:
        """The ARN of the thing that people know the stream by: its table, the stream of a consumer."""


class StreamListener(Protocol):
    """Hears of records that come into streams."""

    def entering(self, stream_arn: str) -> None:
        """Something is about to come in: who starts at the latest record starts here."""

    def entered(self, stream_arn: str, event_id: str) -> None:
        """A record came in for good."""


def comes_after(number: str | None, other: str | None) -> bool:
    """Whether one sequence number is behind another; None is before them all."""
    return number is not None and (other is None or int(number) > int(other))
