"""Kinesis keeps the records of an event, and Lambda's poller reads them: with its rights, its batches, its filter, and
all that becomes of a record that fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.waking.shape import Fault, below, decoded, lacking, not_base64, part, records_of
from emulator.waking.waking import Waking


class Way:
    """The way of a stream that is polled. Records come in anew: the stream tells where each stands in it."""

    def __init__(self, waking: Waking) -> None:
        self._waking = waking

    @property
    def made_up(self) -> Mapping[str, str]:
        return {}

    def faults(self, event: Any) -> Iterator[Fault]:
        yield from lacking(event, {"kinesis.partitionKey": str, "kinesis.data": str})
        for path, record in records_of(event):
            if isinstance(data := part(record, "kinesis.data"), str):
                yield from not_base64(data, below(path, "kinesis.data"))

    def left_out(self, event: Any) -> Iterator[str]:
        yield from self._waking.told_of_other_readers()

    def hand_over(self, event: Any) -> None:
        if not self._waking.reads_alone(event, "record"):
            return
        kinesis, stream = self._waking.account.client("kinesis"), self._waking.book.own_name(self._waking.line.waker)
        for _, record in records_of(event):
            told = record["kinesis"]
            kinesis.put_record(StreamName=stream, PartitionKey=told["partitionKey"], Data=decoded(told["data"]) or b"")
