"""Kinesis: data streams, and the consumers that have a throughput of their own."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.provisioning.inputs import Arn, Block, Flag, Input, Items, Text, Whole
from emulator.provisioning.known_words import in_known_words
from emulator.provisioning.resource_type import TAGS, Autoname, Found, Made, Refused, ResourceType, Values
from emulator.provisioning.tagging import retag

if TYPE_CHECKING:
    from emulator.account import Account

NAME = r"[a-zA-Z0-9_.-]{1,128}"
_NAME_SAYS = "1 to 128 characters of A-Z a-z 0-9 _ . -"

SHORTEST_RETENTION_HOURS, LONGEST_RETENTION_HOURS = 24, 8_760
"""How long a stream may keep a record (Kinesis API reference, `IncreaseStreamRetentionPeriod`)."""

_METRICS = (
    *("IncomingBytes", "IncomingRecords", "IteratorAgeMilliseconds", "OutgoingBytes", "OutgoingRecords"),
    *("ReadProvisionedThroughputExceeded", "WriteProvisionedThroughputExceeded"),
)
_ON_DEMAND = "ON_DEMAND"


class Stream(ResourceType):
    """A data stream (Kinesis API reference, `CreateStream`)."""

    pulumi_type = "aws:kinesis/stream:Stream"
    inputs: ClassVar[Mapping[str, Input]] = {
        "encryptionType": Text(among=("KMS", "NONE"), default="NONE"),
        "enforceConsumerDeletion": Flag(default=False),
        "kmsKeyId": Text(least=1, most=2_048),
        "name": Text(pattern=NAME, says=_NAME_SAYS),
        "retentionPeriod": Whole(
            least=SHORTEST_RETENTION_HOURS,
            most=LONGEST_RETENTION_HOURS,
            unit="hours",
            default=SHORTEST_RETENTION_HOURS,
        ),
        "shardCount": Whole(least=1, most=10_000),
        "shardLevelMetrics": Items(of=Text(among=_METRICS), most=len(_METRICS), any_order=True),
        "streamModeDetails": Block(of={"streamMode": Text(among=(_ON_DEMAND, "PROVISIONED"), required=True)}),
        "tags": TAGS,
    }
    autoname = Autoname("name", 128)
    one_per = ("name",)
    replaces = ("name",)

    def contradictions(self, inputs: Values) -> Iterator[str]:
        if _is_on_demand(inputs) and "shardCount" in inputs:
            yield f"shardCount {inputs['shardCount']} needs streamMode PROVISIONED: on demand, Kinesis sees to it"
        if not _is_on_demand(inputs) and "shardCount" not in inputs:
            yield "shardCount is missing: streamMode PROVISIONED needs it"
        if (inputs["encryptionType"] == "KMS") != ("kmsKeyId" in inputs):
            yield "kmsKeyId and encryptionType KMS need each other: one is there alone"

    def create(self, account: Account, inputs: Values) -> Made:
        name, kinesis = inputs["name"], account.client("kinesis")
        mode = {"StreamMode": _mode(inputs)}
        shards = {} if _is_on_demand(inputs) else {"ShardCount": inputs["shardCount"]}
        kinesis.create_stream(StreamName=name, StreamModeDetails=mode, **shards)
        if inputs["tagsAll"]:
            kinesis.add_tags_to_stream(StreamName=name, Tags=inputs["tagsAll"])
        _set_up(account, name, {"retentionPeriod": SHORTEST_RETENTION_HOURS}, inputs)
        return _made(account, name)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        name, kinesis = _name(made_id), account.client("kinesis")
        shards = None if _is_on_demand(new) else _other_shard_count(account, name, new["shardCount"])
        if _mode(old) != _mode(new):
            kinesis.update_stream_mode(StreamARN=_arn(account, name), StreamModeDetails={"StreamMode": _mode(new)})
        if shards is not None:
            kinesis.update_shard_count(StreamName=name, TargetShardCount=shards, ScalingType="UNIFORM_SCALING")
        _set_up(account, name, old, new)
        retag(
            old["tagsAll"],
            new["tagsAll"],
            lambda tags: kinesis.add_tags_to_stream(StreamName=name, Tags=tags),
            lambda keys: kinesis.remove_tags_from_stream(StreamName=name, TagKeys=keys),
        )
        return _made(account, name)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        name, kinesis = _name(made_id), account.client("kinesis")
        if re.fullmatch(NAME, name) is None:
            raise Refused(f"id {made_id!r} needs the name or the ARN of a stream")
        try:
            told = _summary(account, name)
        except kinesis.exceptions.ResourceNotFoundException:
            return None
        mode = told["StreamModeDetails"]["StreamMode"]
        metrics = told["EnhancedMonitoring"][0]["ShardLevelMetrics"]
        tags = kinesis.list_tags_for_stream(StreamName=name)["Tags"]
        inputs: dict[str, Any] = {
            "encryptionType": told["EncryptionType"],
            "enforceConsumerDeletion": known.get("enforceConsumerDeletion", False),
            "name": name,
            "retentionPeriod": told["RetentionPeriodHours"],
            "tagsAll": {tag["Key"]: tag["Value"] for tag in tags},
            **({"kmsKeyId": told["KeyId"]} if told.get("KeyId") else {}),
            **({"shardCount": told["OpenShardCount"]} if mode != _ON_DEMAND else {}),
            **({"shardLevelMetrics": metrics} if metrics or "shardLevelMetrics" in known else {}),
        }
        if mode == _ON_DEMAND or "streamModeDetails" in known:
            inputs["streamModeDetails"] = {"streamMode": mode}
        return Found(in_known_words(self.inputs, inputs, known), _made(account, name))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        name = _name(made_id)
        stream = account.storage.backend("kinesis").streams.get(name)
        if stream is not None and stream.consumers and not inputs["enforceConsumerDeletion"]:
            # Moto deletes it all the same (Kinesis API reference, `DeleteStream`, on `EnforceConsumerDeletion`).
            raise Refused(f"{name} has {len(stream.consumers)} consumers: they go first, or enforceConsumerDeletion")
        account.client("kinesis").delete_stream(
            StreamName=name, EnforceConsumerDeletion=inputs["enforceConsumerDeletion"]
        )


class StreamConsumer(ResourceType):
    """A consumer with enhanced fan-out (Kinesis API reference, `RegisterStreamConsumer`)."""

    pulumi_type = "aws:kinesis/streamConsumer:StreamConsumer"
    inputs: ClassVar[Mapping[str, Input]] = {
        "name": Text(pattern=NAME, says=_NAME_SAYS),
        "streamArn": Arn(of=("kinesis",), required=True),
    }
    autoname = Autoname("name", 128)
    one_per = ("name", "streamArn")
    replaces = ("name", "streamArn")

    def create(self, account: Account, inputs: Values) -> Made:
        if inputs["streamArn"] not in [each.arn for each in account.storage.backend("kinesis").streams.values()]:
            raise Refused(f"there is no stream {inputs['streamArn']}")
        answer = account.client("kinesis").register_stream_consumer(
            StreamARN=inputs["streamArn"], ConsumerName=inputs["name"]
        )
        return _made_consumer(answer["Consumer"])

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        if ":stream/" not in made_id or "/consumer/" not in made_id:
            raise Refused(f"id {made_id!r} needs the ARN of a stream's consumer")
        kinesis = account.client("kinesis")
        try:
            told = kinesis.describe_stream_consumer(ConsumerARN=made_id)["ConsumerDescription"]
        except kinesis.exceptions.ResourceNotFoundException:
            return None
        return Found({"name": told["ConsumerName"], "streamArn": told["StreamARN"]}, _made_consumer(told))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("kinesis").deregister_stream_consumer(ConsumerARN=made_id)


def _mode(inputs: Values) -> str:
    mode: str = inputs.get("streamModeDetails", {}).get("streamMode", "PROVISIONED")
    return mode


def _is_on_demand(inputs: Values) -> bool:
    return _mode(inputs) == _ON_DEMAND


def _other_shard_count(account: Account, name: str, wanted: int) -> int | None:
    """How many shards it is to get; None where it has as many.

    Raises:
        Refused: Kinesis takes further steps for that (Kinesis API reference, `UpdateShardCount`).
    """
    there: int = _summary(account, name)["OpenShardCount"]
    least, most = math.ceil(there / 2), there * 2
    if not least <= wanted <= most:
        raise Refused(
            f"shardCount {wanted} needs {least} to {most}: {name} has {there} shards, and an update no more than "
            "doubles or halves them"
        )
    return wanted if wanted != there else None


def _set_up(account: Account, name: str, old: Values, new: Values) -> None:
    """What `CreateStream` has no word for: retention, metrics, encryption."""
    kinesis, was, will = account.client("kinesis"), old["retentionPeriod"], new["retentionPeriod"]
    if will > was:
        kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=will)
    if will < was:
        kinesis.decrease_stream_retention_period(StreamName=name, RetentionPeriodHours=will)
    before, after = set(old.get("shardLevelMetrics", ())), set(new.get("shardLevelMetrics", ()))
    if before - after:
        kinesis.disable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=sorted(before - after))
    if after - before:
        kinesis.enable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=sorted(after - before))
    if old.get("kmsKeyId") != new.get("kmsKeyId"):
        if "kmsKeyId" in new:
            kinesis.start_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=new["kmsKeyId"])
        else:
            kinesis.stop_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=old["kmsKeyId"])


def _summary(account: Account, name: str) -> Values:
    told: Values = account.client("kinesis").describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
    return told


def _made(account: Account, name: str) -> Made:
    """On demand, pulumi-aws tells of no shards."""
    told = _summary(account, name)
    mode = told["StreamModeDetails"]["StreamMode"]
    shards = 0 if mode == _ON_DEMAND else told["OpenShardCount"]
    return Made(told["StreamARN"], told["StreamARN"], {"shardCount": shards, "streamModeDetails": {"streamMode": mode}})


def _made_consumer(told: Values) -> Made:
    created = told["ConsumerCreationTimestamp"].astimezone(UTC)
    return Made(told["ConsumerARN"], told["ConsumerARN"], {"creationTimestamp": f"{created:%Y-%m-%dT%H:%M:%SZ}"})


def _arn(account: Account, name: str) -> str:
    return f"arn:{account.partition}:kinesis:{account.region}:{account.account_id}:stream/{name}"


def _name(name_or_arn: str) -> str:
    return name_or_arn.rpartition("/")[2]


TYPES = (Stream(), StreamConsumer())
