"""Kinesis data streams: records in the shards of their partition keys, and Lambda reads them from there.

Moto keeps the streams and answers the API. What it does with records is replaced: it counts them from 1, wakes
functions itself, gives closed shards more, and moves records out of a shard that is split or merged. A consumer with
enhanced fan-out is let in by its own right and reads what a standard iterator reads: moto has no `SubscribeToShard`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast
from unittest.mock import patch

from botocore.exceptions import ClientError
from moto.awslambda.models import EventSourceMapping, LambdaBackend
from moto.kinesis.models import Consumer, Record
from moto.kinesis.models import Shard as MotoShard
from moto.kinesis.models import Stream as MotoStream
from moto.utilities.utils import md5_hash

from components.event_filter import KINESIS
from emulator.identity import Identity
from emulator.streaming.stream import Shard, StreamKind, StreamListener, StreamRecord, Unread, comes_after

if TYPE_CHECKING:
    from emulator.account import Account

MOST_PER_CALL = 10_000
"""Records of one `GetRecords` (Kinesis API reference)."""

DATA_STREAMS = StreamKind("kinesis", KINESIS, "KinesisBatchInfo", milliseconds=True)

# Sequence numbers of Kinesis have 56 digits; those of one shard are not those of another.
_FIRST_NUMBER = 49590338271490256608559692538361571095921575989136580000
_NUMBERS_OF_A_SHARD = 10**24


class DataStreams:
    """All data streams, while it is open."""

    kind = DATA_STREAMS

    def __init__(self, account: Account) -> None:
        self._account = account
        self._listeners: list[StreamListener] = []
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            for kept, name, replacement in (
                (MotoShard, "put_record", _put_record),
                (MotoStream, "get_shard_for_key", _among_open_ones(MotoStream.get_shard_for_key)),
                (MotoStream, "put_record", self._putting()),
                (MotoStream, "split_shard", _keeping_records(MotoStream.split_shard)),
                (MotoStream, "merge_shards", _keeping_records(MotoStream.merge_shards)),
                (Consumer, "__init__", _registering(Consumer.__init__)),
                (EventSourceMapping, "get_configuration", _telling_the_moment(EventSourceMapping.get_configuration)),
                (
                    LambdaBackend,
                    "create_event_source_mapping",
                    self._mapping_consumers(LambdaBackend.create_event_source_mapping),
                ),
            ):
                opening.enter_context(patch.object(kept, name, replacement))
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def listen(self, listener: StreamListener) -> None:
        self._listeners.append(listener)

    def find(self, event_source_arn: str) -> DataStream | None:
        stream = self._moto_stream(event_source_arn)
        if stream is None:
            return None
        consumer_arn = event_source_arn if "/consumer/" in event_source_arn else None
        if consumer_arn is not None and stream.get_consumer_by_arn(consumer_arn) is None:
            return None
        return DataStream(self._account, stream, consumer_arn)

    def named_by(self, event_source_arn: str) -> str:
        return event_source_arn.partition("/consumer/")[0]

    def _moto_stream(self, arn: str) -> MotoStream | None:
        stream_arn = self.named_by(arn)
        stream: MotoStream | None = self._account.storage.backend("kinesis").streams.get(stream_arn.rpartition("/")[2])
        return stream if stream is not None and stream.arn == stream_arn else None

    def _putting(self) -> Callable[..., tuple[str, str]]:
        def put_record(stream: MotoStream, partition_key: str, explicit_hash_key: str, data: str) -> tuple[str, str]:
            # The open shards together take every key.
            shard = cast(MotoShard, stream.get_shard_for_key(partition_key, explicit_hash_key))
            for listener in self._listeners:
                listener.entering(stream.arn)
            number = shard.put_record(partition_key, data, explicit_hash_key)
            for listener in self._listeners:
                listener.entered(stream.arn, _event_id(stream, shard.shard_id, number))
            return number, shard.shard_id

        return put_record

    def _mapping_consumers(
        self, create_event_source_mapping: Callable[..., EventSourceMapping]
    ) -> Callable[..., EventSourceMapping]:
        """Moto makes mappings of streams only, and none of a consumer."""

        def creating(backend: LambdaBackend, spec: dict[str, Any]) -> EventSourceMapping:
            arn = str(spec.get("EventSourceArn"))
            stream = self._moto_stream(arn) if "/consumer/" in arn else None
            if stream is None or stream.get_consumer_by_arn(arn) is None:
                return create_event_source_mapping(backend, spec)
            mapping = create_event_source_mapping(backend, {**spec, "EventSourceArn": stream.arn})
            mapping.event_source_arn = arn
            return mapping

        return creating


class DataStream:
    """One stream, as it is read by everybody or by a consumer."""

    def __init__(self, account: Account, stream: MotoStream, consumer_arn: str | None) -> None:
        self._account = account
        self._stream = stream
        self._consumer_arn = consumer_arn

    @property
    def retention(self) -> timedelta:
        return timedelta(hours=self._stream.retention_period_hours)

    def shards(self) -> Sequence[Shard]:
        return [
            Shard(shard.shard_id, _last(shard), tuple(filter(None, (shard.parent, shard.adjacent_parent))))
            for shard in self._stream.shards.values()
        ]

    def start(self, shard_id: str, mapping: EventSourceMapping) -> str | None:
        shard = self._stream.shards[shard_id]
        if mapping.starting_position == "LATEST":
            return _last(shard)
        if mapping.starting_position == "AT_TIMESTAMP":
            moment = float(mapping.starting_position_timestamp or 0)
            before = [str(number) for number, record in shard.records.items() if record.created_at < moment]
            return before[-1] if before else None
        return None

    def unread(self, shard_id: str, after: str | None) -> Sequence[Unread]:
        shard = self._stream.shards[shard_id]
        return [
            Unread(_event_id(self._stream, shard_id, str(number)), str(number), _arrived(record))
            for number, record in shard.records.items()
            if comes_after(str(number), after)
        ]

    def read(self, identity: Identity, shard_id: str, after: str | None) -> list[StreamRecord]:
        if self._consumer_arn is not None:
            return self._subscribed(identity, self._consumer_arn, shard_id, after)
        client, arn = self._account.client("kinesis", identity), self._stream.arn
        client.list_shards(StreamARN=arn)
        position = {"ShardIteratorType": "TRIM_HORIZON"}
        if after is not None:
            position = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": after}
        iterator = client.get_shard_iterator(StreamARN=arn, ShardId=shard_id, **position)["ShardIterator"]
        records: list[StreamRecord] = []
        while True:
            answer = client.get_records(StreamARN=arn, ShardIterator=iterator, Limit=MOST_PER_CALL)
            records += [self._read(identity, shard_id, record) for record in answer["Records"]]
            if len(answer["Records"]) < MOST_PER_CALL:
                return records
            iterator = answer["NextShardIterator"]

    def _subscribed(
        self, identity: Identity, consumer_arn: str, shard_id: str, after: str | None
    ) -> list[StreamRecord]:
        rights, action = self._account.rights, "kinesis:SubscribeToShard"
        decision = rights.of_identity(identity, action, consumer_arn)
        if not decision.allowed:
            rights.deny(decision, principal=identity.arn, action=action, resource=consumer_arn, caller=identity.caller)
            message = f"User: {identity.arn} is not authorized to perform: {action} on resource: {consumer_arn}"
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, "SubscribeToShard")
        records = self._stream.shards[shard_id].records
        return [
            self._read(identity, shard_id, record.to_json())
            for number, record in records.items()
            if comes_after(str(number), after)
        ]

    def _read(self, identity: Identity, shard_id: str, record: Mapping[str, Any]) -> StreamRecord:
        """A record of `GetRecords` as a function receives it (Lambda Developer Guide, "Using Lambda with Kinesis")."""
        number = record["SequenceNumber"]
        arrived = _in_utc(record["ApproximateArrivalTimestamp"])
        event = {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": record["PartitionKey"],
                "sequenceNumber": number,
                "data": base64.b64encode(record["Data"]).decode(),
                "approximateArrivalTimestamp": round(arrived.timestamp(), 3),
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{shard_id}:{number}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": identity.role_arn,
            "awsRegion": self._stream.region,
            "eventSourceARN": self._consumer_arn or self._stream.arn,
        }
        return StreamRecord(_event_id(self._stream, shard_id, number), number, record["PartitionKey"], arrived, event)


def _put_record(shard: MotoShard, partition_key: str, data: str, explicit_hash_key: str) -> str:
    last = _last(shard)
    number = int(last) + 1 if last else _FIRST_NUMBER + shard._shard_id * _NUMBERS_OF_A_SHARD
    shard.records[number] = Record(partition_key, data, number, explicit_hash_key)
    return str(number)


def _among_open_ones(check: Callable[..., MotoShard | None]) -> Callable[..., MotoShard | None]:
    """The open shard that takes a key. Its hash is the MD5 of the key (Kinesis API reference, `PutRecord`)."""

    def shard_for_key(stream: MotoStream, partition_key: str, explicit_hash_key: str) -> MotoShard | None:
        check(stream, partition_key, explicit_hash_key)
        hashed = int(explicit_hash_key) if explicit_hash_key else int(md5_hash(partition_key.encode()).hexdigest(), 16)
        for shard in stream.shards.values():
            if shard.is_open and shard.starting_hash <= hashed <= shard.ending_hash:
                return shard
        return None

    return shard_for_key


def _keeping_records(change: Callable[..., None]) -> Callable[..., None]:
    """Records stay in the shard they were put into; whoever reads goes on to its children when it is done there."""

    def keeping(stream: MotoStream, *arguments: Any) -> None:
        kept = {shard_id: shard.records for shard_id, shard in stream.shards.items()}
        for shard in stream.shards.values():
            shard.records = {}
        try:
            change(stream, *arguments)
        finally:
            for shard_id, records in kept.items():
                stream.shards[shard_id].records = records

    return keeping


def _registering(register: Callable[..., None]) -> Callable[..., None]:
    """The ARN of a consumer ends with the second it was made in, so that one of the same name is another one."""

    def registering(consumer: Consumer, *arguments: Any, **more: Any) -> None:
        register(consumer, *arguments, **more)
        consumer.consumer_arn += f":{int(consumer.created.replace(tzinfo=UTC).timestamp())}"

    return registering


def _telling_the_moment(get_configuration: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Moto keeps the moment that a mapping starts at, and does not tell it."""

    def telling(mapping: EventSourceMapping) -> dict[str, Any]:
        moment = mapping.starting_position_timestamp
        told = {} if moment is None else {"StartingPositionTimestamp": moment}
        return {**get_configuration(mapping), **told}

    return telling


def _event_id(stream: MotoStream, shard_id: str, number: str) -> str:
    return f"{stream.stream_name}:{shard_id}:{number}"


def _last(shard: MotoShard) -> str | None:
    return str(next(reversed(shard.records))) if shard.records else None


def _arrived(record: Record) -> datetime:
    return record.created_at_datetime.replace(tzinfo=UTC)


def _in_utc(moment: datetime) -> datetime:
    # Moto's own moments name no time zone, and are of this one.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
