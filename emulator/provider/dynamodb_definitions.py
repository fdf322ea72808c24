"""A table in DynamoDB's words: how `CreateTable` is told of it, and how `DescribeTable` tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from emulator.provisioning.known_words import named_in_known_words
from emulator.provisioning.resource_type import Values

LONGEST_RECOVERY_DAYS = 35
"""How far back a table can be restored where nothing else is said (DynamoDB API reference,
`PointInTimeRecoverySpecification`)."""


def definition(inputs: Values) -> dict[str, Any]:
    """What `CreateTable` is told beside the table's name and its tags."""
    global_indexes = inputs.get("globalSecondaryIndexes", ())
    defined: dict[str, Any] = {
        "AttributeDefinitions": attribute_definitions(inputs, global_indexes),
        "KeySchema": _key_schema(inputs),
        "BillingMode": inputs["billingMode"],
        "DeletionProtectionEnabled": inputs["deletionProtectionEnabled"],
        **throughput(inputs),
    }
    if is_encrypted(inputs):
        defined["SSESpecification"] = {"Enabled": True}
    if inputs["streamEnabled"]:
        defined["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": inputs["streamViewType"]}
    if global_indexes:
        defined["GlobalSecondaryIndexes"] = [global_index(index) for index in global_indexes]
    if indexes := inputs.get("localSecondaryIndexes"):
        defined["LocalSecondaryIndexes"] = [_index(index, {**index, "hashKey": inputs["hashKey"]}) for index in indexes]
    return defined


def attribute_definitions(inputs: Values, global_indexes: Iterable[Values]) -> list[dict[str, str]]:
    """The attributes that the table has as keys while it has these global indexes: DynamoDB takes no others."""
    used = set(keys_of(inputs, global_indexes))
    return [
        {"AttributeName": attribute["name"], "AttributeType": attribute["type"]}
        for attribute in inputs["attributes"]
        if attribute["name"] in used
    ]


def keys_of(inputs: Values, global_indexes: Iterable[Values]) -> Iterator[str]:
    """The attributes that are keys of the table, of its local indexes, or of these global ones."""
    for keys in (inputs, *inputs.get("localSecondaryIndexes", ()), *global_indexes):
        yield from (keys[word] for word in ("hashKey", "rangeKey") if word in keys)


def global_index(index: Values) -> dict[str, Any]:
    return {**_index(index, index), **throughput(index)}


def throughput(said: Values) -> dict[str, Any]:
    """`ProvisionedThroughput` of a table or of an index, where it has one."""
    if "readCapacity" not in said:
        return {}
    units = {"ReadCapacityUnits": said["readCapacity"], "WriteCapacityUnits": said["writeCapacity"]}
    return {"ProvisionedThroughput": units}


def is_encrypted(inputs: Values) -> bool:
    """Whether it is encrypted with a key of KMS; it is with one of DynamoDB's own otherwise."""
    return bool(inputs.get("serverSideEncryption", {}).get("enabled"))


def told_definition(table: Mapping[str, Any], known: Values) -> dict[str, Any]:
    """The inputs of a table that is there.

    Args:
        table: as `DescribeTable` gives it.
        known: its inputs when it was last looked at.
    """
    provisioned = billing_mode(table) == "PROVISIONED"
    global_indexes, local_indexes = _indexes(table, "Global"), _indexes(table, "Local")
    keys = {key["AttributeName"] for each in (table, *global_indexes, *local_indexes) for key in each["KeySchema"]}
    streamed = table.get("StreamSpecification", {})
    told: dict[str, Any] = {
        **_told_keys(table["KeySchema"]),
        **(_told_throughput(table) if provisioned else {}),
        "attributes": [
            {"name": attribute["AttributeName"], "type": attribute["AttributeType"]}
            for attribute in table["AttributeDefinitions"]
            if attribute["AttributeName"] in keys
        ],
        "billingMode": billing_mode(table),
        "deletionProtectionEnabled": table.get("DeletionProtectionEnabled", False),
        "name": table["TableName"],
        "streamEnabled": streamed.get("StreamEnabled", False),
        "tableClass": table.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
    }
    if told["streamEnabled"]:
        told["streamViewType"] = streamed["StreamViewType"]
    if table.get("SSEDescription", {}).get("Status") == "ENABLED":
        told["serverSideEncryption"] = {"enabled": True}
    elif "serverSideEncryption" in known and not is_encrypted(known):
        told["serverSideEncryption"] = known["serverSideEncryption"]
    for word, indexes in (
        ("globalSecondaryIndexes", [_told_global(index, provisioned) for index in global_indexes]),
        ("localSecondaryIndexes", [_told_local(index) for index in local_indexes]),
    ):
        if indexes or word in known:
            told[word] = named_in_known_words(indexes, known.get(word, ()), _same_index)
    return told


def told_switches(recovery: Mapping[str, Any], expiry: Mapping[str, Any], known: Values) -> dict[str, Any]:
    """The inputs of a table that say what is switched on beside its definition.

    Args:
        recovery: `PointInTimeRecoveryDescription` of `DescribeContinuousBackups`.
        expiry: `TimeToLiveDescription` of `DescribeTimeToLive`.
        known: as in `told_definition`; DynamoDB does not tell what was said of a thing that is off.
    """
    told = {
        word: known[word] for word in ("pointInTimeRecovery", "ttl") if not known.get(word, {}).get("enabled", True)
    }
    if recovery["PointInTimeRecoveryStatus"] == "ENABLED":
        told["pointInTimeRecovery"] = {"enabled": True}
        days = recovery.get("RecoveryPeriodInDays", LONGEST_RECOVERY_DAYS)
        if days != LONGEST_RECOVERY_DAYS or "recoveryPeriodInDays" in known.get("pointInTimeRecovery", {}):
            told["pointInTimeRecovery"]["recoveryPeriodInDays"] = days
    if expiry["TimeToLiveStatus"] in ("ENABLED", "ENABLING"):
        told["ttl"] = {"attributeName": expiry["AttributeName"], "enabled": True}
    return told


def billing_mode(table: Mapping[str, Any]) -> str:
    """A table's billing mode; DynamoDB says nothing of it where a table was always provisioned."""
    return str(table.get("BillingModeSummary", {}).get("BillingMode") or "PROVISIONED")


def without_order(index: Values) -> dict[str, Any]:
    """An index for comparing: its further attributes are a set."""
    return {word: sorted(value) if word == "nonKeyAttributes" else value for word, value in index.items()}


def _same_index(one: Values, other: Values) -> bool:
    return without_order(one) == without_order(other)


def _key_schema(keys: Values) -> list[dict[str, str]]:
    schema = [{"AttributeName": keys["hashKey"], "KeyType": "HASH"}]
    if "rangeKey" in keys:
        schema.append({"AttributeName": keys["rangeKey"], "KeyType": "RANGE"})
    return schema


def _index(index: Values, keys: Values) -> dict[str, Any]:
    projection = {"ProjectionType": index["projectionType"]}
    if "nonKeyAttributes" in index:
        projection["NonKeyAttributes"] = index["nonKeyAttributes"]
    return {"IndexName": index["name"], "KeySchema": _key_schema(keys), "Projection": projection}


def _indexes(table: Mapping[str, Any], kind: str) -> Sequence[Mapping[str, Any]]:
    indexes: Sequence[Mapping[str, Any]] = table.get(f"{kind}SecondaryIndexes", ())
    return indexes


def _told_keys(schema: Sequence[Mapping[str, str]]) -> dict[str, str]:
    words = {"HASH": "hashKey", "RANGE": "rangeKey"}
    return {words[key["KeyType"]]: key["AttributeName"] for key in schema}


def _told_throughput(described: Mapping[str, Any]) -> dict[str, int]:
    units = described["ProvisionedThroughput"]
    return {"readCapacity": units["ReadCapacityUnits"], "writeCapacity": units["WriteCapacityUnits"]}


def _told_global(index: Mapping[str, Any], provisioned: bool) -> dict[str, Any]:
    return {
        "name": index["IndexName"],
        **_told_keys(index["KeySchema"]),
        **(_told_throughput(index) if provisioned else {}),
        **_told_projection(index["Projection"]),
    }


def _told_local(index: Mapping[str, Any]) -> dict[str, Any]:
    keys = _told_keys(index["KeySchema"])
    return {"name": index["IndexName"], "rangeKey": keys["rangeKey"], **_told_projection(index["Projection"])}


def _told_projection(projection: Mapping[str, Any]) -> dict[str, Any]:
    further = projection.get("NonKeyAttributes")
    return {"projectionType": projection["ProjectionType"], **({"nonKeyAttributes": further} if further else {})}
