"""The rights of DynamoDB calls: on a table or one of its indexes; a transaction needs those of each of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Context, Right

# DynamoDB Developer Guide, "Using IAM with DynamoDB transactions": there is no right to a transaction.
_IN_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "ConditionCheck": "ConditionCheckItem",
}
_ON_ITEM = {"GetItem", "PutItem", "UpdateItem", "DeleteItem"}
# The reference asks for a stream and a table; it is the one whose ARN is given.
_OF_TAGS = {"ListTagsOfResource", "TagResource", "UntagResource"}
_EXPRESSIONS = (
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
)
_KEYWORDS = {"SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN"}
# A name at the start of a document path, no function and no value.
_TOP_LEVEL = re.compile(r"(?<![\w.:#])([#A-Za-z_][\w-]*)(?!\s*\(|\w)")


def rights(call: Call) -> list[Right]:
    operation, params = call.operation, call.params
    if operation in ("TransactWriteItems", "TransactGetItems"):
        return [_in_transaction(call, kind, part) for item in params["TransactItems"] for kind, part in item.items()]
    if operation == "BatchGetItem":
        return [
            Right("dynamodb:BatchGetItem", _table(call, table), _context(call, table, keys["Keys"], keys))
            for table, keys in params["RequestItems"].items()
        ]
    if operation == "BatchWriteItem":
        return [
            Right("dynamodb:BatchWriteItem", _table(call, table), _context(call, table, _written(requests), {}))
            for table, requests in params["RequestItems"].items()
        ]
    if operation in _ON_ITEM:
        item = params.get("Key") or params.get("Item") or {}
        context = _context(call, params["TableName"], [item], params)
        return [Right(f"dynamodb:{operation}", _table(call, params["TableName"]), context)]
    if operation in ("Query", "Scan"):
        return [_search(call)]
    if "TableName" in params:
        context = reference.tags_of(params)
        needed = [Right(reference.action("dynamodb", call), _table(call, params["TableName"]), context)]
        if operation == "CreateTable" and "Tags" in params:
            # Not documented; seen on AWS with a list of no tags too (hashicorp/terraform-provider-aws, issue 10943).
            needed.append(Right("dynamodb:TagResource", _table(call, params["TableName"]), context))
        return needed
    if operation in _OF_TAGS:
        return [Right(f"dynamodb:{operation}", params["ResourceArn"], reference.tags_of(params))]
    return reference.rights(call)


def _table(call: Call, name: str) -> str:
    return name if name.startswith("arn:") else call.arn("dynamodb", f"table/{name}")


def _in_transaction(call: Call, kind: str, part: Mapping[str, Any]) -> Right:
    item = part.get("Key") or part.get("Item") or {}
    context = {
        **_context(call, part["TableName"], [item], part),
        "dynamodb:EnclosingOperation": call.operation,
    }
    return Right(f"dynamodb:{_IN_TRANSACTION[kind]}", _table(call, part["TableName"]), context)


def _search(call: Call) -> Right:
    params = call.params
    arn = _table(call, params["TableName"])
    # A search of an index is decided on the index's ARN, which the table's does not cover (DynamoDB Developer Guide,
    # "IAM policy to grant access to a specific DynamoDB table and its indexes").
    if "IndexName" in params:
        arn = f"{arn}/index/{params['IndexName']}"
    context = dict(_context(call, params["TableName"], [], params))
    leading = _equal_to(params, _hash_key(call, params["TableName"], params.get("IndexName")))
    if leading is not None:
        context["dynamodb:LeadingKeys"] = [leading]
    return Right(f"dynamodb:{call.operation}", arn, context)


def _written(requests: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [
        request["PutRequest"]["Item"] if "PutRequest" in request else request["DeleteRequest"]["Key"]
        for request in requests
    ]


def _context(call: Call, table: str, items: Iterable[Mapping[str, Any]], params: Mapping[str, Any]) -> Context:
    """The condition keys of items, or their keys, and of the expressions beside them."""
    context: dict[str, str | list[str]] = {}
    hash_key = _hash_key(call, table, None)
    leading = [_text(item[hash_key]) for item in items if hash_key is not None and hash_key in item]
    if leading:
        context["dynamodb:LeadingKeys"] = list(dict.fromkeys(leading))
    attributes = dict.fromkeys(name for item in items for name in item)
    attributes |= dict.fromkeys(_named(params))
    if attributes:
        context["dynamodb:Attributes"] = list(attributes)
    for name in ("Select", "ReturnValues", "ReturnConsumedCapacity"):
        if name in params:
            context[f"dynamodb:{name}"] = params[name]
    return context


def _named(params: Mapping[str, Any]) -> list[str]:
    """The top-level attributes that expressions name."""
    aliases = params.get("ExpressionAttributeNames", {})
    words = [word for name in _EXPRESSIONS for word in _TOP_LEVEL.findall(params.get(name) or "")]
    names = [aliases.get(word, word) for word in words if word.upper() not in _KEYWORDS]
    return [*names, *params.get("AttributesToGet", [])]


def _equal_to(params: Mapping[str, Any], key: str | None) -> str | None:
    """The value that a query's key condition wants of the partition key."""
    aliases = params.get("ExpressionAttributeNames", {})
    for name, value in re.findall(r"([#\w.-]+)\s*=\s*(:\w+)", params.get("KeyConditionExpression") or ""):
        if aliases.get(name, name) == key:
            return _text(params["ExpressionAttributeValues"][value])
    return None


def _hash_key(call: Call, table: str, index: str | None) -> str | None:
    known = call.storage.backend("dynamodb").tables.get(table.rpartition("/")[2])
    if known is None:
        return None
    if index is None:
        return str(known.hash_key_attr)
    for candidate in [*known.indexes, *known.global_indexes]:
        if candidate.name == index:
            return next((key["AttributeName"] for key in candidate.schema if key["KeyType"] == "HASH"), None)
    return None


def _text(value: Any) -> str:
    """An attribute value, `{"S": "us7000"}`, as a condition compares it."""
    return str(next(iter(value.values()))) if isinstance(value, dict) else str(value)
