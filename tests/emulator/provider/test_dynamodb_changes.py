"""A table changes by one request for each kind of thing, in the order in which DynamoDB takes them."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.provider.dynamodb_changes import retyped_keys, table_changes

OLD: dict[str, Any] = {
    "name": "quakes",
    "attributes": [{"name": name, "type": "S"} for name in ("id", "net", "place")],
    "billingMode": "PAY_PER_REQUEST",
    "deletionProtectionEnabled": False,
    "globalSecondaryIndexes": [
        {"name": "by-net", "hashKey": "net", "projectionType": "ALL"},
        {"name": "by-place", "hashKey": "place", "projectionType": "ALL"},
    ],
    "hashKey": "id",
    "streamEnabled": True,
    "streamViewType": "NEW_IMAGE",
}
UNITS = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}
CAPACITY = {"readCapacity": 1, "writeCapacity": 2}


def defined(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


def test_each_kind_of_change_is_a_request_and_each_index_too() -> None:
    new = {
        **OLD,
        **CAPACITY,
        "attributes": [{"name": name, "type": "S"} for name in ("id", "net", "kind", "place")],
        "billingMode": "PROVISIONED",
        "deletionProtectionEnabled": True,
        "globalSecondaryIndexes": [
            {"name": "by-kind", "hashKey": "kind", "projectionType": "ALL", **CAPACITY},
            {"name": "by-place", "hashKey": "place", "projectionType": "KEYS_ONLY", **CAPACITY},
            {"name": "by-net", "hashKey": "net", "projectionType": "ALL", **CAPACITY},
        ],
        "serverSideEncryption": {"enabled": True},
        "streamViewType": "KEYS_ONLY",
    }

    assert list(table_changes(OLD, new)) == [
        {
            "AttributeDefinitions": defined("id", "net"),
            "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-place"}}],
        },
        {
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": UNITS,
            "GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "by-net", "ProvisionedThroughput": UNITS}}],
        },
        {"DeletionProtectionEnabled": True},
        {"StreamSpecification": {"StreamEnabled": False}},
        {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}},
        {
            "AttributeDefinitions": defined("id", "net", "kind"),
            "GlobalSecondaryIndexUpdates": [
                {
                    "Create": {
                        "IndexName": "by-kind",
                        "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "ALL"},
                        "ProvisionedThroughput": UNITS,
                    }
                }
            ],
        },
        {
            "AttributeDefinitions": defined("id", "net", "kind", "place"),
            "GlobalSecondaryIndexUpdates": [
                {
                    "Create": {
                        "IndexName": "by-place",
                        "KeySchema": [{"AttributeName": "place", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "KEYS_ONLY"},
                        "ProvisionedThroughput": UNITS,
                    }
                }
            ],
        },
        {"SSESpecification": {"Enabled": True}},
    ]


PROVISIONED = {
    **OLD,
    **CAPACITY,
    "billingMode": "PROVISIONED",
    "globalSecondaryIndexes": [{**index, **CAPACITY} for index in OLD["globalSecondaryIndexes"]],
}


@pytest.mark.parametrize(
    ("old", "change", "requests"),
    [
        (OLD, {}, []),
        (OLD, {"tagsAll": {"a": "b"}, "serverSideEncryption": {"enabled": False}}, []),
        (OLD, {"globalSecondaryIndexes": OLD["globalSecondaryIndexes"][::-1]}, []),
        (
            PROVISIONED,
            {"readCapacity": 9},
            [{"ProvisionedThroughput": {"ReadCapacityUnits": 9, "WriteCapacityUnits": 2}}],
        ),
        (
            PROVISIONED,
            {"globalSecondaryIndexes": [{**PROVISIONED["globalSecondaryIndexes"][0], "writeCapacity": 9}]},
            [
                {
                    "AttributeDefinitions": defined("id", "net"),
                    "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-place"}}],
                },
                {
                    "GlobalSecondaryIndexUpdates": [
                        {
                            "Update": {
                                "IndexName": "by-net",
                                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 9},
                            }
                        }
                    ]
                },
            ],
        ),
        (
            PROVISIONED,
            {
                "billingMode": "PAY_PER_REQUEST",
                "readCapacity": None,
                "writeCapacity": None,
                "globalSecondaryIndexes": OLD["globalSecondaryIndexes"],
            },
            [{"BillingMode": "PAY_PER_REQUEST"}],
        ),
        (
            OLD,
            {"streamEnabled": False, "streamViewType": None},
            [{"StreamSpecification": {"StreamEnabled": False}}],
        ),
    ],
)
def test_nothing_is_asked_for_but_what_changed(
    old: dict[str, Any], change: dict[str, Any], requests: list[dict[str, Any]]
) -> None:
    new = {name: value for name, value in {**old, **change}.items() if value is not None}

    assert list(table_changes(old, new)) == requests


@pytest.mark.parametrize(
    ("changes", "retyped"),
    [
        ({}, []),
        ({"attributes": [{"name": name, "type": "N"} for name in ("id", "net", "place")]}, ["id", "net", "place"]),
        (
            {
                "attributes": [{"name": name, "type": kind} for name, kind in (("id", "S"), ("net", "N"))],
                "globalSecondaryIndexes": [{"name": "by-network", "hashKey": "net", "projectionType": "ALL"}],
            },
            [],
        ),
    ],
)
def test_a_key_gets_another_type_only_with_an_index_made_anew(changes: dict[str, Any], retyped: list[str]) -> None:
    assert list(retyped_keys(OLD, {**OLD, **changes})) == retyped
