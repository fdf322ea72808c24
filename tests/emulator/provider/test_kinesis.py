"""Streams and consumers are made, changed, read and deleted as Kinesis does it, and refused as it refuses them."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Found, Refused
from tests.emulator.provider.lifecycle import SETTINGS, checked, live

STREAM = "aws:kinesis/stream:Stream"
CONSUMER = "aws:kinesis/streamConsumer:StreamConsumer"
ARN = "arn:aws:kinesis:eu-west-1:111111111111:stream/tremors"
ON_DEMAND = {"name": "tremors", "streamModeDetails": {"streamMode": "ON_DEMAND"}}
SHARDS = {"name": "tremors", "shardCount": 2}


def made(account: Account, **inputs: Any) -> tuple[dict[str, Any], str]:
    told = checked(account, STREAM, {**SHARDS, **inputs})
    return told, Provisioner(account).create(STREAM, told).id


def read(account: Account, known: dict[str, Any], made_id: str = ARN, kind: str = STREAM) -> Found:
    found = Provisioner(account).read(kind, made_id, known, SETTINGS)
    assert found is not None
    return found


def test_a_stream_changes_everything_but_its_name_and_goes(account: Account) -> None:
    live(
        account,
        STREAM,
        {
            **ON_DEMAND,
            "retentionPeriod": 48,
            "encryptionType": "KMS",
            "kmsKeyId": "alias/aws/kinesis",
            "shardLevelMetrics": ["IncomingBytes", "OutgoingBytes"],
            "tags": {"team": "seismology", "old": "yes"},
        },
        {**SHARDS, "retentionPeriod": 30, "shardLevelMetrics": ["IncomingBytes"], "tags": {"team": "alerts"}},
        {"name": "tremors", "shardCount": 3, "streamModeDetails": {"streamMode": "PROVISIONED"}},
        {**ON_DEMAND, "encryptionType": "KMS", "kmsKeyId": "alias/own", "enforceConsumerDeletion": True},
    )


@pytest.mark.parametrize(("inputs", "shards"), [(SHARDS, 2), (ON_DEMAND, 0)])
def test_a_stream_tells_what_kinesis_fills_in(account: Account, inputs: dict[str, Any], shards: int) -> None:
    born = Provisioner(account).create(STREAM, checked(account, STREAM, inputs))

    assert (born.id, born.arn, born.outputs["shardCount"]) == (ARN, ARN, shards)
    assert born.outputs["streamModeDetails"] == {"streamMode": "ON_DEMAND" if shards == 0 else "PROVISIONED"}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"shardCount": None}, "shardCount is missing: streamMode PROVISIONED needs it"),
        (
            {"streamModeDetails": {"streamMode": "ON_DEMAND"}},
            "shardCount 2 needs streamMode PROVISIONED: on demand, Kinesis sees to it",
        ),
        ({"retentionPeriod": 23}, "retentionPeriod 23 needs 24 to 8760 hours"),
        ({"retentionPeriod": 8_761}, "retentionPeriod 8761 needs 24 to 8760 hours"),
        ({"encryptionType": "KMS"}, "kmsKeyId and encryptionType KMS need each other: one is there alone"),
        ({"kmsKeyId": "alias/own"}, "kmsKeyId and encryptionType KMS need each other: one is there alone"),
        ({"name": "no spaces"}, "name 'no spaces' needs 1 to 128 characters of A-Z a-z 0-9 _ . -"),
        ({"maxRecordSizeInKib": 2_048}, "the embedded account does not do `maxRecordSizeInKib` yet"),
    ],
)
def test_what_a_stream_cannot_be_is_refused(account: Account, said: dict[str, Any], told: str) -> None:
    done = Provisioner(account).check(f"urn:pulumi:dev::quakes::{STREAM}::s", {**SHARDS, **said}, SETTINGS)

    assert [str(problem) for problem in done.problems] == [told]


@pytest.mark.parametrize(
    ("change", "parameters", "found"),
    [
        ("increase_stream_retention_period", {"RetentionPeriodHours": 72}, {"retentionPeriod": 72}),
        (
            "start_stream_encryption",
            {"EncryptionType": "KMS", "KeyId": "alias/own"},
            {"encryptionType": "KMS", "kmsKeyId": "alias/own"},
        ),
        ("update_shard_count", {"TargetShardCount": 4, "ScalingType": "UNIFORM_SCALING"}, {"shardCount": 4}),
        (
            "enable_enhanced_monitoring",
            {"ShardLevelMetrics": ["IncomingBytes"]},
            {"shardLevelMetrics": ["IncomingBytes"]},
        ),
        (
            "add_tags_to_stream",
            {"Tags": {"by": "hand"}},
            {"tags": {"by": "hand"}, "tagsAll": {"stack": "dev", "by": "hand"}},
        ),
    ],
)
def test_a_stream_that_was_changed_behind_the_engine_is_seen(
    account: Account, change: str, parameters: dict[str, Any], found: dict[str, Any]
) -> None:
    known, _ = made(account)

    getattr(account.client("kinesis"), change)(StreamName="tremors", **parameters)

    assert read(account, known).inputs == {**known, **found}


@pytest.mark.parametrize("wanted", [3, 10])
def test_an_update_may_halve_or_double_the_shards(account: Account, wanted: int) -> None:
    known, made_id = made(account, shardCount=5)
    told = checked(account, STREAM, {**SHARDS, "shardCount": wanted})

    assert Provisioner(account).update(STREAM, made_id, known, told).outputs["shardCount"] == wanted


@pytest.mark.parametrize("wanted", [2, 11])
def test_an_update_that_would_do_more_to_the_shards_is_refused_whole(account: Account, wanted: int) -> None:
    known, made_id = made(account, shardCount=5)
    told = checked(account, STREAM, {**SHARDS, "shardCount": wanted, "retentionPeriod": 48})

    with pytest.raises(
        Refused,
        match=f"^shardCount {wanted} needs 3 to 10: tremors has 5 shards, and an update no more than doubles or halves",
    ):
        Provisioner(account).update(STREAM, made_id, known, told)
    assert read(account, known).inputs == known


def test_another_name_is_another_stream(account: Account) -> None:
    old, new = (checked(account, STREAM, {**SHARDS, "name": name}) for name in ("one", "two"))

    assert Provisioner(account).difference(STREAM, old, new).replaces == {"name"}


@pytest.mark.parametrize("made_id", ["tremors", ARN])
def test_a_stream_is_imported_by_its_name_or_its_arn(account: Account, made_id: str) -> None:
    told, _ = made(account, tags={"a": "b"})

    found = read(account, {}, made_id)

    assert (found.inputs, found.made.id) == (told, ARN)


def test_an_id_that_is_no_stream_is_refused(account: Account) -> None:
    with pytest.raises(Refused, match=r"^id 'no spaces' needs the name or the ARN of a stream$"):
        Provisioner(account).read(STREAM, "no spaces", {}, SETTINGS)


def test_a_stream_with_consumers_is_deleted_only_where_that_is_said(account: Account) -> None:
    known, _ = made(account)
    account.client("kinesis").register_stream_consumer(StreamARN=ARN, ConsumerName="watch")
    provisioner = Provisioner(account)

    with pytest.raises(Refused, match="tremors has 1 consumers: they go first, or enforceConsumerDeletion"):
        provisioner.delete(STREAM, ARN, known)
    provisioner.delete(STREAM, ARN, {**known, "enforceConsumerDeletion": True})

    assert provisioner.read(STREAM, ARN, known, SETTINGS) is None


def test_a_consumer_lives_as_long_as_it_is_wanted(account: Account) -> None:
    made(account)

    born = live(account, CONSUMER, {"name": "watch", "streamArn": ARN})

    assert born.id == f"{ARN}/consumer/watch:1893499200"
    assert born.outputs["creationTimestamp"] == "2030-01-01T12:00:00Z"


@pytest.mark.parametrize("word", ["name", "streamArn"])
def test_another_consumer_takes_its_place(account: Account, word: str) -> None:
    old = checked(account, CONSUMER, {"name": "watch", "streamArn": ARN})
    new = {**old, word: f"{old[word]}-2"}

    assert Provisioner(account).difference(CONSUMER, old, new).replaces == {word}


def test_a_consumer_is_imported_by_its_arn(account: Account) -> None:
    made(account)
    told = checked(account, CONSUMER, {"name": "watch", "streamArn": ARN})
    born = Provisioner(account).create(CONSUMER, told)

    assert read(account, {}, born.id, CONSUMER).inputs == told
    with pytest.raises(Refused, match="needs the ARN of a stream's consumer"):
        Provisioner(account).read(CONSUMER, "watch", {}, SETTINGS)


def test_a_consumer_needs_its_stream(account: Account) -> None:
    told = checked(account, CONSUMER, {"name": "watch", "streamArn": ARN})

    with pytest.raises(Refused, match=f"^there is no stream {ARN}$"):
        Provisioner(account).create(CONSUMER, told)
