"""A table: items are kept here by key, restorable to any second of the last 35 days."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from components.resource import Resource, ResourceConfig, Verb

KeyType = Literal["string", "number", "binary"]
_ATTRIBUTE_TYPES: dict[KeyType, str] = {"string": "S", "number": "N", "binary": "B"}


class TableConfig(ResourceConfig):
    """A DynamoDB table, billed by request. Encrypted, with point-in-time recovery and deletion protection."""

    kind: Literal["table"]
    hash_key: str = Field(min_length=1, max_length=255)
    """The attribute that tells items apart."""
    hash_key_type: KeyType = "string"
    range_key: str | None = Field(default=None, min_length=1, max_length=255)
    """The attribute that orders items of one hash key."""
    range_key_type: KeyType = "string"
    ttl_attribute: str | None = Field(default=None, min_length=1, max_length=255)
    """The attribute that holds the epoch second after which an item may be deleted."""
    stream: Literal["keys_only", "new_image", "old_image", "new_and_old_images"] | None = None
    """What the table's stream tells of each change. None: no stream."""
    point_in_time_recovery: bool = True
    """Whether the table can be restored to any second of the last 35 days."""
    deletion_protection: bool = True
    """Refuse to delete the table, by whatever way, until this is false."""
    protect: bool = True
    """Refuse to let `pulumi` delete the table until this is false."""

    verbs: ClassVar = {
        "read": Verb(("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")),
        "scan": Verb(("dynamodb:Scan",)),
        "write": Verb(("dynamodb:PutItem", "dynamodb:UpdateItem"), wakes=True),
        "delete": Verb(("dynamodb:DeleteItem",), wakes=True),
    }

    @model_validator(mode="after")
    def keys_are_two_attributes(self) -> Self:
        if self.range_key == self.hash_key:
            raise ValueError(f"range_key {self.range_key!r} is the hash_key too: a key is two different attributes")
        return self


class Table(Resource[TableConfig]):
    """A table.

    Attributes:
        stream_arn: of its stream. Each stream has an ARN of its own: to tell more or less of a change is another one.
    """

    config_class = TableConfig
    handle = "TABLE_NAME"

    def build(self, config: TableConfig) -> None:
        keys = [(config.hash_key, config.hash_key_type)]
        if config.range_key is not None:
            keys.append((config.range_key, config.range_key_type))
        self.table = aws.dynamodb.Table(
            f"{self.name}-table",
            billing_mode="PAY_PER_REQUEST",
            hash_key=config.hash_key,
            range_key=config.range_key,
            attributes=[{"name": name, "type": _ATTRIBUTE_TYPES[kind]} for name, kind in keys],
            ttl={"attribute_name": config.ttl_attribute, "enabled": True} if config.ttl_attribute else None,
            stream_enabled=True if config.stream else None,
            stream_view_type=config.stream.upper() if config.stream else None,
            point_in_time_recovery={"enabled": config.point_in_time_recovery},
            server_side_encryption={"enabled": True},
            deletion_protection_enabled=config.deletion_protection,
            opts=self.child.merge(pulumi.ResourceOptions(protect=config.protect)),
        )
        self.arn = self.table.arn
        self.stream_arn = self.table.stream_arn
        self.told = self.table.name
