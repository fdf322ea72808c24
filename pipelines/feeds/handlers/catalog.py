"""The table of quakes: the newest version of each."""

from __future__ import annotations

from typing import Any

from boto3.dynamodb.types import TypeSerializer
from quake import Quake


class Catalog:
    """The recorded quakes.

    Args:
        dynamodb: a boto3 client.
        table_name: keyed by `quake_id`.
    """

    def __init__(self, dynamodb: Any, table_name: str) -> None:
        self._dynamodb = dynamodb
        self._table_name = table_name

    def record(self, quake: Quake) -> bool:
        """Write a quake unless the table holds the same or a newer version of it.

        Returns:
            Whether it was written.

        Raises:
            botocore.exceptions.ClientError: it cannot be written, since it is larger than an item may be (400 KB;
                DynamoDB Developer Guide, "Constraints") or for another reason.
        """
        try:
            self._dynamodb.put_item(
                TableName=self._table_name,
                Item=_item(quake),
                ConditionExpression="attribute_not_exists(quake_id) OR updated_ms < :updated_ms",
                ExpressionAttributeValues={":updated_ms": {"N": str(quake.updated_ms)}},
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _item(quake: Quake) -> dict[str, Any]:
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in vars(quake).items() if value is not None}
