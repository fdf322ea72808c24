"""Tables are made as DynamoDB makes them, and refused as DynamoDB refuses them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.programs import deployed, problems

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
