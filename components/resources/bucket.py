"""A bucket: objects are kept here in versions, never in public, and a new one may wake a function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field

from components import iam
from components.closed_bucket import Versioning, close_bucket
from components.resource import AccessOptions, Reach, Resource, ResourceConfig, Verb


class BucketAccess(AccessOptions):
    """How much of a bucket an access line is about."""

    prefix: str = Field(default="", pattern=r"^[^*?]*$", max_length=1024)
    """Only keys that begin so. No wildcards: what follows the prefix is meant anyway."""


class BucketConfig(ResourceConfig):
    """An S3 bucket. Encrypted, versioned, closed to the public and to callers without TLS."""

    kind: Literal["bucket"]
    versioning: Versioning = "enabled"
    """`suspended` overwrites objects for good."""
    noncurrent_version_days: int = Field(default=90, ge=1, le=3_650)
    """How long overwritten and deleted objects can be brought back."""
    abort_uploads_after_days: int = Field(default=7, ge=1, le=365)
    """When the parts of an unfinished upload are thrown away."""
    protect: bool = True
    """Refuse to delete the bucket until this is false."""
    delete_with_objects: bool = False
    """Let `pulumi destroy` delete the bucket although objects are in it."""

    verbs: ClassVar = {
        "read": Verb(("s3:GetObject",)),
        "write": Verb(("s3:PutObject",), wakes=True),
        "delete": Verb(("s3:DeleteObject",), wakes=True),
        "list": Verb(("s3:ListBucket",)),
    }
    options: ClassVar = BucketAccess


@dataclass(frozen=True)
class Notification:
    """One function that hears of some objects."""

    identifier: str
    function_arn: pulumi.Output[str]
    events: tuple[str, ...]
    prefix: str
    suffix: str
    after: tuple[pulumi.Resource, ...]
    """What must be in place before: the permission first of all."""


class Bucket(Resource[BucketConfig]):
    """A bucket and the one notification that all its triggers share."""

    config_class = BucketConfig
    handle = "BUCKET_NAME"

    def build(self, config: BucketConfig) -> None:
        self.notifications: list[Notification] = []
        self.announces = False
        self.bucket = aws.s3.Bucket(
            f"{self.name}-bucket",
            force_destroy=config.delete_with_objects,
            opts=self.child.merge(pulumi.ResourceOptions(protect=config.protect)),
        )
        self.arn = self.bucket.arn
        self.told = self.bucket.bucket
        versioning = close_bucket(self.name, self.bucket, versioning=config.versioning, child=self.child)
        self._clean_up(config, versioning)

    def _clean_up(self, config: BucketConfig, versioning: pulumi.Resource) -> None:
        aws.s3.BucketLifecycleConfiguration(
            f"{self.name}-lifecycle",
            bucket=self.bucket.bucket,
            rules=[
                {
                    "id": "throw-away-what-nobody-needs",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": config.abort_uploads_after_days},
                    "noncurrent_version_expiration": {"noncurrent_days": config.noncurrent_version_days},
                }
            ],
            # S3 refuses rules about old versions while there are none.
            opts=self.child.merge(pulumi.ResourceOptions(depends_on=[versioning])),
        )

    def notify(self, notification: Notification) -> None:
        """Let a function hear of objects, from the moment the bucket is closed."""
        self.notifications.append(notification)

    def announce(self) -> None:
        """Let EventBridge hear of every object, on the default bus, from the moment the bucket is closed."""
        self.announces = True

    def close(self) -> None:
        """Write the bucket's one notification: S3 keeps a single configuration, the last one written."""
        if self.notifications or self.announces:
            aws.s3.BucketNotification(
                f"{self.name}-notification",
                bucket=self.bucket.bucket,
                eventbridge=True if self.announces else None,
                lambda_functions=[
                    {
                        "id": notification.identifier,
                        "lambda_function_arn": notification.function_arn,
                        "events": list(notification.events),
                        "filter_prefix": notification.prefix or None,
                        "filter_suffix": notification.suffix or None,
                    }
                    for notification in self.notifications
                ],
                # S3 tries each permission when the notification is written, and refuses the whole of it.
                opts=self.child.merge(
                    pulumi.ResourceOptions(
                        depends_on=[waited for entry in self.notifications for waited in entry.after]
                    )
                ),
            )
        super().close()

    def reach(self, verb: str, options: BucketAccess) -> Reach:
        if verb == "list":
            only = (iam.When("StringLike", "s3:prefix", (f"{options.prefix}*",)),) if options.prefix else ()
            return Reach((self.arn,), scope=f"{options.prefix}*" if options.prefix else "", conditions=only)
        return Reach((self.arn.apply(lambda arn: f"{arn}/{options.prefix}*"),), scope=f"{options.prefix}*")
