"""DynamoDB: tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.provider.dynamodb_changes import retyped_keys, table_changes
from emulator.provider.dynamodb_definitions import (
    LONGEST_RECOVERY_DAYS,
    billing_mode,
    definition,
    told_definition,
    told_switches,
)
from emulator.provisioning.inputs import Block, Flag, Input, Items, Only, Text, Whole
from emulator.provisioning.known_words import in_known_words
from emulator.provisioning.resource_type import TAGS, Autoname, Found, Made, Refused, ResourceType, Values
from emulator.provisioning.tagging import retag

if TYPE_CHECKING:
    from emulator.account import Account

_ATTRIBUTE_NAME = Text(least=1, most=255)
_PROJECTION: Mapping[str, Input] = {
    "projectionType": Text(among=("ALL", "INCLUDE", "KEYS_ONLY"), required=True),
    "nonKeyAttributes": Items(of=_ATTRIBUTE_NAME, least=1, most=100),
}
NAME = r"[A-Za-z0-9_.-]{3,255}"
_NAME_SAYS = "3 to 255 characters of A-Z a-z 0-9 _ . -"
_INDEX_NAME = Text(pattern=NAME, says=_NAME_SAYS, required=True)
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
            any_order=True,
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
            any_order=True,
        ),
        "hashKey": Text(least=1, most=255, required=True),
        "localSecondaryIndexes": Items(
            of=Block(of={"name": _INDEX_NAME, "rangeKey": Text(least=1, most=255, required=True), **_PROJECTION}),
            most=5,
            any_order=True,
        ),
        "name": Text(pattern=NAME, says=_NAME_SAYS),
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
    replaces = ("hashKey", "localSecondaryIndexes", "name", "rangeKey")

    def recomputed_by(self, old: Values, new: Values) -> Iterable[str]:
        same = all(old.get(word) == new.get(word) for word in ("streamEnabled", "streamViewType"))
        return () if same else ("streamArn", "streamLabel")

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
        holders = {"": inputs}
        for index in inputs.get("globalSecondaryIndexes", ()):
            holders[f"globalSecondaryIndexes, {index['name']}: "] = index
        for where, holder in holders.items():
            said = [word in holder for word in ("readCapacity", "writeCapacity")]
            if said != [inputs["billingMode"] == "PROVISIONED"] * 2:
                yield f"{where}readCapacity and writeCapacity belong to billingMode PROVISIONED, and it needs both"
        if inputs.get("ttl", {}).get("enabled") and "attributeName" not in inputs["ttl"]:
            yield "ttl.attributeName is missing: ttl.enabled needs it"
        if "localSecondaryIndexes" in inputs and "rangeKey" not in inputs:
            yield "localSecondaryIndexes need a rangeKey of the table"

    def create(self, account: Account, inputs: Values) -> Made:
        name, tags = inputs["name"], _tag_list(inputs["tagsAll"])
        answer = account.client("dynamodb").create_table(TableName=name, Tags=tags, **definition(inputs))
        _switch(account, name, {}, inputs)
        return _made(name, answer["TableDescription"])

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        if refusals := list(_impossible(old, new)):
            raise Refused("; ".join(refusals))
        for change in table_changes(old, new):
            _change(account, made_id, change)
        _switch(account, made_id, old, new)
        dynamodb = account.client("dynamodb")
        table = dynamodb.describe_table(TableName=made_id)["Table"]
        retag(
            old["tagsAll"],
            new["tagsAll"],
            lambda tags: dynamodb.tag_resource(ResourceArn=table["TableArn"], Tags=_tag_list(tags)),
            lambda keys: dynamodb.untag_resource(ResourceArn=table["TableArn"], TagKeys=keys),
        )
        return _made(made_id, table)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        if re.fullmatch(NAME, made_id) is None:
            raise Refused(f"id {made_id!r} needs the name of a table: {_NAME_SAYS}")
        dynamodb = account.client("dynamodb")
        try:
            table = dynamodb.describe_table(TableName=made_id)["Table"]
        except dynamodb.exceptions.ResourceNotFoundException:
            return None
        backups = dynamodb.describe_continuous_backups(TableName=made_id)["ContinuousBackupsDescription"]
        expiry = dynamodb.describe_time_to_live(TableName=made_id)["TimeToLiveDescription"]
        pages = dynamodb.get_paginator("list_tags_of_resource").paginate(ResourceArn=table["TableArn"])
        inputs = {
            **told_definition(table, known),
            **told_switches(backups["PointInTimeRecoveryDescription"], expiry, known),
            "tagsAll": {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]},
        }
        return Found(in_known_words(self.inputs, inputs, known), _made(made_id, table))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("dynamodb").delete_table(TableName=made_id)


def _impossible(old: Values, new: Values) -> Iterator[str]:
    """What DynamoDB does not change on a table that is there, though no other table would take its place."""
    was, will = _expiry(old), _expiry(new)
    if was and will and was != will:
        yield (
            f"ttl.attributeName {will!r} needs an update before it that switches ttl off: a table has one such "
            f"attribute, and {was!r} is on"
        )
    for name in retyped_keys(old, new):
        yield f"attributes give {name!r} another type: a key of a table or of an index keeps the type it has"


def _made(name: str, table: Mapping[str, Any]) -> Made:
    """A table as `DescribeTable` tells of it; a stream that was switched off is its latest one still."""
    on_demand = {"readCapacity": 0, "writeCapacity": 0} if billing_mode(table) == "PAY_PER_REQUEST" else {}
    stream = {"streamArn": table.get("LatestStreamArn", ""), "streamLabel": table.get("LatestStreamLabel", "")}
    return Made(name, table["TableArn"], {**stream, **on_demand})


def _change(account: Account, name: str, change: Mapping[str, Any]) -> None:
    """One `UpdateTable`, and what moto makes otherwise of it than DynamoDB does."""
    table = account.storage.backend("dynamodb").tables.get(name)
    if "StreamSpecification" in change and table is not None and not table.stream_specification["StreamEnabled"]:
        # Moto takes a stream that was switched off for one that is on.
        table.latest_stream_label = None
    account.client("dynamodb").update_table(TableName=name, **change)
    if "SSESpecification" in change:
        # Moto does not listen to this one.
        table.sse_specification = {
            **change["SSESpecification"],
            "KMSMasterKeyId": table._get_default_encryption_key(account.account_id, account.region),
        }


def _switch(account: Account, name: str, old: Values, new: Values) -> None:
    """Switch on and off what `UpdateTable` has no word for: time to live and point-in-time recovery."""
    dynamodb = account.client("dynamodb")
    was, will = _expiry(old), _expiry(new)
    if was != will:
        specification = {"Enabled": will is not None, "AttributeName": will or was}
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)
    if _recovery(old) != _recovery(new):
        dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=_recovery(new))


def _expiry(inputs: Values) -> str | None:
    """The attribute that says when an item expires; None where none does."""
    ttl = inputs.get("ttl", {})
    return ttl["attributeName"] if ttl.get("enabled") else None


def _recovery(inputs: Values) -> dict[str, Any]:
    said = inputs.get("pointInTimeRecovery", {})
    if not said.get("enabled"):
        return {"PointInTimeRecoveryEnabled": False}
    days = said.get("recoveryPeriodInDays", LONGEST_RECOVERY_DAYS)
    return {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": days}


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


TYPES = (Table(),)
