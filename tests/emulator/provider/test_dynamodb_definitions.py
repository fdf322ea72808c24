"""A table is told to DynamoDB in its words, and read back from them."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.provider.dynamodb_definitions import billing_mode, definition, told_definition, told_switches

INPUTS: dict[str, Any] = {
    "attributes": [{"name": name, "type": "S"} for name in ("id", "version", "net", "kind")],
    "billingMode": "PROVISIONED",
    "deletionProtectionEnabled": True,
    "globalSecondaryIndexes": [
        {
            "name": "by-net",
            "hashKey": "net",
            "rangeKey": "version",
            "readCapacity": 3,
            "writeCapacity": 4,
            "projectionType": "INCLUDE",
            "nonKeyAttributes": ["place"],
        }
    ],
    "hashKey": "id",
    "localSecondaryIndexes": [{"name": "by-kind", "rangeKey": "kind", "projectionType": "KEYS_ONLY"}],
    "name": "quakes",
    "rangeKey": "version",
    "readCapacity": 1,
    "serverSideEncryption": {"enabled": True},
    "streamEnabled": True,
    "streamViewType": "NEW_IMAGE",
    "tableClass": "STANDARD",
    "writeCapacity": 2,
}


def key(name: str, kind: str) -> dict[str, str]:
    return {"AttributeName": name, "KeyType": kind}


DEFINITION: dict[str, Any] = {
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("id", "version", "net", "kind")
    ],
    "BillingMode": "PROVISIONED",
    "DeletionProtectionEnabled": True,
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-net",
            "KeySchema": [key("net", "HASH"), key("version", "RANGE")],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["place"]},
            "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
        }
    ],
    "KeySchema": [key("id", "HASH"), key("version", "RANGE")],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "by-kind",
            "KeySchema": [key("id", "HASH"), key("kind", "RANGE")],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2},
    "SSESpecification": {"Enabled": True},
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
}


def test_a_table_is_defined_with_all_that_is_said() -> None:
    assert definition(INPUTS) == DEFINITION


def test_what_is_told_of_a_table_are_the_inputs_it_was_defined_by() -> None:
    described = {**DEFINITION, "TableName": "quakes", "SSEDescription": {"Status": "ENABLED"}}

    assert told_definition(described, {}) == INPUTS


def test_a_table_that_dynamodb_says_little_of_is_told_with_its_defaults() -> None:
    described = {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [key("id", "HASH")],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
        "TableName": "quakes",
    }

    assert told_definition(described, {}) == {
        "attributes": [{"name": "id", "type": "S"}],
        "billingMode": "PAY_PER_REQUEST",
        "deletionProtectionEnabled": False,
        "hashKey": "id",
        "name": "quakes",
        "streamEnabled": False,
        "tableClass": "STANDARD",
    }


@pytest.mark.parametrize(
    ("summary", "mode"),
    [
        ({}, "PROVISIONED"),
        ({"BillingModeSummary": {"BillingMode": "PROVISIONED"}}, "PROVISIONED"),
        ({"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}, "PAY_PER_REQUEST"),
    ],
)
def test_a_table_that_was_always_provisioned_has_no_word_for_it(summary: dict[str, Any], mode: str) -> None:
    assert billing_mode(summary) == mode


ON = {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 35}
OFF = {"PointInTimeRecoveryStatus": "DISABLED"}
EXPIRES = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
STAYS = {"TimeToLiveStatus": "DISABLED", "AttributeName": "expires"}


@pytest.mark.parametrize(
    ("recovery", "expiry", "known", "told"),
    [
        (OFF, STAYS, {}, {}),
        (ON, STAYS, {}, {"pointInTimeRecovery": {"enabled": True}}),
        (
            ON,
            STAYS,
            {"pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 35}},
            {"pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 35}},
        ),
        (
            {**ON, "RecoveryPeriodInDays": 7},
            STAYS,
            {"pointInTimeRecovery": {"enabled": False}},
            {"pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 7}},
        ),
        (OFF, STAYS, {"pointInTimeRecovery": {"enabled": False}}, {"pointInTimeRecovery": {"enabled": False}}),
        (OFF, STAYS, {"pointInTimeRecovery": {"enabled": True}}, {}),
        (OFF, EXPIRES, {}, {"ttl": {"attributeName": "expires", "enabled": True}}),
        (OFF, STAYS, {"ttl": {"enabled": False}}, {"ttl": {"enabled": False}}),
        (OFF, STAYS, {"ttl": {"attributeName": "expires", "enabled": True}}, {}),
    ],
)
def test_what_is_off_is_told_as_it_was_said(
    recovery: dict[str, Any], expiry: dict[str, Any], known: dict[str, Any], told: dict[str, Any]
) -> None:
    assert told_switches(recovery, expiry, known) == told
