"""Tables are made as DynamoDB makes them, and refused as DynamoDB refuses them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Found, Refused
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live
from tests.emulator.provider.rights import needs_these_rights

KEY = 'hash_key="quake_id", attributes=[{"name": "quake_id", "type": "S"}]'


def test_a_table_is_made_with_all_that_is_said(tmp_path: Path) -> None:
    source = """
        aws.dynamodb.Table("quakes", billing_mode="PAY_PER_REQUEST", hash_key="quake_id", range_key="version",
            attributes=[{"name": name, "type": "S"} for name in ("quake_id", "version", "net")],
            ttl={"attribute_name": "expires", "enabled": True}, stream_enabled=True, stream_view_type="NEW_IMAGE",
            point_in_time_recovery={"enabled": True}, server_side_encryption={"enabled": True},
            deletion_protection_enabled=True, tags={"a": "b"},
            global_secondary_indexes=[{"name": "by-net", "hash_key": "net", "projection_type": "KEYS_ONLY"}],
            local_secondary_indexes=[{"name": "by-own", "range_key": "net", "projection_type": "ALL"}])
    """

    with deployed(tmp_path, source) as (account, deployment):
        quakes, dynamodb = deployment.named("Table", "quakes"), account.client("dynamodb")
        told = dynamodb.describe_table(TableName=quakes.id)["Table"]

        assert (told["TableArn"], told["LatestStreamArn"]) == (quakes.arn, quakes.outputs["streamArn"])
        assert told["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        assert [key["AttributeName"] for key in told["KeySchema"]] == ["quake_id", "version"]
        assert [index["IndexName"] for index in told["GlobalSecondaryIndexes"]] == ["by-net"]
        assert [index["IndexName"] for index in told["LocalSecondaryIndexes"]] == ["by-own"]
        assert told["DeletionProtectionEnabled"] is True
        assert told["SSEDescription"]["Status"] == "ENABLED"
        ttl = dynamodb.describe_time_to_live(TableName=quakes.id)["TimeToLiveDescription"]
        assert (ttl["TimeToLiveStatus"], ttl["AttributeName"]) == ("ENABLED", "expires")
        backups = dynamodb.describe_continuous_backups(TableName=quakes.id)["ContinuousBackupsDescription"]
        assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (KEY, "readCapacity and writeCapacity belong to billingMode PROVISIONED, and it needs both"),
        (
            f'{KEY}, billing_mode="PAY_PER_REQUEST", range_key="version"',
            "attributes declare quake_id and keys use quake_id, version: exactly the attributes of keys are declared",
        ),
        (
            f'{KEY}, billing_mode="PAY_PER_REQUEST", stream_enabled=True',
            "streamEnabled and streamViewType belong together: one is there without the other",
        ),
        (
            f'{KEY}, billing_mode="PAY_PER_REQUEST", ttl={{"enabled": True}}',
            "ttl.attributeName is missing: ttl.enabled needs it",
        ),
        (
            f'{KEY}, billing_mode="PAY_PER_REQUEST", read_capacity=1',
            "readCapacity and writeCapacity belong to billingMode PROVISIONED, and it needs both",
        ),
        (
            f"{KEY}, read_capacity=1, write_capacity=1, "
            'global_secondary_indexes=[{"name": "by-id", "hash_key": "quake_id", "projection_type": "ALL"}]',
            "globalSecondaryIndexes, by-id: readCapacity and writeCapacity belong to billingMode PROVISIONED",
        ),
        (f'{KEY}, billing_mode="ON_DEMAND"', "billingMode 'ON_DEMAND' needs one of PAY_PER_REQUEST, PROVISIONED"),
        (f'{KEY}, table_class="OTHER"', "tableClass 'OTHER' needs 'STANDARD': the embedded account does nothing else"),
        (
            'hash_key="a", attributes=[{"name": "a", "type": "X"}]',
            "attributes[0].type 'X' needs one of S, N, B",
        ),
        (f'{KEY}, replicas=[{{"region_name": "eu-west-2"}}]', "the embedded account does not do `replicas` yet"),
    ],
)
def test_what_dynamodb_would_not_take_is_refused(tmp_path: Path, said: str, told: str) -> None:
    (problem,) = problems(tmp_path, f'aws.dynamodb.Table("quakes", {said})')

    assert problem.startswith(f"aws:dynamodb/table:Table quakes: {told}")


TABLE = "aws:dynamodb/table:Table"
ARN = "arn:aws:dynamodb:eu-west-1:111111111111:table/quakes"


def attributes(*names: str) -> list[dict[str, str]]:
    return [{"name": name, "type": "S"} for name in names]


def index(name: str, key: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "hashKey": key, "projectionType": "ALL", **more}


ON_DEMAND = {"name": "quakes", "billingMode": "PAY_PER_REQUEST", "hashKey": "id", "attributes": attributes("id")}
PROVISIONED = {**ON_DEMAND, "billingMode": "PROVISIONED", "readCapacity": 1, "writeCapacity": 2}
UNITS = {"readCapacity": 3, "writeCapacity": 4}
STREAM = {"streamEnabled": True, "streamViewType": "NEW_IMAGE"}
EXPIRY = {"ttl": {"attributeName": "expires", "enabled": True}}
RECOVERY = {"pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 7}}
ENCRYPTION = {"serverSideEncryption": {"enabled": True}}
BY_NET = {"attributes": attributes("id", "net"), "globalSecondaryIndexes": [index("by-net", "net")]}


def make(account: Account, **given: Any) -> dict[str, Any]:
    """The inputs that the table `quakes` was made of."""
    inputs = checked(account, TABLE, given)
    Provisioner(account).create(TABLE, inputs)
    return inputs


def found(account: Account, known: Mapping[str, Any]) -> Found:
    """What is read of the table, which is there."""
    there = Provisioner(account).read(TABLE, "quakes", known, SETTINGS)
    assert there is not None
    return there


def test_a_table_on_demand_changes_in_everything_and_back(account: Account) -> None:
    made = live(
        account,
        TABLE,
        ON_DEMAND,
        {
            **ON_DEMAND,
            **STREAM,
            **EXPIRY,
            **RECOVERY,
            **ENCRYPTION,
            "deletionProtectionEnabled": True,
            "tags": {"team": "seismology", "old": "yes"},
            "attributes": attributes("id", "net", "kind"),
            "globalSecondaryIndexes": [
                index("by-net", "net"),
                index("by-kind", "kind", projectionType="INCLUDE", nonKeyAttributes=["b", "a"]),
            ],
        },
        {
            **ON_DEMAND,
            **STREAM,
            **EXPIRY,
            "streamViewType": "KEYS_ONLY",
            "tags": {"team": "alerts"},
            "pointInTimeRecovery": {"enabled": True},
            "serverSideEncryption": {"enabled": False},
            "attributes": attributes("id", "net", "place"),
            "globalSecondaryIndexes": [index("by-place", "place"), index("by-net", "net", rangeKey="id")],
        },
        {**ON_DEMAND, "ttl": {"attributeName": "expires", "enabled": False}, "pointInTimeRecovery": {"enabled": False}},
        ON_DEMAND,
        {**ON_DEMAND, **STREAM, "ttl": {"attributeName": "gone", "enabled": True}},
    )

    assert (made.id, made.arn, made.outputs["readCapacity"], made.outputs["streamArn"]) == ("quakes", ARN, 0, "")


def test_a_table_changes_its_billing_and_back(account: Account) -> None:
    by_net = {"attributes": attributes("id", "net")}

    live(
        account,
        TABLE,
        {**ON_DEMAND, **BY_NET},
        {**PROVISIONED, **by_net, "globalSecondaryIndexes": [index("by-net", "net", **UNITS)]},
        {**PROVISIONED, **UNITS, **by_net, "globalSecondaryIndexes": [index("by-net", "net", **UNITS)]},
        {
            **PROVISIONED,
            **UNITS,
            **by_net,
            "globalSecondaryIndexes": [index("by-net", "net", readCapacity=5, writeCapacity=6)],
        },
        {**ON_DEMAND, **BY_NET},
    )


def test_a_stream_that_was_switched_off_is_the_latest_one_until_another_is_on(account: Account) -> None:
    provisioner, clock = Provisioner(account), account.clock
    streaming, still = checked(account, TABLE, {**ON_DEMAND, **STREAM}), checked(account, TABLE, ON_DEMAND)
    first = provisioner.create(TABLE, streaming)
    clock.advance(60)

    off = provisioner.update(TABLE, "quakes", streaming, still)
    on = provisioner.update(TABLE, "quakes", still, streaming)

    assert first.outputs["streamArn"] == f"{ARN}/stream/2030-01-01T12:00:00"
    assert (off.outputs["streamArn"], off.outputs["streamLabel"]) == (
        first.outputs["streamArn"],
        "2030-01-01T12:00:00",
    )
    assert (on.outputs["streamArn"], on.outputs["streamLabel"]) == (
        f"{ARN}/stream/2030-01-01T12:01:00",
        "2030-01-01T12:01:00",
    )
    stream = account.client("dynamodb").describe_table(TableName="quakes")["Table"]["StreamSpecification"]
    assert stream == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}


def test_the_key_of_an_index_that_went_is_no_attribute_any_more(account: Account) -> None:
    old = make(account, **{**ON_DEMAND, **BY_NET})

    Provisioner(account).update(TABLE, "quakes", old, checked(account, TABLE, ON_DEMAND))

    told = account.client("dynamodb").describe_table(TableName="quakes")["Table"]
    assert told["AttributeDefinitions"] == [{"AttributeName": "id", "AttributeType": "S"}]


def test_what_was_said_of_recovery_and_is_not_any_more_is_dynamodb_s_own_again(account: Account) -> None:
    old = make(account, **ON_DEMAND, **RECOVERY)
    new = checked(account, TABLE, {**ON_DEMAND, "pointInTimeRecovery": {"enabled": True}})

    Provisioner(account).update(TABLE, "quakes", old, new)

    backups = account.client("dynamodb").describe_continuous_backups(TableName="quakes")
    told = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert told["RecoveryPeriodInDays"] == 35


@pytest.mark.parametrize(
    ("call", "change", "now"),
    [
        ("update_table", {"DeletionProtectionEnabled": True}, {"deletionProtectionEnabled": True}),
        (
            "update_table",
            {"ProvisionedThroughput": {"ReadCapacityUnits": 8, "WriteCapacityUnits": 9}},
            {"readCapacity": 8, "writeCapacity": 9},
        ),
        (
            "update_table",
            {"BillingMode": "PAY_PER_REQUEST"},
            {
                "billingMode": "PAY_PER_REQUEST",
                "readCapacity": None,
                "writeCapacity": None,
                "globalSecondaryIndexes": [index("by-net", "net")],
            },
        ),
        (
            "update_table",
            {
                "GlobalSecondaryIndexUpdates": [
                    {
                        "Update": {
                            "IndexName": "by-net",
                            "ProvisionedThroughput": {"ReadCapacityUnits": 8, "WriteCapacityUnits": 9},
                        }
                    }
                ]
            },
            {"globalSecondaryIndexes": [index("by-net", "net", readCapacity=8, writeCapacity=9)]},
        ),
        (
            "update_table",
            {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-net"}}]},
            {"attributes": attributes("id"), "globalSecondaryIndexes": []},
        ),
        (
            "update_table",
            {
                "AttributeDefinitions": [
                    {"AttributeName": name, "AttributeType": kind}
                    for name, kind in (("id", "S"), ("net", "S"), ("mag", "N"))
                ],
                "GlobalSecondaryIndexUpdates": [
                    {
                        "Create": {
                            "IndexName": "by-mag",
                            "KeySchema": [{"AttributeName": "mag", "KeyType": "HASH"}],
                            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["place"]},
                            "ProvisionedThroughput": {"ReadCapacityUnits": 8, "WriteCapacityUnits": 9},
                        }
                    }
                ],
            },
            {
                "attributes": [*attributes("id", "net"), {"name": "mag", "type": "N"}],
                "globalSecondaryIndexes": [
                    index("by-net", "net", **UNITS),
                    {
                        "name": "by-mag",
                        "hashKey": "mag",
                        "readCapacity": 8,
                        "writeCapacity": 9,
                        "projectionType": "INCLUDE",
                        "nonKeyAttributes": ["place"],
                    },
                ],
            },
        ),
        (
            "update_table",
            {"StreamSpecification": {"StreamEnabled": False}},
            {"streamEnabled": False, "streamViewType": None},
        ),
        (
            "update_time_to_live",
            {"TimeToLiveSpecification": {"Enabled": False, "AttributeName": "expires"}},
            {"ttl": None},
        ),
        (
            "update_time_to_live",
            {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "other"}},
            {"ttl": {"attributeName": "other", "enabled": True}},
        ),
        (
            "update_continuous_backups",
            {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False}},
            {"pointInTimeRecovery": None},
        ),
        (
            "update_continuous_backups",
            {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 3}},
            {"pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 3}},
        ),
    ],
)
def test_what_somebody_else_changed_of_a_table_is_read(
    account: Account, call: str, change: dict[str, Any], now: dict[str, Any]
) -> None:
    given = {
        **PROVISIONED,
        **STREAM,
        **EXPIRY,
        **RECOVERY,
        "attributes": attributes("id", "net"),
        "globalSecondaryIndexes": [index("by-net", "net", **UNITS)],
    }
    known = make(account, **given)
    getattr(account.client("dynamodb"), call)(TableName="quakes", **change)

    inputs = found(account, known).inputs

    assert inputs == {name: value for name, value in {**known, **now}.items() if value is not None}


@pytest.mark.parametrize(
    ("call", "change", "now"),
    [
        (
            "update_table",
            {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"}},
            {"streamEnabled": True, "streamViewType": "OLD_IMAGE"},
        ),
        (
            "update_time_to_live",
            {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires"}},
            EXPIRY,
        ),
        (
            "update_continuous_backups",
            {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
            {"pointInTimeRecovery": {"enabled": True}},
        ),
    ],
)
def test_what_somebody_else_switched_on_is_read(
    account: Account, call: str, change: dict[str, Any], now: dict[str, Any]
) -> None:
    known = make(account, **ON_DEMAND)
    getattr(account.client("dynamodb"), call)(TableName="quakes", **change)

    assert found(account, known).inputs == {**known, **now}


def test_encryption_that_is_off_is_read(account: Account) -> None:
    known = make(account, **ON_DEMAND, **ENCRYPTION)
    account.storage.backend("dynamodb").tables["quakes"].sse_specification = None

    assert "serverSideEncryption" not in found(account, known).inputs


def test_tags_that_somebody_else_changed_are_read(account: Account) -> None:
    known = make(account, **ON_DEMAND, tags={"team": "seismology"})
    account.client("dynamodb").tag_resource(
        ResourceArn=ARN, Tags=[{"Key": f"{number:02}", "Value": "x"} for number in range(20)]
    )

    tags = {"team": "seismology", **{f"{number:02}": "x" for number in range(20)}}
    assert found(account, known).inputs["tags"] == tags


def test_what_has_no_order_is_read_in_the_order_it_was_said_in(account: Account) -> None:
    indexes = [index("by-y", "y", projectionType="INCLUDE", nonKeyAttributes=["d", "c"]), index("by-x", "x")]
    known = make(account, **{**ON_DEMAND, "attributes": attributes("id", "y", "x"), "globalSecondaryIndexes": indexes})
    table = account.storage.backend("dynamodb").tables["quakes"]
    table.attr.reverse()
    table.global_indexes.reverse()
    table.global_indexes[1].projection["NonKeyAttributes"].reverse()

    assert found(account, known).inputs == known


@pytest.mark.parametrize("word", ["attributes", "globalSecondaryIndexes", "localSecondaryIndexes"])
def test_attributes_and_indexes_in_another_order_are_no_change(account: Account, word: str) -> None:
    given: dict[str, Any] = {
        **ON_DEMAND,
        "rangeKey": "version",
        "attributes": attributes("id", "version", "net", "kind"),
        "globalSecondaryIndexes": [index("by-net", "net"), index("by-kind", "kind")],
        "localSecondaryIndexes": [
            {"name": f"own-{key}", "rangeKey": key, "projectionType": "ALL"} for key in ("net", "kind")
        ],
    }
    old, new = (checked(account, TABLE, {**given, word: given[word][::step]}) for step in (1, -1))

    assert Provisioner(account).difference(TABLE, old, new).changes == {}


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("name", {"name": "other"}),
        ("hashKey", {"hashKey": "net", "attributes": attributes("net", "version", "kind")}),
        ("rangeKey", {"rangeKey": "kind", "attributes": attributes("id", "kind")}),
        ("localSecondaryIndexes", {"localSecondaryIndexes": [], "attributes": attributes("id", "version")}),
    ],
)
def test_another_key_or_local_index_takes_another_table(account: Account, word: str, other: dict[str, Any]) -> None:
    given = {
        **ON_DEMAND,
        "rangeKey": "version",
        "attributes": attributes("id", "version", "kind"),
        "localSecondaryIndexes": [{"name": "by-kind", "rangeKey": "kind", "projectionType": "ALL"}],
    }
    old, new = checked(account, TABLE, given), checked(account, TABLE, {**given, **other})

    difference = Provisioner(account).difference(TABLE, old, new)

    assert (difference.replaces, difference.delete_first) == ({word}, word != "name")


@pytest.mark.parametrize(
    "given",
    [
        {**ON_DEMAND, **STREAM, **EXPIRY, **RECOVERY, **ENCRYPTION, **BY_NET, "tags": {"team": "alerts"}},
        {**PROVISIONED, "pointInTimeRecovery": {"enabled": True}, "deletionProtectionEnabled": True},
        {
            **ON_DEMAND,
            "rangeKey": "version",
            "attributes": attributes("id", "version", "kind"),
            "localSecondaryIndexes": [
                {
                    "name": "by-kind",
                    "rangeKey": "kind",
                    "projectionType": "INCLUDE",
                    "nonKeyAttributes": ["place"],
                }
            ],
        },
    ],
)
def test_a_table_is_imported_by_its_name(account: Account, given: dict[str, Any]) -> None:
    inputs = make(account, **given)

    there = found(account, {})

    assert (there.inputs, there.made.id) == (inputs, "quakes")


def test_of_a_table_that_is_not_there_nothing_is_read(account: Account) -> None:
    assert Provisioner(account).read(TABLE, "gone", {}, SETTINGS) is None


def test_an_id_that_is_no_name_of_a_table_is_refused(account: Account) -> None:
    with pytest.raises(Refused) as refusal:
        Provisioner(account).read(TABLE, ARN, {}, SETTINGS)

    assert str(refusal.value) == f"id '{ARN}' needs the name of a table: 3 to 255 characters of A-Z a-z 0-9 _ . -"


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (
            {**ON_DEMAND, **EXPIRY},
            {**ON_DEMAND, "ttl": {"attributeName": "until", "enabled": True}},
            "ttl.attributeName 'until' needs an update before it that switches ttl off: a table has one such "
            "attribute, and 'expires' is on",
        ),
        (
            ON_DEMAND,
            {**ON_DEMAND, "attributes": [{"name": "id", "type": "N"}]},
            "attributes give 'id' another type: a key of a table or of an index keeps the type it has",
        ),
    ],
)
def test_what_dynamodb_cannot_change_is_refused(
    account: Account, one: dict[str, Any], other: dict[str, Any], told: str
) -> None:
    old = make(account, **one)
    new = checked(account, TABLE, {**other, "deletionProtectionEnabled": True})

    with pytest.raises(Refused) as refusal:
        Provisioner(account).update(TABLE, "quakes", old, new)

    assert str(refusal.value) == told
    assert found(account, old).inputs == old


@pytest.mark.parametrize(
    ("change", "actions"),
    [
        ({"deletionProtectionEnabled": True}, ["UpdateTable"]),
        (EXPIRY, ["UpdateTimeToLive"]),
        (RECOVERY, ["UpdateContinuousBackups"]),
        ({"tags": {"team": "alerts"}}, ["TagResource", "UntagResource"]),
    ],
)
def test_an_update_of_a_table_needs_the_rights_to_what_it_changes(
    account: Account, change: dict[str, Any], actions: list[str]
) -> None:
    given = {**ON_DEMAND, "tags": {"old": "yes", "team": "seismology"}}
    old, new = make(account, **given), checked(account, TABLE, {**given, **change})

    needed = [f"dynamodb:{action}" for action in (*actions, "DescribeTable")]
    needs_these_rights(account, TABLE, "quakes", old, new, needed)
