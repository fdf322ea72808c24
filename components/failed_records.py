"""A bucket where the records of a stream land, whole, that a function keeps failing on.

A queue or a topic would get no more than where in the stream they are, and a stream forgets them (Lambda developer
guide, "Retain discarded batch records for a DynamoDB event source").
"""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.closed_bucket import close_bucket

KEPT_DAYS = 90
"""How long a failed batch waits to be looked at."""


class FailedRecords(pulumi.ComponentResource):
    """The bucket behind the on-failure destination of a function's streams.

    Args:
        function: the function's name in the ledger, `feeds.record`.
    """

    def __init__(self, function: str, *, opts: pulumi.ResourceOptions | None = None) -> None:
        self.address = f"{function}.failed-records"
        # A bucket's physical name has 63 characters, and the function's may take 41 of them.
        self.name = f"{function.replace('.', '-')}-failed"
        super().__init__("eventwire:resource:FailedRecords", self.name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.bucket = aws.s3.Bucket(f"{self.name}-bucket", opts=child)
        self.arn = self.bucket.arn
        versioning = close_bucket(self.name, self.bucket, versioning="enabled", child=child)
        aws.s3.BucketLifecycleConfiguration(
            f"{self.name}-lifecycle",
            bucket=self.bucket.bucket,
            rules=[
                {
                    "id": "forget-what-nobody-took",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": KEPT_DAYS},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
                    "noncurrent_version_expiration": {"noncurrent_days": 7},
                }
            ],
            opts=child.merge(pulumi.ResourceOptions(depends_on=[versioning])),
        )
        self.register_outputs({"arn": self.arn})
