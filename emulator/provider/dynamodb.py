"""DynamoDB: tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.provisioning.inputs import Block, Flag, Input, Items, Only, Text, Whole
from emulator.provisioning.resource_type import TAGS, Autoname, Made, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

_ATTRIBUTE_NAME = Text(least=1, most=255)
_PROJECTION: Mapping[str, Input] = {
    "projectionType": Text(among=("ALL", "INCLUDE", "KEYS_ONLY"), required=True),
    "nonKeyAttributes": Items(of=_ATTRIBUTE_NAME, least=1, most=100),
}
_INDEX_NAME = Text(pattern=r"[A-Za-z0-9_.-]{3,255}", says="3 to 255 characters of A-Z a-z 0-9 _ . -", required=True)
_CAPACITY = Whole(least=1, most=1_000_000, unit="units")


class Table(ResourceType):
    """A table (DynamoDB API reference, `CreateTable`)."""

    pulumi_type = "aws:dynamodb/table:Table"
    inputs: ClassVar[Mapping[str, Input]] = {
        "attributes": Items(
            of=Block(
                of={
                    "name": Text(least=1, most=255, required=True),
                    "type": Text(among=("S", "N", "B"), required=True),
                }
            ),
            least=1,
            required=True,
        ),
        "billingMode": Text(among=("PAY_PER_REQUEST", "PROVISIONED"), default="PROVISIONED"),
        "deletionProtectionEnabled": Flag(default=False),
        "globalSecondaryIndexes": Items(
            of=Block(
                of={
                    "name": _INDEX_NAME,
                    "hashKey": Text(least=1, most=255, required=True),
                    "rangeKey": _ATTRIBUTE_NAME,
                    "readCapacity": _CAPACITY,
                    "writeCapacity": _CAPACITY,
                    **_PROJECTION,
                }
            ),
            most=20,
        ),
        "hashKey": Text(least=1, most=255, required=True),
        "localSecondaryIndexes": Items(
            of=Block(of={"name": _INDEX_NAME, "rangeKey": Text(least=1, most=255, required=True), **_PROJECTION}),
            most=5,
        ),
        "name": Text(pattern=r"[A-Za-z0-9_.-]{3,255}", says="3 to 255 characters of A-Z a-z 0-9 _ . -"),
        "pointInTimeRecovery": Block(
            of={"enabled": Flag(required=True), "recoveryPeriodInDays": Whole(least=1, most=35, unit="days")}
        ),
        "rangeKey": _ATTRIBUTE_NAME,
        "readCapacity": _CAPACITY,
        "serverSideEncryption": Block(of={"enabled": Flag(required=True)}),
        "streamEnabled": Flag(default=False),
        "streamViewType": Text(among=("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")),
        "tableClass": Only(value="STANDARD", default="STANDARD"),
        "tags": TAGS,
        "ttl": Block(of={"attributeName": _ATTRIBUTE_NAME, "enabled": Flag(default=False)}),
        "writeCapacity": _CAPACITY,
    }
    autoname = Autoname("name", 255)
    one_per = ("name",)

    def contradictions(self, inputs: Values) -> Iterator[str]:
        declared = {attribute["name"] for attribute in inputs["attributes"]}
        used = {inputs["hashKey"], inputs.get("rangeKey")}
        for index in (*inputs.get("globalSecondaryIndexes", ()), *inputs.get("localSecondaryIndexes", ())):
            used |= {index.get("hashKey"), index.get("rangeKey")}
        if declared != used - {None}:
            yield (
                f"attributes declare {', '.join(sorted(declared))} and keys use {', '.join(sorted(used - {None}))}: "
                "exactly the attributes of keys are declared"
            )
        if inputs["streamEnabled"] != ("streamViewType" in inputs):
            yield "streamEnabled and streamViewType belong together: one is there without the other"
        capacity = "readCapacity" in inputs and "writeCapacity" in inputs
        if (inputs["billingMode"] == "PROVISIONED") != capacity:
            yield "readCapacity and writeCapacity belong to billingMode PROVISIONED, and it needs both"
        if inputs.get("ttl", {}).get("enabled") and "attributeName" not in inputs["ttl"]:
            yield "ttl.attributeName is missing: ttl.enabled needs it"
        if "localSecondaryIndexes" in inputs and "rangeKey" not in inputs:
            yield "localSecondaryIndexes need a rangeKey of the table"

    def create(self, account: Account, inputs: Values) -> Made:
        dynamodb = account.client("dynamodb")
        name = inputs["name"]
        table = dynamodb.create_table(TableName=name, **_definition(inputs))["TableDescription"]
        if inputs.get("ttl", {}).get("enabled"):
            specification = {"Enabled": True, "AttributeName": inputs["ttl"]["attributeName"]}
            dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)
        if recovery := inputs.get("pointInTimeRecovery"):
            dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=_recovery(recovery))
        stream = {"streamArn": table.get("LatestStreamArn", ""), "streamLabel": table.get("LatestStreamLabel", "")}
        return Made(name, table["TableArn"], stream)

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("dynamodb").delete_table(TableName=made_id)


def _definition(inputs: Values) -> dict[str, Any]:
    definition: dict[str, Any] = {
        "AttributeDefinitions": [
            {"AttributeName": attribute["name"], "AttributeType": attribute["type"]}
            for attribute in inputs["attributes"]
        ],
        "KeySchema": _keys(inputs),
        "BillingMode": inputs["billingMode"],
        "DeletionProtectionEnabled": inputs["deletionProtectionEnabled"],
        "Tags": [{"Key": key, "Value": value} for key, value in inputs["tagsAll"].items()],
        **_throughput(inputs),
    }
    if inputs.get("serverSideEncryption", {}).get("enabled"):
        definition["SSESpecification"] = {"Enabled": True}
    if inputs["streamEnabled"]:
        definition["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": inputs["streamViewType"]}
    if indexes := inputs.get("globalSecondaryIndexes"):
        definition["GlobalSecondaryIndexes"] = [{**_index(index, index), **_throughput(index)} for index in indexes]
    if indexes := inputs.get("localSecondaryIndexes"):
        definition["LocalSecondaryIndexes"] = [
            _index(index, {**index, "hashKey": inputs["hashKey"]}) for index in indexes
        ]
    return definition


def _keys(keys: Values) -> list[dict[str, str]]:
    schema = [{"AttributeName": keys["hashKey"], "KeyType": "HASH"}]
    if "rangeKey" in keys:
        schema.append({"AttributeName": keys["rangeKey"], "KeyType": "RANGE"})
    return schema


def _index(index: Values, keys: Values) -> dict[str, Any]:
    projection = {"ProjectionType": index["projectionType"]}
    if "nonKeyAttributes" in index:
        projection["NonKeyAttributes"] = index["nonKeyAttributes"]
    return {"IndexName": index["name"], "KeySchema": _keys(keys), "Projection": projection}


def _throughput(said: Values) -> dict[str, Any]:
    if "readCapacity" not in said:
        return {}
    units = {"ReadCapacityUnits": said["readCapacity"], "WriteCapacityUnits": said["writeCapacity"]}
    return {"ProvisionedThroughput": units}


def _recovery(said: Values) -> dict[str, Any]:
    days = {"RecoveryPeriodInDays": said["recoveryPeriodInDays"]} if "recoveryPeriodInDays" in said else {}
    return {"PointInTimeRecoveryEnabled": said["enabled"], **days}


TYPES = (Table(),)
