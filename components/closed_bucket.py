"""A bucket closed to the public and to callers without TLS, encrypted, with a word on its versions: what all have."""

from __future__ import annotations

from typing import Literal

import pulumi
import pulumi_aws as aws

from components import iam

Versioning = Literal["enabled", "suspended"]


def close_bucket(
    name: str, bucket: aws.s3.Bucket, *, versioning: Versioning, child: pulumi.ResourceOptions
) -> aws.s3.BucketVersioning:
    """Make what closes a bucket; the rest of its settings are its owner's.

    Args:
        name: how the logical names begin.
        child: options of the owner's children.

    Returns:
        What a lifecycle has to wait for: S3 refuses rules about old versions while there are none.
    """
    closed = aws.s3.BucketPublicAccessBlock(
        f"{name}-public-access-block",
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=child,
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption",
        bucket=bucket.bucket,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
        opts=child,
    )
    kept = aws.s3.BucketVersioning(
        f"{name}-versioning",
        bucket=bucket.bucket,
        versioning_configuration={"status": versioning.capitalize()},
        opts=child,
    )
    aws.s3.BucketPolicy(
        f"{name}-policy",
        bucket=bucket.bucket,
        policy=iam.document(iam.deny_without_tls("s3:*", on=(bucket.arn, pulumi.Output.concat(bucket.arn, "/*")))),
        # S3 answers 409 to a policy and an access block that are written at the same time.
        opts=child.merge(pulumi.ResourceOptions(depends_on=[closed])),
    )
    return kept
