"""The table of quakes: the newest version of each, and whether it still waits to be announced."""

from __future__ import annotations

import logging
from typing import Any

from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import ClientError
from quake import Quake

PENDING = {"S": "pending"}
SENT = {"S": "sent"}

log = logging.getLogger(__name__)


class Catalog:
    """The recorded quakes.

    A strong quake is written with the note that its announcement is pending, and the note changes only after the
    announcement went out. So whoever comes back after a crash between the two knows what is left to do.

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
            Whether this version waits to be announced.

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
                # The refusal brings along what is there, so nothing has to be read (DynamoDB API reference, PutItem).
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException as refusal:
            there: dict[str, Any] = refusal.response["Item"]
            return there["feature"] == {"S": quake.feature} and there.get("announcement") == PENDING
        return quake.is_strong

    def note_announced(self, quake: Quake) -> None:
        """Note that this version was announced. A newer one may stand in its place: that one is left as it is."""
        try:
            self._dynamodb.update_item(
                TableName=self._table_name,
                Key={"quake_id": {"S": quake.quake_id}},
                UpdateExpression="SET announcement = :sent",
                ConditionExpression="updated_ms = :updated_ms",
                ExpressionAttributeValues={":sent": SENT, ":updated_ms": {"N": str(quake.updated_ms)}},
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            log.info("announced version is no longer the newest", extra={"quake_id": quake.quake_id})
        except ClientError as error:
            # The announcement is out. To fail the message now would only announce it once more.
            log.error("announcement not noted", extra={"quake_id": quake.quake_id, "reason": str(error)})


def _item(quake: Quake) -> dict[str, Any]:
    facts = vars(quake) | ({"announcement": "pending"} if quake.is_strong else {})
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in facts.items() if value is not None}
