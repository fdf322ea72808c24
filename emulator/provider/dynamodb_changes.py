"""How a table changes: the `UpdateTable` requests that lead from one set of inputs to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.provider.dynamodb_definitions import (
    attribute_definitions,
    global_index,
    is_encrypted,
    keys_of,
    throughput,
    without_order,
)
from emulator.provisioning.resource_type import Values


def table_changes(old: Values, new: Values) -> Iterator[dict[str, Any]]:
    """The requests in their order: DynamoDB changes one kind of thing at a time, and one global index.

    Indexes go first and come last, so that none of them needs a throughput of its own in between (the order of
    terraform-provider-aws, "dynamodb/table.go").
    """
    was, will, staying = _global_indexes(old), _global_indexes(new), _staying(old, new)
    standing = dict(was)
    for name in was:
        if name not in staying:
            del standing[name]
            yield {
                "AttributeDefinitions": attribute_definitions(old, standing.values()),
                "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}],
            }
    if billing := _billing(old, new):
        yield billing
    if old["deletionProtectionEnabled"] != new["deletionProtectionEnabled"]:
        yield {"DeletionProtectionEnabled": new["deletionProtectionEnabled"]}
    yield from _stream(old, new)
    for name, index in will.items():
        if name not in staying:
            standing[name] = index
            yield {
                "AttributeDefinitions": attribute_definitions(new, standing.values()),
                "GlobalSecondaryIndexUpdates": [{"Create": global_index(index)}],
            }
    if is_encrypted(old) != is_encrypted(new):
        yield {"SSESpecification": {"Enabled": is_encrypted(new)}}


def retyped_keys(old: Values, new: Values) -> Iterator[str]:
    """The attributes that get another type and are keys of something that stays: DynamoDB cannot do that."""
    types = {attribute["name"]: attribute["type"] for attribute in old["attributes"]}
    keys = set(keys_of(new, _staying(old, new).values()))
    for attribute in new["attributes"]:
        if attribute["name"] in keys and types[attribute["name"]] != attribute["type"]:
            yield attribute["name"]


def _billing(old: Values, new: Values) -> dict[str, Any]:
    switched = old["billingMode"] != new["billingMode"]
    change = {"BillingMode": new["billingMode"]} if switched else {}
    if new["billingMode"] == "PAY_PER_REQUEST":
        return change
    if throughput(old) != throughput(new):
        change |= throughput(new)
    before = _global_indexes(old)
    updates = [
        {"Update": {"IndexName": name, **throughput(index)}}
        for name, index in _staying(old, new).items()
        if throughput(before[name]) != throughput(index)
    ]
    return {**change, "GlobalSecondaryIndexUpdates": updates} if updates else change


def _stream(old: Values, new: Values) -> Iterator[dict[str, Any]]:
    was, will = old.get("streamViewType"), new.get("streamViewType")
    if was == will:
        return
    if was:
        yield {"StreamSpecification": {"StreamEnabled": False}}
    if will:
        yield {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": will}}


def _global_indexes(inputs: Values) -> dict[str, Values]:
    return {index["name"]: index for index in inputs.get("globalSecondaryIndexes", ())}


def _staying(old: Values, new: Values) -> dict[str, Values]:
    """The global indexes that change in nothing but their throughput: any other change makes an index anew."""
    before = _global_indexes(old)
    return {
        name: index
        for name, index in _global_indexes(new).items()
        if name in before and _shape(before[name]) == _shape(index)
    }


def _shape(index: Values) -> Mapping[str, Any]:
    capacity = ("readCapacity", "writeCapacity")
    return {word: value for word, value in without_order(index).items() if word not in capacity}
