"""DynamoDB Streams: every change of an item is a record in its table's stream, and Lambda reads it from there.

Moto keeps the streams and answers the API. Its records are made anew here: it writes two for a new item that an update
makes, one for a write that changes nothing and one that a failed transaction takes back, and wakes functions itself. A
stream has one shard, as moto has it; a table of DynamoDB has one or more.
"""

from __future__ import annotations

import base64
import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from unittest.mock import patch

import moto.dynamodbstreams.urls
from moto import backend_index
from moto.awslambda.models import EventSourceMapping
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import StreamRecord as MotoRecord
from moto.dynamodb.models.table import StreamShard, Table

from components.event_filter import DYNAMODB
from emulator.identity import Identity
from emulator.streaming.item_sizes import item_bytes
from emulator.streaming.stream import Shard, StreamKind, StreamListener, StreamRecord, Unread, comes_after

if TYPE_CHECKING:
    from emulator.account import Account

RETENTION = timedelta(hours=24)
"""How long a table's stream keeps a record (DynamoDB Developer Guide, "Change data capture for DynamoDB Streams")."""

MOST_PER_CALL = 1000
"""Records of one `GetRecords` (DynamoDB API reference)."""

TABLE_STREAMS = StreamKind("dynamodb", DYNAMODB, "DDBStreamBatchInfo", milliseconds=False)

# Where the AWS SDK goes since it takes the account from the stream's ARN; moto does not know this address.
_ACCOUNT_ENDPOINT = r"https?://(.+)\.streams-ddb\.(.+)\.amazonaws\.com"


class TableStreams:
    """The streams of all tables, while it is open."""

    kind = TABLE_STREAMS

    def __init__(self, account: Account) -> None:
        self._account = account
        self._listeners: list[StreamListener] = []
        self._aside: list[tuple[Item | None, Item | None]] | None = None
        """Changes of a call at work that makes one of them in several steps."""
        self._unsure: list[tuple[str, str]] | None = None
        """Records of a transaction at work, which may be taken back."""
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            bases = [*moto.dynamodbstreams.urls.url_bases, _ACCOUNT_ENDPOINT]
            opening.enter_context(patch.object(moto.dynamodbstreams.urls, "url_bases", bases))
            patterns = [*backend_index.backend_url_patterns, ("dynamodbstreams", re.compile(_ACCOUNT_ENDPOINT))]
            opening.enter_context(patch.object(backend_index, "backend_url_patterns", patterns))
            opening.enter_context(patch.object(StreamShard, "add", self._adding()))
            opening.enter_context(
                patch.object(Table, "set_stream_specification", _labelling(Table.set_stream_specification))
            )
            opening.enter_context(
                patch.object(DynamoDBBackend, "update_item", self._updating(DynamoDBBackend.update_item))
            )
            opening.enter_context(
                patch.object(
                    DynamoDBBackend, "transact_write_items", self._transacting(DynamoDBBackend.transact_write_items)
                )
            )
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def listen(self, listener: StreamListener) -> None:
        self._listeners.append(listener)

    def find(self, event_source_arn: str) -> TableStream | None:
        """A table's stream that is on. One that was switched off is gone: what nobody has read of it is lost."""
        name = event_source_arn.split("/")[1]
        table = self._account.storage.backend("dynamodb").tables.get(name)
        if table is None or table.stream_shard is None or _stream_arn(table) != event_source_arn:
            return None
        return TableStream(self._account, event_source_arn, table.stream_shard)

    def named_by(self, event_source_arn: str) -> str:
        return event_source_arn.partition("/stream/")[0]

    def _adding(self) -> Callable[..., None]:
        def add(shard: StreamShard, old: Item | None, new: Item | None) -> None:
            if self._aside is not None:
                self._aside.append((old, new))
            else:
                self._add(shard, old, new)

        return add

    def _add(self, shard: StreamShard, old: Item | None, new: Item | None) -> None:
        view = (shard.table.stream_specification or {}).get("StreamViewType")
        if view is None or _attributes(old) == _attributes(new):
            # A write that changes nothing leaves no record (Developer Guide, "Change data capture for DynamoDB
            # Streams").
            return
        arn = _stream_arn(shard.table)
        for listener in self._listeners:
            listener.entering(arn)
        record = _record(shard, view, old, new)
        shard.items.append(record)
        if self._unsure is not None:
            self._unsure.append((arn, record.record["eventID"]))
        else:
            self._entered(arn, record.record["eventID"])

    def _entered(self, arn: str, event_id: str) -> None:
        for listener in self._listeners:
            listener.entered(arn, event_id)

    def _updating(self, update_item: Callable[..., Item]) -> Callable[..., Item]:
        def updating(backend: DynamoDBBackend, table_name: str, *rest: Any, **more: Any) -> Item:
            table = backend.get_table(table_name)
            with self._set_aside() as changes:
                item = update_item(backend, table_name, *rest, **more)
            if changes and table.stream_shard is not None:
                # The first change is from what there was before, the last one to what there is now.
                self._add(table.stream_shard, changes[0][0], changes[-1][1])
            return item

        return updating

    @contextmanager
    def _set_aside(self) -> Iterator[list[tuple[Item | None, Item | None]]]:
        changes: list[tuple[Item | None, Item | None]] = []
        self._aside = changes
        try:
            yield changes
        finally:
            self._aside = None

    def _transacting(self, transact_write_items: Callable[..., None]) -> Callable[..., None]:
        def transacting(backend: DynamoDBBackend, *rest: Any, **more: Any) -> None:
            unsure: list[tuple[str, str]] = []
            self._unsure = unsure
            try:
                transact_write_items(backend, *rest, **more)
            finally:
                self._unsure = None
            for arn, event_id in unsure:
                self._entered(arn, event_id)

        return transacting


class TableStream:
    """The stream of one table."""

    retention = RETENTION

    def __init__(self, account: Account, arn: str, shard: StreamShard) -> None:
        self._account = account
        self._arn = arn
        self._shard = shard

    def shards(self) -> Sequence[Shard]:
        items = self._shard.items
        return [Shard(self._shard.id, _number(items[-1].record) if items else None)]

    def start(self, shard_id: str, mapping: EventSourceMapping) -> str | None:
        (shard,) = self.shards()
        return shard.last if mapping.starting_position == "LATEST" else None

    def unread(self, shard_id: str, after: str | None) -> Sequence[Unread]:
        records = [item.record for item in self._shard.items if comes_after(_number(item.record), after)]
        return [
            Unread(
                record["eventID"],
                _number(record),
                record["dynamodb"]["ApproximateCreationDateTime"].replace(tzinfo=UTC),
            )
            for record in records
        ]

    def read(self, identity: Identity, shard_id: str, after: str | None) -> list[StreamRecord]:
        client = self._account.client("dynamodbstreams", identity)
        client.describe_stream(StreamArn=self._arn)
        position = {"ShardIteratorType": "TRIM_HORIZON"}
        if after is not None:
            position = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after}
        iterator = client.get_shard_iterator(StreamArn=self._arn, ShardId=shard_id, **position)["ShardIterator"]
        records: list[StreamRecord] = []
        while True:
            answer = client.get_records(ShardIterator=iterator, Limit=MOST_PER_CALL)
            records += [self._read(record) for record in answer["Records"]]
            if len(answer["Records"]) < MOST_PER_CALL:
                return records
            iterator = answer["NextShardIterator"]

    def _read(self, record: Mapping[str, Any]) -> StreamRecord:
        """A record of `GetRecords` as a function receives it (Lambda Developer Guide, "Using Lambda with DynamoDB")."""
        change = record["dynamodb"]
        arrived: datetime = change["ApproximateCreationDateTime"].astimezone(UTC)
        event = {
            "eventID": record["eventID"],
            "eventName": record["eventName"],
            "eventVersion": record["eventVersion"],
            "eventSource": record["eventSource"],
            "awsRegion": record["awsRegion"],
            "dynamodb": {**_in_text(change), "ApproximateCreationDateTime": float(int(arrived.timestamp()))},
            "eventSourceARN": self._arn,
        }
        keys = "|".join(f"{name}={value}" for name, value in sorted(_in_text(change["Keys"]).items()))
        return StreamRecord(record["eventID"], change["SequenceNumber"], keys, arrived, event)


def _labelling(set_stream_specification: Callable[..., None]) -> Callable[..., None]:
    """No two streams of a table have one label (DynamoDB API reference, `LatestStreamLabel`): a new one that is made at
    the moment of the last, for virtual time stands still, is taken for a millisecond younger."""

    def setting(table: Table, streams: dict[str, Any] | None) -> None:
        last = table.stream_shard
        set_stream_specification(table, streams)
        new = table.stream_shard
        if last is not None and new is not None and new is not last and new.created_on <= last.created_on:
            new.created_on = last.created_on + timedelta(milliseconds=1)
            table.latest_stream_label = new.created_on.isoformat()

    return setting


def _record(shard: StreamShard, view: str, old: Item | None, new: Item | None) -> MotoRecord:
    """A record as moto makes it, with what moto leaves as it may."""
    name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
    made = MotoRecord(
        shard.table,
        view,
        name,
        copy.deepcopy(old),
        copy.deepcopy(new),
        len(shard.items) + shard.starting_sequence_number,
    )
    item = _attributes(old) or _attributes(new)
    change = made.record["dynamodb"]
    images = {"OldImage": _attributes(old), "NewImage": _attributes(new)}
    shown = {word: image for word, image in images.items() if word in change}
    keys = {word: item[word] for word in (shard.table.hash_key_attr, shard.table.range_key_attr) if word in item}
    # "The size of the stream record, in bytes": of all that it shows of the item.
    size = item_bytes(keys) + sum(map(item_bytes, shown.values()))
    made.record |= {"eventVersion": "1.1", "awsRegion": shard.table.table_arn.split(":")[3]}
    made.record["dynamodb"] = {**change, "Keys": keys, **shown, "SizeBytes": size}
    return made


def _attributes(item: Item | None) -> dict[str, Any]:
    return {name: _plain(value) for name, value in item.attrs.items()} if item is not None else {}


def _plain(value: Any) -> dict[str, Any]:
    """A value with its type, all of it plain: moto keeps some parts of it as its own objects, and some binaries as
    text."""
    kind, content = (value.type, value.value) if isinstance(value, DynamoType) else next(iter(value.items()))
    if kind == "M":
        return {kind: {name: _plain(inner) for name, inner in content.items()}}
    if kind == "L":
        return {kind: [_plain(inner) for inner in content]}
    if kind in ("B", "BS"):
        return {kind: _bytes(content) if kind == "B" else [_bytes(each) for each in content]}
    return {kind: list(content) if kind in ("SS", "NS") else content}


def _bytes(content: Any) -> bytes:
    return base64.b64decode(content) if isinstance(content, str) else bytes(content)


def _in_text(value: Any) -> Any:
    """The same with every binary as the text that JSON can hold."""
    if isinstance(value, Mapping):
        return {name: _in_text(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_in_text(inner) for inner in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _number(record: Mapping[str, Any]) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def _stream_arn(table: Table) -> str:
    return f"{table.table_arn}/stream/{table.latest_stream_label}"
